/** Proves that time moves only when told to, and that timers fall due in the order of their times. */
import { expect, test } from "bun:test";
import { manualClock } from "./manual-clock.ts";

test("timers fall due in the order of their times, also those set on the way", () => {
  const clock = manualClock();
  const heard: string[] = [];
  clock.after(20, () => heard.push(`late at ${clock.monotonicMs()}`));
  clock.after(5, () => {
    heard.push(`early at ${clock.monotonicMs()}`);
    clock.after(5, () => heard.push(`nested at ${clock.monotonicMs()}`));
  });
  clock.after(6, () => heard.push("never")).cancel();
  clock.advance(15);
  expect(heard).toEqual(["early at 5", "nested at 10"]);
  clock.advance(10);
  expect(heard.at(-1)).toBe("late at 20");
  expect(clock.monotonicMs()).toBe(25);
});
