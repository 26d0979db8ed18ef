/** Leaving out what scrolls off gives the same picture as parsing all of it. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { openScreen, type Screen } from "./screen.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function open(): Screen {
  return openScreen({ size: { cols: 20, rows: 6 }, reply: () => {}, answersQueries: false });
}

/** All that a picture shows, without the count of feeds. */
function pictureOf(screen: Screen): unknown {
  const { generation: _, ...picture } = screen.snapshot();
  return picture;
}

/** What a program may have done to the screen before. */
const before = fc.constantFrom(
  "",
  "some text ",
  "\x1b[3;5r\x1b[4;2H",
  "\x1b[2;6r\x1b[r",
  "\x1b[?1049h",
  "\x1b[4h",
  "\x1b[?7l",
  "\x1b(0",
  "\x1b[?6h",
  "\x1b]0;half a title",
  "\x1b[31",
  "\x1b[44;1m",
  "\x1b[6;20Hx",
  "\x1b[2;3H",
);
const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("word", "漢字", "é", "👍🏽", "0123456789".repeat(5), "", " "),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom("\x1b[1m", "\x1b[0m", "\x1b[38;5;9m", "\x1b[m", "\x1b[7;4m"),
  },
  { weight: 1, arbitrary: fc.constantFrom("\t", "\r", "\n") },
);
const line = fc.array(text, { maxLength: 4 }).map((parts) => `${parts.join("")}\r\n`);
/** As a program writes them to a terminal that adds no carriage return. */
const bareLines = fc.constantFrom("\n".repeat(20), "a\n".repeat(20), "\r" + "\n".repeat(15));
const odd = fc.constantFrom(
  "\x1b[2J",
  "\x1b[H",
  "\x07",
  "\b",
  "\x1b[A",
  "\x0e",
  "\x1b[>4m",
  "\x1b[3",
);
const flood = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: line },
      { weight: 1, arbitrary: odd },
      { weight: 1, arbitrary: bareLines },
    ),
    { minLength: 12, maxLength: 80 },
  )
  .map((parts) => parts.join(""));

test("skipping and then feeding the rest gives the picture of feeding everything", () => {
  let skippedBytes = 0;
  fc.assert(
    fc.property(before, flood, fc.constantFrom("", "$ ", "\x1b[2;2Hx"), (first, many, last) => {
      const whole = open();
      const skimmed = open();
      for (const screen of [whole, skimmed]) screen.feed(encode(first));
      const bytes = encode(many + last);
      whole.feed(bytes);
      const skipped = skimmed.skip(bytes);
      skimmed.feed(bytes.subarray(skipped));
      skippedBytes += skipped;
      expect(pictureOf(skimmed)).toEqual(pictureOf(whole));
    }),
    { numRuns: 400 },
  );
  // Or else nothing was tried.
  expect(skippedBytes).toBeGreaterThan(5_000);
});

test.each([
  ["behind what stands on the screen", "some text ", "x\r\n".repeat(20) + "y\n".repeat(13)],
  ["with no carriage return at all", "\x1b[2;20Hx", "\n".repeat(40)],
])("the column of what is left is what it would have been %s", (_name, first, many) => {
  const whole = open();
  const skimmed = open();
  for (const screen of [whole, skimmed]) screen.feed(encode(first));
  const bytes = encode(many);
  whole.feed(bytes);
  const skipped = skimmed.skip(bytes);
  expect(skipped).toBeGreaterThan(0);
  skimmed.feed(bytes.subarray(skipped));
  expect(pictureOf(skimmed)).toEqual(pictureOf(whole));
});

test.each([
  ["margins", "\x1b[2;4r"],
  ["the alternate screen", "\x1b[?1049h"],
  ["an open control string", "\x1b]0;title"],
  ["half a character", "\u00e9"],
  ["line drawing", "\x1b(0"],
])("nothing is skipped with %s", (name, first) => {
  const screen = open();
  const bytes = encode(first);
  screen.feed(name === "half a character" ? bytes.subarray(0, 1) : bytes);
  expect(screen.skip(encode("line\r\n".repeat(50)))).toBe(0);
});

test("what follows a cursor movement is not skipped over it", () => {
  const skipped = open().skip(encode(`${"line\r\n".repeat(50)}\x1b[A${"line\r\n".repeat(50)}`));
  expect(skipped).toBeGreaterThan(0);
  expect(skipped).toBeLessThan(50 * 6);
});
