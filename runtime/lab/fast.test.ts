/** Proves that the lab finds what is wrong, and calls right what is right. */
import { describe, expect, test } from "bun:test";
import { defaultLabGate } from "../../contracts/lab.ts";
import type { ExpectedPrompt } from "./case.ts";
import type { Case } from "./case-files.ts";
import type { KernelSight } from "./evidence.ts";
import { replayFast, timesOf } from "./fast.ts";
import { reportOf, unmetOf } from "./score.ts";
import { caseOf, expectedPrompt, input, output, reads } from "./testing.ts";

const asks = [
  output(10, "Overwrite a.txt? [y/N] "),
  reads(11),
  input(600, "y\r"),
  output(601, "\r\ndone\r\n"),
];
const right = expectedPrompt({
  question: "Overwrite a.txt?",
  options: [
    { label: "y", key: "y" },
    { label: "N", key: "n" },
  ],
  default: "N",
  single_key: false,
});

function report(one: Case, sight: KernelSight = "on") {
  const { prompts, alarms, looks } = replayFast(one, sight);
  return reportOf({ pace: "fast", sight, cases: [one], prompts, alarms, looks });
}

describe("a replay", () => {
  test("finds a prompt that is as expected, and meets the gate", () => {
    const told = report(caseOf(asks, [right]));
    const full = { right: 1, of: 1 };
    expect(told).toMatchObject({ recall: full, kind: full, question: full, options: full });
    expect(told).toMatchObject({ default: full, keys: full, misses: [], false: [] });
    expect(told.confusion).toEqual([{ expected: "yes_no", detected: "yes_no", count: 1 }]);
    expect(told.by_evidence.map(({ name }) => name)).toEqual(["read, line"]);
    expect(unmetOf(told, defaultLabGate)).toEqual([]);
  });

  test.each([
    ["kind", { kind: "password" }],
    ["question", { question: "Delete" }],
    ["options", { options: [{ label: "all", key: "a" }] }],
    ["default", { default: "y" }],
    ["keys", { single_key: true }],
    ["subject", { subject: { command: "rm a.txt" } }],
  ] satisfies [string, Partial<ExpectedPrompt>][])("names what is wrong: %s", (wrong, parts) => {
    const told = report(caseOf(asks, [{ ...right, ...parts }]));
    expect(told.misses[0]?.wrong).toContain(wrong);
    expect(unmetOf(told, { [wrong]: 1 })).toHaveLength(1);
  });

  test("takes either of two kinds that are as right", () => {
    const prompt = expectedPrompt({ kind: "free_text", or_kinds: ["yes_no"] });
    expect(report(caseOf(asks, [prompt])).kind).toEqual({ right: 1, of: 1 });
  });

  test("misses a prompt where the recording says that nobody waits", () => {
    const silent = asks.filter(({ kind }) => kind !== "kernel");
    const nobody = { atMs: 5, kind: "kernel", kernel: { waits: [], blind: false } } as const;
    const told = report(caseOf([nobody, ...silent], [right]));
    expect(told.recall).toEqual({ right: 0, of: 1 });
    expect(told.confusion).toEqual([{ expected: "yes_no", detected: "(working)", count: 1 }]);
  });

  test("counts an answer in a stretch where nobody asks, with the worst evidence of that stretch", () => {
    const negatives = [{ from_ms: 0, to_ms: 600, why: "prints what looks like a question" }];
    // It was seen to read for a moment, long after the text had come.
    const late = asks.map((event) => (event.kind === "kernel" ? { ...event, atMs: 599 } : event));
    const told = report(caseOf(late, [], negatives));
    expect(told.false).toHaveLength(1);
    expect(told.false[0]?.at_ms).toBeLessThan(599);
    expect(unmetOf(told, defaultLabGate)).toEqual(["answers where nobody asked: 1, at most 0"]);
    const unread = asks.filter(({ kind }) => kind !== "kernel");
    const nobody = { atMs: 5, kind: "kernel", kernel: { waits: [], blind: false } } as const;
    expect(report(caseOf([nobody, ...unread], [], negatives)).false).toEqual([]);
  });

  test("counts an answer into an idle box", () => {
    const told = report(caseOf(asks, [expectedPrompt({ kind: "idle" })]));
    expect(told.idle).toEqual({ right: 0, of: 1 });
    expect(told.false).toHaveLength(1);
  });
});

test("a stretch is looked at beside every output and through the silence, not for ever", () => {
  const times = timesOf([100, 200, 60_000], 50, 61_000);
  for (const ms of [100, 200, 60_000]) {
    expect(times).toContain(ms - 0.01);
    expect(times).toContain(ms + 0.01);
  }
  expect(times).toContain(250);
  expect(times.length).toBeLessThan(200);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
