/** Reads text that was wrapped at a width as if it had not been, so that what was parted is whole. */
import type { Found } from "./found.ts";

/** A text, and for each of its characters where it stands in the one that it was made from. */
export type View = { text: string; at: readonly number[] };

const lineCharsMin = 16;

/** What a dialog draws around its lines. */
const lineFrame = /^[ \t]*[│┃║▏▎▌|]?[ \t]*/;
const endFrame = /[ \t]*[│┃║▕▐|]?[ \t\r]*$/;

type Line = { from: number; to: number; column: number };

/**
 * The text with each line joined to the next one where it is as long as lines get: `columns` where that is known,
 * else as the longest of them. Null where there is nothing to join.
 */
export function unwrapped(text: string, columns: number | null): View | null {
  const lines = linesOf(text);
  const width = columns ?? Math.max(...lines.map(({ column }) => column));
  const at: number[] = [];
  let joins = 0;
  for (const [index, line] of lines.entries()) {
    for (let place = line.from; place < line.to; place += 1) at.push(place);
    const isJoined = index < lines.length - 1 && isFull(text, line, width);
    if (isJoined) joins += 1;
    else if (index < lines.length - 1) at.push(text.indexOf("\n", line.to));
  }
  if (joins === 0) return null;
  return { text: at.map((place) => text[place]).join(""), at };
}

function isFull(text: string, { from, to, column }: Line, width: number): boolean {
  if (column < Math.max(lineCharsMin, width - 1)) return false;
  return to > from && /[A-Za-z0-9+/_=.~-]/.test(text[to - 1] ?? "");
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const brk = text.indexOf("\n", start);
    const line = text.slice(start, brk < 0 ? text.length : brk);
    const from = lines.length === 0 ? 0 : (lineFrame.exec(line)?.[0].length ?? 0);
    const to = Math.max(from, endFrame.exec(line)?.index ?? line.length);
    lines.push({ from: start + from, to: start + to, column: to });
    if (brk < 0) return lines;
    start = brk + 1;
  }
}

/** What was found in a view, as places of the text that it was made from. */
export function inOriginal(found: readonly Found[], { at }: View): Found[] {
  return found.flatMap(({ kind, from, to }) => {
    const [first, last] = [at[from], at[to - 1]];
    return first === undefined || last === undefined ? [] : [{ kind, from: first, to: last + 1 }];
  });
}
