/** When to look at the screen after output, and how long a part of it has been still. Pure. */
import { limits } from "../../contracts/limits.ts";
import { type ScreenRow, sameRow, type Snapshot } from "./snapshot.ts";

/**
 * Milliseconds from now until the next look: the first at `settleFirstMs` after the last byte, each at
 * twice the quiet of the one before, the last at `settleLastMs`. Null: never, until there is new output.
 */
export function nextLookMs(quietMs: number, looksDone: number): number | null {
  const due = (look: number) => Math.min(limits.settleFirstMs * 2 ** look, limits.settleLastMs);
  if (looksDone > 0 && due(looksDone - 1) >= limits.settleLastMs) return null;
  return Math.max(due(looksDone) - quietMs, 0);
}

/** Screen rows, both included, 0 the top. */
export type RowRange = { top: number; bottom: number };

export type RegionWatch = {
  /**
   * Milliseconds for which these rows have shown the same text and looks, as far as was seen; 0 at first
   * and after every change. Only the rows count, not where they stand: a dialog that scrolls with the
   * screen is still, and what spins elsewhere does not matter.
   */
  unchangedMs(snapshot: Snapshot, range: RowRange, nowMs: number): number;
};

export function watchRegion(): RegionWatch {
  let seen: readonly ScreenRow[] | null = null;
  let sinceMs = 0;
  return {
    unchangedMs(snapshot, range, nowMs) {
      const rows = snapshot.screen.slice(Math.max(range.top, 0), range.bottom + 1);
      if (seen === null || !sameRows(seen, rows)) sinceMs = nowMs;
      seen = rows;
      return nowMs - sinceMs;
    },
  };
}

function sameRows(a: readonly ScreenRow[], b: readonly ScreenRow[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((row, index) => {
    const other = b[index];
    return other !== undefined && sameRow(row, other);
  });
}
