/** Letter case over all of Unicode, and the bound on patterns. */
import { describe, expect, test } from "bun:test";
import { compilePattern, foldText, patternCost } from "./pattern.ts";

describe("letter case is folded", () => {
  /** Every character that has another case at all. */
  const letters: string[] = [];
  for (let code = 0; code < 0x110000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const letter = String.fromCodePoint(code);
    if (/\p{Changes_When_Casefolded}|\p{Changes_When_Casemapped}/u.test(letter))
      letters.push(letter);
  }

  test("just as the engine's own Unicode folding does, for every character there is", () => {
    expect(letters.length).toBeGreaterThan(2_800);
    const all = letters.join("");
    for (const letter of letters) {
      const same = [...all.matchAll(new RegExp(letter, "giu"))].map(([found]) => found);
      const folded = letters.length === 0 ? [] : same.map(foldText);
      expect(new Set(folded).size).toBe(1);
    }
    const classes = new Map<string, string>();
    for (const letter of letters) {
      const folded = foldText(letter);
      const other = classes.get(folded) ?? letter;
      expect(new RegExp(`^${other}$`, "iu").test(letter)).toBe(true);
      classes.set(folded, letter);
    }
  });

  test("and white space counts as one space, however much there is", () => {
    expect(foldText("A \t\r\n b\u00a0C")).toBe("a b c");
  });
});

describe("a pattern's cost", () => {
  const cases: [string, number][] = [
    ["abc", 3],
    ["a{10}", 10],
    ["a{2,30}b", 31],
    ["(ab){10}", 40],
    ["((ab){10}c){10}", 430],
    ["\\Q((((\\E", 8],
    ["[]a]{5}", 5],
    ["[[:alpha:]]{3}", 3],
    ["\\x{41}{3}", 3],
    ["\\pL", 55],
    ["\\pL{10}", 100],
    ["[\\x{80}-\\x{ffff}]", 205],
    ["[一-龥]{2}", 210],
  ];
  for (const [pattern, cost] of cases) {
    test(`of ${pattern} is ${cost}`, () => expect(patternCost(pattern)).toBe(cost));
  }

  test("that is allowed never takes long to compile, nor to run over the longest question", () => {
    const text = `${"a".repeat(2_000)} ${"b".repeat(2_000)}`;
    for (const pattern of ["(a+)+$", "(x+x+)+y", "(?:.{1,31}){1,30}z", "(a|b|ab|.a)*x[ab]{500}y"]) {
      const from = performance.now();
      const compiled = compilePattern(pattern);
      if (!compiled.ok) throw new Error(compiled.message);
      compiled.matches(text);
      expect(performance.now() - from).toBeLessThan(1_000);
    }
  });
});
