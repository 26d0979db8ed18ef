/** Proves that a menu is steered by one key at a time toward what is wanted, and left alone where the screen does not tell. */
import { describe, expect, test } from "bun:test";
import type { Option } from "../../contracts/prompt.ts";
import { bytesOf, nextMove, planMenu } from "./menu.ts";

/** `>a` is highlighted; `[ ]b` and `[x]b` are boxes. */
function row(text: string): Option {
  const [, mark = "", box = "", label = ""] = /^(>?)(\[[ x]\])?(.*)$/.exec(text) ?? [];
  const checked = box === "" ? null : box === "[x]";
  return { label, key: null, meaning: null, selected: mark === ">", checked };
}
const rows = (...texts: string[]): Option[] => texts.map(row);

describe("an option is taken", () => {
  test("by Enter where the highlight stands, else by an arrow toward it", () => {
    expect(nextMove(rows(">a", "b", "c"), { take: "a" })).toEqual({ key: "enter" });
    expect(nextMove(rows(">a", "b", "c"), { take: "c" })).toEqual({ key: "next" });
    expect(nextMove(rows("a", "b", ">c"), { take: "b" })).toEqual({ key: "previous" });
  });

  test("by nobody where no highlight, or more than one, is seen", () => {
    const why = "no single option is highlighted on the screen";
    expect(nextMove(rows("a", "b"), { take: "a" })).toEqual({ key: null, why });
    expect(nextMove(rows(">a", ">b"), { take: "a" })).toEqual({ key: null, why });
    expect(nextMove([], { ticked: [] })).toEqual({ key: null, why });
  });

  test("by nobody where it is not on the screen, or more than once", () => {
    const why = "the wanted option is not on the screen, or more than once";
    expect(nextMove(rows(">a", "b"), { take: "c" })).toEqual({ key: null, why });
    expect(nextMove(rows(">a", "b", "b"), { take: "b" })).toEqual({ key: null, why });
  });
});

describe("boxes", () => {
  test("are ticked and cleared where the highlight stands, the nearest first", () => {
    expect(nextMove(rows(">[ ]a", "[ ]b"), { ticked: ["a"] })).toEqual({ key: "space" });
    expect(nextMove(rows(">[x]a", "[ ]b"), { ticked: [] })).toEqual({ key: "space" });
    const list = rows("[ ]a", "[ ]b", ">[x]c", "[ ]d");
    expect(nextMove(list, { ticked: ["a", "c", "d"] })).toEqual({ key: "next" });
    expect(nextMove(list, { ticked: ["b", "c"] })).toEqual({ key: "previous" });
    const far = rows("[ ]a", "[x]b", "[x]c", ">[x]d", "[x]e", "[ ]f");
    expect(nextMove(far, { ticked: ["a", "b", "c", "d", "e", "f"] })).toEqual({ key: "next" });
  });

  test("are sent off on the row that submits, or by Enter where the list has none", () => {
    const done = rows(">[x]a", "[ ]b", "Submit");
    expect(nextMove(done, { ticked: ["a"] })).toEqual({ key: "next" });
    expect(nextMove(rows("[x]a", ">Submit"), { ticked: ["a"] })).toEqual({ key: "enter" });
    expect(nextMove(rows(">[x]a", "[ ]b"), { ticked: ["a"] })).toEqual({ key: "enter" });
    expect(nextMove(rows(">[x]a", "Resubmit later"), { ticked: ["a"] })).toEqual({ key: "enter" });
    expect(nextMove(rows(">[x]a", "→ Done"), { ticked: ["a"] })).toEqual({ key: "next" });
    expect(nextMove(rows(">[x]a", "Donex"), { ticked: ["a"] })).toEqual({ key: "enter" });
    // A box of that name is a box.
    expect(nextMove(rows(">[x]a", "[ ]Continue"), { ticked: ["a"] })).toEqual({ key: "enter" });
    const twice = rows(">[x]a", "OK", "OK");
    expect(nextMove(twice, { ticked: ["a"] }).key).toBeNull();
  });
});

describe("the most that is ever typed", () => {
  test("is three bytes an arrow and one any other key", () => {
    const keys = ["next", "previous", "space", "enter"] as const;
    expect(keys.map((key) => bytesOf({ key }))).toEqual([3, 3, 1, 1]);
  });

  test("is that of a menu which takes each key as one expects", () => {
    expect(planMenu(rows(">a", "b", "c"), { take: "a" })).toEqual({ bytes: 1 });
    expect(planMenu(rows(">a", "b", "c"), { take: "c" })).toEqual({ bytes: 7 });
    expect(planMenu(rows("a", "b", ">c"), { take: "a" })).toEqual({ bytes: 7 });
    const boxes = rows(">[x]a", "[ ]b", "Submit");
    expect(planMenu(boxes, { ticked: ["b"] })).toEqual({ bytes: 1 + 3 + 1 + 3 + 1 });
  });

  test("is nothing where the way is not known, or has no end in sight", () => {
    const why = "no single option is highlighted on the screen";
    expect(planMenu(rows("a", "b"), { take: "a" })).toEqual({ why });
    const long = [row(">0"), ...Array.from({ length: 1_000 }, (_, at) => row(String(at + 1)))];
    expect(planMenu(long, { take: "999" })).toEqual({ bytes: 999 * 3 + 1 });
    expect(planMenu(long, { take: "1000" })).toEqual({ why: "the menu would need too many keys" });
  });
});
