/** Tells what a program asks from what somebody else wrote into its terminal while it was asleep. */
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Doubt } from "./state.ts";

/**
 * Whoever waits must have been seen asleep for this long before the text came. Less than it takes a job in the
 * background, more than a relay for its output (`install | tee log`) needs to pass a question on.
 */
const asleepMs = 100;

export class Sleepers {
  /** Who waits, by thread and how often it has slept: since when it is known to have been asleep. */
  #sinceMs = new Map<string, number>();
  /** Who waited at the last look. */
  #seen = new Set<string>();
  #writtenMs = Number.NEGATIVE_INFINITY;
  #alone = false;
  /** It was written below a question, while the read that this one waits in went on: whoever reads did not write it. */
  overheard = false;

  /** Output begins, after a silence. */
  written(nowMs: number): void {
    this.#writtenMs = nowMs;
  }

  /** What a look shows of who waits. */
  see({ kernel }: WaitEvidence, nowMs: number): void {
    const waits = kernel?.waits.filter((wait) => wait.foreground) ?? [];
    // Another thread of the program may have written it.
    this.#alone = waits.length > 0 && waits.every(({ threads }) => threads === 1);
    const now = waits.map(({ tid, sleeps }) => `${tid}:${sleeps}`);
    // From the second look on: what it wrote before the first may not have been read by then, on a busy machine.
    const known = now.filter((key) => this.#seen.has(key));
    this.#sinceMs = new Map(known.map((key) => [key, this.#sinceMs.get(key) ?? nowMs]));
    this.#seen = new Set(now);
  }

  /** Everybody who waits has been asleep since long before the last text was written: none of them wrote it. */
  get doubt(): Doubt | null {
    if (this.overheard) return { why: "it was written while another question's read went on" };
    const isKnown = this.#alone && this.#sinceMs.size === this.#seen.size;
    const isOthers =
      isKnown && [...this.#sinceMs.values()].every((ms) => this.#writtenMs - ms >= asleepMs);
    return isOthers ? { why: "it was written while whoever waits was asleep" } : null;
  }
}
