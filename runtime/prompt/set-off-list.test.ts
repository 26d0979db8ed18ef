/** Lists that only a look, a box or any one sign tells, as prompt libraries draw them; and what looks much like them. */
import { expect, test } from "bun:test";
import type { ScreenRow, ScreenRun, Snapshot } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import type { ScreenParts } from "./testing.ts";
import { evidences, screenOf } from "./testing.ts";

const hidden = { x: 0, y: 0, visible: false };

/** The screen with `[text]` in a look of its own; the cursor is hidden. */
function drawn(text: string, look: Partial<ScreenRun>, parts: ScreenParts = {}): Snapshot {
  const plain = screenOf(text.replace(/[⟦⟧]/gu, ""), { cursor: hidden, ...parts });
  const rows = text.split("\n");
  const screen: ScreenRow[] = plain.screen.map((row, at) => {
    const [before, lit, after] = rows[at]?.split(/[⟦⟧]/u) ?? [];
    if (lit === undefined || before === undefined) return row;
    const base = { inverse: false, bold: false, dim: false, underline: false, fg: -1, bg: -1 };
    const runs: ScreenRun[] = [];
    let start = 0;
    for (const [part, own] of [
      [before, {}],
      [lit, look],
      [after ?? "", {}],
    ] as const) {
      if (part !== "") runs.push({ ...base, ...own, text: part, start, end: start + part.length });
      start += part.length;
    }
    return { ...row, runs };
  });
  return { ...plain, screen };
}

function found(snapshot: Snapshot) {
  const detection = detect(snapshot, { ...evidences.rawPoll, quietMs: 100 });
  if (detection.state !== "waiting") return { kind: detection.state };
  const { kind, question, options, default: enter } = detection.prompt;
  return { kind, question, options: options.map(({ label }) => label), enter };
}

test("a highlight that is only a ground is read", () => {
  expect(found(drawn("Which colour?\n red\n⟦ green⟧\n blue", { inverse: true }))).toEqual({
    kind: "multiple_choice",
    question: "Which colour?",
    options: ["red", "green", "blue"],
    enter: "green",
  });
});

test("a highlight that is only a colour is read below a question", () => {
  const shown = "Which colour?\n  red\n⟦  green⟧\n  blue";
  expect(found(drawn(shown, { fg: 6 }))).toMatchObject({ enter: "green" });
  const report = shown.replace("Which colour?", "Three colours");
  expect(found(drawn(report, { fg: 6 }))).toEqual({ kind: "working" });
});

test("any one sign before a label may be the pointer", () => {
  expect(found(drawn("Which colour?\n  red\n➸ green\n  blue", {}))).toMatchObject({
    kind: "multiple_choice",
    enter: "green",
  });
  // The same sign before each is none.
  expect(found(drawn("Which colour?\n➸ red\n➸ green\n➸ blue", {}))).toEqual({ kind: "working" });
});

test("boxes are read with what is ticked", () => {
  const list = drawn("│\n◆  Extra tools\n│  ◻ Prettier\n│  ◼ ESLint\n└", {});
  const detection = detect(list, evidences.rawPoll);
  expect(found(list)).toMatchObject({ kind: "multiple_choice", question: "Extra tools" });
  expect(
    detection.state === "waiting" && detection.prompt.options.map(({ checked }) => checked),
  ).toEqual([false, true]);
});

test("steps that are done are no boxes to tick", () => {
  const steps = "Which colour?\n✔ compiled\n✔ linked\n✔ signed";
  expect(found(drawn(steps, {}))).toEqual({ kind: "working" });
});

test("a list in a frame that floats over the screen is asked; one among much else is not", () => {
  const box = [
    "      ┌ Select label type ┐",
    "      │⟦ gpt              ⟧ │",
    "      │ dos               │",
    "      └───────────────────┘",
  ].join("\n");
  const parts = { alternate: true };
  expect(found(drawn(`Disk: sda\n\n${box}\n\n q quits`, { inverse: true }, parts))).toMatchObject({
    kind: "multiple_choice",
    question: "Select label type",
    enter: "gpt",
  });
  const panel = box.replaceAll(/^ {6}/gm, "");
  expect(
    found(drawn(`Disk: sda\n\n${panel}\n\n q quits`, { inverse: true }, parts)),
  ).not.toMatchObject({
    kind: "multiple_choice",
  });
});

test("a row with one word set off is a menu below a question", () => {
  expect(
    found(
      drawn(
        "What next?\n⟦File⟧  Edit  View",
        { inverse: true },
        { cursor: { x: 0, y: 1, visible: false } },
      ),
    ),
  ).toMatchObject({ options: ["File", "Edit", "View"], enter: "File" });
});

test("a cursor that the library paints is one", () => {
  const box = "╭──────────────╮\n│ Your name: ⟦A⟧da │\n╰──────────────╯";
  expect(found(drawn(box, { inverse: true }))).toMatchObject({
    kind: "free_text",
    question: "Your name:",
  });
  const secret = box.replace("Your name:", "API token:");
  expect(found(drawn(secret, { inverse: true }))).toMatchObject({ kind: "password" });
});

test("an interpreter's lines are no list, however their prompts look like pointers", () => {
  const typed = "Choose:\n  alpha\n> beta█";
  const shown = ">>> def f():\n... return 1\n...\n>>> █";
  for (const text of [typed, shown]) {
    const detection = detect(screenOf(text), evidences.rawPoll);
    expect(detection.state === "waiting" && detection.prompt.kind).not.toBe("multiple_choice");
  }
});

test("buttons of any words are read where their grounds part them, and a lit row of a table is none", () => {
  const frame = (row: string): string =>
    [
      "┌──────────────────────────┐",
      "│ Overwrite the report?    │",
      row,
      "└──────────────────────────┘",
    ].join("\n");
  const parts = { alternate: true };
  const box = frame("│ ⟦ Overwrite ⟧   Cancel      │");
  expect(found(drawn(box, { inverse: true }, parts))).toEqual({
    kind: "multiple_choice",
    question: "Overwrite the report?",
    options: ["Overwrite", "Cancel"],
    enter: "Overwrite",
  });
  const table = frame("│ ⟦Overwrite    Cancel     ⟧  │");
  expect(found(drawn(table, { inverse: true }, parts)).options ?? []).toEqual([]);
});
