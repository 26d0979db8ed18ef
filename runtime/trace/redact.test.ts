/** Proves that planted secrets are taken out and that harmless text stays as it is. */
import { describe, expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import { isLeaked, plantedTexts } from "./redact/fakes.example.ts";
import { harmless } from "./redact/harmless.example.ts";
import { redactorOf } from "./redact.ts";

const { redact } = redactorOf({
  settings: defaultConfig.redaction,
  variables: {},
  loadRules: null,
});

describe("planted", () => {
  for (const { kind, text, secrets } of plantedTexts()) {
    test(`${kind}: ${text.slice(0, 60)}`, () => {
      const result = redact(text);
      expect(secrets.filter((secret) => isLeaked(secret, result))).toEqual([]);
    });
  }
});

describe("harmless", () => {
  for (const text of harmless) {
    test(text.slice(0, 70), () => expect(redact(text)).toBe(text));
  }
});
