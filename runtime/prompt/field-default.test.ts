/** Defaults as fields show them, and brackets that hold something else. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import { fieldDefault } from "./field-default.ts";
import { evidences, screenOf } from "./testing.ts";

const shown: [string, string | null][] = [
  ["Listen address {0.0.0.0}: ", "0.0.0.0"],
  ["Size {K,M,G}: ", null],
  ["Time zone <Europe/Berlin>: ", "Europe/Berlin"],
  ["Enter <user@host>: ", null],
  ["Branch <name>: ", null],
  ["Workers (press Enter for 4): ", "4"],
  ["Workers (Enter to keep 4)? ", "4"],
  ["Pages (press Enter for more): ", null],
  ["Shell [current: /bin/bash]: ", "/bin/bash"],
  ['Name? (hit return for "app"): ', "app"],
  ["Port of the server [80] (NEW) ", "80"],
  ["Ports [80] (see below) ", null],
  ["Please enter the address (-u): ", null],
  ["Level, one of info, warn (default is info): ", "info"],
];
for (const [text, value] of shown) {
  test(`the default of ${JSON.stringify(text)} is ${value}`, () => {
    expect(fieldDefault(text)).toBe(value);
  });
}

const asked: [string, string, string | null][] = [
  ["Extract to directory? (default = ./pkg): ", "free_text", "./pkg"],
  ["Remove the directory? (default = no): ", "yes_no", null],
  ["Drop all tables? Enter the name of the database: ", "free_text", null],
  ["Drop all tables? Enter yes to go on: ", "yes_no", null],
  ["What is the prefix?  (~name is ok) [/usr/local]  ", "free_text", "/usr/local"],
  ["Workers (press Enter for 4): ", "free_text", "4"],
  ["Port of the server (PORT) [80] (NEW) ", "free_text", "80"],
  [
    "1 novice    Asks little\n2 standard  Asks more\nSelect mode: [standard] ",
    "multiple_choice",
    "2",
  ],
  ["Deploy it? (y, [n])", "yes_no", "n"],
  ["Shell [current: /bin/bash]: ", "free_text", "/bin/bash"],
  ["Shell [bin/bash]: ", "multiple_choice", null],
  ['Go on?\n[Y] Yes, all  [N] No  [?] Help (default is "Y"): ', "multiple_choice", "y"],
  ["Done (press Enter for the menu): ", "confirm_enter", "Enter"],
  ["Do you accept? [accept/reject/read again]: ", "multiple_choice", null],
  ["Where? [my docs/guide/my notes]: ", "free_text", null],
  ["A colour (defaults to red):\n  [0] red\n  [1] blue\n > ", "multiple_choice", "0"],
  ["What now?\n1) Proceed (default - just press enter)\n2) Cancel\n>", "multiple_choice", "1"],
];
for (const [text, kind, value] of asked) {
  test(`${JSON.stringify(text).slice(-50)} is ${kind}`, () => {
    const detection = detect(screenOf(text), evidences.lineRead);
    const prompt = detection.state === "waiting" ? detection.prompt : null;
    expect(prompt?.kind).toBe(kind as never);
    if (value !== null) expect(prompt?.default).toBe(value);
  });
}

test("keys in columns take their labels whole, and the line above as their question", () => {
  const text = 'Adjust the path?\n\n[P] Yes, prepend  [A] Yes, append  [N] No (default is "P"): ';
  const detection = detect(screenOf(text), evidences.lineRead);
  const prompt = detection.state === "waiting" ? detection.prompt : null;
  expect(prompt?.options.map(({ label }) => label)).toEqual(["Yes, prepend", "Yes, append", "No"]);
  expect([prompt?.question.split("\n")[0], prompt?.default]).toEqual(["Adjust the path?", "p"]);
});

test("a key that is named in angles is no word to be typed", () => {
  const detection = detect(screenOf("Confirm: <enter>, Cancel: <esc>"), evidences.rawPoll);
  expect(detection.state === "waiting" ? detection.prompt.options : []).toEqual([]);
});
