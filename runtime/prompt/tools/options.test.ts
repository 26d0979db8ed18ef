/** What a dialog's options mean, whatever their order and words: one approval, and nothing lasting by accident. */
import { describe, expect, test } from "bun:test";
import type { OptionMeaning } from "../../../contracts/prompt.ts";
import { choicesOf, isApproval } from "./options.ts";

const choices = (...labels: string[]) =>
  choicesOf(
    labels.map((label, at) => ({
      label,
      number: String(at + 1),
      selected: at === 0,
      note: "",
      checked: null,
    })),
  );
const meanings = (...labels: string[]): (OptionMeaning | null)[] =>
  choices(...labels).map(({ meaning }) => meaning);

describe("no plain approval is", () => {
  test.each([
    "Yes, and don't ask again for make commands",
    "Yes, for the rest of this session",
    "Yes to all",
    "Approve all",
    "Run everything",
    "Yes, everywhere",
    "Allow globally",
    "Allow for 1 hour",
    "Allow until I exit",
    "Yes, and stop asking",
    "Yes, without asking",
    "Yes, and skip prompts next time",
    "Yes, trust this tool",
    "Yes, and switch to auto mode",
    "Ja, immer erlauben",
    "Oui, toujours",
    "Sí, siempre",
    "はい、常に許可",
    "是的，总是允许",
  ])("%s", (label) => {
    expect(meanings(label, "No")).not.toContain("yes");
    expect(isApproval(choices(label, "No"))).toBe(false);
  });
});

describe("a plain approval is", () => {
  test.each([
    "Yes",
    "Yes, proceed (y)",
    "Allow once",
    "Approve this time",
    "Yes, delete all old files",
    "Trust folder (proj)",
    "Yes, I trust this folder",
    "Run command",
    "Ja",
    "Oui, continuer",
    "はい",
  ])("%s", (label) => {
    expect(meanings("No", label)).toEqual(["no", "yes"]);
    expect(isApproval(choices("No", label))).toBe(true);
  });
});

test("beside a bare yes, one that adds anything goes beyond it, in any order", () => {
  const more = "Yes, and open the door to /srv";
  expect(meanings("Yes", more, "No")).toEqual(["yes", "always", "no"]);
  expect(meanings(more, "Yes", "No")).toEqual(["always", "yes", "no"]);
});

test("of several approvals that all add something none is the plain one", () => {
  expect(isApproval(choices("Yes, as root", "Yes, as a guest", "No"))).toBe(false);
});

test("a letter in parentheses is a key only where it is one option's alone, and a digit never", () => {
  expect(choices("Yes (y)", "No (n)").map(({ key }) => key)).toEqual(["y", "n"]);
  expect(choices("Delete all", "Keep (1)").map(({ key }) => key)).toEqual(["1", "2"]);
  expect(choices("Delete (d)", "Keep (d)").map(({ key }) => key)).toEqual(["1", "2"]);
});

test.each([
  ["Don't ask again for this command", "always"],
  ["Skip confirmation and run", "always"],
  ["Stop asking", "always"],
  ["No sandbox, run directly", null],
])("%s refuses nothing", (label, meaning) => {
  expect(meanings("Yes", label)).toEqual(["yes", meaning as OptionMeaning | null]);
});
