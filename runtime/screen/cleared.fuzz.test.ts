/** Leaving out what a later clearing of the screen hides gives the same picture as drawing all of it. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { openScreen, type Screen } from "./screen.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function open(answers: string[] = []): Screen {
  const reply = (bytes: Uint8Array): void => void answers.push(new TextDecoder().decode(bytes));
  return openScreen({ size: { cols: 20, rows: 6 }, reply, answersQueries: true });
}

/** All that a picture shows, without the count of feeds. */
function pictureOf(screen: Screen): unknown {
  const { generation: _, lines, ...picture } = screen.snapshot();
  // What has scrolled off may differ.
  return { ...picture, lines: lines.filter(({ top }) => top >= 0) };
}

/** What a program may have done to the screen before. */
const before = fc.constantFrom(
  "",
  "some text ",
  "line\r\n".repeat(9),
  "\x1b[3;5r\x1b[4;2H",
  "\x1b[?1049h",
  "\x1b[?6h",
  "\x1b]0;half a title",
  "\x1b[31",
  "\x1b[44;1m",
  "\x1b[?7l",
  "\x1b(0",
  "\x1b[2;3H\x1b7\x1b[5;6H",
);
const clear = fc.constantFrom(
  "\x1b[H\x1b[2J",
  "\x1b[2J\x1b[H",
  "\x1b[H\x1b[J",
  "\x1b[1;1H\x1b[0J",
  "\x1b[3;4H\x1b[2J",
  "\x1b[2J\x1b[31m\x1b[5;2H",
  "\x1b[H\x1b[2J\x1b[3J",
  "\x1b[2J",
  "\x1bc",
);
const change = fc.constantFrom("\x1b[?1049h", "\x1b[?1049l", "\x1b[?1049h\x1b[Hpage\x1b[?1049l");
const text = fc.constantFrom(
  "word",
  "漢字",
  "é",
  "👍🏽",
  "0123456789",
  " ",
  "\r\n",
  "\t",
  "\b",
  "",
);
const rest = fc.constantFrom(
  "\x1b[1m",
  "\x1b[0m",
  "\x1b[41m",
  "\x1b[3;7H",
  "\x1b[A",
  "\x1b[5C",
  "\x1b[K",
  "\x1b[2L",
  "\x1b[?25l",
  "\x1b[?25h",
  "\x1b[?2004h",
  "\x1b[?1h",
  "\x1b]0;title\x07",
  "\x1b]2;other\x1b\\",
  "\x1b]7501;state=blocked\x07",
  "\x07",
);
const odd = fc.constantFrom(
  "\x1b[6n",
  "\x1b[c",
  "\x1b7",
  "\x1b8",
  "\x1b[2;4r",
  "\x1b[?7l",
  "\x1b[4h",
  "\x0e",
  "\u009b2J",
);
const flood = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: clear },
      { weight: 3, arbitrary: change },
      { weight: 8, arbitrary: text },
      { weight: 6, arbitrary: rest },
      { weight: 1, arbitrary: odd },
    ),
    { minLength: 10, maxLength: 40 },
  )
  .map((parts) => parts.join(""));
/** Shows where the cursor is, where it was saved, and what the colours are. */
const after = fc.constantFrom("$ ", "\x1b8x", "\x1b[?1049ly", "\x1b[Kz", "\n\n\n\n\n\n\nend");

test("leaving out and drawing the rest gives the picture, and the answers, of drawing everything", () => {
  let skippedBytes = 0;
  fc.assert(
    fc.property(before, flood, after, (first, many, last) => {
      const answers: string[][] = [[], []];
      const whole = open(answers[0]);
      const skimmed = open(answers[1]);
      for (const screen of [whole, skimmed]) screen.feed(encode(first));
      const bytes = encode(many);
      whole.feed(bytes);
      const skipped = skimmed.skip(bytes);
      skimmed.feed(bytes.subarray(skipped));
      skippedBytes += skipped;
      expect(pictureOf(skimmed)).toEqual(pictureOf(whole));
      for (const screen of [whole, skimmed]) screen.feed(encode(last));
      expect(pictureOf(skimmed)).toEqual(pictureOf(whole));
      expect(answers[1]?.join("")).toEqual(answers[0]?.join(""));
    }),
    { numRuns: 150 },
  );
  // Or else nothing was tried.
  expect(skippedBytes).toBeGreaterThan(300);
}, 60_000);

test.each([
  ["clears", "\x1b[H\x1b[2J", 7],
  ["clears of the scrollback as well", "\x1b[H\x1b[2J\x1b[3J", 11],
  ["resets", "\x1bc", 2],
  ["changes of the screen", "\x1b[?1049h\x1b[?1049l", 0],
  ["frames", "\x1b[?25l\x1b[H\x1b[J\x1b[1mword\x1b[0m\r\nword\x1b[?25h", 40],
  ["changes of the screen with a page", "\x1b[?1049h\x1b[H\x1b[2Jpage\x1b[?1049l", 0],
])("of a flood of %s little is drawn", (_name, unit, rest) => {
  const bytes = encode(unit.repeat(5_000));
  expect(bytes.length - open().skip(bytes)).toBeLessThanOrEqual(rest);
});
