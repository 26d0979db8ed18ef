/** Who waits for the next key, and whether that is who took the last one: only then may an Enter follow it. Pure. */
import type { WaitEvidence } from "../prompt/evidence.ts";

/** `place`: where in their programs they wait; `timed`: each with a time-out, as for the rest of what has begun. */
type Seen = { who: string; place: string; timed: boolean };

/** Everybody who waits in the foreground, and how the terminal hands keys on; null where nobody is seen waiting. */
function readersOf({ kernel, termios }: WaitEvidence): Seen | null {
  const waits = kernel?.waits.filter((wait) => wait.foreground) ?? [];
  if (kernel === null || kernel.blind || waits.length === 0 || termios === null) return null;
  if (waits.some(({ site }) => site === undefined)) return null;
  const { canonical, echo } = termios;
  return {
    who: JSON.stringify([...waits.map(({ pid, tid, comm }) => [pid, tid, comm]), canonical, echo]),
    place: JSON.stringify(waits.map(({ via, site }) => [via, site])),
    timed: waits.every(({ via, timed }) => via === "poll" && timed),
  };
}

/** The next round of the same loop; or the same thread, which after its first key waits for others for some time. */
function isSame(met: Seen | null, now: Seen): boolean {
  return met?.who === now.who && (met.place === now.place || now.timed);
}

/** A line editor reads on at once. Who is away for longer has acted on the key, whatever it reads later. */
const awayMs = 50;

export class Readers {
  #now: Seen | null = null;
  /** Who got the last key. */
  #met: Seen | null = null;
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
    this.#left ||= isAway || (this.#now !== null && !isSame(this.#met, this.#now));
  }

  /** A key goes to who waits now. */
  keySent(): void {
    this.#met = this.#now;
    this.#awaySinceMs = null;
    this.#left = this.#now === null;
  }
}
