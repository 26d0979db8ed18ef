/** Proves that what looks secret is taken out whole, in place, and that ordinary text stays. */
import { describe, expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import { redactorOf } from "../trace/redact.ts";
import { redacted, redactedWords, starred } from "./secret-text.ts";

const redactor = redactorOf({
  settings: defaultConfig.redaction,
  variables: {},
  loadRules: null,
});
const publishing = { redactor, home: "/home/ada", columns: 80 };

// Put together here, so that no scanner takes them for real ones.
const secrets = [
  ["sk", "live4eC39HqLyjWDarjtT1zdp7dc"].join("-"),
  ["ghp", "16C7e42F292c6912E7710c838347Ae178B4a"].join("_"),
  ["AKIA", "IOSFODNN7EXAMPLE"].join(""),
  ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "dozjgNryP4J3jVmNHl0w5N"].join("."),
  ["wJalrXUtnFEMIK7MDENG", "bPxRfiCYzT4vQh8Lb2d"].join(""),
];

describe("redacting", () => {
  test.each(secrets)("takes out %s", (secret) => {
    const text = `uses ${secret} now`;
    const result = redacted(text, publishing);
    expect(result).toBe(`uses ${"x".repeat(secret.length)} now`);
  });

  test.each([
    ["password=hunter2hunter2 ok", "password=xxxxxxxxxxxxxx ok"],
    ['"api_key": "abcd1234"', '"api_key": "xxxxxxxx"'],
    ["https://ada:s3cr3t@host/x", "https://ada:xxxxxx@host/x"],
    ["see /home/ada/work", "see /uuuuuuuu/work"],
  ])("takes out what a name or place tells: %s", (text, result) => {
    expect(redacted(text, publishing)).toBe(result);
  });

  test.each([
    "Overwrite /etc/passwd? [y/N]",
    "Password: ",
    "commit 6a7b0f3c2d1e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
    "Compiling internationalisation-support-library v1.2.3",
  ])("leaves %s", (text) => expect(redacted(text, publishing)).toBe(text));
});

test("the words of a command are read together", () => {
  const words = ["tool", "--password", "open sesame", "/home/ada/x"];
  expect(redactedWords(words, publishing)).toEqual([
    "tool",
    "--password",
    "xxxxxxxxxxx",
    "/uuuuuuuu/x",
  ]);
});

test("starring leaves what moves the cursor, and nothing that can be read", () => {
  expect(starred("\u001b[1;32mpät 1\u001b[0m\r\n\u001b]0;t\u0007x")).toBe(
    "\u001b[1;32m*** *\u001b[0m\r\n\u001b]0;t\u0007*",
  );
});
