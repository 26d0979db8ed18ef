/** Best effort: a reply is typed though it cannot be recorded, once, and the trace says so when it can be written again. */
import { expect, test } from "bun:test";
import type { AuditMode } from "../../contracts/config.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { promptId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import { TraceSetAside } from "../trace/broken.ts";
import * as draft from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import type { TraceStore } from "../trace/store.ts";
import { Recorder } from "./recorder.ts";

const session = sessionId.parse("01890000-0000-7000-8000-00000000000a");
const prompts = [1, 2, 3].map((n) => promptId.parse(`01890000-0000-7000-8000-00000000000${n}`));
const [one = draft.newPrompt(), two = draft.newPrompt()] = prompts;

function setUp(auditMode: AuditMode) {
  const clock = manualClock();
  const fresh = (): TraceStore =>
    openMemoryStore({ clock, random: systemRandom, runtimeVersion: "0.0.0" });
  let real = fresh();
  let failing: (() => AtlasError) | null = null;
  const store: TraceStore = {
    agentId: real.agentId,
    append(drafts, options) {
      if (failing !== null) throw failing();
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
  const lines: string[] = [];
  const recorder = new Recorder({
    clock,
    store,
    sessionId: session,
    auditMode,
    onEntry: () => undefined,
    onTrouble: (line) => lines.push(line),
  });
  recorder.open(draft.started(), draft.someHolder);
  return {
    recorder,
    clock,
    lines,
    fails: (how: (() => AtlasError) | null) => (failing = how),
    anew: () => (real = fresh()),
    kinds: () => [...real.entries()].map(({ kind }) => kind).slice(1),
    injected: () => [...real.entries({ kinds: ["reply.injected"] })].map(({ data }) => data),
  };
}

const full = (): AtlasError => new AtlasError("trace_full", "no room left");

test("that it was chosen is an entry of the session's start; strict needs none", () => {
  expect(setUp("best_effort").kinds()).toEqual(["session.started", "audit.chosen"]);
  expect(setUp("strict").kinds()).toEqual(["session.started"]);
});

test("what was typed unrecorded is recorded in order later, each reply with its claim, and marked as late", () => {
  const { recorder, clock, lines, fails, kinds, injected } = setUp("best_effort");
  fails(full);
  const first = [draft.detected(one), draft.decided(one)];
  expect(recorder.recordReply(first, draft.injected(one), one)).toEqual({ ok: true });
  recorder.record([draft.closed(one)]);
  const second = [draft.detected(two), draft.decided(two)];
  expect(recorder.recordReply(second, draft.injected(two), two)).toEqual({ ok: true });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("audit_mode is best_effort");
  fails(null);
  clock.advance(limits.recordRetryMs);
  expect(kinds().slice(2)).toEqual([
    "prompt.detected",
    "decision.made",
    "reply.injected",
    "prompt.closed",
    "prompt.detected",
    "decision.made",
    "reply.injected",
  ]);
  expect(injected()).toMatchObject([
    { prompt_id: one, late_ms: limits.recordRetryMs },
    { prompt_id: two, late_ms: limits.recordRetryMs },
  ]);
  expect(recorder.unrecorded).toBe(0);
});

test("a reply that is recorded at once is not marked", () => {
  const { recorder, injected } = setUp("best_effort");
  recorder.recordReply([], draft.injected(one), one);
  expect(injected()[0]).not.toHaveProperty("late_ms");
});

test("a prompt is typed into once, also while its claim is in memory only", () => {
  const { recorder, fails, injected } = setUp("best_effort");
  fails(full);
  expect(recorder.recordReply([], draft.injected(one), one).ok).toBe(true);
  expect(recorder.recordReply([], draft.injected(one), one).ok).toBe(false);
  fails(null);
  expect(recorder.recordReply([], draft.injected(one), one).ok).toBe(false);
  recorder.end([]);
  expect(injected()).toHaveLength(1);
});

test("with no room left to remember it, a reply is not typed after all", () => {
  const { recorder, fails, injected } = setUp("best_effort");
  fails(full);
  recorder.record(Array.from({ length: limits.unrecordedDraftsMax }, () => draft.closed(two)));
  expect(recorder.recordReply([], draft.injected(one), one).ok).toBe(false);
  fails(null);
  recorder.end([]);
  expect(injected()).toEqual([]);
});

test("what no trace will ever take is not typed, whatever the mode", () => {
  const { recorder, fails } = setUp("best_effort");
  fails(() => new AtlasError("internal", "not an entry"));
  expect(recorder.recordReply([], draft.injected(one), one).ok).toBe(false);
});

for (const mode of ["strict", "best_effort"] as const) {
  test(`${mode}: a session whose trace was set aside goes on in the new one, which is told of it first`, () => {
    const { recorder, lines, fails, anew, kinds, injected } = setUp(mode);
    recorder.record([draft.detected(two), draft.closed(two)]);
    recorder.recordReply([draft.detected(one)], draft.injected(one), one);
    anew();
    fails(() => new TraceSetAside("trace_corrupt", "it was set aside"));
    expect(recorder.record([draft.escalated(one)]).ok).toBe(false);
    expect(lines).toEqual(["it was set aside"]);
    fails(null);
    // The claim lies in the old trace; it holds all the same.
    expect(recorder.recordReply([], draft.injected(one), one).ok).toBe(false);
    recorder.end([]);
    const chosen = mode === "strict" ? [] : (["audit.chosen"] as const);
    const told = ["session.started", ...chosen, "prompt.detected"];
    expect(kinds()).toEqual([...told, "prompt.escalated"] as ReturnType<typeof kinds>);
    expect(injected()).toEqual([]);
  });
}
