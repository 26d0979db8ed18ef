/** Knows the prompt that keys went into last when it stands on the screen once more without having been asked again. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { PromptPlace } from "../prompt/detected.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
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
};

export class Answered {
  #keyed: Keyed | null = null;

  keysInto(
    { pending, place }: { pending: { prompt: Prompt }; place: PromptPlace },
    snapshot: Snapshot,
    when: Pick<Keyed, "outputs" | "atMs">,
  ): void {
    const { fingerprint } = pending.prompt;
    const { alternate } = snapshot;
    const rows = rowsOf(snapshot, place);
    this.#keyed = { fingerprint, ...when, top: place.top, rows, alternate, left: false };
  }

  /** For how long nothing has been written since the last key; 0 when something was. */
  untouchedMs(outputs: number, nowMs: number): number {
    return this.#keyed?.outputs === outputs ? nowMs - this.#keyed.atMs : 0;
  }

  /** What a look shows. */
  see({ alternate }: Snapshot): void {
    if (this.#keyed !== null && this.#keyed.alternate !== alternate) this.#keyed.left = true;
  }

  /**
   * No one could tell this prompt from the one that keys went into: the tool has written nothing since, or it is a
   * dialog that has come back, the very same, with a screen that another one had covered.
   */
  isAgain(
    { prompt, place }: { prompt: Prompt; place: PromptPlace },
    snapshot: Snapshot,
    outputs: number,
  ): boolean {
    const keyed = this.#keyed;
    if (keyed?.fingerprint !== prompt.fingerprint) return false;
    if (keyed.outputs === outputs) return true;
    const isBack = keyed.left && keyed.alternate === snapshot.alternate && keyed.top === place.top;
    return place.dialog && isBack && sameRows(keyed.rows, rowsOf(snapshot, place));
  }
}
