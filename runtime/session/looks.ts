/** When to look at a screen that has come to rest: soon and often at first, then ever less. Pure. */
import { limits } from "../../contracts/limits.ts";

/**
 * Milliseconds after the last event. About twice as long each time, so that hours of rest cost nothing, and just
 * behind the moments at which the weaker kinds of evidence begin to count (30, 50, 150, 300 and 500 ms of silence):
 * a look shortly before one of them would find the prompt as much later again.
 */
const momentsMs = [1, 3, 7, 15, 31, 51, 101, 151, 201, 301, 401, 501, 1_001, 2_001];

/** Of the time that a tool has been busy beside its open dialog, this much more may pass until it is seen waiting. */
const busyShare = 0.1;

/**
 * How long to wait with the next look, `elapsedMs` after the last event. `busy`: a dialog stands open while its tool
 * does something else, and a rare look would find it waiting long after it did.
 */
export function nextLookMs(elapsedMs: number, busy = false): number {
  // A timer may call a little early: the same moment twice would be a look for nothing.
  const next = momentsMs.find((moment) => moment - elapsedMs >= 0.5);
  const rare = next === undefined ? limits.settleLastMs : next - elapsedMs;
  return busy ? Math.min(rare, Math.max(limits.busyLookMs, elapsedMs * busyShare)) : rare;
}
