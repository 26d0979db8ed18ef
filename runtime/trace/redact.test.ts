/** Proves that planted secrets are taken out and that harmless text stays as it is. */
import { describe, expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import { plantedTexts } from "./redact/fakes.example.ts";
import { harmless } from "./redact/harmless.example.ts";
import { redactorOf } from "./redact.ts";

const { redact } = redactorOf({
  settings: defaultConfig.redaction,
  variables: {},
  loadRules: null,
});

/** Whether any eight characters of the secret are still there. */
function leaked(redacted: string, secret: string): boolean {
  const text = redacted.replace(/\[redacted:[\w-]+\]/g, "\0");
  const size = Math.min(8, secret.length);
  for (let at = 0; at + size <= secret.length; at += 1) {
    if (text.includes(secret.slice(at, at + size))) return true;
  }
  return false;
}

describe("planted", () => {
  for (const { kind, text, secrets } of plantedTexts()) {
    test(`${kind}: ${text.slice(0, 60)}`, () => {
      const result = redact(text);
      expect(secrets.filter((secret) => leaked(result, secret))).toEqual([]);
    });
  }
});

describe("harmless", () => {
  for (const text of harmless) {
    test(text.slice(0, 70), () => expect(redact(text)).toBe(text));
  }
});
