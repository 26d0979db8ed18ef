/** Proves that looks come soon, at the moments that matter, and seldom in the end. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { nextLookMs } from "./looks.ts";

function looks(untilMs: number): number[] {
  const at: number[] = [];
  for (let ms = nextLookMs(0); ms < untilMs; ms += nextLookMs(ms)) at.push(ms);
  return at;
}

test("the first look comes at once, and one just behind each moment at which evidence begins to count", () => {
  const at = looks(1_000);
  expect(at[0]).toBe(limits.settleFirstMs);
  for (const moment of [30, 50, 150, 300, 500]) {
    const after = at.find((ms) => ms >= moment) ?? Number.POSITIVE_INFINITY;
    expect(after - moment).toBeLessThanOrEqual(1);
  }
});

test("a minute of rest costs few looks", () => {
  expect(looks(60_000).length).toBeLessThan(45);
});

test("a timer that calls a little early makes no look of its own", () => {
  expect(nextLookMs(0.7)).toBeGreaterThan(2);
  expect(nextLookMs(150.8)).toBeGreaterThan(40);
});

test("an open dialog whose tool is busy is seen waiting at most a tenth of the time later", () => {
  for (let ms = 100; ms < 10_000; ms += 97) {
    expect(nextLookMs(ms, true)).toBeLessThanOrEqual(Math.max(limits.busyLookMs, ms / 9.99));
  }
  expect(nextLookMs(60_000, true)).toBe(limits.settleLastMs);
});
