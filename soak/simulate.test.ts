/** Proves the simulated world: one seed is one history, byte for byte; known failures stay away; what fails is made small. */
import { describe, expect, test } from "bun:test";
import { allCheckers } from "./check/all.ts";
import { partOf, planOf, readSeeds, runPlan, writeKept } from "./run-plan.ts";
import { shrink } from "./shrink.ts";
import { readDays } from "./simulate.ts";
import { slopeOf, rises } from "./slope.ts";

/** Of real time; simulated days take about a second each on a machine with nothing else to do. */
const worldsMs = 120_000;

test(
  "one seed gives one history, byte for byte, and another seed another",
  () => {
    const [once, again, other] = [3, 3, 4].map((seed) => runPlan(planOf(seed, 0.5)).history);
    expect(again).toBe(once ?? "");
    expect(other).not.toBe(once ?? "");
  },
  worldsMs,
);

test(
  "days full of faults leave nothing that a checker finds",
  () => {
    for (const seed of [1, 2]) {
      const { violations, asked, rows, entries } = runPlan(planOf(seed, 1));
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      expect(asked).toBeGreaterThan(50);
      expect(rows).toBe(entries);
    }
  },
  worldsMs,
);

describe("a history that has failed once does not fail again", () => {
  for (const kept of readSeeds()) {
    test(
      writeKept(kept, "").trim(),
      () => {
        const plan = partOf(planOf(kept.seed, kept.days), kept);
        expect(runPlan(plan, { checkers: allCheckers() }).violations).toEqual([]);
      },
      worldsMs,
    );
  }
});

test("of a failing plan only what it takes to fail is left", () => {
  const needs = { sessions: [4, 11], faults: [7] };
  const { sessions, faults } = shrink(
    { sessions: 20, faults: 12 },
    (left) => needs.sessions.every((one) => left.sessions.includes(one)) && left.faults.includes(7),
  );
  expect({ sessions, faults }).toEqual(needs);
});

test("a kept history is read as it was written", () => {
  const kept = { seed: 7, days: 2, sessions: [1, 2], faults: [] };
  expect(readSeeds(writeKept(kept, "once: why"))).toEqual([kept]);
  expect(readSeeds("# nothing\n\nseed=7 days=1\n")).toEqual([
    { seed: 7, days: 1, sessions: null, faults: null },
  ]);
  expect(() => readSeeds("days=1")).toThrow("names no seed");
});

test("days are said as days", () => {
  expect(readDays("7d")).toBe(7);
  expect(readDays("0.5")).toBe(0.5);
  for (const wrong of ["7 weeks", "", "-1", "0"]) expect(() => readDays(wrong)).toThrow("7d");
});

test("a line through points: noise does not rise, a leak does", () => {
  const noise = Array.from({ length: 50 }, (_none, x) => [x, 100 + ((x * 37) % 11)] as const);
  expect(rises(slopeOf(noise))).toBe(false);
  const leak = noise.map(([x, y]) => [x, y + 2 * x] as const);
  expect(rises(slopeOf(leak))).toBe(true);
  expect(slopeOf(leak).slope).toBeCloseTo(2, 0);
  expect(rises(slopeOf([[1, 1]]))).toBe(false);
});
