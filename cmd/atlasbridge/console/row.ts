/** A row of the console's screen: words with looks, safe to show, and never wider than the terminal. Pure. */
import { asciiOf } from "../ascii.ts";
import { cut } from "../layout.ts";
import { visible } from "../visible.ts";

/** Nothing is told by its look alone. */
export type Look = "plain" | "bold" | "dim" | "chosen" | "warn" | "bad" | "good";
export type Span = { text: string; look: Look };
export type Row = readonly Span[];

export const span = (text: string, look: Look = "plain"): Span => ({ text, look });

/** `text`, which may be a tool's, on one line. */
export const oneLine = (text: string): string => visible(text.replaceAll(/\s+/g, " ").trim());

/** Made safe, cut to `columns`; with `isAscii` every other character is spelled or a question mark. */
export function fitted(row: Row, columns: number, isAscii: boolean): Row {
  let room = columns;
  const spans: Span[] = [];
  for (const { text, look } of row) {
    const safe = visible(text);
    const shown = cutTo(isAscii ? asciiOf(safe) : safe, room, isAscii);
    if (shown === "") continue;
    spans.push({ text: shown, look });
    room -= Bun.stringWidth(shown);
    // What follows something that was cut is cut as well.
    if (shown.length < safe.length && room <= 1) break;
  }
  return spans;
}

function cutTo(text: string, columns: number, isAscii: boolean): string {
  if (columns < 1) return "";
  if (!isAscii) return cut(text, columns);
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}~`;
}

/** `left` and, as far to the right as there is room, `right`. */
export function spread(left: Row, right: Row, columns: number): Row {
  const gap = columns - widthOf(left) - widthOf(right);
  return gap < 1 ? left : [...left, span(" ".repeat(gap)), ...right];
}

function widthOf(row: Row): number {
  return row.reduce((sum, { text }) => sum + Bun.stringWidth(text), 0);
}

export function padded(text: string, columns: number): string {
  const short = cut(text, columns);
  return short + " ".repeat(Math.max(0, columns - Bun.stringWidth(short)));
}

/** On at most `rowsMax` lines of `columns`, broken between words where there are any; the last line says if it was cut. */
export function wrapped(
  text: string,
  { columns, rowsMax }: { columns: number; rowsMax: number },
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (Bun.stringWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (Bun.stringWidth(line) > columns && lines.length <= rowsMax) {
      const head = headOf(line, columns);
      lines.push(head);
      line = line.slice(head.length);
    }
    if (lines.length > rowsMax) break;
  }
  if (line !== "") lines.push(line);
  if (lines.length <= rowsMax) return lines;
  const last = lines[rowsMax - 1] ?? "";
  return [...lines.slice(0, rowsMax - 1), cut(`${last} …`, columns)];
}

function headOf(text: string, columns: number): string {
  const short = cut(text, columns + 1);
  const head = short.endsWith("…") && !text.startsWith(short) ? short.slice(0, -1) : short;
  return head === "" ? text.slice(0, 1) : head;
}

/** The part of `blocks` that is shown in `height` rows, the chosen one whole in it. */
export function windowed(
  blocks: readonly (readonly Row[])[],
  chosen: number,
  height: number,
): { rows: Row[]; above: number; below: number } {
  const size = (at: number): number => blocks[at]?.length ?? 0;
  let from = Math.max(0, chosen);
  let used = Math.min(size(from), height);
  let to = from + 1;
  // What stands before it first, so that the list's beginning is seen as long as it can be.
  while (from > 0 && used + size(from - 1) <= height) used += size((from -= 1));
  while (to < blocks.length && used + size(to) <= height) used += size(to++);
  const rows = blocks.slice(from, to).flat().slice(0, height);
  return { rows, above: from, below: blocks.length - to };
}

/** Whole numbers of what a person counts in: `4 s`, `2 min`, `1 h 05 min`, `3 d`. */
export function lastedText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d`;
}
