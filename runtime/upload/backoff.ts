/** How long to wait before the next try: exponential with full jitter, and as long as the service asks for. */
import { limits } from "../../contracts/limits.ts";
import type { Random } from "../random.ts";

/**
 * Milliseconds. `failures`: how many there were in a row, from 1. `askedMs`: what the service wants at least; up to as much
 * again is added, so that those who were sent away together do not come back together.
 */
export function retryMs(failures: number, askedMs: number | null, random: Random): number {
  const doublings = Math.min(failures - 1, 30);
  const most = Math.min(limits.uploadRetryFirstMs * 2 ** doublings, limits.uploadRetryLastMs);
  const drawn = fraction(random) * most;
  if (askedMs === null) return Math.round(drawn);
  const asked = Math.min(askedMs, limits.retryAfterMsMax);
  return Math.round(asked + fraction(random) * Math.min(asked, most));
}

/** From 0 up to 1. */
function fraction(random: Random): number {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
