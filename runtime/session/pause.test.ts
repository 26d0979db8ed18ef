/** A session's brake: what it holds back, and what it lets go on. */
import { expect, test } from "bun:test";
import { Pause } from "./pause.ts";

test("holds everything back until it is resumed, and says how", () => {
  const pause = new Pause();
  expect(pause.why).toBeNull();
  pause.pause();
  expect(pause.state).toBe("paused");
  expect(pause.why).toContain("sessions resume");
  pause.resume();
  expect(pause.why).toBeNull();
});

test("a job that we stopped waits for us, any other for the person", async () => {
  const pause = new Pause();
  let asked = 0;
  const otherwise = (): Promise<void> => Promise.resolve(void (asked += 1));
  await pause.thawed(otherwise);
  expect(asked).toBe(1);
  pause.freeze();
  pause.pause();
  expect(pause.state).toBe("frozen");
  let isAwake = false;
  const awake = pause.thawed(otherwise).then(() => (isAwake = true));
  await Promise.resolve();
  expect(isAwake).toBe(false);
  pause.resume();
  await awake;
  expect(asked).toBe(1);
});
