/** A clock that stands still until told to move: for tests and simulations, where time is an input. */
import type { Clock, Timer } from "./clock.ts";

export type ManualClock = Clock & {
  /** Moves time on and calls what falls due on the way, in order of its time. */
  advance(ms: number): void;
};

type Due = { atMs: number; order: number; call: () => void };

/** Starts at `startMs` (milliseconds UTC). */
export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let elapsedMs = 0;
  let order = 0;
  const due = new Set<Due>();
  const nextUntil = (limitMs: number): Due | undefined =>
    [...due]
      .filter(({ atMs }) => atMs <= limitMs)
      .toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  const after = (ms: number, call: () => void): Timer => {
    const entry: Due = { atMs: elapsedMs + Math.max(0, ms), order, call };
    order += 1;
    due.add(entry);
    return { cancel: () => due.delete(entry) };
  };
  return {
    now: () => startMs + Math.floor(elapsedMs),
    monotonicMs: () => elapsedMs,
    after,
    soon: after,
    advance(ms) {
      const limitMs = elapsedMs + ms;
      for (let next = nextUntil(limitMs); next !== undefined; next = nextUntil(limitMs)) {
        due.delete(next);
        elapsedMs = next.atMs;
        next.call();
      }
      elapsedMs = limitMs;
    },
  };
}
