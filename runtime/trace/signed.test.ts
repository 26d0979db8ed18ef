/** What is signed of a trace finds what its chain alone cannot: a cut end, a chain made anew, an older copy put back. */
import { Database } from "bun:sqlite";
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { AgentKey } from "./agent-key.ts";
import { readKeyFile } from "./key-file.ts";
import { asidesOf } from "./aside.ts";
import { newestFile, readNewest } from "./checkpoints.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import type { TraceStore } from "./store.ts";
import { change, rechain } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

const keyFile = (file: string): string => join(file, "..", "agent.key");
const openSigned = (file: string): TraceStore =>
  openAt(file, { keys: new AgentKey(keyFile(file)) });

/** Two sessions of two prompts, the end of each signed. */
function signedTrace(): string {
  const file = scratchFile();
  const store = openSigned(file);
  draft.writeSession(store, 2);
  draft.writeSession(store, 2);
  store.close();
  return file;
}

function verified(file: string, trusted: string | null = null) {
  const reader = openSqliteReader(file);
  const own = readKeyFile(keyFile(file))?.publicKey;
  const publicKeys = own === undefined ? [] : [own];
  try {
    return verifyTrace(reader, { beside: { newest: readNewest(file), publicKeys, trusted } });
  } finally {
    reader.close();
  }
}

const faultsOf = (file: string): string[] =>
  verified(file).faults.map(({ seq, fault }) => `${seq} ${fault}`);

function sizes(file: string): number[] {
  const database = new Database(file, { readonly: true });
  const rows = database.query<{ size: number }, []>("SELECT size FROM checkpoints ORDER BY size");
  const found = rows.all().map(({ size }) => size);
  database.close();
  return found;
}

test("the key is recorded, and each end of a session is signed", () => {
  const file = signedTrace();
  expect(verified(file)).toMatchObject({ ok: true, entries: 22, checkpoints: 3, signed_to: 22 });
  expect(sizes(file)).toEqual([2, 12, 22]);
  expect(verified(file).key).toStartWith("atlasbridge/trace/");
  expect(statSync(keyFile(file)).mode & 0o777).toBe(0o600);
  expect(statSync(newestFile(file)).mode & 0o777).toBe(0o600);
});

describe("attacks on the database", () => {
  const attacks: Record<string, { attack: (file: string) => void; found: string[] }> = {
    "the end cut off, with its checkpoint": {
      attack: (file) =>
        change(
          file,
          "DELETE FROM entries WHERE seq > 12",
          "DELETE FROM claims WHERE seq > 12",
          "DELETE FROM checkpoints WHERE size > 12",
          "UPDATE tree SET size = 12",
        ),
      found: ["13 truncated"],
    },
    "the end cut off, its checkpoint left": {
      attack: (file) => change(file, "DELETE FROM entries WHERE seq = 22"),
      found: ["22 session", "22 truncated"],
    },
    "all deleted but the first entry": {
      attack: (file) =>
        change(
          file,
          "DELETE FROM entries WHERE seq > 1",
          "DELETE FROM claims",
          "DELETE FROM checkpoints",
        ),
      found: ["2 truncated"],
    },
    "an entry changed and the chain made to fit from there": {
      attack: (file) => {
        change(file, "UPDATE entries SET at = at + 1 WHERE seq = 15");
        rechain(file, 15);
      },
      found: ["13 checkpoint_mismatch"],
    },
    "all of it written anew from the first entry on": {
      attack: (file) => {
        change(file, "UPDATE entries SET at = at + 1");
        rechain(file, 1);
      },
      found: ["1 checkpoint_mismatch", "1 checkpoint_mismatch", "1 checkpoint_mismatch"],
    },
    "written anew, with the checkpoints removed": {
      attack: (file) => {
        change(file, "UPDATE entries SET at = at + 1", "DELETE FROM checkpoints");
        rechain(file, 1);
      },
      found: ["1 checkpoint_mismatch"],
    },
    "a checkpoint's root forged": {
      attack: (file) =>
        change(
          file,
          "UPDATE checkpoints SET note = replace(note, char(10) || '12' || char(10), char(10) || '11' || char(10)) WHERE size = 12",
        ),
      found: ["12 checkpoint_invalid"],
    },
    "a checkpoint signed by a key of the attacker's": {
      attack: (file) => {
        const other = signedTrace();
        const database = new Database(other);
        const rows = database.query<{ note: string }, []>(
          "SELECT note FROM checkpoints WHERE size = 12",
        );
        const note = rows.get()?.note ?? "";
        database.close();
        change(file, `UPDATE checkpoints SET note = '${note}' WHERE size = 12`);
      },
      found: ["12 checkpoint_invalid"],
    },
    "a checkpoint removed": {
      attack: (file) => change(file, "DELETE FROM checkpoints WHERE size = 22"),
      found: ["22 checkpoint_invalid"],
    },
  };

  for (const [name, { attack, found }] of Object.entries(attacks)) {
    test(name, () => {
      const file = signedTrace();
      attack(file);
      expect(faultsOf(file)).toEqual(found);
    });
  }

  test("yesterday's copy put back", () => {
    const file = scratchFile();
    const store = openSigned(file);
    draft.writeSession(store, 1);
    store.close();
    copyFileSync(file, `${file}.yesterday`);
    const later = openSigned(file);
    draft.writeSession(later, 1);
    later.close();
    copyFileSync(`${file}.yesterday`, file);
    expect(verified(file).faults.map(({ fault }) => fault)).toEqual(["truncated"]);
  });

  test("a whole trace of somebody else's put in its place, checkpoints and all", () => {
    const [file, other] = [signedTrace(), signedTrace()];
    copyFileSync(other, file);
    copyFileSync(newestFile(other), newestFile(file));
    expect(faultsOf(file)).toEqual(["1 key_mismatch"]);
  });

  test("the last entry removed, then written to again: nothing is added to it", () => {
    const file = signedTrace();
    change(file, "DELETE FROM entries WHERE seq = 22");
    const before = readFileSync(file);
    const store = openAt(file);
    draft.writeSession(store, 1);
    store.close();
    const [kept = ""] = asidesOf(file);
    expect(readFileSync(kept).equals(before)).toBe(true);
  });
});

