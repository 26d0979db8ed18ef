/** Where the letters are not UTF-8: nothing but ASCII is said, columns stay, and words that can be read stay readable. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { asciiOf, saysUtf8 } from "./ascii.ts";

test("the locale is the first of LC_ALL, LC_CTYPE and LANG that says anything", () => {
  expect(saysUtf8({})).toBeNull();
  expect(saysUtf8({ LC_ALL: "", LANG: "" })).toBeNull();
  expect(saysUtf8({ LANG: "en_GB.UTF-8" })).toBe(true);
  expect(saysUtf8({ LC_ALL: "C", LANG: "en_GB.UTF-8" })).toBe(false);
  expect(saysUtf8({ LC_CTYPE: "ja_JP.eucJP" })).toBe(false);
  expect(saysUtf8({ LC_ALL: "C.utf8" })).toBe(true);
});

test("signs become what looks like them, letters lose their accents, the rest is marked", () => {
  expect(asciiOf("a → b · c … “d” é ñ Ü ß │ █")).toBe('a > b - c ... "d" e n U s | #');
  expect(asciiOf("日本 x")).toBe("???? x");
  expect(asciiOf("␛[2J")).toBe("^[[2J");
  expect(asciiOf("one\ntwo")).toBe("one\ntwo");
});

test("whatever the text, what comes out is ASCII, and ASCII comes out as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), fc.string({ unit: "grapheme" }), (a, b) => {
      expect(asciiOf(a)).toBe(a);
      expect(asciiOf(b)).toMatch(/^[\n\x20-\x7e]*$/);
    }),
  );
});
