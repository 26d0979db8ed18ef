/** Finds the moments of a recording at which something is asked; pure. */
import { detect } from "../prompt/detect.ts";
import type { CastEvent, Recording } from "../pty/asciicast.ts";
import { timesOf } from "./fast.ts";
import { play } from "./play.ts";

/** How long after the last event a recording's end is looked at: all is quiet then. */
const afterEndMs = 1_000;
/** What was shown up to a marker is to be seen, and nothing behind it. */
const justAfterMs = 0.01;

/**
 * The last moment of each question that is seen, ascending, in milliseconds from the start; where none is seen,
 * a second after the end. The same question counts again only behind input. A session's own recording says itself
 * at which moments it asked.
 */
export function momentsOf({ size, events }: Recording): number[] {
  const asked = events.filter((event) => event.kind === "prompt" && event.seq !== undefined);
  if (asked.length > 0) return asked.map(({ atMs }) => atMs + justAfterMs);
  const end = (events.at(-1)?.atMs ?? 0) + afterEndMs;
  const timesAt = (kind: CastEvent["kind"]): number[] =>
    events.filter((event) => event.kind === kind).map(({ atMs }) => atMs);
  const outputs = timesAt("output");
  const inputs = timesAt("input");
  const marked = timesAt("prompt").map((ms) => ms + justAfterMs);
  const times = [...timesOf(outputs, 0, end), ...marked].sort((a, b) => a - b);
  const found: { key: string; ms: number }[] = [];
  play({ size, events }, times, {
    look: ({ ms, snapshot, evidence }) => {
      const detection = detect(snapshot, evidence);
      if (detection.state !== "waiting") return;
      const before = inputs.filter((input) => input < ms).length;
      const answeredMs = inputs[before - 1] ?? Number.NEGATIVE_INFINITY;
      // What was answered stands there until the tool says something.
      if (!outputs.some((output) => answeredMs <= output && output < ms)) return;
      const key = `${before} ${detection.prompt.fingerprint}`;
      const last = found.at(-1);
      if (last?.key === key) last.ms = ms;
      else found.push({ key, ms });
    },
  });
  return found.length === 0 ? [end] : found.map(({ ms }) => ms);
}