describe("when", () => {
  test("entries arrive without an end, they are signed by number, and by time", () => {
    const file = scratchFile();
    const clock = manualClock();
    const store = openAt(file, { clock, keys: new AgentKey(keyFile(file)) });
    const sessionId = draft.newSession();
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    const some = (count: number): void => {
      for (let at = 0; at < count; at += 1) {
        store.append([draft.detected(draft.newPrompt())], { sessionId });
      }
    };
    some(limits.checkpointEntriesMax / 2);
    expect(sizes(file)).toEqual([2, 2 + limits.checkpointEntriesMax / 2]);
    clock.advance(limits.checkpointEveryMs);
    some(2);
    expect(sizes(file)).toHaveLength(3);
    store.close();
  });

  test("a reply is waited for, its checkpoint can wait a little, but not for long", () => {
    const file = scratchFile();
    const store = openSigned(file);
    const sessionId = draft.newSession();
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    for (let count = 0; count < limits.checkpointEntriesMax; count += 1) {
      const claim = draft.newPrompt();
      const drafts = [draft.injected(claim)];
      store.append(drafts, { sessionId, claim });
    }
    expect(sizes(file)).toEqual([2, 2 + limits.checkpointEntriesMax]);
    store.close();
  });
});

test("a trace from before there were checkpoints is taken on, and signed from then on", () => {
  const file = scratchFile();
  const old = openAt(file);
  draft.writeSession(old, 2);
  old.close();
  const later = ["tree", "checkpoints", "archives", "retention", "cosignatures", "upload"];
  change(file, ...later.map((table) => `DROP TABLE ${table}`), "PRAGMA user_version = 2");
  const store = openSigned(file);
  draft.writeSession(store, 1);
  store.close();
  expect(verified(file)).toMatchObject({ ok: true, checkpoints: 2 });
});

for (const [name, remove] of [
  ["deleted", (file: string) => rmSync(file)],
  ["emptied", (file: string) => writeFileSync(file, "")],
] as const) {
  test(`${name} whole: the next one is of the same agent, and says what was signed`, () => {
    const file = signedTrace();
    const before = readNewest(file) ?? "";
    remove(file);
    rmSync(`${file}-wal`, { force: true });
    const lines: string[] = [];
    const keys = new AgentKey(keyFile(file));
    openAt(file, { keys, onSetAside: (line) => lines.push(line) }).close();
    expect(lines).toEqual([
      expect.stringContaining("it is gone, and 22 of its entries were signed"),
    ]);
    const signed = { size: 22, root: expect.any(String) };
    const previous = { why: "tampered", head: null, signed };
    expect(verified(file)).toMatchObject({ ok: true, entries: 2, previous });
    expect(before).toContain(verified(file).agent_id ?? "-");
    expect(asidesOf(file).map(readNewest)).toEqual([before]);
    openSigned(file).close();
    expect(asidesOf(file)).toHaveLength(1);
  });
}

test("a session whose trace was deleted says nothing against the one that was begun since", () => {
  const file = signedTrace();
  const running = openSigned(file);
  const sessionId = draft.newSession();
  const id = draft.newPrompt();
  const many = Array.from({ length: limits.checkpointEntriesMax }, () => draft.escalated(id));
  // A reply is waited for: what was signed with it is kept beside the trace later.
  const drafts = [draft.detected(id), ...many, draft.injected(id)];
  running.append(drafts, { sessionId, claim: id });
  rmSync(file);
  rmSync(`${file}-wal`);
  openSigned(file).close();
  running.close();
  expect(verified(file)).toMatchObject({ ok: true, entries: 2 });
});

test("what another agent's key has signed is kept when a trace begins beside it", () => {
  const file = signedTrace();
  const before = readNewest(file) ?? "";
  const agent = /atlasbridge\/trace\/(\S+)/.exec(before)?.[1] ?? "";
  for (const gone of [file, `${file}-wal`, keyFile(file)]) rmSync(gone, { force: true });
  openSigned(file).close();
  expect(verified(file)).toMatchObject({ ok: true, entries: 2, previous: null });
  expect(readFileSync(`${newestFile(file)}.${agent}`, "utf8")).toBe(before);
});
