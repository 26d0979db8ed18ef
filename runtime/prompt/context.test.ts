/** The text above a question: what of it is handed to policy, and what never is. */
import { describe, expect, test } from "bun:test";
import { contextCharsMax, prompt as promptSchema, type Prompt } from "../../contracts/prompt.ts";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

function promptOn(text: string): Prompt {
  const detection = detect(screenOf(text), evidences.lineRead);
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return promptSchema.parse(detection.prompt);
}

describe("the context is", () => {
  const cases: [string, string, string][] = [
    ["the row above", "This will delete /srv.\nContinue? [y/n] ", "This will delete /srv."],
    ["the paragraph up to a blank row", "one\n\n two\nthree\nGo on? [y/n] ", "two\nthree"],
    ["empty at the top of the screen", "Continue? [y/n] ", ""],
    ["the paragraph above a blank row", "Delete a.\n\nContinue? [y/n] ", "Delete a."],
    ["the paragraph above two", "Delete a.\n\n\nContinue? [y/n] ", "Delete a."],
    ["empty below three blank rows", "Delete a.\n\n\n\nContinue? [y/n] ", ""],
    ["what stands above a question of several rows", "a\nDelete\nall?\n[y/n] ", "a"],
    ["what stands above a menu", "Careful.\nPick one:\n1) a\n2) b\n> ", "Careful.\nPick one:"],
    ["cut off above the default of an earlier one", "a\n[x]:\nIs it right?\n[no]: ", "a\n[x]:"],
    ["cut off below an answered question", "Delete a? [y/n] y\nmore\nSure? [y/n] ", "more"],
    ["cut off below one that nobody answered", "Delete a? [y/n]\nmore\nSure? [y/n] ", "more"],
    ["empty right below one that nobody answered", "Delete a? [y/n]\nDelete b? [y/n] ", ""],
    [
      "that of the same question asked before",
      "Erase a.\nGo on? [y/n] x\nyes or no!\nGo on? [y/n] ",
      "Erase a.\nyes or no!",
    ],
    [
      "the question whose answer is asked for below",
      "Delete a? [y/n]\nAnswer: ",
      "Delete a? [y/n]",
    ],
    ["what a secret was asked with, not the secret", "API key: sk-abc\nSure? [y/n] ", "API key:"],
    ["what a statement says up to its colon", "Delete token: x\nSure? [y/n] ", "Delete token:"],
  ];
  for (const [name, text, context] of cases) {
    test(name, () => expect(promptOn(text).context).toBe(context));
  }

  test("at most twelve rows", () => {
    const rows = Array.from({ length: 20 }, (_, at) => `row ${at}`);
    const { context } = promptOn([...rows, "Continue? [y/n] "].join("\n"));
    expect(context?.split("\n")).toEqual(rows.slice(-12));
  });

  test("the last part of a long paragraph", () => {
    const { context } = promptOn(`${"a".repeat(3_000)}end\nContinue? [y/n] `);
    expect(context).toHaveLength(contextCharsMax);
    expect(context).toEndWith("aend");
  });
});

test("the same question below other text is the same prompt", () => {
  expect(promptOn("one\nContinue? [y/n] ").fingerprint).toBe(
    promptOn("two\nContinue? [y/n] ").fingerprint,
  );
});
