/** Where the program waits: the line at the cursor, split at it, and what stands around it. */
import type { ScreenLine, Snapshot } from "../screen/snapshot.ts";

export type Region = {
  snapshot: Snapshot;
  /** Index in `snapshot.lines` of the line that asks; -1 on an empty screen. */
  index: number;
  /** Text of that line up to the cursor; trailing blanks that the program wrote are kept. */
  before: string;
  /** Text of that line from the cursor on: a place-holder, a default drawn behind the cursor, the frame of a box. */
  after: string;
  /** The cursor's own line is blank and the line that asks stands above it. */
  hanging: boolean;
};

/** A question may be followed by this many blank rows before the cursor. */
const HANGING_ROWS_MAX = 3;

/** Blocks of characters that fill two cells, first and last code point, ascending. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Terminal cells that one code point fills; close enough for finding the cursor in a text. */
function cellsOf(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x300) return 1;
  if (WIDE_RANGES.some(([first, last]) => first <= codePoint && codePoint <= last)) return 2;
  return /^[\p{Mn}\p{Me}\p{Cf}]$/u.test(String.fromCodePoint(codePoint)) ? 0 : 1;
}

/** The text of a row left of column `x`, padded with blanks up to it, and the rest. */
export function splitAtColumn(text: string, x: number): { left: string; right: string } {
  let cells = 0;
  let index = 0;
  for (const character of text) {
    const width = cellsOf(character.codePointAt(0) ?? 0);
    if (cells >= x && width > 0) break;
    cells += width;
    index += character.length;
  }
  const padding = Math.max(0, x - cells);
  return { left: text.slice(0, index) + " ".repeat(padding), right: text.slice(index) };
}

/** Screen column at which `index` of `text` begins. */
export function columnOf(text: string, index: number): number {
  let cells = 0;
  for (const character of text.slice(0, index)) cells += cellsOf(character.codePointAt(0) ?? 0);
  return cells;
}

/** How many columns a text takes: a wide character takes two. */
export function columnsOf(text: string): number {
  return columnOf(text, text.length);
}

/** Index of the line that covers a screen row; -1 where there is none. */
export function lineAtRow(lines: readonly ScreenLine[], row: number): number {
  return lines.findIndex((line) => line.top <= row && row <= line.bottom);
}

/** The joined line at the cursor, cut at the cursor: rows above it in the same line count as before. */
function cutAtCursor(snapshot: Snapshot, line: ScreenLine): { before: string; after: string } {
  const { x, y } = snapshot.cursor;
  const row = snapshot.screen[y]?.text ?? "";
  const { left, right } = splitAtColumn(row, x);
  let below = right;
  for (let next = y + 1; next <= line.bottom; next += 1) below += snapshot.screen[next]?.text ?? "";
  const aboveLength = Math.max(0, line.text.length - row.length - (below.length - right.length));
  return { before: line.text.slice(0, aboveLength) + left, after: below };
}

function hangingAbove(lines: readonly ScreenLine[], index: number): number {
  for (let back = 1; back <= HANGING_ROWS_MAX; back += 1) {
    const line = lines[index - back];
    if (line === undefined) return -1;
    if (line.text.trim() !== "") return index - back;
  }
  return -1;
}

/** Finds the line that asks: the cursor's own, or the nearest above when the cursor stands on a blank one. */
export function readRegion(snapshot: Snapshot): Region {
  const own = lineAtRow(snapshot.lines, snapshot.cursor.y);
  const line = snapshot.lines[own];
  if (line === undefined) {
    return { snapshot, index: -1, before: "", after: "", hanging: false };
  }
  if (line.text.trim() !== "") {
    return { snapshot, index: own, ...cutAtCursor(snapshot, line), hanging: false };
  }
  const above = hangingAbove(snapshot.lines, own);
  const asking = snapshot.lines[above];
  if (asking === undefined) {
    return { snapshot, index: own, before: "", after: "", hanging: false };
  }
  return { snapshot, index: above, before: asking.text, after: "", hanging: true };
}

/** The nearest line above the asking one with text in it, within `rowsMax` lines; -1 where there is none. */
export function textAbove(region: Region, from: number, rowsMax: number): number {
  for (let index = from - 1; index >= Math.max(0, from - rowsMax); index -= 1) {
    if ((region.snapshot.lines[index]?.text ?? "").trim() !== "") return index;
  }
  return -1;
}
