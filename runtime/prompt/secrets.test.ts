/** Secrets that are asked for with echo: known as such, and never handed on. */
import { describe, expect, test } from "bun:test";
import type { Prompt } from "../../contracts/prompt.ts";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

function promptOn(text: string, evidence: WaitEvidence = evidences.lineRead): Prompt {
  const quiet = { ...evidence, quietMs: 1_000 };
  const detection = detect(screenOf(text), quiet);
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return detection.prompt;
}

const secrets = [
  "License key:",
  "Enter your OpenAI key:",
  "Encryption key:",
  "Seed phrase:",
  "Recovery phrase:",
  "Mnemonic:",
  "Connection string:",
  "JWT:",
  "PAT:",
  "Card number:",
  "CVV:",
  "Session cookie:",
  "Key:",
  "Paste your key here:",
  "Enter the 6-digit code:",
  "One-time code:",
  "2FA code:",
  "Verification code:",
  "API key:",
  "Password for 'https://ada@example.org':",
  "Password for https://ada@example.org:",
  "What is your license key?",
  "API key [none]:",
];

describe("a secret is never taken for text that a policy may answer", () => {
  for (const asked of secrets) {
    test(asked, () => {
      expect(promptOn(`${asked} `).kind).toBe("password");
      const framed = promptOn(`? ${asked.slice(0, -1)} `, evidences.rawTimedPoll);
      expect(framed.kind).toBe("password");
    });

    for (const typed of ["sk-abc", "sk-abc:", "yes", "two words", "s".repeat(700)]) {
      test(`${asked} and ${typed.slice(0, 12)} typed behind it`, () => {
        for (const evidence of [evidences.lineRead, evidences.rawRead, evidences.hiddenRead]) {
          for (const gap of ["", " "]) {
            const { kind, question, prefilled } = promptOn(asked + gap + typed, evidence);
            expect([kind, question, prefilled]).toEqual(["password", asked, null]);
          }
        }
      });
    }
  }
});

describe("what only sounds like a secret stays what it is", () => {
  const others: [string, Prompt["kind"]][] = [
    ["Press any key to continue: ", "confirm_enter"],
    ["Key file: ", "free_text"],
    ["Key id: ", "free_text"],
    ["Key name: ", "free_text"],
    ["Key path: ", "free_text"],
    ["Key type: ", "free_text"],
    ["Keymap: ", "free_text"],
    ["Keyboard layout: ", "free_text"],
    ["Postal code: ", "free_text"],
    ["Country code: ", "free_text"],
    ["Expected exit code: ", "free_text"],
    ["Area code: ", "free_text"],
    ["Primary key column name: ", "free_text"],
    ["Primary key: ", "free_text"],
    ["Trust this key? [y/n] ", "yes_no"],
    ["Country Name (2 letter code) [AU]:", "free_text"],
  ];
  for (const [text, kind] of others) {
    test(text.trim(), () => expect(promptOn(text).kind).toBe(kind));
  }
});

describe("an earlier secret never gets into a later question", () => {
  const later = [
    "[y/n] ",
    "Go? [y/n] ",
    "> ",
    ": ",
    "1) dev\n2) prod\n> ",
    "? ",
    "(Y)es or (N)o: ",
    "Type 'yes' to go on:\n> ",
    "❯ One\n  Two",
    "done",
  ];
  for (const text of later) {
    test(JSON.stringify(text), () => {
      for (const asked of ["API key: ", "? API key: ", "Password:", "Key? "]) {
        for (const evidence of [evidences.lineRead, evidences.rawRead, evidences.rawPoll]) {
          const detection = detect(screenOf(`${asked}sk-SECRETKEY\n${text}`), {
            ...evidence,
            quietMs: 1_000,
          });
          expect(JSON.stringify(detection)).not.toContain("SECRETKEY");
        }
      }
    });
  }

  test("not even one that is typed below its question", () => {
    const { kind, question } = promptOn("Enter your API key:\nsk-SECRETKEY");
    expect([kind, question]).toEqual(["password", "Enter your API key:"]);
  });

  test("while a question that is spread over rows is still read whole", () => {
    expect(promptOn("Delete everything in\n/srv/prod?\n[y/n] ").question).toBe(
      "Delete everything in\n/srv/prod?\n[y/n]",
    );
  });
});
