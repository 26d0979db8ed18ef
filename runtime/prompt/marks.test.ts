/** What stands in brackets or behind an asking line is read for what it is: keys, a counter, a place, a default, a mark. */
import { describe, expect, test } from "bun:test";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

const { lineRead, rawRead } = evidences;

function seen(text: string, evidence: WaitEvidence = lineRead): string {
  const detection = detect(screenOf(text), { ...evidence, quietMs: 1_000 });
  if (detection.state !== "waiting") return detection.state;
  const { kind, options, default: answer } = detection.prompt;
  const keys = options.map(({ key, meaning }) => `${key}:${meaning ?? ""}`).join(" ");
  return `${kind} [${keys}] ${answer ?? "–"}`;
}

const list = (items: string, ask: string): string => `What now?\n${items}\n${ask} `;

describe("each of a pair", () => {
  const pairs: [string, string, string][] = [
    ["Instructions? (y-n) ", "yes_no [y:yes n:no] –", "two letters that are yes and no"],
    ["Letters? (a-n) ", "free_text [] a-n", "… not a range"],
    ["Move or shoot? (m-s) ", "multiple_choice [m: s:] –", "two letters of named deeds"],
    ["Move or shoot? ", "multiple_choice [Move: shoot:] –", "one deed or another is no yes"],
    ["Share [1/2]:", "free_text [] 1/2", "a counter"],
    ["Your choice [1/2]:", "multiple_choice [1: 2:] –", "… not two choices"],
    ["What is your time zone? [Europe/Rome] ", "free_text [] Europe/Rome", "a place"],
    ["Which side? [Left/Right] ", "multiple_choice [Left: Right:] –", "… not two words"],
    ["Minimum Password Age [0]: ", "free_text [] 0", "an age of passwords"],
    ["Password change code: ", "password [] –", "… not what changes them"],
    ["Username (leave blank to use 'root'): ", "free_text [] root", "a default in words"],
    ["Name (leave blank to skip): ", "free_text [] –", "… not what a blank does"],
    ["*Do you need instructions?", "yes_no [y:yes n:no] –", "a star before a question"],
    ["3 + 4 =   ", "free_text [] –", "a sum to be done"],
  ];
  test.each(pairs)("%p is %p: %s", (text, expected) => {
    expect(seen(text)).toBe(expected);
  });
});

describe("a line of nothing but the keys of the list above it", () => {
  test("is that list's", () => {
    expect(seen(list("n) New\ns) Set it\nq) Quit", "n/s/q>"))).toBe(
      "multiple_choice [n: s: q:cancel] –",
    );
    expect(seen(list("y) Yes this is OK (default)\ne) Edit\nd) Delete", "y/e/d>"))).toBe(
      "multiple_choice [y:yes e: d:] y",
    );
    expect(seen(list("y) Yes\nn) No (default)", "y/n>"))).toBe("yes_no [y:yes n:no] n");
  });

  test("is none where the list has other keys", () => {
    expect(seen(list("a) New\nb) Set it", "n/s/q>"))).toBe("free_text [] –");
  });
});

test("a mark alone is an interpreter's, where somebody reads keys", () => {
  expect([seen(": ", rawRead), seen(". ", rawRead)]).toEqual(["free_text [] –", "free_text [] –"]);
  expect(seen(".", rawRead)).toStartWith("unknown");
});

test("a list below a short input line is a finder's where its first entry alone is set off", () => {
  const run = (text: string, inverse: boolean) => ({
    ...{
      start: 0,
      end: text.length,
      text,
      bold: false,
      dim: false,
      underline: false,
      fg: -1,
      bg: -1,
    },
    inverse,
  });
  const shown = (lit: readonly number[]) => {
    const snapshot = screenOf("> █\napple\nbanana");
    const screen = snapshot.screen.map((row, at) =>
      row.text === "" ? row : { ...row, runs: [run(row.text, lit.includes(at))] },
    );
    const detection = detect({ ...snapshot, screen }, { ...rawRead, quietMs: 1_000 });
    return detection.state === "waiting"
      ? detection.prompt.options.map(({ label }) => label)
      : detection.state;
  };
  expect(shown([1])).toEqual(["apple", "banana"]);
  expect([shown([]), shown([1, 2])]).toEqual(["idle", "idle"]);
});
