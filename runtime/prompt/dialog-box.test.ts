/** What boxes with buttons hold: fields, lists with a bar to scroll, texts to read; and what none of it is. */
import { expect, test } from "bun:test";
import type { ScreenRun, Snapshot } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import { evidences, type ScreenParts, screenOf } from "./testing.ts";

const hidden = { x: 0, y: 0, visible: false };
const plain = { inverse: false, bold: false, dim: false, underline: false, fg: -1, bg: -1 };

/** `⟦` and `⟧` enclose what is reversed. */
function drawn(rows: readonly string[], parts: ScreenParts = {}): Snapshot {
  const texts = rows.map((row) => row.replace(/[⟦⟧]/gu, ""));
  const snapshot = screenOf(texts.join("\n"), { alternate: true, ...parts });
  const screen = snapshot.screen.map((row, at) => {
    const shown = (rows[at] ?? "").replace("█", "");
    let start = 0;
    const runs = shown.split(/[⟦⟧]/u).flatMap((text, part): ScreenRun[] => {
      const run = { ...plain, inverse: part % 2 === 1, text, start, end: start + text.length };
      start = run.end;
      return text === "" ? [] : [run];
    });
    return runs.length < 2 ? row : { ...row, runs };
  });
  return { ...snapshot, screen };
}

function seen(rows: readonly string[], parts: ScreenParts = {}): string {
  const detection = detect(drawn(rows, parts), evidences.rawRead);
  if (detection.state !== "waiting") return detection.state;
  const { kind, options, default: enter } = detection.prompt;
  return `${kind} ${options.map(({ label }) => label).join("/")} ${enter ?? "–"}`;
}

const box = (...rows: string[]): string[] => [
  "   ┌────────────────────────────────────┐",
  ...rows.map((row) => `   │${row}│`),
  "   └────────────────────────────────────┘",
];

test("fields with names before them are to be filled in, and rows with one set off to be chosen from", () => {
  const buttons = "          < OK >    <Cancel>        ";
  const form = (user: string) =>
    box(
      " Account data                       ",
      " ┌────────────────────────────────┐ ",
      ` │ User:  ${user}                   │ `,
      " │ Shell: /bin/sh                 │ ",
      " └────────────────────────────────┘ ",
      buttons,
    );
  expect(seen(form("█ada "))).toStartWith("free_text");
  const menu = form("ada  ").map((row) => row.replace(" User:  ada", "⟦ User:  ada⟧"));
  expect(seen(menu, { cursor: hidden })).toStartWith("multiple_choice");
});

test("the value of a field is its default, without the place for more", () => {
  const field = (row: string) =>
    box(" Address of the proxy               ", row, "       <Ok>         <Skip>          ");
  expect(seen(field(" http://p:3128█_____________________ "))).toBe("free_text  http://p:3128");
  expect(seen(field(" Passphrase: █______________________ "))).toStartWith("password");
});

test("a bar to scroll with is no part of a list", () => {
  const list = (bar: readonly string[]) =>
    box(
      " Geographic area:                   ",
      "                                    ",
      `          Asia             ${bar[0]}        `,
      `          ⟦Europe          ⟧${bar[1]}        `,
      `          Pacific Ocean    ${bar[2]}        `,
      "                                    ",
      "       <Ok>         <Cancel>        ",
    );
  const options = "multiple_choice Asia/Europe/Pacific Ocean Europe";
  expect(seen(list(["↑", "▒", "↓"]), { cursor: hidden })).toBe(options);
  expect(seen(list([" ", " ", " "]), { cursor: hidden })).toBe(options);
});

test("single words before the texts of a list are its tags, where they stand in a column", () => {
  const list = (...rows: string[]) =>
    box(" What now?", "", ...rows, "", "  <Ok>  ").map((row) => row.replace(/│$/u, "     │"));
  const tagged = list(" ⟦Create Create a link⟧", "  Quit   Leave");
  expect(seen(tagged, { cursor: hidden })).toBe(
    "multiple_choice Create a link/Leave Create a link",
  );
  const plainList = list(" ⟦Create a link⟧", "  Delete the link");
  expect(seen(plainList, { cursor: hidden })).toBe(
    "multiple_choice Create a link/Delete the link Create a link",
  );
});

test("a text with nothing but a button to leave it is read, and nothing is chosen", () => {
  const text = box(" line 1", " line 2", " line 3", "             < EXIT >               ");
  expect(seen(text, { cursor: hidden })).toStartWith("confirm_enter");
});

test("a box over another one stands alone", () => {
  const rows = [
    "   ┌─────────────────────────────────────┐",
    "   │ [*] Enable logging                  │",
    "   │ [ ] Enable tracing                  │",
    "   │   ┌────────────────────────┐        │",
    "   │   │ configuration written  │        │",
    "   │   │                        │        │",
    "   │   │          <OK>          │        │",
    "   │   └────────────────────────┘        │",
    "   └─────────────────────────────────────┘",
  ];
  expect(seen(rows, { cursor: { x: 18, y: 6, visible: false } })).toStartWith("confirm_enter");
});

test("words that only their grounds part are buttons below a line, and nothing elsewhere", () => {
  const inFrame = (line: string) =>
    box(" Remove the snapshots for good?     ", "", " ⟦Remove⟧ Keep").map((row, at) =>
      at === 2 ? line : row,
    );
  const cursor = { x: 11, y: 3, visible: false };
  expect(seen(inFrame("   ├────────────────────────────────────┤"), { cursor })).toBe(
    "multiple_choice Remove/Keep Remove",
  );
  expect(seen(inFrame("   │ A list                             │"), { cursor })).not.toContain(
    "Remove/Keep",
  );
});
