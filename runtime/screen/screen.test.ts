/** What the emulated screen promises. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { openScreen } from "./screen.ts";

function open(cols = 40, rows = 10) {
  const screen = openScreen({ size: { cols, rows }, reply: () => {}, answersQueries: true });
  return {
    ...screen,
    write: (text: string) => screen.feed(new TextEncoder().encode(text)),
    texts: () => screen.snapshot().screen.map((row) => row.text),
    lines: () => screen.snapshot().lines.filter((line) => line.text !== ""),
  };
}

const frozenDeep = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(frozenDeep));

test("what was fed is on the snapshot when feed returns", () => {
  const screen = open();
  screen.write("Continue? [y/n] ");
  expect(screen.texts()[0]).toBe("Continue? [y/n]");
  expect(screen.snapshot().cursor).toEqual({ x: 16, y: 0, visible: true });
});

test("a snapshot cannot be changed and does not change with the screen", () => {
  const screen = open();
  screen.write("before\x1b[7m inverse\x1b[0m");
  const snapshot = screen.snapshot();
  expect(frozenDeep(snapshot)).toBe(true);
  screen.write("\x1b[H\x1b[2Jafter");
  expect(snapshot.screen[0]?.text).toBe("before inverse");
});

test("a snapshot is made once and unchanged rows are shared, also after scrolling", () => {
  const screen = open(20, 3);
  screen.write("one\r\ntwo\r\nthree e\u0301");
  const first = screen.snapshot();
  expect(screen.snapshot()).toBe(first);
  screen.write("\x1b[2;1HTWO");
  const second = screen.snapshot();
  expect(second.screen[0]).toBe(first.screen[0]);
  expect(second.screen[1]).not.toBe(first.screen[1]);
  expect(second.screen[2]).toBe(first.screen[2]);
  screen.write("\x1b[3;1H\r\nfour");
  expect(screen.snapshot().screen[0]).toBe(second.screen[1]);
});

test("a row rewritten with the same text is the same row, with other colours another", () => {
  const screen = open();
  screen.write("same");
  const first = screen.snapshot().screen[0];
  screen.write("\r\x1b[2Ksame");
  expect(screen.snapshot().screen[0]).toBe(first);
  screen.write("\r\x1b[31msame");
  expect(screen.snapshot().screen[0]).not.toBe(first);
});

test("the generation counts feeds that carried bytes", () => {
  const screen = open();
  screen.write("a");
  screen.feed(new Uint8Array());
  screen.write("b");
  expect(screen.snapshot().generation).toBe(2);
});

test("wrapped rows are one line, with the blanks between them", () => {
  const screen = open(10, 5);
  screen.write("Overwrite all of it? [y/n] ");
  expect(screen.texts().slice(0, 3)).toEqual(["Overwrite", "all of it?", " [y/n]"]);
  expect(screen.lines()).toEqual([{ text: "Overwrite all of it? [y/n]", top: 0, bottom: 2 }]);
});

test("a line that starts above the screen is whole and has a negative top", () => {
  const screen = open(10, 2);
  screen.write("\r\n0123456789abcdefghijKLMNO");
  expect(screen.lines()).toEqual([{ text: "0123456789abcdefghijKLMNO", top: -1, bottom: 1 }]);
});

test("a line without end is joined no further than a question may reach", () => {
  const screen = open(80, 5);
  screen.write("x".repeat(80 * 900));
  const [line] = screen.lines();
  expect(line?.text.length).toBeGreaterThanOrEqual(limits.questionCharsMax);
  expect(line?.text.length).toBeLessThanOrEqual(limits.questionCharsMax + 6 * 80);
});

test("a wide character that moved to the next row leaves no blank in the line", () => {
  const screen = open(5, 4);
  screen.write("abcd漢字");
  expect(screen.texts().slice(0, 2)).toEqual(["abcd", "漢字"]);
  expect(screen.lines()[0]?.text).toBe("abcd漢字");
});

test("wide, combining, emoji and right-to-left characters stand once and in the order written", () => {
  const screen = open();
  const words = ["漢字かな", "e\u0301a\u0308", "👍🏽", "👩\u200d💻", "שלום עולם", "مرحبا"];
  screen.write(words.join("\r\n"));
  expect(screen.texts().slice(0, words.length)).toEqual(words);
  screen.write("\x1b[H漢");
  expect(screen.snapshot().cursor.x).toBe(2);
});

test("characters cut within their bytes survive, quotes and dashes too", () => {
  for (const text of ["don’t ask — again… “yes”", "漢字", "👍🏽", "e\u0301", "\u0800\u{10000}"]) {
    const screen = open();
    for (const byte of new TextEncoder().encode(text)) screen.feed(Uint8Array.of(byte));
    expect(screen.texts()[0]).toBe(text);
  }
});

test("a carriage return writes over, CRLF goes on", () => {
  const screen = open();
  screen.write("  5%\r100%\r\ndone\r\n");
  expect(screen.texts().slice(0, 2)).toEqual(["100%", "done"]);
});

test("words placed by cursor moves are parted by blanks", () => {
  const screen = open();
  screen.write("Unable\x1b[9Gto\x1b[12Gconnect");
  expect(screen.texts()[0]).toBe("Unable  to connect");
});

test("the alternate buffer hides the normal one and gives it back", () => {
  const screen = open();
  screen.write("shell\x1b[?1049h\x1b[Hfull screen");
  expect(screen.snapshot().alternate).toBe(true);
  expect(screen.texts()[0]).toBe("full screen");
  screen.write("\x1b[?1049l");
  expect(screen.snapshot().alternate).toBe(false);
  expect(screen.texts()[0]).toBe("shell");
});

test("runs tell inverse, bold, dim, underline and colours", () => {
  const screen = open();
  screen.write("a\x1b[7mB\x1b[0;1mC\x1b[0;2mD\x1b[0;4mE\x1b[0;31mF\x1b[0;48;5;4mG\x1b[0;44mH");
  screen.write("\x1b[0;38;2;1;2;3mI\x1b[0m z");
  const runs = screen.snapshot().screen[0]?.runs ?? [];
  expect(runs.map((run) => run.text)).toEqual(["a", "B", "C", "D", "E", "F", "G", "H", "I", " z"]);
  const plain = { inverse: false, bold: false, dim: false, underline: false, fg: -1, bg: -1 };
  expect(runs[0]).toEqual({ start: 0, end: 1, text: "a", ...plain });
  expect(runs[1]).toEqual({ start: 1, end: 2, text: "B", ...plain, inverse: true });
  expect(runs[2]).toEqual({ start: 2, end: 3, text: "C", ...plain, bold: true });
  expect(runs[3]).toEqual({ start: 3, end: 4, text: "D", ...plain, dim: true });
  expect(runs[4]).toEqual({ start: 4, end: 5, text: "E", ...plain, underline: true });
  expect(runs[5]).toEqual({ start: 5, end: 6, text: "F", ...plain, fg: 1 });
  expect(runs[6]).toEqual({ start: 6, end: 7, text: "G", ...plain, bg: 4 });
  expect(runs[7]?.bg).toBe(4);
  expect(runs[8]?.fg).toBeGreaterThan(255);
});

test("a selection that is only a background colour is a run to its end", () => {
  const screen = open(20, 3);
  screen.write("\x1b[44m漢x\x1b[K");
  const runs = screen.snapshot().screen[0]?.runs ?? [];
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ start: 0, end: 20, bg: 4 });
  expect(screen.texts()[0]).toBe("漢x");
});

test("concealed text is blank, as a person sees it", () => {
  const screen = open();
  screen.write("see \x1b[8mContinue? [y/n]\x1b[0m this");
  expect(screen.texts()[0]).toBe(`see${" ".repeat(17)}this`);
});

test("a row tells that it holds text which nobody can see", () => {
  const hides = (text: string): boolean => {
    const screen = open();
    screen.write(text);
    return screen.snapshot().screen[0]?.hides === true;
  };
  expect(hides("a \u001b[8msecret\u001b[0m")).toBe(true);
  expect(hides("a \u001b[31;41msecret\u001b[0m")).toBe(true);
  expect(hides("a \u001b[38;2;1;2;3;48;2;1;2;3msecret\u001b[0m")).toBe(true);
  expect(hides("a \u001b[8m   \u001b[0m\u001b[31;41m ██ \u001b[0m")).toBe(false);
  expect(hides("plain \u001b[31;42mtext\u001b[0m")).toBe(false);
});

test("title, paste, cursor key, cursor and synchronised-update modes are told", () => {
  const screen = open();
  screen.write(
    "\x1b]0;both\x07\x1b]2;title\x1b\\\x1b]1;icon\x07\x1b[?2004h\x1b[?1h\x1b[?2026h\x1b[?25l",
  );
  expect(screen.snapshot()).toMatchObject({
    title: "title",
    bracketedPaste: true,
    applicationCursorKeys: true,
    synchronizing: true,
    cursor: { visible: false },
  });
  screen.write("\x1b[?2004;1;2026l\x1b[?25h");
  expect(screen.snapshot()).toMatchObject({
    bracketedPaste: false,
    applicationCursorKeys: false,
    synchronizing: false,
    cursor: { visible: true },
  });
});

test("a full reset shows the cursor again and empties the screen", () => {
  const screen = open();
  screen.write("text\x1b[?25l\x1bc");
  expect(screen.snapshot().cursor).toEqual({ x: 0, y: 0, visible: true });
  expect(screen.lines()).toEqual([]);
});

test("a program may save and restore its title, ten deep and no more", () => {
  const screen = open();
  screen.write("\x1b]2;shell\x07\x1b[22;2t\x1b]2;vim\x07\x1b[23;2t");
  expect(screen.snapshot().title).toBe("shell");
  for (let depth = 0; depth < 12; depth += 1) screen.write(`\x1b]2;${depth}\x07\x1b[22t`);
  screen.write("\x1b]2;last\x07\x1b[23;1t");
  expect(screen.snapshot().title).toBe("last");
  screen.write("\x1b[23t".repeat(12));
  expect(screen.snapshot().title).toBe("2");
});

test("a tool's announcement of its state is kept, its query is not", () => {
  const screen = open();
  screen.write("\x1b]7501;?\x07");
  expect(screen.snapshot().announced).toBeUndefined();
  screen.write("\x1b]7501;state=blocked:app=codex:kind=permission\x1b\\");
  expect(screen.snapshot().announced).toBe("state=blocked:app=codex:kind=permission");
});

test("resizing wraps finished lines anew at every width from 60 to 200 and loses no text", () => {
  const screen = open(120, 30);
  const text = "The quick brown fox? ".repeat(11).trim();
  screen.write(`${text}\r\n$ `);
  for (let cols = 60; cols <= 200; cols += 1) {
    screen.resize({ cols, rows: 30 });
    expect(screen.snapshot().cols).toBe(cols);
    expect(screen.lines().map((line) => line.text)).toEqual([text, "$"]);
  }
});

test("the smallest terminals have a screen too, and it takes output", () => {
  for (const [cols, rows] of [
    [1, 1],
    [2, 1],
    [1, 24],
    [0, 0],
  ] as const) {
    const screen = open(cols, rows);
    screen.write("ab\r\n漢\r\n?");
    expect(screen.texts().some((text) => text.includes("?"))).toBe(true);
    expect(screen.snapshot().cols).toBeGreaterThanOrEqual(2);
    screen.close();
  }
});

test("sizes are brought within the limits", () => {
  const screen = open(1_000_000, 1_000_000);
  const { cols, rows } = screen.snapshot();
  expect({ cols, rows }).toEqual({ cols: limits.screenColsMax, rows: limits.screenRowsMax });
  screen.resize({ cols: 0, rows: 0 });
  expect(screen.snapshot()).toMatchObject({ cols: 80, rows: 24 });
  screen.resize({ cols: 1, rows: 1 });
  expect(screen.snapshot().screen).toHaveLength(screen.snapshot().rows);
});

test("output cannot resize the screen", () => {
  const screen = open();
  screen.write("\x1b[8;5;5t\x1b[?40h\x1b[?3h\x1b[4;100;100t\x1b[9;1t");
  expect(screen.snapshot()).toMatchObject({ cols: 40, rows: 10 });
});

test("closing twice is harmless", () => {
  const screen = open();
  screen.close();
  expect(() => screen.close()).not.toThrow();
});
