/** Time as a value: the only file of the runtime that reads a clock or sets a timer. */
import type { Moment } from "../contracts/moment.ts";

export type Timer = { cancel(): void };

export interface Clock {
  /** Wall time, for records. May jump. */
  now(): Moment;
  /** Milliseconds with a fraction since an arbitrary start; never goes back. For durations. */
  monotonicMs(): number;
  /** Calls once after at least `ms`; a timer comes about a millisecond late, and may come before what has arrived. */
  after(ms: number, call: () => void): Timer;
  /**
   * Calls once after at least `ms` and a whole turn of the event loop: whatever had arrived by now was dealt with.
   * Comes on time, but keeps the processor busy until then: for less than a millisecond.
   */
  soon(ms: number, call: () => void): Timer;
}

/**
 * Holds the whole program still: for the last moments of its life, when no event loop will turn again, and for those in
 * which nothing may come between two looks.
 */
export function standStill(ms: number): void {
  Bun.sleepSync(ms);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, call) {
    const id = setTimeout(call, ms);
    return { cancel: () => clearTimeout(id) };
  },
  soon(ms, call) {
    const dueMs = performance.now() + ms;
    let id = setImmediate(first);
    // The first one may come before what has arrived is read; by the second it was.
    function first(): void {
      id = setImmediate(next);
    }
    function next(): void {
      if (performance.now() < dueMs) id = setImmediate(next);
      else call();
    }
    return { cancel: () => clearImmediate(id) };
  },
};
