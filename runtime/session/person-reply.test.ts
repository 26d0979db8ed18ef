/** What a person answered is told by its meaning, or not at all. */
import { expect, test } from "bun:test";
import { examplePrompt } from "../../contracts/examples.ts";
import type { Option, Prompt } from "../../contracts/prompt.ts";
import { replyMeant, typedSoFar, unreadableKeys } from "./person-reply.ts";

const option = (label: string, key: string, meaning: Option["meaning"] = null): Option => {
  return { label, key, meaning, selected: false, checked: null };
};
const yesNo: Prompt = {
  ...examplePrompt,
  subject: null,
  options: [option("Y", "y", "yes"), option("n", "n", "no")],
  default: "y",
};
const dialog: Prompt = {
  ...examplePrompt,
  kind: "multiple_choice",
  options: [
    { ...option("Yes", "1", "yes"), selected: true },
    option("Yes, always", "2", "always"),
    option("No", "3", "no"),
  ],
  default: null,
  refuse_key: "\u001b",
};

const cases: [string, Prompt, string, string | null][] = [
  ["a letter and Enter", yesNo, "y\r", "y"],
  ["a letter alone", yesNo, "n", "n"],
  ["a word", yesNo, "yes\r", "y"],
  ["Enter takes the default", yesNo, "\r", "y"],
  ["Enter without a default", { ...yesNo, default: null }, "\r", null],
  ["a slip that was taken back", yesNo, "y\u007fn\r", "n"],
  ["a line that was thrown away", yesNo, "no way\u0015y\r", "y"],
  ["something else", yesNo, "maybe\r", null],
  ["what comes behind the Enter", yesNo, "y\rsecret\r", "y"],
  ["a number", dialog, "1", "y"],
  ["a lasting grant is told by its label", dialog, "2", "Yes, always"],
  ["Enter on the highlight", dialog, "\r", "y"],
  ["an arrow moved the highlight", dialog, "\u001b[B\r", null],
  ["a lone ESC refuses", dialog, "\u001b", "n"],
  ["keys of which nobody knows", dialog, `${unreadableKeys}\r`, null],
  ["going on", { ...yesNo, kind: "confirm_enter", options: [] }, "\r", "\n"],
  ["text is a person's own", { ...yesNo, kind: "free_text", options: [] }, "hello\r", null],
  ["a password", { ...yesNo, kind: "password", options: [] }, "y\r", null],
  [
    "boxes",
    { ...dialog, options: dialog.options.map((one) => ({ ...one, checked: false })) },
    "1\r",
    null,
  ],
  ["two options alike", { ...yesNo, options: [option("a", "x"), option("b", "x")] }, "x", null],
];

for (const [what, prompt, keys, reply] of cases) {
  test(`${what}: ${JSON.stringify(reply)}`, () => expect(replyMeant(prompt, keys)).toBe(reply));
}

test("keys are kept as they come, and no more of them than an answer has", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(typedSoFar(typedSoFar(undefined, bytes("y")), bytes("\r"))).toBe("y\r");
  expect(typedSoFar("a", bytes("b".repeat(1_000)))).toHaveLength(64);
  expect(typedSoFar(undefined, undefined)).toBe(unreadableKeys);
});
