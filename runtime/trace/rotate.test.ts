/** Keys are changed so that whoever knows the old one knows the new one, and no other way of changing them goes unseen. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { AgentKey } from "./agent-key.ts";
import { readNewest } from "./checkpoints.ts";
import * as draft from "./drafts.example.ts";
import { newPrivateKeyPem, readKeyPair } from "./ed25519.ts";
import { nextFile, pointerText, readKeyFile } from "./key-file.ts";
import { openAt } from "./opened.example.ts";
import type { OwnTrace } from "./own-trace.ts";
import { rotateKey } from "./rotate.ts";
import { scratchFile } from "./scratch.example.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import { change, rechain } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

const keyFileOf = (file: string): string => `${file}.key`;
const openSigned = (file: string): OwnTrace =>
  openAt(file, { keys: new AgentKey(keyFileOf(file)) });

function verified(file: string, trusted: string | null = null) {
  const own = readKeyFile(keyFileOf(file))?.publicKey;
  return verifiedBy(file, own === undefined ? [] : [own], trusted);
}

function verifiedBy(file: string, publicKeys: string[], trusted: string | null = null) {
  const reader = openSqliteReader(file);
  try {
    return verifyTrace(reader, { beside: { newest: readNewest(file), publicKeys, trusted } });
  } finally {
    reader.close();
  }
}

const faultsOf = (file: string, trusted: string | null = null): string[] =>
  verified(file, trusted).faults.map(({ seq, fault }) => `${seq} ${fault}`);

function rotated(store: OwnTrace, file: string): void {
  const old = readKeyFile(keyFileOf(file));
  if (old?.at !== "file") throw new Error("it must be there");
  const how = { keyFile: keyFileOf(file), next: newPrivateKeyPem(), at: "file" } as const;
  rotateKey(store, { ...how, old: old.pair });
}

/** A session under the first key (entries 1 to 8), the change (9), and a session under the second. */
function twoKeys(): string {
  const file = scratchFile();
  const store = openSigned(file);
  draft.writeSession(store, 1);
  rotated(store, file);
  draft.writeSession(store, 1);
  store.close();
  return file;
}

