/** Time as a value: the only file of the cloud that reads a clock or sets a timer. */
import type { Moment } from "../contracts/moment.ts";

export type Timer = { cancel(): void };

export interface Clock {
  /** Wall time. May jump. */
  now(): Moment;
  /** Milliseconds with a fraction since an arbitrary start; never goes back. For durations. */
  monotonicMs(): number;
  /** Calls once after at least `ms`. The process lives for as long. */
  after(ms: number, call: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, call) {
    const id = setTimeout(call, ms);
    return { cancel: () => clearTimeout(id) };
  },
};

/** Resolves with `late` when `work` has not come to an end by then; the work itself goes on. */
export async function within<T, L>(
  work: Promise<T>,
  { ms, late, clock }: { ms: number; late: L; clock: Clock },
): Promise<T | L> {
  const { promise, resolve } = Promise.withResolvers<L>();
  const timer = clock.after(ms, () => resolve(late));
  try {
    return await Promise.race([work, promise]);
  } finally {
    timer.cancel();
  }
}
