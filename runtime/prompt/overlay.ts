/** A box that is drawn over other text: the same screen with nothing but the box in its rows. Pure. */
import type { ScreenRow, ScreenRun, Snapshot } from "../screen/snapshot.ts";
import { columnOf, splitAtColumn } from "./region.ts";

/** Columns of the two sides, and rows of the top and the bottom. */
export type Frame = { left: number; right: number; top: number; bottom: number };

const TOP = /[┌╔╭┏][^┐╗╮┓│┃║]{2,240}[┐╗╮┓]/gu;
const SIDE = /^[│┃║├┤╟╢┠┨]$/u;
const BOTTOM_LEFT = /^[└╚╰┗]$/u;
const BOTTOM_RIGHT = /^[┘╝╯┛]$/u;
const BOX_ROWS_MAX = 60;

function characterAt(row: ScreenRow | undefined, column: number): string {
  if (row === undefined) return "";
  const { right } = splitAtColumn(row.text, column);
  return String.fromCodePoint(right.codePointAt(0) ?? 0x20);
}

/** The frame that hangs from such a top; null where its sides do not hold. */
function frameBelow(
  screen: readonly ScreenRow[],
  { left, right, top }: Omit<Frame, "bottom">,
): Frame | null {
  for (let at = top + 1; at < screen.length && at <= top + BOX_ROWS_MAX; at += 1) {
    const [one, other] = [characterAt(screen[at], left), characterAt(screen[at], right)];
    if (BOTTOM_LEFT.test(one) && BOTTOM_RIGHT.test(other)) {
      return at - top < 2 ? null : { left, right, top, bottom: at };
    }
    if (!SIDE.test(one) || !SIDE.test(other)) return null;
  }
  return null;
}

/** The smallest whole frame around a place that shares its rows with other text. */
export function frameAround(
  { screen }: Snapshot,
  { x, y }: { x: number; y: number },
): Frame | null {
  for (let top = y - 1; top >= Math.max(0, y - BOX_ROWS_MAX); top -= 1) {
    const text = screen[top]?.text ?? "";
    for (const { index, 0: drawn } of text.matchAll(TOP)) {
      const left = columnOf(text, index);
      const right = columnOf(text, index + drawn.length) - 1;
      if (x <= left || x >= right) continue;
      const frame = frameBelow(screen, { left, right, top });
      if (frame !== null && frame.bottom > y) return frame;
    }
  }
  return null;
}

function cropRun(run: ScreenRun, { left, right }: Frame): ScreenRun[] {
  if (run.end <= left || run.start > right) return [];
  const start = Math.max(run.start, left);
  const end = Math.min(run.end, right + 1);
  const from = splitAtColumn(run.text, start - run.start).right;
  return [{ ...run, start, end, text: splitAtColumn(from, end - start).left }];
}

/** The row with blanks beside the frame. */
function cropRow(row: ScreenRow, frame: Frame): ScreenRow {
  const from = splitAtColumn(row.text, frame.left).right;
  const inside = splitAtColumn(from, frame.right + 1 - frame.left).left;
  return {
    ...row,
    text: `${" ".repeat(frame.left)}${inside}`.trimEnd(),
    runs: row.runs.flatMap((run) => cropRun(run, frame)),
  };
}

/**
 * The box around the cursor, or around another place, alone in its rows, with blanks around it; null where nothing else
 * stands in them.
 */
export function withoutUnderlay(
  snapshot: Snapshot,
  at: { x: number; y: number } | null = snapshot.cursor.visible ? snapshot.cursor : null,
): Snapshot | null {
  const frame = at === null ? null : frameAround(snapshot, at);
  if (frame === null) return null;
  const isIn = (at: number): boolean => at >= frame.top && at <= frame.bottom;
  const screen = snapshot.screen.map((row, at) => (isIn(at) ? cropRow(row, frame) : row));
  if (screen.every((row, at) => row.text === snapshot.screen[at]?.text)) return null;
  const lines = screen.map(({ text }, at) => ({ text, top: at, bottom: at }));
  return { ...snapshot, screen, lines };
}
