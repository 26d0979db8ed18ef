/** Finds the best moment to look at a prompt of a recording; pure. */
import type { CastEvent } from "../pty/asciicast.ts";

/** The end of the longest silence within a stretch: a tool that blinks is never still for long. In milliseconds. */
export function quietest(events: readonly CastEvent[], from: number, until: number): number {
  const outputs = events.filter(
    ({ kind, atMs }) => kind === "output" && atMs > from && atMs < until,
  );
  let best = { at: until, quiet: -1 };
  let since = from;
  for (const ms of [...outputs.map(({ atMs }) => atMs), until]) {
    if (ms - since > best.quiet) best = { at: ms - 0.001, quiet: ms - since };
    since = ms;
  }
  return Math.max(from, best.at);
}
