/** Who waits for the next key, and whether that is who took the last one: only then may an Enter follow it. Pure. */
import type { WaitEvidence } from "../prompt/evidence.ts";

/**
 * Everybody who waits in the foreground, each with the place in its program, and how the terminal hands keys on; null
 * where nobody is seen waiting. Two that are equal are the same wait, or the next round of the same loop.
 */
function readersOf({ kernel, termios }: WaitEvidence): string | null {
  const waits = kernel?.waits.filter((wait) => wait.foreground) ?? [];
  if (kernel === null || kernel.blind || waits.length === 0 || termios === null) return null;
  if (waits.some(({ site }) => site === undefined)) return null;
  const each = waits.map(({ pid, tid, comm, via, site }) => [pid, tid, comm, via, site].join(" "));
  return JSON.stringify([...each.toSorted(), termios.canonical, termios.echo]);
}

/** A line editor reads on at once. Who is away for longer has acted on the key, whatever it reads later. */
const awayMs = 50;

export class Readers {
  #now: string | null = null;
  /** Who got the last key. */
  #met: string | null = null;
  #awaySinceMs: number | null = null;
  #left = true;

  /** They have waited at every look since the last key, but for a moment, and do so now. */
  get areStill(): boolean {
    return !this.#left && this.#now !== null;
  }

  /** What a look shows; `unknown` where nothing can be told at the moment. */
  see(evidence: WaitEvidence | "unknown", nowMs: number): void {
    this.#now = evidence === "unknown" ? null : readersOf(evidence);
    if (evidence === "unknown") return;
    if (this.#now === null) this.#awaySinceMs ??= nowMs;
    else this.#awaySinceMs = null;
    const isAway = this.#awaySinceMs !== null && nowMs - this.#awaySinceMs >= awayMs;
    this.#left ||= isAway || (this.#now !== null && this.#now !== this.#met);
  }

  /** A key goes to who waits now. */
  keySent(): void {
    this.#met = this.#now;
    this.#awaySinceMs = null;
    this.#left = this.#now === null;
  }
}
