/** Reads text that was wrapped at a width as if it had not been, so that what was parted is whole. */
import { alphabets, runEnd } from "./letters.ts";
import type { Found } from "./found.ts";

/** A text, and for each of its characters where it stands in the one that it was made from. */
export type View = { text: string; at: readonly number[] };

const lineCharsMin = 16;
/** Dialogs leave this much of the terminal's width beside them. */
const besideCharsMax = 8;

/** What a dialog draws around its lines. */
const lineFrame = /^[ \t]*[│┃║▏▎▌|]?[ \t]*/;
const endFrames = "│┃║▕▐|";
const insetCharsMax = 2;

/** `isFramed`: it reaches to the border drawn at its end. */
type Line = { from: number; to: number; column: number; isFramed: boolean };

/**
 * The text with each line joined to the next one where it is as long as lines get: as the terminal's `columns` let
 * them where those are known, else as the longest of them. Null where there is nothing to join.
 */
export function unwrapped(text: string, columns: number | null): View | null {
  const lines = linesOf(text);
  const width =
    columns === null
      ? lines.reduce((most, { column }) => Math.max(most, column), 0) - 1
      : columns - besideCharsMax;
  const isJoined = lines.map((line, index) => {
    const next = lines[index + 1];
    return next !== undefined && isFull(line, width) && goesOn(text, line, next);
  });
  if (!isJoined.includes(true)) return null;
  const at: number[] = [];
  for (const [index, line] of lines.entries()) {
    for (let place = line.from; place < line.to; place += 1) at.push(place);
    if (index < lines.length - 1 && isJoined[index] !== true) at.push(text.indexOf("\n", line.to));
  }
  return { text: at.map((place) => text[place]).join(""), at };
}

/** Whether the last line of a text may go on in the one that follows it. */
export function mayGoOn(text: string, columns: number): boolean {
  const last = linesOf(text).at(-1);
  return last !== undefined && isFull(last, columns - besideCharsMax);
}

function isFull({ column, isFramed }: Line, width: number): boolean {
  return column >= lineCharsMin && (isFramed || column >= width);
}

function goesOn(text: string, line: Line, next: Line): boolean {
  return (
    line.to > line.from &&
    next.to > next.from &&
    isOfToken(text, line.to - 1) &&
    isOfToken(text, next.from)
  );
}

const isOfToken = (text: string, at: number): boolean => runEnd(text, at, alphabets.any) > at;

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const brk = text.indexOf("\n", start);
    const line = text.slice(start, brk < 0 ? text.length : brk);
    const from = lines.length === 0 ? 0 : (lineFrame.exec(line)?.[0].length ?? 0);
    const { to: end, isFramed } = contentEnd(line);
    const to = Math.max(from, end);
    lines.push({ from: start + from, to: start + to, column: to, isFramed });
    if (brk < 0) return lines;
    start = brk + 1;
  }
}

/** Without white space, and without a border and what little space a dialog leaves before it. */
function contentEnd(line: string): { to: number; isFramed: boolean } {
  const to = blankStart(line, line.length, line.length);
  const isFramed = to > 0 && endFrames.includes(line[to - 1] ?? " ");
  return { to: isFramed ? blankStart(line, to - 1, insetCharsMax) : to, isFramed };
}

/** Where the white space before `end` begins, at most so much of it. */
function blankStart(line: string, end: number, most: number): number {
  let at = end;
  while (at > 0 && end - at < most && " \t\r".includes(line[at - 1] ?? "")) at -= 1;
  return at;
}

/** What was found in a view, as places of the text that it was made from. */
export function inOriginal(found: readonly Found[], { at }: View): Found[] {
  return found.flatMap(({ kind, from, to }) => {
    const [first, last] = [at[from], at[to - 1]];
    return first === undefined || last === undefined ? [] : [{ kind, from: first, to: last + 1 }];
  });
}
