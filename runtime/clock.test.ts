/** Proves that the system's clock calls once, and not after it was told not to. */
import { expect, test } from "bun:test";
import { systemClock } from "./clock.ts";

test("a timer calls once, after at least its time; a cancelled one never does", async () => {
  const from = systemClock.monotonicMs();
  let cancelled = 0;
  systemClock.after(1, () => (cancelled += 1)).cancel();
  const called = Promise.withResolvers<number>();
  systemClock.after(5, () => called.resolve(systemClock.monotonicMs()));
  expect((await called.promise) - from).toBeGreaterThanOrEqual(4);
  expect(cancelled).toBe(0);
});
