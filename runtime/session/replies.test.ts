/** What is counted, and that it is forgotten after a minute where it should be. */
import { expect, test } from "bun:test";
import { manualClock } from "../manual-clock.ts";
import { ReplyCount } from "./replies.ts";

test("replies count by rule, by prompt and in all; after a minute only in all and by rule", () => {
  const clock = manualClock();
  const count = new ReplyCount(clock);
  count.add("a", "x");
  clock.advance(30_000);
  count.add("a", "y");
  count.add("b", "x");
  expect(count.recent("x")).toEqual({ session: 3, lastMinute: 3, samePrompt: 2 });
  expect(count.recent("z")).toEqual({ session: 3, lastMinute: 3, samePrompt: 0 });
  clock.advance(30_000);
  expect(count.recent("x")).toEqual({ session: 3, lastMinute: 2, samePrompt: 1 });
  clock.advance(30_000);
  expect(count.recent("x")).toEqual({ session: 3, lastMinute: 0, samePrompt: 0 });
  expect(Object.fromEntries(count.of("user"))).toEqual({ a: 2, b: 1 });
});

test("rules of two layers with the same id are counted apart", () => {
  const count = new ReplyCount(manualClock());
  count.add("a", "x", "admin");
  count.add("a", "x");
  count.add("a", "x");
  expect(Object.fromEntries(count.of("admin"))).toEqual({ a: 1 });
  expect(Object.fromEntries(count.of("user"))).toEqual({ a: 2 });
  expect(count.of("project").size).toBe(0);
  expect(count.recent("x").session).toBe(3);
});
