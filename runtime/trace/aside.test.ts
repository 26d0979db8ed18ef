/** A broken trace is set aside whole, under one name, whoever finds it and wherever they die; a new one names its end. */
import { describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { StoredEntry } from "../../contracts/trace.ts";
import { limits } from "../../contracts/limits.ts";
import { AgentKey } from "./agent-key.ts";
import { publicKeysAt } from "./key-file.ts";
import { asidesOf } from "./aside.ts";
import { TraceSetAside } from "./broken.ts";
import { newestFile, readNewest } from "./checkpoints.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";
import { connect } from "./sqlite-connection.ts";
import type { SqliteOptions } from "./sqlite-open.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import type { TraceStore } from "./store.ts";
import { change } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

const keyFile = (file: string): string => join(dirname(file), "agent.key");

function openSigned(file: string, lines: string[] = []): TraceStore {
  return openAt(file, {
    keys: new AgentKey(keyFile(file)),
    onSetAside: (line) => lines.push(line),
  });
}

/** Two sessions of two prompts each: 22 entries, all signed. */
function signedTrace(): string {
  const file = scratchFile();
  const store = openSigned(file);
  draft.writeSession(store, 2);
  draft.writeSession(store, 2);
  store.close();
  return file;
}

function verified(file: string, own = file) {
  const reader = openSqliteReader(file);
  const publicKeys = publicKeysAt(keyFile(own));
  try {
    return verifyTrace(reader, { beside: { newest: readNewest(file), publicKeys, trusted: null } });
  } finally {
    reader.close();
  }
}

function first(store: TraceStore): StoredEntry {
  const [entry] = store.entries();
  if (entry === undefined) throw new Error("the trace is empty");
  return entry;
}

function openedInPlace(file: string) {
  const lines: string[] = [];
  const store = openSigned(file, lines);
  const opened = first(store);
  const previous = opened.kind === "trace.opened" ? opened.data.previous : undefined;
  store.append([draft.noted()], { sessionId: null });
  store.close();
  return { opened, previous, lines };
}

function garble(file: string, from: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, from);
  writeFileSync(file, bytes);
}

const ends = { seq: 22, hash: expect.stringMatching(/^[0-9a-f]{64}$/) };
const signed = { size: 22, root: expect.stringMatching(/^[0-9a-f]{64}$/) };

describe("found when it is opened", () => {
  const broken: Record<string, { break: (file: string) => void; previous: object }> = {
    "a file that is no database": {
      break: (file) => garble(file, 0),
      previous: { why: "damaged", head: null, signed },
    },
    "a database whose pages are garbled": {
      break: (file) => garble(file, 4_096),
      previous: { why: "damaged", signed },
    },
    "a trigger that somebody added": {
      break: (file) =>
        change(file, "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM claims; END"),
      previous: { why: "tampered", head: ends, signed },
    },
    "the last entry removed": {
      break: (file) => change(file, "DELETE FROM entries WHERE seq = 22"),
      previous: { why: "tampered", head: { seq: 21 }, signed },
    },
    "the last session removed with everything that tells of it": {
      break: (file) =>
        change(
          file,
          "DELETE FROM entries WHERE seq > 12",
          "DELETE FROM claims WHERE seq > 12",
          "DELETE FROM checkpoints WHERE size > 12",
          "DELETE FROM tree",
          "INSERT INTO tree SELECT 1, 12, '' WHERE 1",
        ),
      previous: { why: "tampered", head: { seq: 12 }, signed },
    },
    "all entries removed": {
      break: (file) =>
        change(file, "DELETE FROM claims", "DELETE FROM entries", "DELETE FROM tree"),
      previous: { why: "tampered", head: null, signed },
    },
    "the agent's id removed": {
      break: (file) => change(file, "DELETE FROM meta"),
      previous: { why: "damaged", head: ends, signed },
    },
  };
  for (const [name, { break: breakIt, previous }] of Object.entries(broken)) {
    test(`${name}: kept byte for byte, and named by the new trace of the same agent`, () => {
      const file = signedTrace();
      const { agentId } = openSqliteReader(file);
      breakIt(file);
      const [bytes, newest] = [readFileSync(file), readNewest(file)];
      const found = openedInPlace(file);
      expect(found.previous).toMatchObject(previous);
      expect(found.opened.agent_id).toBe(agentId);
      const [kept = "", ...more] = asidesOf(file);
      expect(more).toEqual([]);
      expect(kept).toEndWith(`.broken-${found.previous?.set_aside}`);
      expect(readFileSync(kept).equals(bytes)).toBe(true);
      expect(readNewest(kept)).toBe(newest);
      expect(found.lines).toHaveLength(1);
      expect(found.lines[0]).toContain(kept);
      expect(found.lines[0]).not.toContain("\n");
      expect(verified(file)).toMatchObject({ ok: true, previous: found.previous });
      expect(readdirSync(dirname(file)).filter((one) => one.endsWith(".aside"))).toEqual([]);
    });
  }

  test("yesterday's copy put back: what was signed since is named, and the copy kept", () => {
    const file = scratchFile();
    const before = openSigned(file);
    draft.writeSession(before);
    before.close();
    copyFileSync(file, `${file}.yesterday`);
    const later = openSigned(file);
    draft.writeSession(later);
    later.close();
    copyFileSync(`${file}.yesterday`, file);
    const { previous } = openedInPlace(file);
    expect(previous).toMatchObject({ why: "tampered", head: { seq: 8 }, signed: { size: 14 } });
    const [kept = ""] = asidesOf(file);
    expect(verified(kept, file).faults.map(({ fault }) => fault)).toEqual(["truncated"]);
  });

  test("a checkpoint that the agent has not signed says nothing against a trace", () => {
    const file = signedTrace();
    const forged = (readNewest(file) ?? "").replace("\n22\n", "\n23\n");
    expect(forged).toContain("\n23\n");
    writeFileSync(newestFile(file), forged);
    openedInPlace(file);
    expect(asidesOf(file)).toEqual([]);
  });

  test("without leave to create, nothing is moved", () => {
    const file = signedTrace();
    garble(file, 0);
    expect(() => openAt(file, { create: false })).toThrow("is damaged");
    expect(asidesOf(file)).toEqual([]);
  });
});

