/** A secret that is asked for once more is a secret, though the question does not say so; after anything else it is not. */
import { describe, expect, test } from "bun:test";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

function promptOn(text: string, evidence: WaitEvidence = evidences.lineRead) {
  const detection = detect(screenOf(text), { ...evidence, quietMs: 1_000 });
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return detection.prompt;
}

const repeats = [
  "Paste it again: ",
  "Re-enter: ",
  "Once more: ",
  "Again: ",
  "Try again: ",
  "Retype: ",
  "Repeat it, please: ",
  "Please re-enter to verify: ",
  "Enter the same again: ",
  "Confirm: ",
  "Verify: ",
  "Noch einmal: ",
  "Confirmez : ",
  "もう一度: ",
  "Re-enter:\n> ",
];

describe("after a secret", () => {
  const befores = [
    "API key: sk-SECRET\n",
    "Enter your token: \n",
    "Password: ********\nThey do not match.\n",
    "API key: sk-SECRET\n\nPaste it again: sk-SECRET\n",
  ];
  for (const before of befores) {
    test.each(repeats)(`${JSON.stringify(before)} then %p is one`, (asked) => {
      const prompt = promptOn(before + asked);
      expect(prompt.kind).toBe("password");
      expect(JSON.stringify(prompt)).not.toContain("SECRET");
      const typed = promptOn(before + asked.trimEnd() + " sk-SECRET");
      expect([typed.kind, typed.prefilled]).toEqual(["password", null]);
      expect(JSON.stringify(typed)).not.toContain("SECRET");
    });
  }

  test("also where the screen was cleared in between, and the session knows", () => {
    const known = { ...evidences.lineRead, afterSecret: true } as const;
    expect(promptOn("Once more: ", known).kind).toBe("password");
    expect(promptOn("Name: ", known).kind).toBe("free_text");
    expect(promptOn("Continue? [y/n] ", known).kind).toBe("yes_no");
  });

  test("in the look of a prompt library", () => {
    const framed = promptOn("◇  API key\n│  sk-SECRET\n│\n◆  Re-enter\n│  █", evidences.rawPoll);
    expect(framed.kind).toBe("password");
    expect(promptOn("? Token: sk-SECRET\n? Once more: ", evidences.rawPoll).kind).toBe("password");
  });

  test("its second answer gets into no later question", () => {
    for (const again of ["Paste it again: ", "Verify: ", "Noch einmal: "]) {
      const prompt = promptOn(`API key: sk-SECRET\n${again}sk-SECRET\nStore it? [y/n] `);
      expect(prompt.kind).toBe("yes_no");
      expect(JSON.stringify(prompt)).not.toContain("SECRET");
    }
  });
});

describe("what is no secret stays what it is", () => {
  const others: [string, string][] = [
    ["Name: bob\nRe-enter: ", "free_text"],
    ["API key: sk-1\nRegion: eu\nOnce more: ", "free_text"],
    ["API key: sk-1\nTry again? [y/n] ", "yes_no"],
    ["API key: sk-1\nConfirm the region: ", "free_text"],
    ["API key: sk-1\nPress Enter again to go on: ", "confirm_enter"],
    ["API key: sk-1\nRegion: ", "free_text"],
  ];
  test.each(others)("%p", (text, kind) => {
    expect(promptOn(text).kind).toBe(kind as never);
  });
});
