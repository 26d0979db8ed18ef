/** Tells the second of two dialogs with the same words from the first, which was answered and may still stand. Pure. */
import type { PromptPlace } from "../prompt/detected.ts";
import type { Snapshot } from "../screen/snapshot.ts";

/** How things stood when the first key went into the dialog. */
export type Sent = {
  /** What stood above it, see `lettersAbove`. */
  above: string;
  /** The tool announced that it is blocked, and has not announced anything else since. */
  blocked: boolean;
};

export function sentInto(snapshot: Snapshot, place: PromptPlace): Sent {
  return { above: lettersAbove(snapshot, place), blocked: announcesBlocked(snapshot) };
}

/** The payload is the tool's, so this only ever serves to hold back. */
export function announcesBlocked({ announced }: Snapshot): boolean {
  return announced !== undefined && /(?:^|[:;])state=blocked\b/.test(announced);
}

/**
 * A dialog that is asked again after an answer: the transcript above it says more than before, and the tool, if it
 * announces its state, was not blocked in between. A repaint, a blinking mark, a spinner or a clock is none of that.
 */
export function isTwin({ above, blocked }: Sent, snapshot: Snapshot, place: PromptPlace): boolean {
  if (blocked) return false;
  const now = lettersAbove(snapshot, place);
  // Fewer rows of the same are what is left of them where the dialog takes more room.
  return now !== "" && now !== above && !above.endsWith(`\n${now}`);
}

/** Rows above the dialog that are compared: enough to see one more line, few enough to scroll with the screen. */
const rowsCompared = 6;

/** Letters alone: marks blink, times count, rules are drawn anew. */
export const lettersOf = (text: string): string => text.replace(/[^\p{L}]+/gu, "");

function lettersAbove({ screen }: Snapshot, { row: asked }: PromptPlace): string {
  const rows = screen
    .slice(0, Math.max(0, asked))
    .map((row) => lettersOf(row.text))
    .filter((letters) => letters !== "");
  return rows.slice(-rowsCompared).join("\n");
}
