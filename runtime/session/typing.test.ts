/** Proves when the person counts as typing: keys without an Enter, for a while. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { Typing } from "./typing.ts";

const keys = (text: string): Uint8Array => new TextEncoder().encode(text);

test("keys without an Enter count as typing until they are old", () => {
  const clock = manualClock();
  const typing = new Typing(clock);
  expect(typing.unsent()).toBe(false);
  expect(typing.keys(keys("n")).submitted).toBe(false);
  expect(typing.unsent()).toBe(true);
  clock.advance(limits.typingGraceMs);
  expect(typing.unsent()).toBe(false);
});

test("Enter, and the keys that throw a line away, end it", () => {
  for (const end of ["\r", "\n", "\u0003", "\u0004", "\u0015"]) {
    const typing = new Typing(manualClock());
    expect(typing.keys(keys(`no${end}`)).submitted).toBe(true);
    expect(typing.unsent()).toBe(false);
  }
});
