/** Proves that two sets of results are held against each other fairly: noise is no change, and what is worse is told. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare, main } from "./compare.ts";
import { beside, type Figure, judge, side } from "./figure.ts";
import type { BenchResult } from "./results.ts";

const machine = { cpu: "Z80", cores: 2, memoryGiB: 1, kernel: "k", system: "s", bun: "1" };

function result(figures: readonly Partial<Figure>[], cpu = machine.cpu): BenchResult {
  const whole = figures.map((one): Figure => {
    return { what: "it", unit: "ms", ours: 1, peer: null, target: null, runs: 9, ...one };
  });
  return {
    ...{ bench: "b", machine: { ...machine, cpu }, date: "2026-01-01T00:00:00Z" },
    ...{ load: { before: 0, after: 0 }, figures: whole.map(judge) },
  };
}

const verdicts = (a: Partial<Figure>, b: Partial<Figure>) =>
  compare([result([a])], [result([b])]).map(({ verdict }) => verdict);

test("a slower figure is worse, a quicker one better, and a rate the other way round", () => {
  expect(verdicts({ ours: 10 }, { ours: 12 })).toEqual(["worse"]);
  expect(verdicts({ ours: 12 }, { ours: 10 })).toEqual(["better"]);
  expect(verdicts({ ours: 10, unit: "MB/s" }, { ours: 12, unit: "MB/s" })).toEqual(["better"]);
  const target = { of: "value", atLeast: 99 } as const;
  expect(verdicts({ ours: 99, unit: "%", target }, { ours: 90, unit: "%", target })).toEqual([
    "worse",
  ]);
});

test("what lies within the spread is the same, and less than five in a hundred always is", () => {
  expect(verdicts({ ours: 100 }, { ours: 104 })).toEqual(["same"]);
  const spread = { low: 80, high: 120 };
  expect(verdicts({ ours: 100, spread }, { ours: 118 })).toEqual(["same"]);
  expect(verdicts({ ours: 100, spread }, { ours: 125 })).toEqual(["worse"]);
});

test("beside the same peer the ratio counts: a slow day of the machine is no change", () => {
  const peer = (value: number) => ({ peer: { name: "expect", value } });
  const [change] = compare(
    [result([{ ours: 4, ...peer(1) }])],
    [result([{ ours: 8, ...peer(2) }])],
  );
  expect(change).toMatchObject({ verdict: "same", of: "× expect", before: 4, after: 4, ratio: 1 });
  expect(verdicts({ ours: 4, ...peer(1) }, { ours: 4, ...peer(0.5) })).toEqual(["worse"]);
});

test("the peer's spread is part of the noise of a ratio", () => {
  const peer = { name: "expect", value: 1, spread: { low: 0.7, high: 1.3 } };
  expect(verdicts({ ours: 4, peer }, { ours: 5, peer })).toEqual(["same"]);
});

test("from nothing to something is worse, whatever the noise", () => {
  expect(verdicts({ ours: 0, unit: "" }, { ours: 1, unit: "" })).toEqual(["worse"]);
  expect(verdicts({ ours: 0, unit: "" }, { ours: 0, unit: "" })).toEqual(["same"]);
});

test("times of another machine are not compared, ratios are", () => {
  const other = (one: Partial<Figure>) => [result([one], "6502")];
  const verdictOf = (a: Partial<Figure>, b: Partial<Figure>) =>
    compare([result([a])], other(b))[0]?.verdict;
  expect(verdictOf({ ours: 1 }, { ours: 9 })).toBe("not comparable");
  const peer = { name: "p", value: 1 };
  expect(verdictOf({ ours: 1, peer }, { ours: 9, peer })).toBe("worse");
});

test("a spread widens with fewer runs, and three are the least that have one", () => {
  const values = Array.from({ length: 100 }, (_, at) => at);
  const few = side(values.slice(45, 55)).spread;
  expect(side(values)).toEqual({ value: 49, spread: { low: 39, high: 59 } });
  expect(few).toEqual({ low: 45, high: 53 });
  expect(side([1, 2]).spread).toBeUndefined();
  expect(beside([1, 2, 3], ["p", [4, 5, 6]])).toEqual({
    ...{ ours: 2, spread: { low: 1, high: 3 }, runs: 3 },
    peer: { name: "p", value: 5, spread: { low: 4, high: 6 } },
  });
});

test("the gate fails on what is worse or gone, and on nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-compare-"));
  const keep = (name: string, one: BenchResult): string => {
    const path = mkdtempSync(join(folder, `${name}-`));
    writeFileSync(join(path, "b.json"), JSON.stringify(one));
    return path;
  };
  const said: string[] = [];
  const gate = (...words: string[]) => main(words, (line) => said.push(line));
  try {
    const good = keep("good", result([{ ours: 1 }, { what: "other" }]));
    const slow = keep("slow", result([{ ours: 2 }, { what: "other" }]));
    const half = keep("half", result([{ ours: 1 }]));
    expect(gate(good, good, "--gate")).toBe(0);
    expect(gate(slow, good, "--gate")).toBe(0);
    expect(gate(good, slow)).toBe(0);
    said.length = 0;
    expect(gate(good, slow, "--gate")).toBe(1);
    expect(said.join("\n")).toContain("worse  b: it   1 ms  2 ms  × 2.00  5 %");
    expect(said.at(-1)).toBe("1 worse, 1 same");
    expect(gate(good, half, "--gate")).toBe(1);
    expect(gate(half, good, "--gate")).toBe(0);
    expect(gate()).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