describe("the key", () => {
  test("is made once, by whoever comes first, for its owner alone", () => {
    const file = keyFileOf(scratchFile());
    const first = new AgentKey(file).own();
    expect(new AgentKey(file).own()).toBe(first);
    expect(readFileSync(file, "utf8")).toStartWith("-----BEGIN PRIVATE KEY-----");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("that others can read, or that is none, is refused by name", () => {
    const file = keyFileOf(scratchFile());
    writeFileSync(file, "nonsense", { mode: 0o600 });
    expect(() => new AgentKey(file).own()).toThrow("it holds no Ed25519 key");
    rmSync(file);
    writeFileSync(file, "x", { mode: 0o644 });
    expect(() => new AgentKey(file).own()).toThrow("others can read");
  });

  test("that others can read keeps a trace from being opened; found out later, entries are written unsigned", () => {
    const file = scratchFile();
    const told: string[] = [];
    const keys = new AgentKey(keyFileOf(file), { tell: (line) => told.push(line) });
    const first = openSigned(file);
    draft.writeSession(first, 1);
    first.close();
    const store = openAt(file, { keys });
    const other = openSigned(file);
    rotated(other, file);
    other.close();
    chmodSync(keyFileOf(file), 0o644);
    draft.writeSession(store, 1);
    store.close();
    expect(told).toEqual([expect.stringContaining("others can read or replace it")]);
    expect(verifiedBy(file, [])).toMatchObject({ ok: true, signed_to: 9, entries: 15 });
    expect(() => openSigned(file)).toThrow("others can read or replace it");
  });

  test("that was lost is not replaced by itself: nothing is signed, and that is told once", () => {
    const file = scratchFile();
    const first = openSigned(file);
    draft.writeSession(first, 1);
    first.close();
    rmSync(keyFileOf(file));
    const told: string[] = [];
    const keys = new AgentKey(keyFileOf(file), { tell: (line) => told.push(line) });
    const store = openAt(file, { keys });
    draft.writeSession(store, 1);
    draft.writeSession(store, 1);
    store.close();
    expect(existsSync(keyFileOf(file))).toBe(false);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("atlasbridge trace key rotate --lost");
    expect(verified(file)).toMatchObject({ ok: true, signed_to: 8, entries: 20 });
  });
});

describe("in the keychain", () => {
  const pem = newPrivateKeyPem();
  const publicKey = readKeyPair(pem)?.publicKey.toHex() ?? "";

  function keyIn(vault: ConstructorParameters<typeof AgentKey>[1]) {
    const file = scratchFile();
    writeFileSync(keyFileOf(file), pointerText(publicKey), { mode: 0o600 });
    const told: string[] = [];
    const keys = new AgentKey(keyFileOf(file), { ...vault, tell: (line) => told.push(line) });
    return { file, told, keys };
  }

  test("it is asked for once, nothing waits for it, and what comes after the answer is signed", async () => {
    const answer = Promise.withResolvers<{ text: string }>();
    let asked = 0;
    const readVault = async (entry: string) => {
      asked += 1;
      expect(entry).toBe(`.agent-${publicKey.slice(0, 32)}`);
      return await answer.promise;
    };
    const { file, told, keys } = keyIn({ readVault });
    const store = openAt(file, { keys });
    expect(keys.own()).toBe(publicKey);
    draft.writeSession(store, 1);
    expect(verified(file).signed_to).toBe(0);
    answer.resolve({ text: pem });
    await keys.had(publicKey);
    draft.writeSession(store, 1);
    store.close();
    expect({ asked, told }).toEqual({ asked: 1, told: [] });
    expect(verified(file)).toMatchObject({ ok: true, entries: 14, signed_to: 14 });
  });

  test("it is asked for when the trace is opened, so that a short session is signed too", async () => {
    const { file, keys } = keyIn({ readVault: async () => ({ text: pem }) });
    openAt(file, { keys }).close();
    const asked = Promise.withResolvers<string>();
    const readVault = async (entry: string) => {
      asked.resolve(entry);
      return { text: pem };
    };
    const store = openAt(file, { keys: new AgentKey(keyFileOf(file), { readVault }) });
    expect(await asked.promise).toStartWith(".agent-");
    draft.writeSession(store, 1);
    store.close();
    expect(verified(file)).toMatchObject({ ok: true, entries: 8, signed_to: 8 });
  });

  test("where it does not answer, nothing is signed, no second key is made, and the person is told once", async () => {
    for (const answer of [{ trouble: "the keychain is locked" }, { text: null }, { text: "x" }]) {
      const { file, told, keys } = keyIn({ readVault: async () => answer });
      const store = openAt(file, { keys });
      draft.writeSession(store, 1);
      expect(await keys.had(publicKey)).toBeNull();
      draft.writeSession(store, 1);
      store.close();
      expect(told).toHaveLength(1);
      expect(verified(file)).toMatchObject({ ok: true, checkpoints: 0 });
      expect(readFileSync(keyFileOf(file), "utf8")).toBe(pointerText(publicKey));
    }
  });
});

describe("a change of keys", () => {
  test("is an entry that both keys have signed, and the trace is whole under each of them", () => {
    const file = twoKeys();
    const report = verified(file);
    expect(report).toMatchObject({ ok: true, entries: 15, signed_to: 15 });
    expect(report.keys.map(({ from_seq, vouched }) => [from_seq, vouched])).toEqual([
      [2, "first"],
      [9, "yes"],
    ]);
    expect(report.key).toBe(report.keys[1]?.key ?? null);
    for (const { key } of report.keys) expect(verified(file, key).ok).toBe(true);
    expect(existsSync(nextFile(keyFileOf(file)))).toBe(false);
  });

  test.each([
    ["signed by both", "DELETE FROM meta WHERE 0", []],
    ["its word removed", "DELETE FROM checkpoints WHERE size = 16", ["16 key_unvouched"]],
  ])("while somebody verifies, %s", (_name, then, faults) => {
    const file = twoKeys();
    const keyFile = keyFileOf(file);
    const store = openSigned(file);
    const reader = openSqliteReader(file);
    const glimpses = function* () {
      rotated(store, file);
      change(file, then);
      yield* reader.glimpses();
    };
    const publicKeysNow = (): string[] => [readKeyFile(keyFile)?.publicKey ?? ""];
    const newest = readNewest(file);
    const beside = { newest, publicKeys: publicKeysNow(), publicKeysNow, trusted: null };
    const report = verifyTrace({ ...reader, glimpses }, { beside });
    expect(report.faults.map(({ seq, fault }) => `${seq} ${fault}`)).toEqual(faults);
    expect(report.keys.map(({ vouched }) => vouched)).toEqual([
      "first",
      "yes",
      faults.length === 0 ? "yes" : "no",
    ]);
    reader.close();
    store.close();
  });

  test("is taken on by another process that signs, without a word", () => {
    const file = scratchFile();
    const told: string[] = [];
    const keys = new AgentKey(keyFileOf(file), { tell: (line) => told.push(line) });
    const running = openAt(file, { keys });
    draft.writeSession(running, 1);
    const other = openSigned(file);
    rotated(other, file);
    other.close();
    draft.writeSession(running, 1);
    running.close();
    expect(told).toEqual([]);
    expect(verified(file)).toMatchObject({ ok: true, entries: 15, signed_to: 15 });
  });

  test("that was cut off behind its entry is finished by whoever signs next; before it, it never was", () => {
    const file = twoKeys();
    const [key, next] = [keyFileOf(file), nextFile(keyFileOf(file))];
    const second = readFileSync(key);
    // As it was between the entry and the last step: the old key in place, the new one beside it.
    writeFileSync(next, second, { mode: 0o600 });
    writeFileSync(key, newPrivateKeyPem(), { mode: 0o600 });
    const store = openSigned(file);
    draft.writeSession(store, 1);
    store.close();
    expect(readFileSync(key)).toEqual(second);
    // As it was before the entry: a key that the trace does not name is of no use, and in nobody's way.
    writeFileSync(next, newPrivateKeyPem(), { mode: 0o600 });
    const again = openSigned(file);
    rotated(again, file);
    draft.writeSession(again, 1);
    again.close();
    expect(verified(file)).toMatchObject({ ok: true, signed_to: 28 });
  });

  test("of a key that was lost says so; who trusts the old one hears that nobody vouches", () => {
    const file = scratchFile();
    const store = openSigned(file);
    draft.writeSession(store, 1);
    const first = verified(file).key;
    rmSync(keyFileOf(file));
    const how = { keyFile: keyFileOf(file), at: "file", old: null } as const;
    rotateKey(store, { ...how, next: newPrivateKeyPem() });
    draft.writeSession(store, 1);
    store.close();
    const report = verified(file);
    expect(report).toMatchObject({ ok: true, signed_to: 15 });
    expect(report.keys.map(({ vouched }) => vouched)).toEqual(["first", "lost"]);
    expect(faultsOf(file, first)).toEqual(["9 key_unvouched"]);
    expect(faultsOf(file, report.key)).toEqual([]);
  });
});

describe("a key that its owner did not bring in", () => {
  test("the old key's word for it removed: found, by the entry", () => {
    const file = twoKeys();
    change(file, "DELETE FROM checkpoints WHERE size = 9");
    expect(faultsOf(file)).toEqual(["9 key_unvouched"]);
  });

  test("one who has the database and a key of his own, but not the agent's", () => {
    const file = twoKeys();
    const stranger = newPrivateKeyPem();
    const pair = readKeyPair(stranger);
    writeFileSync(`${file}.stranger`, stranger, { mode: 0o600 });
    const store = openAt(file, { keys: new AgentKey(`${file}.stranger`) });
    if (pair === null) throw new Error("it must be one");
    // By the same code, with himself for the old key.
    store.upkeep(({ append }) => {
      const data = { public_key: pair.publicKey.toHex() };
      append([{ kind: "key.changed", data }], [pair]);
    });
    draft.writeSession(store, 1);
    store.close();
    expect(faultsOf(file)).toEqual(["1 key_mismatch", "16 key_unvouched"]);
  });

  test("lost written into an entry afterwards is a changed entry", () => {
    const file = twoKeys();
    change(file, `UPDATE entries SET data = replace(data, '{', '{"lost":true,') WHERE seq = 9`);
    expect(faultsOf(file)[0]).toBe("9 hash_mismatch");
    rechain(file, 9);
    expect(faultsOf(file)).toContain("9 checkpoint_mismatch");
  });

  test("a rotation by a key that is not in force is refused, and leaves all as it was", () => {
    const file = twoKeys();
    const before = readFileSync(keyFileOf(file));
    const store = openSigned(file);
    const other = readKeyPair(newPrivateKeyPem());
    const how = { keyFile: keyFileOf(file), next: newPrivateKeyPem(), at: "file" } as const;
    expect(() => rotateKey(store, { ...how, old: other })).toThrow("is not the one that the trace");
    store.close();
    expect(readFileSync(keyFileOf(file))).toEqual(before);
    expect(verified(file)).toMatchObject({ ok: true, entries: 15 });
  });

  test("the key file of another agent put in place: nothing is signed by it", () => {
    const [file, other] = [twoKeys(), twoKeys()];
    copyFileSync(keyFileOf(other), keyFileOf(file));
    const store = openSigned(file);
    draft.writeSession(store, 1);
    store.close();
    expect(verified(file)).toMatchObject({ signed_to: 15, entries: 21 });
    expect(faultsOf(file)).toEqual(["1 key_mismatch"]);
  });
});
