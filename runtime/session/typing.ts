/** Whether the person at the terminal is in the middle of typing: keys that no Enter has sent off yet. */
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";

// Enter as CR or LF, and the keys that throw a line away: Ctrl-C, Ctrl-D, Ctrl-U, Ctrl-Z, Ctrl-\.
const sendingOff = new Set([0x0d, 0x0a, 0x03, 0x04, 0x15, 0x1a, 0x1c]);
// Backspace as DEL or BS.
const erasing = new Set([0x7f, 0x08]);

export class Typing {
  readonly #clock: Clock;
  #lastKeyMs: number | null = null;
  /** Characters that stand in the terminal's line and would be read before anything typed now. */
  #held = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Takes keys as they come. `canonical`: the terminal holds them back until Enter; otherwise the tool takes each
   * at once. `submitted`: the last of them sends the line off or throws it away.
   */
  keys(bytes: Uint8Array, canonical: boolean): { submitted: boolean } {
    const last = bytes.at(-1);
    if (last === undefined) return { submitted: false };
    const submitted = sendingOff.has(last);
    this.#lastKeyMs = submitted ? null : this.#clock.monotonicMs();
    if (canonical) for (const byte of bytes) this.#hold(byte);
    else this.#held = 0;
    return { submitted };
  }

  /**
   * Keys without an Enter after them: for a terminal that holds lines back, however old they are; for a tool that
   * takes each key, when the last came within `limits.typingGraceMs`.
   */
  unsent(canonical: boolean): boolean {
    if (canonical && this.#held > 0) return true;
    if (this.#lastKeyMs === null) return false;
    return this.#clock.monotonicMs() - this.#lastKeyMs < limits.typingGraceMs;
  }

  #hold(byte: number): void {
    const continuesCharacter = (byte & 0xc0) === 0x80;
    if (sendingOff.has(byte)) this.#held = 0;
    else if (erasing.has(byte)) this.#held = Math.max(0, this.#held - 1);
    else if (!continuesCharacter) this.#held += 1;
  }
}
