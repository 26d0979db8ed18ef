/** What marks promise. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { openScreen } from "./screen.ts";

function open(cols = 40, rows = 6) {
  const screen = openScreen({ size: { cols, rows }, reply: () => {}, answersQueries: false });
  const write = (text: string) => screen.feed(new TextEncoder().encode(text));
  const textAt = (row: number | null) =>
    row === null ? null : screen.snapshot().screen[row]?.text;
  return { ...screen, write, textAt };
}

test("a mark follows its row up and above the screen", () => {
  const screen = open();
  screen.write("a\r\nb\r\nQuestion?\r\n");
  const mark = screen.mark(2);
  expect(mark.row()).toBe(2);
  screen.write("\r\n".repeat(4));
  expect(screen.textAt(mark.row())).toBe("Question?");
  screen.write("\r\n".repeat(3));
  expect(mark.row()).toBe(-3);
});

test("a mark is gone when its row leaves the scrollback", () => {
  const screen = open();
  screen.write("Question?");
  const mark = screen.mark(0);
  screen.write("\r\n".repeat(limits.scrollbackRowsMax + 5));
  expect(mark.row()).toBe(-limits.scrollbackRowsMax);
  screen.write("\r\n");
  expect(mark.row()).toBeNull();
});

test("a mark follows its row when lines are inserted, and is gone when it is deleted", () => {
  const screen = open();
  screen.write("a\r\nb\r\nQuestion?");
  const mark = screen.mark(2);
  screen.write("\x1b[1;1H\x1b[2L");
  expect(screen.textAt(mark.row())).toBe("Question?");
  screen.write("\x1b[5;1H\x1b[M");
  expect(mark.row()).toBeNull();
});

test.each([
  ["down within a scroll region", "\x1b[2;5r\x1b[2;1H\x1bM", 3],
  ["up within a scroll region", "\x1b[2;5r\x1b[5;1H\n", 1],
  ["not at all outside of it", "\x1b[4;6r\x1b[6;1H\n", 2],
])("a mark follows its row %s", (_name, moves, row) => {
  for (const buffer of ["", "\x1b[?1049h"]) {
    const screen = open();
    screen.write(`${buffer}\x1b[H1\r\n2\r\nQuestion?\r\n4\r\n5\r\n6`);
    const mark = screen.mark(2);
    screen.write(moves);
    expect(mark.row()).toBe(row);
    expect(screen.textAt(mark.row())).toBe("Question?");
  }
});

test("a mark is gone when its row is pushed out of a scroll region", () => {
  const screen = open();
  screen.write("1\r\nQuestion?\r\n3");
  const mark = screen.mark(1);
  screen.write("\x1b[2;5r\x1b[5;1H\n");
  expect(mark.row()).toBeNull();
});

test("a mark does not jump to a line that is used anew", () => {
  const screen = open();
  screen.write("\x1b[?1049h\x1b[H1\r\n2\r\nQuestion?\r\n4\r\n5\r\n6");
  const mark = screen.mark(2);
  screen.write("\x1b[2;5r\x1b[5;1H\n\x1b[r\x1b[6;1H\n\nother");
  expect(mark.row()).toBeNull();
});

test("a mark works on the alternate buffer and does not survive it", () => {
  const screen = open();
  screen.write("\x1b[?1049h\x1b[H1\r\n2\r\nDialog\r\n4\r\n5\r\n6");
  const mark = screen.mark(2);
  screen.write("\r\n");
  expect(mark.row()).toBe(1);
  screen.write("\x1b[?1049l");
  expect(mark.row()).toBeNull();
  screen.write("\x1b[?1049h");
  expect(mark.row()).toBeNull();
});

test("a mark is not on the screen while the other buffer is, and comes back with its own", () => {
  const screen = open();
  screen.write("Question?");
  const mark = screen.mark(0);
  screen.write("\x1b[?1049h");
  expect(mark.row()).toBeNull();
  screen.write("\x1b[?1049l");
  expect(mark.row()).toBe(0);
});

test("a mark follows its row through wrapping anew, narrower and wider", () => {
  const screen = open(40, 12);
  screen.write(`${"word ".repeat(14)}\r\nQuestion?\r\n$ `);
  const mark = screen.mark(2);
  expect(screen.textAt(mark.row())).toBe("Question?");
  for (const cols of [20, 13, 80, 200, 25, 40]) {
    screen.resize({ cols, rows: 12 });
    expect(screen.textAt(mark.row())).toBe("Question?");
  }
});

test("a mark does not outlive a full reset", () => {
  const screen = open();
  screen.write("Question?");
  const mark = screen.mark(0);
  screen.write("\x1bcQuestion?");
  expect(mark.row()).toBeNull();
});

test("a mark stays on a row whose text changes", () => {
  const screen = open();
  screen.write("spinner -");
  const mark = screen.mark(0);
  screen.write("\rspinner |\r\nmore");
  expect(mark.row()).toBe(0);
});

test("a disposed mark tells nothing, and disposing twice is harmless", () => {
  const screen = open();
  const mark = screen.mark(0);
  mark.dispose();
  mark.dispose();
  expect(mark.row()).toBeNull();
});
