/** How a prompt can be answered from a page or a console. */
import { expect, test } from "bun:test";
import { promptId, sessionId } from "./ids.ts";
import type { WaitingPrompt } from "./operator.ts";
import { choicesFor, takesText } from "./choices.ts";

const prompt: WaitingPrompt = {
  prompt_id: promptId.parse("01a22bf9-6e91-75cf-90bf-88864e3b0f50"),
  session_id: sessionId.parse("01a22bf9-6de4-746a-9abf-95cf2d0adbf0"),
  fingerprint: "0".repeat(64),
  tool: "bash",
  label: null,
  since: 0,
  reason: "no rule matches",
  kind: "yes_no",
  confidence: "high",
  question: "Go on? [y/n]",
  options: [],
  default: null,
  subject: null,
  cut: false,
};

const labels = (options: readonly string[]): WaitingPrompt["options"] =>
  options.map((label, at) => ({ label, key: String(at + 1) }));

test("yes or no: neither stands out unless Enter alone would answer it", () => {
  expect(choicesFor(prompt).map(({ key, tone }) => [key, tone])).toEqual([
    ["y", "plain"],
    ["n", "plain"],
  ]);
  expect(choicesFor({ ...prompt, default: "N" }).map(({ tone }) => tone)).toEqual([
    "plain",
    "primary",
  ]);
});

test("a dialog that asks yes or no shows all that it offers", () => {
  const options = labels(["Yes", "Yes, and don't ask again", "No"]);
  expect(choicesFor({ ...prompt, options }).map(({ text }) => text)).toEqual([
    ...["Yes", "Yes, and don't ask again", "No", "Deny"],
  ]);
  expect(choicesFor({ ...prompt, options: labels(["y", "n"]) }).map(({ text }) => text)).toEqual([
    ...["Yes", "No"],
  ]);
});

test("options are sent by their label, by their key where two are called the same, and can all be denied", () => {
  const kind = "multiple_choice" as const;
  const choices = choicesFor({ ...prompt, kind, options: labels(["Yes", "No", "No"]) });
  expect(choices.map(({ value }) => value)).toEqual(["Yes", "2", "3", null]);
  const many = choicesFor({ ...prompt, kind, options: labels("abcdefghijkl".split("")) });
  expect(many.slice(8, 11).map(({ key }) => key)).toEqual(["9", null, null]);
});

test("a secret is not to be given here, text is, and Enter where it is all that is asked for", () => {
  expect(choicesFor({ ...prompt, kind: "password" })).toEqual([]);
  expect(takesText({ ...prompt, kind: "password" })).toBe(false);
  expect(takesText({ ...prompt, kind: "free_text" })).toBe(true);
  expect(choicesFor({ ...prompt, kind: "confirm_enter" })[0]).toMatchObject({ value: "" });
});
