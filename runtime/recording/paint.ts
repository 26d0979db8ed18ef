/** Paints rows of an emulated screen for a terminal: nothing but text, colours and looks, whatever was recorded. Pure. */
import type { ScreenRow, ScreenRun } from "../screen/snapshot.ts";

/** The columns that are shown; `end` exclusive. */
export type Window = { start: number; end: number };

/** Could turn the direction of writing, or be taken for an order by a terminal. The joiners stay: emoji need them. */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

let graphemes: Intl.Segmenter | null = null;

/** From the first column of the window on; the looks are plain again behind it. */
export function paintedRow({ runs }: ScreenRow, window: Window): string {
  let line = "";
  let column = window.start;
  for (const run of runs) {
    const { text, start, end } = clipped(run, window);
    if (text === "") continue;
    line += " ".repeat(Math.max(0, start - column)) + looks(run) + text + plain;
    column = end;
  }
  return line;
}

const plain = "\u001b[0m";

/** The part of a run that stands in the window. Half of a wide character is a blank. */
function clipped(run: ScreenRun, window: Window): { text: string; start: number; end: number } {
  const isWhole = run.start >= window.start && run.end <= window.end;
  const safe = run.text.replace(unsafe, "");
  if (isWhole && Bun.stringWidth(safe) === run.end - run.start) {
    return { text: safe, start: run.start, end: run.end };
  }
  const start = Math.max(run.start, window.start);
  const end = Math.min(run.end, window.end);
  let text = "";
  let at = run.start;
  graphemes ??= new Intl.Segmenter();
  for (const { segment } of graphemes.segment(safe)) {
    const next = at + Bun.stringWidth(segment);
    if (at >= start && next <= end) text += segment;
    else if (next > start && at < end) text += " ";
    at = next;
  }
  // What a terminal might draw narrower or wider than ours does not move what comes behind it.
  const missing = Math.max(0, end - start - Bun.stringWidth(text));
  return start >= end ? { text: "", start, end } : { text: text + " ".repeat(missing), start, end };
}

/** Select Graphic Rendition (ECMA-48 8.3.117), from plain. */
function looks({ bold, dim, underline, inverse, fg, bg }: ScreenRun): string {
  const codes = [
    ...(bold ? [1] : []),
    ...(dim ? [2] : []),
    ...(underline ? [4] : []),
    ...(inverse ? [7] : []),
    ...colour(fg, 30),
    ...colour(bg, 40),
  ];
  return codes.length === 0 ? "" : `\u001b[${codes.join(";")}m`;
}

/** Numbers above the palette are a colour's own red, green and blue. */
function colour(number: number, base: 30 | 40): number[] {
  if (number < 0) return [];
  if (number < 8) return [base + number];
  if (number < 16) return [base + 60 + number - 8];
  if (number < 256) return [base + 8, 5, number];
  return [base + 8, 2, (number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff];
}
