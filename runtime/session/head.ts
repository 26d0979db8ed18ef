/** The part of a line prompt that is the question: what stood before the cursor when it was met. Pure. */
import type { PromptPlace } from "../prompt/detected.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";

/** Rows `top` to `row` as they were, the last one up to cell `x`. Rows count from the screen's top at that time. */
export type Head = { top: number; row: number; x: number; text: string };

export function headOf(snapshot: Snapshot, place: PromptPlace): Head {
  const { x, y } = snapshot.cursor;
  const top = Math.max(0, Math.min(place.top, y));
  const head = { top, row: y, x, text: "" };
  return { ...head, text: headTextAt(snapshot, head, 0) };
}

/** `asked`: as it was met, the cursor behind it. `above`: it stands, but the cursor has gone elsewhere. */
export type Standing = "asked" | "above" | "gone";

export function standingOf(head: Head, snapshot: Snapshot, by: number): Standing {
  if (head.text.trim() === "" || headTextAt(snapshot, head, by) !== head.text) return "gone";
  return cursorFollows(snapshot, head, by) ? "asked" : "above";
}

/** What stands in the head's cells now, when the screen has moved by `by` rows (negative: up). */
function headTextAt(snapshot: Snapshot, head: Omit<Head, "text">, by: number): string {
  const rows: string[] = [];
  for (let row = head.top + by; row <= head.row + by; row += 1) {
    const shown = snapshot.screen[row];
    // What has scrolled off cannot be compared: it is not the same then.
    if (shown === undefined) return "";
    rows.push(row === head.row + by ? textBefore(shown, head.x) : shown.text);
  }
  return rows.join("\n");
}

/** The cursor stands behind the head, on the same line: only what was typed there lies in between. */
function cursorFollows(snapshot: Snapshot, head: Head, by: number): boolean {
  const { x, y } = snapshot.cursor;
  const row = head.row + by;
  if (y < row || (y === row && x < head.x)) return false;
  return snapshot.screen.slice(row + 1, y + 1).every(({ wrapped }) => wrapped);
}

/** The row's text left of a cell. Wide characters may shift the cut, but for the same row always alike. */
function textBefore(row: ScreenRow, x: number): string {
  let text = "";
  for (const run of row.runs) {
    if (run.start >= x) break;
    text += run.end <= x ? run.text : run.text.slice(0, x - run.start);
  }
  return text.trimEnd();
}
