/** Proves that what a session does is shown steadily, with the time it began, and seldom written. */
import { describe, expect, test } from "bun:test";
import type { Activity } from "../../contracts/activity.ts";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { doingOf, Presence } from "./presence.ts";

type Doing = Omit<Activity, "since">;
const working: Doing = { state: "working", reason: "output", prompt_kind: null };
const waiting: Doing = { state: "waiting", reason: "for you", prompt_kind: "yes_no" };

function present(taken: (at: number) => boolean = () => true) {
  const clock = manualClock(1_000_000);
  const published: Activity[] = [];
  const presence = new Presence({
    clock,
    publish(activity) {
      const isTaken = taken(clock.now());
      if (isTaken) published.push(activity);
      return isTaken;
    },
  });
  return { clock, published, presence };
}

test("a change that lasts is published with the time at which it began", () => {
  const { clock, published, presence } = present();
  presence.tell(working);
  clock.advance(5_000);
  presence.tell(waiting);
  clock.advance(5_000);
  expect(published).toEqual([
    { ...working, since: 1_000_000 },
    { ...waiting, since: 1_005_000 },
  ]);
});

test("what flickers is not published, and did not begin anew", () => {
  const { clock, published, presence } = present();
  presence.tell(waiting);
  clock.advance(5_000);
  presence.tell(working);
  clock.advance(100);
  presence.tell(waiting);
  clock.advance(5_000);
  expect(published).toEqual([{ ...waiting, since: 1_000_000 }]);
  expect(presence.activity).toEqual({ ...waiting, since: 1_000_000 });
});

test("however often it changes, it is written at most once in a while", () => {
  const { clock, published, presence } = present();
  for (let turn = 0; turn < 100; turn += 1) {
    presence.tell(turn % 2 === 0 ? waiting : working);
    clock.advance(300);
  }
  expect(published.length).toBeLessThanOrEqual(30_000 / limits.activityEveryMs + 1);
  expect(published.length).toBeGreaterThan(2);
});

test("what could not be written is written later", () => {
  const { clock, published, presence } = present((at) => at > 1_003_000);
  presence.tell(working);
  clock.advance(10_000);
  expect(published).toEqual([{ ...working, since: 1_000_000 }]);
});

describe("a session", () => {
  const watching = { name: "watching" } as const;

  test("works where nothing else is known, and is idle only where that was seen", () => {
    expect(doingOf(watching, null).state).toBe("working");
    expect(doingOf(watching, { state: "working", why: "" }).state).toBe("working");
    expect(doingOf(watching, { state: "idle", why: "its input box" })).toEqual({
      state: "idle",
      reason: "its input box",
      prompt_kind: null,
    });
  });

  test("has ended when it has", () => {
    expect(doingOf({ name: "closed" }, { state: "idle", why: "" }).state).toBe("ended");
  });
});
