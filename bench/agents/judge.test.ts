/** The judge of live trials finds what went wrong: a trial that cannot fail would prove nothing. */
import { describe, expect, test } from "bun:test";
import { judgeTrial } from "./judge.ts";
import { isTerminalReply, type Facts, type Told } from "./run.ts";

const id = { prompt_id: "p1" };
const told = (seq: number, kind: string, data: object): Told => ({
  seq,
  at: 1_000 + seq,
  kind,
  data: { ...id, ...data },
  content: null,
});

const detected: Told = {
  ...told(4, "prompt.detected", { prompt_kind: "yes_no", cut: false }),
  content: { question: "Proceed?", subject: { type: "shell", command: "make", path: null } },
};
const decided = told(5, "decision.made", { action: "auto_reply" });
const injected = told(6, "reply.injected", { bytes: 1, latency_ms: 105 });
const closed = told(7, "prompt.closed", { outcome: "answered" });

const approved: Facts = {
  outcome: "executed",
  expected: [{ command: "make" }],
  entries: [detected, decided, injected, closed],
  keys: ["1"],
  effectMs: 1_200,
};
const trial = { mode: "approve", outcome: "executed" } as const;
const faults = (facts: Partial<Facts>): string[] =>
  judgeTrial(trial, { ...approved, ...facts }).faults;

describe("an approval", () => {
  test("is right when it was seen, decided, recorded and then typed", () => {
    expect(judgeTrial(trial, approved)).toEqual({ faults: [], latenciesMs: [105] });
  });

  test("is wrong without its effect, without its entry, or with another subject", () => {
    expect(faults({ outcome: "blocked" })).toEqual(["it was blocked"]);
    expect(faults({ entries: [detected, decided, closed] })).not.toEqual([]);
    expect(faults({ expected: [{ command: "make all" }] })).toEqual(['command "make"']);
    expect(faults({ expected: [{ path: "src/a.ts" }] })).toEqual(['path ""']);
  });

  test("is wrong when more was typed than recorded, or the entry came after the effect", () => {
    expect(faults({ keys: ["1", "\r"] })).toEqual(['1 bytes recorded, "1\\r" typed']);
    expect(faults({ effectMs: 900 })).toEqual(["the effect came before the record"]);
    expect(faults({ entries: [detected, injected, { ...decided, seq: 9 }, closed] })).toEqual([
      "entries out of order",
    ]);
  });

  test("is wrong when another prompt was seen, or one was missed", () => {
    expect(faults({ entries: [...approved.entries, detected] })).toEqual([
      "1 prompts that are none (yes_no)",
    ]);
    expect(faults({ expected: [...approved.expected, { command: "ls" }] })[0]).toBe(
      "prompt 2 not seen",
    );
  });
});

test("a denial is a lone ESC", () => {
  const denied = { mode: "deny", outcome: "blocked" } as const;
  const entries = [detected, { ...decided, data: { ...id, action: "deny" } }, injected, closed];
  const facts = { ...approved, outcome: "blocked" as const, entries, effectMs: null };
  expect(judgeTrial(denied, { ...facts, keys: ["\u001b"] }).faults).toEqual([]);
  expect(judgeTrial(denied, { ...facts, keys: ["n"] }).faults).toEqual(['denied by "n"']);
});

test("a key that nobody recorded is found where nothing was asked", () => {
  const silent = { mode: "answer", outcome: "blocked" } as const;
  const facts: Facts = {
    ...approved,
    outcome: "blocked",
    expected: [],
    entries: [],
    effectMs: null,
  };
  expect(judgeTrial(silent, { ...facts, keys: [] }).faults).toEqual([]);
  expect(judgeTrial(silent, { ...facts, keys: ["y"] }).faults).toEqual([
    '0 bytes recorded, "y" typed',
  ]);
});

test("a terminal's answers are no keys, and keys are no answers", () => {
  for (const reply of ["\u001b]7501;?\u001b\\", "\u001b[?62;22c", "\u001b[?0u", "\u001b[12;4R"]) {
    expect(isTerminalReply(reply)).toBe(true);
  }
  for (const key of ["\u001b", "1", "\u001b[B", "\r", "y"]) {
    expect(isTerminalReply(key)).toBe(false);
  }
});
