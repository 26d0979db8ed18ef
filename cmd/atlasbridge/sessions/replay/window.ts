/** Which part of a recorded screen a smaller terminal shows: that with the cursor in it. Pure. */
import type { PtySize } from "../../../../runtime/pty/pty.ts";
import type { Snapshot } from "../../../../runtime/screen/snapshot.ts";

/** Rows from `top`, columns from `start` to `end` (exclusive). */
export type View = { top: number; rows: number; start: number; end: number };

export function windowOf(
  { cols, rows, cursor }: Pick<Snapshot, "cols" | "rows" | "cursor">,
  terminal: PtySize,
): View {
  const seenRows = Math.min(rows, terminal.rows);
  const seenCols = Math.min(cols, terminal.cols);
  const top = shifted(cursor.y, seenRows, rows);
  const start = shifted(Math.min(cursor.x, cols - 1), seenCols, cols);
  return { top, rows: seenRows, start, end: start + seenCols };
}

/** As little as brings `at` into sight. */
function shifted(at: number, seen: number, all: number): number {
  return Math.min(Math.max(0, at - seen + 1), all - seen);
}
