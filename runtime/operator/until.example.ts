/** Waits in tests of sockets for what another side has to do first. */
import { systemClock } from "../clock.ts";

const deadlineMs = 10_000;

/** Throws, naming `what`, when it has not come true in time. */
export async function until(what: string, look: () => boolean): Promise<void> {
  const deadline = systemClock.monotonicMs() + deadlineMs;
  while (!look()) {
    if (systemClock.monotonicMs() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise<void>((resolve) => systemClock.after(2, resolve));
  }
}
