/** Knows the prompt that keys went into last when it stands on the screen once more without having been asked again. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { PromptPlace } from "../prompt/detected.ts";
import type { Mark, Screen } from "../screen/screen.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import type { Followed } from "./followed.ts";
import { standingOf } from "./head.ts";
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

type Line = Pick<Followed, "head" | "place"> & { mark: Mark };

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
    const line = place.dialog ? null : { head, place, mark: screen.mark(mark.row() ?? place.row) };
    this.#keyed = { fingerprint, ...when, top: place.top, rows, alternate, left: false, line };
  }

  close(): void {
    this.#loseLine();
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
    else if (keyed.line !== null && !stands(keyed.line, snapshot)) this.#loseLine();
  }

  #loseLine(): void {
    if (this.#keyed === null) return;
    this.#keyed.line?.mark.dispose();
    this.#keyed.line = null;
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
      return keyed.line.mark.row() === place.row;
    }
    const isBack = keyed.left && keyed.alternate === snapshot.alternate && keyed.top === place.top;
    return place.dialog && isBack && sameRows(keyed.rows, rowsOf(snapshot, place));
  }
}

/** Nobody has written over the question. */
function stands({ head, place, mark }: Line, snapshot: Snapshot): boolean {
  const row = mark.row();
  return row !== null && standingOf(head, snapshot, row - place.row) !== "gone";
}
