/** Whether the person at the terminal is in the middle of typing: keys that no Enter has sent off yet. */
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";

// Enter as CR or LF, and the keys that throw a line away: Ctrl-C, Ctrl-D, Ctrl-U, Ctrl-Z, Ctrl-\.
const sendingOff = new Set([0x0d, 0x0a, 0x03, 0x04, 0x15, 0x1a, 0x1c]);

export class Typing {
  readonly #clock: Clock;
  #lastKeyMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes keys as they come. `submitted`: the last of them sends the line off or throws it away. */
  keys(bytes: Uint8Array): { submitted: boolean } {
    const last = bytes.at(-1);
    if (last === undefined) return { submitted: false };
    const submitted = sendingOff.has(last);
    this.#lastKeyMs = submitted ? null : this.#clock.monotonicMs();
    return { submitted };
  }

  /** Keys without an Enter after them, the last within `limits.typingGraceMs`. */
  unsent(): boolean {
    if (this.#lastKeyMs === null) return false;
    return this.#clock.monotonicMs() - this.#lastKeyMs < limits.typingGraceMs;
  }
}
