/** What a scenario calls its numbered options is what stands on the screen, in a frame or without. */
import { expect, test } from "bun:test";
import { numberedRows, pointedLabel } from "./numbered-rows.ts";

test("the last list counts, its labels joined and its letters taken as keys", () => {
  const rows = [
    " 1. an older list",
    " 2. of the text",
    "› 1. Yes, proceed (y)",
    "  2. Yes, and don't ask again for commands that start with `a",
    "     b` (p)",
    "  3. No (esc)",
    "",
    "  Press enter to confirm or esc to cancel",
  ];
  expect(numberedRows(rows)).toEqual([
    { label: "Yes, proceed (y)", key: "y" },
    { label: "Yes, and don't ask again for commands that start with `a b` (p)", key: "p" },
    { label: "No (esc)", key: "3" },
  ]);
  expect(pointedLabel(rows)).toBe("Yes, proceed (y)");
});

test("a frame is none of a label's text", () => {
  const rows = ["│ ● 1. Allow once     │", "│   2. No, suggest changes (esc) │"];
  expect(numberedRows(rows).map(({ label }) => label)).toEqual([
    "Allow once",
    "No, suggest changes",
  ]);
});
