/** A reply has had no effect only where its effect could have been seen. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { EffectTimer } from "./effect-timer.ts";

function timing() {
  const clock = manualClock();
  const seen = { timeouts: 0, hidden: false };
  const timer = new EffectTimer({
    clock,
    hidden: () => seen.hidden,
    onTimeout: () => {
      seen.timeouts += 1;
    },
  });
  return { clock, seen, timer };
}

test("the time is up once, and a later start replaces an earlier one", () => {
  const { clock, seen, timer } = timing();
  timer.start(1_000);
  clock.advance(600);
  timer.start(1_000);
  clock.advance(600);
  expect(seen.timeouts).toBe(0);
  clock.advance(10_000);
  expect(seen.timeouts).toBe(1);
});

test("amid a flood it is not up, and soon after it", () => {
  const { clock, seen, timer } = timing();
  timer.start(1_000);
  seen.hidden = true;
  clock.advance(60_000);
  expect(seen.timeouts).toBe(0);
  seen.hidden = false;
  clock.advance(limits.settledMs);
  expect(seen.timeouts).toBe(1);
});

test("cancelled it is never up", () => {
  const { clock, seen, timer } = timing();
  timer.start(1_000);
  timer.cancel();
  clock.advance(10_000);
  expect(seen.timeouts).toBe(0);
});