describe("found while a session runs", () => {
  const sessionId = draft.newSession();
  const prompt = draft.newPrompt();

  function running(lines: string[] = []): { file: string; store: TraceStore } {
    const file = signedTrace();
    const store = openSigned(file, lines);
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    store.append([draft.detected(prompt)], { sessionId });
    change(file, "DELETE FROM entries WHERE seq = 24");
    return { file, store };
  }

  test("the write that finds it stores nothing, and says where the old trace is", () => {
    const { file, store } = running();
    const inSession = (): unknown => store.append([draft.closed(prompt, "person")], { sessionId });
    expect(inSession).toThrow(TraceSetAside);
    expect(inSession).toThrow(asidesOf(file)[0] ?? "nowhere");
    expect(asidesOf(file)).toHaveLength(1);
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    store.append([draft.detected(prompt)], { sessionId });
    inSession();
    store.append([draft.ended({ prompts: 1, answered: 0, escalated: 0 })], { sessionId });
    store.close();
    expect(verified(file)).toMatchObject({ ok: true, sessions: 1, prompts: 1 });
  });

  test("what belongs to no session goes straight into the new trace", () => {
    const lines: string[] = [];
    const { file, store } = running(lines);
    const [entry] = store.append([draft.noted()], { sessionId: null });
    expect(entry).toMatchObject({ seq: 3, kind: "operator.acted" });
    expect(lines).toHaveLength(1);
    expect(() => store.append([draft.detected(prompt)], { sessionId })).toThrow(TraceSetAside);
    store.close();
    expect(verified(file).ok).toBe(true);
  });

  test("another process that has it open goes over to the new trace with its next write", () => {
    const { file, store } = running();
    const other = openSigned(file);
    expect(() => store.append([draft.closed(prompt)], { sessionId })).toThrow(TraceSetAside);
    expect(() => other.append([draft.closed(prompt)], { sessionId })).toThrow("was found broken");
    other.append([draft.noted()], { sessionId: null });
    store.append([draft.noted()], { sessionId: null });
    expect(store.head()).toEqual(other.head());
    expect(asidesOf(file)).toHaveLength(1);
    other.close();
    store.close();
    expect(verified(file)).toMatchObject({ ok: true, entries: 4 });
  });

  test("a disk that breaks every trace is not filled up with them", () => {
    const { file, store } = running();
    const breakAgain = (): void => {
      change(file, "UPDATE tree SET size = size + 1");
      store.append([draft.noted()], { sessionId: null });
    };
    for (let left: number = limits.tracesSetAsideMax; left > 0; left -= 1) breakAgain();
    expect(breakAgain).toThrow("was tampered with");
    expect(asidesOf(file)).toHaveLength(limits.tracesSetAsideMax);
    store.close();
  });

  test("a trace that a person moved away is not mistaken for one that was set aside", () => {
    const { file, store } = running();
    renameSync(file, `${file}.away`);
    copyFileSync(`${file}.away`, file);
    expect(() => store.append([draft.noted()], { sessionId: null })).toThrow("moved or deleted");
    store.close();
  });
});

