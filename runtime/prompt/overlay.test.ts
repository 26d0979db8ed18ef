/** A box that hides part of other text is read as if it stood alone. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

function seen(text: string): string {
  const detection = detect(screenOf(text), { ...evidences.rawTimedPoll, quietMs: 1_000 });
  if (detection.state !== "waiting") return detection.state;
  const { kind, question, options } = detection.prompt;
  return `${kind} ${JSON.stringify(question)} ${options.map(({ label }) => label).join("/")}`;
}

const page = (inside: readonly string[]): string =>
  [
    "line 1 of the page",
    ...inside.map((row, at) => `line ${at + 2} ${row} and its end`),
    "last",
  ].join("\n");

const box = [
  "┌──────── Exit ─────────┐",
  "│ Really 漢字 leave it? │",
  "│    [ █Yes ]  [ No ]    │",
  "└───────────────────────┘",
];

test("a question over a page, with its buttons", () => {
  expect(seen(page(box))).toBe('yes_no "Really 漢字 leave it?" Yes/No');
});

test("a frame that is not whole, or does not hold the cursor, is text", () => {
  expect(seen(page(box.slice(0, -1)))).toBe("working");
  expect(seen(page(box.map((row) => row.replace("█", ""))))).toBe("working");
});
