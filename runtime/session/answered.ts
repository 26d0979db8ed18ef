/** Knows the prompt that keys went into last when it stands on the screen once more without having been asked again. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { PromptPlace } from "../prompt/detected.ts";
import type { Mark, Screen } from "../screen/screen.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import { type Followed, mayLeave, noteLeaving } from "./followed.ts";
import { outputSlices } from "./slices.ts";
import { rowsOf, sameRows } from "./still.ts";

type Keyed = {
  fingerprint: string;
  /** How often output had come when the last key went in. */
  outputs: number;
  atMs: number;
  top: number;
  rows: readonly ScreenRow[];
  alternate: boolean;
  /** The other screen buffer was shown since: what comes back with this one was painted before. */
  left: boolean;
  /** The line that asked, for as long as it stands there as it was; null for a dialog, and once it has gone. */
  line: Line | null;
};

/** `text`: what stood on the marked row before the cursor. `below`: how far below the question's row that is. */
type Line = { text: string; mark: Mark; below: number };

export class Answered {
  #keyed: Keyed | null = null;

  keysInto(
    { pending, place, head, mark }: Followed,
    screen: Screen,
    when: Pick<Keyed, "outputs" | "atMs">,
  ): void {
    this.close();
    const snapshot = screen.snapshot();
    const { fingerprint } = pending.prompt;
    const { alternate } = snapshot;
    const rows = rowsOf(snapshot, place);
    const line = place.dialog ? null : lineOf({ head, place, mark }, screen);
    this.#keyed = { fingerprint, ...when, top: place.top, rows, alternate, left: false, line };
  }

  /** Feeds in small steps where what was asked may leave the screen and be asked anew within one burst. */
  feed(screen: Screen, bytes: Uint8Array, followed: Followed | null): void {
    const leaving = followed !== null && mayLeave(followed) ? followed : null;
    const line = this.#keyed?.line ?? null;
    for (const slice of leaving === null && line === null ? [bytes] : outputSlices(bytes)) {
      screen.feed(slice);
      if (leaving !== null) noteLeaving(leaving, screen);
      if (line?.mark.text()?.startsWith(line.text) !== true) this.close();
    }
  }

  close(): void {
    this.#keyed?.line?.mark.dispose();
    if (this.#keyed !== null) this.#keyed.line = null;
  }

  /** For how long nothing has been written since the last key; 0 when something was. */
  untouchedMs(outputs: number, nowMs: number): number {
    return this.#keyed?.outputs === outputs ? nowMs - this.#keyed.atMs : 0;
  }

  /** What a look shows. */
  see(snapshot: Snapshot): void {
    const keyed = this.#keyed;
    if (keyed === null) return;
    if (keyed.alternate !== snapshot.alternate) keyed.left = true;
  }

  /**
   * No one could tell this prompt from the one that keys went into: the tool has written nothing since; or it is the
   * very line that asked then, which stands where it stood all along, whatever came below it; or a dialog that has
   * come back, the very same, with a screen that another one had covered.
   */
  isAgain(
    { prompt, place }: { prompt: Prompt; place: PromptPlace },
    snapshot: Snapshot,
    outputs: number,
  ): boolean {
    const keyed = this.#keyed;
    if (keyed?.fingerprint !== prompt.fingerprint) return false;
    if (keyed.outputs === outputs) return true;
    // A pager asks for each page by the same line.
    if (keyed.line !== null && prompt.kind !== "pager") {
      return keyed.line.mark.row() === place.row + keyed.line.below;
    }
    const isBack = keyed.left && keyed.alternate === snapshot.alternate && keyed.top === place.top;
    return place.dialog && isBack && sameRows(keyed.rows, rowsOf(snapshot, place));
  }
}

function lineOf(
  { head, place, mark }: Pick<Followed, "head" | "place" | "mark">,
  screen: Screen,
): Line {
  const below = head.row - place.row;
  const text = head.text.slice(head.text.lastIndexOf("\n") + 1);
  return { text, below, mark: screen.mark((mark.row() ?? place.row) + below) };
}
