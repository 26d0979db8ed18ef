/** Every rule matches its example, refuses its near miss, and stays cheap on hostile text. */
import { expect, test } from "bun:test";
import type { Snapshot } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import { allRules as writtenRules } from "./patterns.ts";
import { repeatRules } from "./repeats.ts";
import { evidences, screenOf } from "./testing.ts";

const allRules = [...writtenRules, ...repeatRules];

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
  "y to ",
  "again ",
  "1. ",
  "* ",
  "y = ",
  "-- ",
];

/** The least of a few tries, in time of the processor: the machine may be busy with others. */
function leastMs(snapshot: Snapshot): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 12 && least >= 2; tries += 1) {
    const start = process.cpuUsage();
    detect(snapshot, tries === 0 ? evidences.lineRead : evidences.rawRead);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

test("a hostile line of 4 KB costs at most 5 ms", () => {
  for (const piece of hostile) {
    for (const tail of ["", "?", "x", ": "]) {
      const snapshot = screenOf(piece.repeat(Math.ceil(4096 / piece.length)) + tail);
      expect(leastMs(snapshot), JSON.stringify(piece + tail)).toBeLessThan(5);
    }
  }
});

test("a whole screen of hostile rows costs at most 20 ms", () => {
  for (const piece of hostile) {
    const row = piece.repeat(Math.ceil(118 / piece.length)).slice(0, 118);
    const snapshot = screenOf(Array.from({ length: 40 }, () => row).join("\n"));
    expect(leastMs(snapshot), JSON.stringify(piece)).toBeLessThan(20);
  }
});
