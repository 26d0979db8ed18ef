/** Every rule matches its example, refuses its near miss, and stays cheap on hostile text. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import { allRules } from "./patterns.ts";
import { evidences, screenOf } from "./testing.ts";

for (const rule of allRules) {
  test(`rule ${rule.name} knows its example from its near miss`, () => {
    expect(rule.pattern.test(rule.example)).toBe(true);
    expect(rule.pattern.test(rule.counterExample)).toBe(false);
  });
}

test("rule names are unique", () => {
  const names = allRules.map((rule) => rule.name);
  expect(new Set(names).size).toBe(names.length);
});

const hostile = [
  "[",
  "(y/",
  "[y/n",
  "? ",
  "(a)",
  " ",
  "a or ",
  "press ",
  "❯ ",
  "│ ",
  "<",
  "1) ",
  "…",
  "type '",
  ": ",
  "/a",
  "$ ",
  "密",
  "(((",
  "y/n/",
  "-- ",
];

test("a hostile line of 4 KB costs at most 5 ms", () => {
  detect(screenOf("warm up [y/n] "), evidences.lineRead);
  for (const piece of hostile) {
    for (const tail of ["", "?", "x", ": "]) {
      const snapshot = screenOf(piece.repeat(Math.ceil(4096 / piece.length)) + tail);
      let best = Number.POSITIVE_INFINITY;
      for (const evidence of [evidences.lineRead, evidences.rawRead, evidences.rawRead]) {
        const start = performance.now();
        detect(snapshot, evidence);
        best = Math.min(best, performance.now() - start);
      }
      expect(best, JSON.stringify(piece + tail)).toBeLessThan(5);
    }
  }
});

test("a whole screen of hostile rows costs at most 20 ms", () => {
  for (const piece of hostile) {
    const row = piece.repeat(Math.ceil(118 / piece.length)).slice(0, 118);
    const snapshot = screenOf(Array.from({ length: 40 }, () => row).join("\n"));
    const start = performance.now();
    detect(snapshot, evidences.rawRead);
    expect(performance.now() - start, JSON.stringify(piece)).toBeLessThan(20);
  }
});