describe("who dies in between", () => {
  /** The files as a crash may leave them: a note of what was to be done, and some of it done. */
  function crashed(moved: readonly string[]): { file: string; stamp: string; whole: Buffer } {
    const file = signedTrace();
    const whole = readFileSync(file);
    writeFileSync(`${file}-wal`, "the log of the old trace");
    writeFileSync(`${file}-shm`, "its index");
    const stamp = "20261130T071200123Z";
    const previous = { set_aside: stamp, why: "damaged", head: null, signed: null };
    const agent_id = openSqliteReader(signedTrace()).agentId;
    writeFileSync(`${file}.aside`, JSON.stringify({ step: "moving", agent_id, previous }));
    for (const suffix of moved) renameSync(`${file}${suffix}`, `${file}.broken-${stamp}${suffix}`);
    return { file, stamp, whole };
  }

  const suffixes = ["", "-wal", "-shm", ".checkpoint"];
  for (let done = 0; done <= suffixes.length; done += 1) {
    test(`after ${done} of ${suffixes.length} renames: the next one finishes, nothing lost or mixed`, () => {
      const { file, stamp, whole } = crashed(suffixes.slice(0, done));
      const { previous } = openedInPlace(file);
      expect(previous?.set_aside).toBe(stamp);
      const kept = `${file}.broken-${stamp}`;
      expect(readFileSync(kept).equals(whole)).toBe(true);
      expect(readFileSync(`${kept}-wal`, "utf8")).toBe("the log of the old trace");
      expect(readFileSync(`${kept}-shm`, "utf8")).toBe("its index");
      expect(existsSync(newestFile(kept))).toBe(true);
      expect(asidesOf(file)).toEqual([kept]);
      expect(verified(file).ok).toBe(true);
      expect(existsSync(`${file}.aside`)).toBe(false);
    });
  }

  test("after the new trace had begun: its note goes, and its files stay", () => {
    const file = signedTrace();
    garble(file, 0);
    openedInPlace(file);
    const [kept = ""] = asidesOf(file);
    const reader = openSqliteReader(file);
    const [opened] = reader.entries();
    reader.close();
    const previous = opened?.kind === "trace.opened" ? opened.data.previous : null;
    const note = { step: "moved", agent_id: opened?.agent_id, previous };
    const inUse = openSigned(file);
    inUse.append([draft.noted()], { sessionId: null });
    writeFileSync(`${file}.aside`, JSON.stringify(note));
    const store = openSigned(file);
    expect(first(store)).toEqual(opened as StoredEntry);
    store.append([draft.noted()], { sessionId: null });
    expect(inUse.head()).toEqual(store.head());
    store.close();
    inUse.close();
    expect(existsSync(`${file}.aside`)).toBe(false);
    expect(asidesOf(file)).toEqual([kept]);
  });
});

test("of two that find it broken the second one moves nothing more", () => {
  const file = signedTrace();
  const one = openSigned(file);
  let between = (): void => undefined;
  const two = openAt(file, {}, (inner) => ({
    ...inner,
    get inTransaction() {
      return inner.inTransaction;
    },
    get moved() {
      return inner.moved;
    },
    rollback() {
      inner.rollback();
      between();
    },
  }));
  change(file, "UPDATE tree SET size = 7");
  between = () => {
    between = () => undefined;
    one.append([draft.noted()], { sessionId: null });
  };
  two.append([draft.noted()], { sessionId: null });
  expect(asidesOf(file)).toHaveLength(1);
  expect(two.head()).toEqual(one.head());
  two.close();
  one.close();
  expect(verified(file)).toMatchObject({ ok: true, entries: 4 });
});

test("a trace that is set aside between being found and being opened is begun anew", () => {
  const file = signedTrace();
  let isFirst = true;
  const moved: SqliteOptions["connect"] = (path, flags, busyMs) => {
    if (isFirst) for (const one of [path, `${path}-wal`]) rmSync(one, { force: true });
    isFirst = false;
    return connect(path, flags, busyMs);
  };
  rmSync(newestFile(file), { force: true });
  const store = openAt(file, { connect: moved });
  expect(store.head().seq).toBe(1);
  store.close();
});

test("eight processes that find it at once set one trace aside and go on in one", async () => {
  const file = signedTrace();
  change(file, "UPDATE tree SET size = 7");
  const appender = join(import.meta.dir, "appender.example.ts");
  const children = Array.from({ length: 8 }, () =>
    Bun.spawn(["bun", appender, file, "5"], { stdout: "ignore", stderr: "inherit" }),
  );
  expect(await Promise.all(children.map((child) => child.exited))).toEqual(Array(8).fill(0));
  expect(asidesOf(file)).toHaveLength(1);
  rmSync(newestFile(file), { force: true });
  expect(verified(file)).toMatchObject({ ok: true, sessions: 8, prompts: 40 });
}, 30_000);
