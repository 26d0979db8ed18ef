/** Output without measure or of bad will costs bounded time and memory. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { systemClock } from "../clock.ts";
import { openScreen, type Screen } from "./screen.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const chunkBytes = 140_000;
const mebibyte = 1_048_576;

function open(): Screen {
  const size = { cols: 120, rows: 40 };
  return openScreen({ size, reply: () => {}, answersQueries: true });
}

/** What is kept: how much of it the system has handed out goes up and down by itself. */
function keptBytes(): number {
  Bun.gc(true);
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/**
 * The growth of memory over a round, once the heap has found its size: the least of up to eight rounds, as soon as one
 * is below `bytes`. What piles up does so in every round.
 */
function settledGrowth(bytes: number, round: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let rounds = 0; rounds < 8 && least >= bytes; rounds += 1) {
    const before = keptBytes();
    round();
    least = Math.min(least, keptBytes() - before);
  }
  return least;
}

/** Feeds in chunks; returns the median time of one, in milliseconds: the machine may be busy with others. */
function flood(screen: Screen, pattern: string, bytes: number): number {
  const unit = encode(pattern);
  const chunk = Buffer.alloc(chunkBytes, unit).subarray(0, chunkBytes - (chunkBytes % unit.length));
  const times: number[] = [];
  for (let fed = 0; fed < bytes; fed += chunk.length) {
    const start = systemClock.monotonicMs();
    screen.feed(chunk);
    times.push(systemClock.monotonicMs() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.POSITIVE_INFINITY;
}

test.each([
  ["blank lines", "\r\n", 20],
  ["digits", "0123456789", 50],
  ["box drawing", "─│┌┐", 50],
])("a flood of %s keeps memory flat and each feed short", (_name, pattern, megabytes) => {
  const screen = open();
  flood(screen, pattern, 5e6);
  const growth = settledGrowth(8 * mebibyte, () => {
    expect(flood(screen, pattern, megabytes * 1e6)).toBeLessThan(50);
  });
  expect(growth).toBeLessThan(8 * mebibyte);
});

test.each([
  ["OSC title", "\x1b]2;", "\x07"],
  ["OSC clipboard", "\x1b]52;c;", "\x1b\\"],
  ["OSC with an 8-bit end", "\x1b]2;", "\u009c"],
  ["DCS", "\x1bPq", "\x1b\\"],
  ["DCS XTGETTCAP", "\x1bP+q", "\x1b\\"],
  ["APC", "\x1b_G", "\x1b\\"],
])("100 MB of unterminated %s stay bounded, and what follows is seen", (_name, start, end) => {
  const screen = open();
  const chunk = Buffer.alloc(mebibyte, "x");
  screen.feed(encode(start));
  screen.feed(chunk);
  const growth = settledGrowth(32 * mebibyte, () => {
    for (let fed = 0; fed < 100; fed += 1) screen.feed(chunk);
  });
  expect(growth).toBeLessThan(32 * mebibyte);
  screen.feed(encode(`${end}Continue?`));
  expect(screen.snapshot().screen[0]?.text).toBe("Continue?");
  expect(screen.snapshot().title).toBe("");
});

test("an endless string in small pieces is not kept piece by piece", () => {
  const screen = open();
  screen.feed(encode("\x1b]2;"));
  const piece = encode("0123456789abcdef");
  const growth = settledGrowth(8 * mebibyte, () => {
    for (let fed = 0; fed < 9e6; fed += piece.length) screen.feed(piece);
  });
  expect(growth).toBeLessThan(8 * mebibyte);
});

test("the end of a dropped string counts also where the dropping begins within it", () => {
  const start = "\x1b]2;";
  for (const length of [81_917, 81_918, 81_919, 81_920]) {
    const screen = open();
    screen.feed(encode(`${start}${"x".repeat(length - start.length)}\u009cContinue?`));
    expect(screen.snapshot().screen[0]?.text).toBe("Continue?");
  }
});

test("an endless string fed byte by byte ends where it would end whole", () => {
  const screen = open();
  for (const byte of encode(`\x1b]2;${"é".repeat(50_000)}\u009cContinue?`)) {
    screen.feed(Uint8Array.of(byte));
  }
  expect(screen.snapshot().screen[0]?.text).toBe("Continue?");
});

test("a dropped string may be followed at once by another sequence", () => {
  const screen = open();
  screen.feed(encode(`\x1b]2;${"x".repeat(200_000)}\x1b[31mred`));
  expect(screen.snapshot().screen[0]?.runs[0]).toMatchObject({ text: "red", fg: 1 });
});

test("titles are cut to the limit", () => {
  const screen = open();
  screen.feed(encode(`\x1b]0;${"t".repeat(60_000)}\x07`));
  expect(screen.snapshot().title).toBe("t".repeat(limits.titleCharsMax));
});

test("links, saved titles and combining characters do not pile up", () => {
  const screen = open();
  const turn = `\x1b]8;;http://x\x1b\\a\x1b]2;${"t".repeat(100)}\x07\x1b[22t`;
  flood(screen, turn, 1e6);
  screen.feed(encode("\r\na"));
  flood(screen, "\u0301", 4e6);
  const growth = settledGrowth(8 * mebibyte, () => {
    flood(screen, turn, 5e6);
    screen.feed(encode("\r\na"));
    flood(screen, "\u0301", 8e6);
  });
  expect(growth).toBeLessThan(8 * mebibyte);
  const longest = Math.max(...screen.snapshot().screen.map((row) => row.text.length));
  expect(longest).toBeLessThanOrEqual(120 * 9);
});

test.each("LMSTIZbXP@".split(""))("a count of 2^31 on CSI %s takes no time", (final) => {
  const screen = open();
  const start = systemClock.monotonicMs();
  for (let times = 0; times < 20; times += 1) screen.feed(encode(`a\x1b[2147483647${final}`));
  // One that counted to it would take minutes.
  expect(systemClock.monotonicMs() - start).toBeLessThan(5_000);
});

test("a picture costs well under a frame", () => {
  const screen = open();
  const words = "word \x1b[1mbold\x1b[0m \x1b[32mgreen\x1b[0m text ";
  for (let row = 1; row <= 40; row += 1) screen.feed(encode(`\x1b[${row};1H${words.repeat(5)}`));
  const times: number[] = [];
  for (let turn = 0; turn < 500; turn += 1) {
    screen.feed(encode(`\x1b[10;1H${turn}`));
    const start = systemClock.monotonicMs();
    screen.snapshot();
    times.push(systemClock.monotonicMs() - start);
  }
  times.sort((a, b) => a - b);
  // Measured 0.05 ms; the bound leaves room for a busy machine.
  expect(times[250]).toBeLessThan(16);
});
