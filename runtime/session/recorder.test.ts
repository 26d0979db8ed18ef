/** Proves that a session's story stays whole and in order while the store is out of reach. */
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { promptId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import { systemClock } from "../clock.ts";
import { openMemoryStore } from "../trace/memory.ts";
import { openSqliteStore } from "../trace/sqlite.ts";
import type { TraceStore } from "../trace/store.ts";
import { Recorder } from "./recorder.ts";

const id = promptId.parse("01890000-0000-7000-8000-000000000001");
const closed: EntryDraft = { kind: "prompt.closed", data: { prompt_id: id, outcome: "answered" } };
const escalated: EntryDraft = { kind: "prompt.escalated", data: { prompt_id: id, by: "policy" } };
const injected: EntryDraft = {
  kind: "reply.injected",
  data: { prompt_id: id, by: "policy", bytes: 2, latency_ms: 1 },
};

function setUp() {
  const real = openMemoryStore({
    clock: manualClock(),
    random: systemRandom,
    runtimeVersion: "0.0.0",
  });
  let full = false;
  const appends: string[][] = [];
  const store: TraceStore = {
    agentId: real.agentId,
    append(drafts, options) {
      if (full) throw new AtlasError("trace_full", "the disk is full");
      appends.push(drafts.map(({ kind }) => kind));
      return real.append(drafts, options);
    },
    entries: (query) => real.entries(query),
    head: () => real.head(),
    waitAtMost: () => undefined,
    openSessions: () => real.openSessions(),
    note: (id, activity) => real.note(id, activity),
    recover: (isGone) => real.recover(isGone),
    close: () => real.close(),
  };
  const told: string[] = [];
  const trouble: string[] = [];
  const clock = manualClock();
  const recorder = new Recorder({
    clock,
    store,
    sessionId: sessionId.parse("01890000-0000-7000-8000-00000000000a"),
    onEntry: (entry) => told.push(entry.kind),
    onTrouble: (why) => trouble.push(why),
  });
  return { recorder, appends, told, trouble, clock, fill: (to: boolean) => (full = to) };
}

test("what could not be stored goes first with the next write, in order", () => {
  const { recorder, told, trouble, clock, fill } = setUp();
  fill(true);
  expect(recorder.record([escalated])).toMatchObject({
    ok: false,
    why: "no room is left on the disk",
  });
  expect(recorder.record([closed]).ok).toBe(false);
  expect(trouble).toEqual(["the trace cannot be written: the disk is full"]);
  expect(recorder.unrecorded).toBe(2);
  clock.advance(limits.recordRetryMs);
  expect(recorder.unrecorded).toBe(2);
  fill(false);
  clock.advance(limits.recordRetryMs);
  expect(recorder.record([closed]).ok).toBe(true);
  expect(told).toEqual(["prompt.escalated", "prompt.closed"]);
  clock.advance(limits.recordTogetherMs);
  expect(told).toEqual(["prompt.escalated", "prompt.closed", "prompt.closed"]);
  expect(recorder.unrecorded).toBe(0);
});

test("an injection that was not recorded is forgotten: it must not be told later as if it had happened", () => {
  const { recorder, told, fill } = setUp();
  fill(true);
  expect(recorder.recordReply([escalated], injected, id).ok).toBe(false);
  fill(false);
  recorder.record([closed]);
  recorder.end([]);
  expect(told).toEqual(["prompt.escalated", "prompt.closed"]);
});

test("how a prompt ended is recorded together with the next reply, in one append", () => {
  const { recorder, appends } = setUp();
  recorder.record([closed]);
  recorder.recordReply([escalated], injected, id);
  expect(appends).toEqual([["prompt.closed", "prompt.escalated", "reply.injected"]]);
});

test("a prompt can be claimed once", () => {
  const { recorder, told } = setUp();
  expect(recorder.recordReply([], injected, id).ok).toBe(true);
  const second = recorder.recordReply([], injected, id);
  expect(second.ok).toBe(false);
  expect(told.filter((kind) => kind === "reply.injected")).toHaveLength(1);
});

/** Another program that holds the trace for a while, as one does that waits for its disk. */
const holding = `
const database = new (require("bun:sqlite").Database)(process.argv[1]);
database.run("BEGIN IMMEDIATE");
require("node:fs").writeFileSync(process.argv[2], "");
Bun.sleepSync(Number(process.argv[3]));
database.run("ROLLBACK");`;

test("the end waits for a program that holds the trace for longer than a session may wait", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-recorder-"));
  const [file, held] = [join(folder, "trace.db"), join(folder, "held")];
  const parts = { clock: systemClock, random: systemRandom, runtimeVersion: "0.0.0" };
  const store = openSqliteStore({ ...parts, file, create: true });
  store.waitAtMost(limits.sessionBusyMs);
  const told: string[] = [];
  const recorder = new Recorder({
    ...{ store, clock: systemClock, sessionId: sessionId.parse(systemRandom.uuidv7()) },
    ...{ onEntry: ({ kind }) => void told.push(kind), onTrouble: () => undefined },
  });
  const heldMs = String(2 * limits.sessionBusyMs);
  const other = Bun.spawn([process.execPath, "-e", holding, file, held, heldMs]);
  while (!existsSync(held)) await Bun.sleep(5);
  recorder.end([closed]);
  expect(told).toEqual(["prompt.closed"]);
  expect(recorder.unrecorded).toBe(0);
  expect(await other.exited).toBe(0);
  store.close();
  rmSync(folder, { recursive: true });
});
