/** Waiting that ends when it is time to stop. */
import { systemClock } from "../../../runtime/clock.ts";

/** Resolves after `ms`, or at once when it is time to stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const done = Promise.withResolvers<void>();
  const timer = systemClock.after(ms, done.resolve);
  const stop = (): void => done.resolve();
  signal.addEventListener("abort", stop, { once: true });
  await done.promise;
  signal.removeEventListener("abort", stop);
  timer.cancel();
}
