/** However a program's output is cut into reads, the picture is the same; and no output breaks the screen. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openScreen } from "./screen.ts";

const size = { cols: 100, rows: 30 };

function paint(chunks: readonly Uint8Array[]): { picture: string; replies: string } {
  let replies = "";
  const reply = (bytes: Uint8Array) => {
    replies += new TextDecoder().decode(bytes);
  };
  const screen = openScreen({ size, reply, answersQueries: true });
  for (const chunk of chunks) screen.feed(chunk);
  const { generation: _, ...picture } = screen.snapshot();
  screen.close();
  return { picture: JSON.stringify(picture), replies };
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

/** A stretch of everything: wraps, wide text, colours, cursor moves, both buffers, queries, strings. */
const everything = [
  "\x1b]0;title \u6f22\x07$ ls \x1b[1;34mdir\x1b[0m \u6f22\u5b57 e\u0301 👩\u200d💻 \r\n",
  `${"wrap me ".repeat(30)}\r\n\x1b[6n\x1b[c\x1b]11;?\x1b\\`,
  "\x1b[?1049h\x1b[H\x1b[2JUnable\x1b[9Gto\x1b[12Gconnect\x1b[5;10r\x1b[5;1H\x1bM\x1bM\x1b[r",
  "\x1b[?1049l\x1b[10;1H\x1b[7m> 1. Yes\x1b[0m\r\n  2. No\x1b[3b\x1b[2L\x1b[?25l\x1b[?2004h",
  "\x1bP+q544e\x1b\\\x1b_ignored\x1b\\\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x9b\xc2",
].join("");

const casts = join(import.meta.dir, "../../../shared/prompt-corpus/casts");

/** Output of real programs, where the corpus is at hand. */
function recorded(): Uint8Array[] {
  if (!existsSync(casts)) return [];
  const names = readdirSync(casts).filter((name) => name.endsWith(".cast"));
  return names.sort().map((name) => {
    const lines = readFileSync(join(casts, name), "utf8").trim().split("\n").slice(1);
    const output = lines.map((line): unknown => JSON.parse(line)).filter(isOutput);
    return new TextEncoder().encode(output.map((event) => event[2]).join(""));
  });
}

function isOutput(event: unknown): event is [number, "o", string] {
  return Array.isArray(event) && event[1] === "o" && typeof event[2] === "string";
}

test("everything, cut byte by byte and anywhere, gives one picture and the same answers", () => {
  const bytes = new TextEncoder().encode(everything);
  const whole = paint([bytes]);
  expect(whole.picture).toContain("Yes");
  expect(paint(cut(bytes, [1]))).toEqual(whole);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (lengths) => {
      expect(paint(cut(bytes, lengths))).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test("every recorded program, cut anywhere, gives one picture and the same answers", () => {
  for (const [index, bytes] of recorded().entries()) {
    const whole = paint([bytes]);
    expect(paint(cut(bytes, [1 + (index % 7), 13, 64, 1, 997]))).toEqual(whole);
  }
});

test("no output breaks the screen, and it shows what comes after", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(
        fc.constantFrom("[", "[?", "[>", "[!", "]", "P", "#", "(", ""),
        fc.array(fc.constantFrom(0, 1, 2, 5, 30, 47, 1049, 999_999_999), { maxLength: 3 }),
        fc.constantFrom(..."@ABCDEFGHIJKLMPSTXZ`bcdfghlmnpqrstu78D\x07".split("")),
      )
      .map(([intro, numbers, final]) => Buffer.from(`\x1b${intro}${numbers.join(";")}${final}漢x`)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const screen = openScreen({ size, reply: () => {}, answersQueries: true });
      const mark = screen.mark(3);
      for (const bytes of parts) screen.feed(bytes);
      mark.row();
      const { screen: rows, lines } = screen.snapshot();
      expect(rows).toHaveLength(size.rows);
      expect(lines.at(-1)?.bottom).toBe(size.rows - 1);
      screen.feed(Buffer.from("\x18\x1bcstill here"));
      expect(screen.snapshot().screen[0]?.text).toBe("still here");
      screen.close();
    }),
    { numRuns: 400 },
  );
});
