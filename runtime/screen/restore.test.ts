/** A screen that was written down and brought to another terminal shows the same there, and goes on the same. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openScreen, type Screen } from "./screen.ts";

const size = { cols: 40, rows: 8 };

function open(of = size): Screen {
  return openScreen({ size: of, reply: () => undefined, answersQueries: false });
}

const put = (screen: Screen, text: string): void => screen.feed(new TextEncoder().encode(text));

/** All that a person could see, or a key would depend on. */
function sightOf(screen: Screen): unknown {
  const {
    generation: _generation,
    scrolled: _scrolled,
    lines: _lines,
    ...sight
  } = screen.snapshot();
  return { ...sight, screen: sight.screen.map(({ wrapped: _wrapped, ...row }) => row) };
}

function restored(from: Screen, of = size): Screen {
  const text = from.restore(1_000);
  if (text === null) throw new Error("it could not be written down");
  const to = open(of);
  put(to, text);
  return to;
}

const cases: Record<string, string> = {
  "plain text": "one\r\ntwo\r\nthree",
  "what has scrolled": Array.from({ length: 30 }, (_, line) => `line ${line}`).join("\r\n"),
  colours: "\x1b[1;31mred\x1b[0m \x1b[48;2;1;2;3mdirect\x1b[0m \x1b[38;5;123;4mindexed\x1b[7m and",
  "a wrapped line": `${"wide ".repeat(20)}end`,
  "wide characters": "漢字かな交じり文 ".repeat(6),
  "a full-screen program":
    "shell\x1b[?1049h\x1b[2J\x1b[3;5Hmenu\x1b[7mchosen\x1b[0m\x1b[?25l\x1b[?1h",
  modes: "\x1b[?2004h\x1b[?1h\x1b[?1003h\x1b[?1006h\x1b[?1004hready",
  "a title": "\x1b]2;the title\x07text",
  margins: "a\r\nb\r\nc\r\nd\x1b[2;4r\x1b[3;2H",
  "origin mode": "a\r\nb\r\nc\r\nd\x1b[2;4r\x1b[?6h\x1b[2;2H",
  "a saved cursor": "here\x1b[3;7H\x1b7\x1b[5;1Hthere",
  "lines drawn": "\x1b(0lqqk\r\nx  x",
  "the last column": "x".repeat(size.cols),
  "a coloured cursor": "\x1b[2;2H\x1b[31;1m",
};

/** What each must still understand in the same way. */
const next = "ab\x1b[Ac\nqd\x1b8e\x1b[4;1Hf\x1b[K\r\n\r\n\r\ng\x1b[?1049lh";

describe("a screen brought to another terminal", () => {
  for (const [name, text] of Object.entries(cases)) {
    test(`is the same with ${name}, and goes on the same`, () => {
      const from = open();
      put(from, text);
      const to = restored(from);
      expect(sightOf(to)).toEqual(sightOf(from));
      put(from, next);
      put(to, next);
      expect(sightOf(to)).toEqual(sightOf(from));
    });
  }

  test("has the same above it", () => {
    const from = open();
    put(from, "\x1b[44m");
    for (let line = 0; line < 40; line += 1) put(from, `${`line ${line} `.repeat(line)}\r\n`);
    const to = restored(from);
    const above = (screen: Screen) => screen.restore(1_000)?.split("\x1b[H")[0];
    expect(above(to)).toContain("line 30");
    expect(above(to)).toBe(above(from) ?? "");
  });

  test("brings back how the mouse and the keyboard are to speak, and the cursor's form", () => {
    const from = open();
    put(from, "\x1b[?1002h\x1b[?1006h\x1b[>5u\x1b[>4;2m\x1b[5 q");
    const text = from.restore(0);
    for (const part of ["\x1b[?1002h", "\x1b[?1006h", "\x1b[>5u", "\x1b[>4;2m", "\x1b[5 q"]) {
      expect(text).toContain(part);
    }
    put(from, "\x1b[<u\x1b[>4m\x1b[0 q");
    expect(from.restore(0)).not.toMatch(/[uqm]$/);
  });

  test.each(["\x1b[3", "\x1b]2;half", "\xe6\xbc"])(
    "is not written down amid a sequence: %j",
    (text) => {
      const from = open();
      from.feed(Buffer.from(text, "latin1"));
      expect(from.restore(0)).toBeNull();
    },
  );

  test("is the same for every recording, at its end", () => {
    const folder = join(import.meta.dir, "..", "prompt", "recordings", "line");
    const casts = readdirSync(folder).filter((name) => name.endsWith(".cast"));
    expect(casts.length).toBeGreaterThan(20);
    for (const name of casts) {
      const [head = "", ...events] = readFileSync(join(folder, name), "utf8").trim().split("\n");
      const { width, height } = JSON.parse(head) as { width: number; height: number };
      const of = { cols: width, rows: height };
      const from = open(of);
      for (const event of events) {
        const [, kind, data] = JSON.parse(event) as [number, string, string];
        if (kind === "o") put(from, data);
      }
      if (from.restore(0) === null) continue;
      expect({ name, sight: sightOf(restored(from, of)) }).toEqual({ name, sight: sightOf(from) });
    }
  });
});
