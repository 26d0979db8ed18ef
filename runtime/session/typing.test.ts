/** Proves when the person counts as typing: keys without an Enter, as long as they can reach the next question. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { Typing } from "./typing.ts";

const keys = (text: string): Uint8Array => new TextEncoder().encode(text);

test("keys that the tool takes at once count as typing until they are old", () => {
  const clock = manualClock();
  const typing = new Typing(clock);
  expect(typing.unsent(false)).toBe(false);
  expect(typing.keys(keys("n"), false).submitted).toBe(false);
  expect(typing.unsent(false)).toBe(true);
  clock.advance(limits.typingGraceMs);
  expect(typing.unsent(false)).toBe(false);
  expect(typing.unsent(true)).toBe(false);
});

test("keys that the terminal holds back count as typing however old they are", () => {
  const clock = manualClock();
  const typing = new Typing(clock);
  typing.keys(keys("é"), true);
  clock.advance(limits.typingGraceMs * 100);
  expect(typing.unsent(true)).toBe(true);
  typing.keys(keys("\u007f"), true);
  clock.advance(limits.typingGraceMs);
  expect(typing.unsent(true)).toBe(false);
});

test("Enter, and the keys that throw a line away, end it", () => {
  for (const end of ["\r", "\n", "\u0003", "\u0004", "\u0015"]) {
    const typing = new Typing(manualClock());
    expect(typing.keys(keys(`no${end}`), true).submitted).toBe(true);
    expect(typing.unsent(true)).toBe(false);
  }
});

test("what comes after an Enter in the same piece is typing again", () => {
  const typing = new Typing(manualClock());
  expect(typing.keys(keys("yes\rn"), true).submitted).toBe(false);
  expect(typing.unsent(true)).toBe(true);
});
