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

test("a ground that a whole list has sets none of its rows off", () => {
  const shown = drawn("Which colour?\n⟦  red⟧\n  green\n  blue", { inverse: true, bg: 0 });
  const screen = shown.screen.map((row) => ({
    ...row,
    runs: row.runs.map((run) => ({ ...run, bg: 0 })),
  }));
  expect(found({ ...shown, screen })).toMatchObject({ kind: "multiple_choice", enter: "red" });
});

test("numbered rows are a menu on a screen full of text, where it is told how to take the one with the cursor", () => {
  const shown = (hint: string, x: number) =>
    drawn(
      `A frontend\n\n⟦ * 0. Access⟧\n   1. Update\n   2. Quit\n\n${hint}\n\na\nb\nc\nd\ne\nf`,
      { inverse: true },
      { alternate: true, cursor: { x, y: 2, visible: true } },
    );
  expect(found(shown("Press <enter> to confirm the selection.", 60))).toMatchObject({
    kind: "multiple_choice",
    options: ["Access", "Update", "Quit"],
    enter: "Access",
  });
  expect(found(shown("There is no warranty.", 60)).kind).not.toBe("multiple_choice");
});

test("two lights beside each other are a yes and a no below a question only", () => {
  const seen = (text: string) => found(screenOf(text, { cursor: { ...hidden, y: 1 } }));
  expect(seen("Install the parts?\n     ● Yes  ○ No")).toMatchObject({
    kind: "yes_no",
    enter: "Yes",
  });
  expect(seen("The services\n     ● Yes  ○ No").kind).not.toBe("yes_no");
  expect(seen("Is it well?\n     ● web  ○ mail").kind).not.toBe("yes_no");
  expect(seen("Is it well?\n     ● Yes  ● No").kind).not.toBe("yes_no");
});

test("a finder's mark may be a word", () => {
  const listed = (mark: string) =>
    drawn(
      `${mark}                 (1/2)\n⟦alpha⟧\nbeta`,
      { bg: 5 },
      {
        alternate: true,
        cursor: { x: mark.length, y: 0, visible: true },
      },
    );
  expect(found(listed("QUERY> "))).toMatchObject({ kind: "multiple_choice", enter: "alpha" });
  expect(found(listed("state "))).not.toMatchObject({ enter: "alpha" });
});

test("a bar of completions below a line editor is no box of a tool", () => {
  const bar = "┌─────┬─────┐\n│ map │ max │\n└─────┴─────┘";
  const written = (below: string) => found(screenOf(`demo # █\n${below}`));
  expect(written(bar).kind).toBe("free_text");
  expect(written(`${bar}\n\nready`).kind).toBe("idle");
});

test("what stands in a box's only field is taken by Enter", () => {
  const box = (value: string) =>
    `┌────────────────┐\n│ Mount point    │\n│ ┌────────────┐ │\n│ │${value.padEnd(12)}│ │\n│ └────────────┘ │\n│  <OK> <Cancel> │\n└────────────────┘`;
  const cursor = { x: 8, y: 3, visible: true };
  expect(found(screenOf(box("/mnt"), { cursor }))).toMatchObject({ enter: "/mnt" });
  expect(found(screenOf(box(""), { cursor }))).toMatchObject({ kind: "free_text", enter: null });
});

test("a source line that a debugger points at is no list above its command line", () => {
  const source = "break in a.js:1\n> 1 let x = 1;\n  2 let y = 2;\n  3 let z = 3;\n";
  expect(found(screenOf(`${source}debug> `)).kind).toBe("free_text");
  expect(found(screenOf(`${source}`, { cursor: { ...hidden, y: 4 } })).kind).toBe(
    "multiple_choice",
  );
});

test("the question of a list that can be narrowed stands above the line to do so", () => {
  const list = (line: string) =>
    drawn(
      `│\n◆  Which country?\n│\n│  ${line}\n│  ● Austria\n│  ○ Chile\n└`,
      {},
      { cursor: { x: 1, y: 6, visible: false } },
    );
  expect(found(list("Search: _"))).toMatchObject({ question: "Which country?" });
  expect(found(list("In the south:"))).toMatchObject({ question: "In the south:" });
});

test("a highlight without a question is a list where a key is named that takes it", () => {
  const shown = (hint: string) =>
    drawn(
      `The kind of installation\n\n⟦* Express⟧\n  Custom\n  Minimal\n\n${hint}`,
      { inverse: true },
      { alternate: true, cursor: { x: 5, y: 6, visible: true } },
    );
  expect(found(shown("Arrows move, Enter to choose"))).toMatchObject({
    kind: "multiple_choice",
    enter: "Express",
  });
  expect(found(shown("Three kinds were found")).kind).not.toBe("multiple_choice");
});

test("code below a question, and the fields of a form, are no list", () => {
  const below = (rows: string) =>
    drawn(`? Fill it in ‣ 0 %\n${rows}`, {}, { cursor: { x: 18, y: 0, visible: true } });
  expect(found(below(' {\n   "name": "<name>"\n }')).kind).toBe("free_text");
  expect(found(below("⊙ First name : Jon\n⊙ Last name : Doe")).kind).toBe("free_text");
  expect(found(below("▸ First\n  Last")).kind).toBe("multiple_choice");
});

test("a library may begin its question with the sign of a highlight", () => {
  const asked = (text: string) =>
    drawn(text, {}, { cursor: { x: text.length, y: 0, visible: true } });
  expect(found(asked("❯ Enter the account password ‣ ")).kind).toBe("password");
  expect(found(asked("❯ Write the file? (y/N) ‣ false")).kind).toBe("yes_no");
  expect(found(asked("❯ git commit -m password: ")).kind).not.toBe("password");
});
