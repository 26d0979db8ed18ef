/** Proves on texts made at random that planted secrets never come through, however the text is cut into pieces. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defaultConfig } from "../../../contracts/config.ts";
import { redactorOf } from "../redact.ts";
import { fake, isLeaked, plantedTexts } from "./fakes.example.ts";
import { StreamRedactor } from "./stream.ts";

const redactor = redactorOf({
  settings: { ...defaultConfig.redaction, patterns: [{ name: "badge", pattern: "B-\\d{4}" }] },
  variables: { API_TOKEN: "s3cr3t value of mine" },
  loadRules: null,
});

const planted = fc.constantFrom(...plantedTexts());
const words = fc.string({ unit: fc.constantFrom("a", "B", "7", " ", "-", ".", "\n", "é", "│") });
const sequences = "\u001b\\[[0-9;]*[mK]";
const colour = fc.constantFrom("", "\u001b[0m", "\u001b[1;31m", "\u001b[K");

describe("whatever stands around it", () => {
  test("a planted text is taken out, and nothing is thrown", () => {
    fc.assert(
      fc.property(words, planted, words, (before, { text, secrets }, after) => {
        const result = redactor.redact(`${before}\n${text}\n${after}`);
        for (const secret of secrets) expect(isLeaked(secret, result)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("in a terminal's output, in any pieces, with colours anywhere", () => {
    const shapes = [fake("gh|p_@a36"), fake("AK|IA@U16"), fake("sk-|ant-api03-@w93AA")];
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.array(fc.tuple(fc.nat(), colour), { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (secret, colours, cuts) => {
          let text = `> ${secret} <`;
          for (const [at, escape] of colours) {
            // Not within another sequence: that would be text of its own.
            const place = 2 + (at % secret.length);
            text = insertVisible(text, place, escape);
          }
          const places = cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b);
          const stream = new StreamRedactor({ redactor, columns: 80 });
          let given = "";
          let from = 0;
          for (const to of [...places, text.length]) {
            given += stream.write(text.slice(from, to));
            from = to;
          }
          given += stream.end();
          expect(given).toHaveLength(text.length);
          const shown = given.replaceAll(new RegExp(sequences, "g"), "");
          expect(shown).toBe(`> ${"*".repeat(secret.length)} <`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Before the visible character with this number. */
function insertVisible(text: string, number: number, what: string): string {
  let seen = 0;
  for (let at = 0; at < text.length; ) {
    const sequence = new RegExp(`^${sequences}`).exec(text.slice(at))?.[0];
    if (sequence === undefined) {
      if (seen === number) return text.slice(0, at) + what + text.slice(at);
      seen += 1;
    }
    at += sequence?.length ?? 1;
  }
  return text + what;
}

test("of several in one text none is left, and what was found lies in the text, in order and apart", () => {
  fc.assert(
    fc.property(fc.array(planted, { minLength: 1, maxLength: 6 }), words, (parts, between) => {
      const whole = parts.map(({ text }) => text).join(`\n${between}\n`);
      let last = 0;
      for (const { from, to } of redactor.find(whole)) {
        expect(from).toBeGreaterThanOrEqual(last);
        expect(to).toBeGreaterThan(from);
        last = to;
      }
      expect(last).toBeLessThanOrEqual(whole.length);
      const result = redactor.redact(whole);
      for (const secret of parts.flatMap(({ secrets }) => secrets)) {
        expect(isLeaked(secret, result)).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});
