/**
 * The split-point property: however a program's output is cut into reads, even within a character or an escape
 * sequence, the same is detected; pure.
 */
import { explain } from "../prompt/explain.ts";
import type { Recording } from "../pty/asciicast.ts";
import type { Case } from "./case-files.ts";
import { type Feed, play } from "./play.ts";

export type SplitFault = {
  case: string;
  /** Where the recording's output, counted in bytes from its start, was cut. */
  cuts: readonly number[];
  atMs: number;
};

/** Feeds one output event after the other, cut at byte offsets (ascending) of all of them together. */
export function cutFeed(cuts: readonly number[]): Feed {
  let offset = 0;
  let next = 0;
  return (screen, bytes) => {
    const end = offset + bytes.length;
    let from = offset;
    for (let cut = cuts[next]; cut !== undefined && cut < end; cut = cuts[next]) {
      if (cut > from) screen.feed(bytes.subarray(from - offset, cut - offset));
      from = Math.max(from, cut);
      next += 1;
    }
    screen.feed(bytes.subarray(from - offset));
    offset = end;
  };
}

/** What is detected at each moment, and the screen. */
function detectedAt(
  recording: Recording,
  at: readonly number[],
  cuts: readonly number[],
): string[] {
  const seen: string[] = [];
  play(recording, at, {
    feed: cutFeed(cuts),
    look: ({ snapshot, evidence }) => {
      const { detection, screen } = explain(snapshot, evidence);
      seen.push(JSON.stringify([detection, screen]));
    },
  });
  return seen;
}

/** Looks at each prompt of the case and at its end; null where all of it is the same as uncut. */
export function splitFault(one: Case, cuts: readonly number[]): SplitFault | null {
  const at = momentsOfCase(one);
  const whole = uncut(one, at);
  const parts = detectedAt(one.recording, at, cuts);
  const wrong = parts.findIndex((text, index) => text !== whole[index]);
  return wrong === -1 ? null : { case: one.name, cuts, atMs: at[wrong] ?? 0 };
}

const known = new WeakMap<Case, string[]>();

function uncut(one: Case, at: readonly number[]): string[] {
  const found = known.get(one) ?? detectedAt(one.recording, at, []);
  known.set(one, found);
  return found;
}

function momentsOfCase({ expected, recording }: Case): number[] {
  const end = (recording.events.at(-1)?.atMs ?? 0) + 1_000;
  return [...expected.prompts.map(({ at_ms: at }) => at), end];
}

/** Bytes of output in a recording. */
export function outputBytes({ events }: Recording): number {
  const encoder = new TextEncoder();
  return events.reduce(
    (sum, event) => sum + (event.kind === "output" ? encoder.encode(event.text).length : 0),
    0,
  );
}

/** How much to try: every single cut up to so many bytes of output, above that `count` of them. */
export type Effort = { exhaustiveBytesMax: number; count: number };
export const efforts = {
  some: { exhaustiveBytesMax: 0, count: 3 },
  all: { exhaustiveBytesMax: 8_192, count: 200 },
} as const satisfies Record<string, Effort>;

/** More bytes than this are not cut at every byte at once: it takes too long. */
const everyByteMax = 65_536;

/**
 * Cut sets to try on so many bytes: single ones, by the effort; and many at once, at every byte where they are not
 * too many. The same for the same `seed`.
 */
export function cutSets(
  bytes: number,
  { exhaustiveBytesMax, count }: Effort,
  seed: number,
): number[][] {
  const every = Array.from({ length: Math.max(0, bytes - 1) }, (_, at) => at + 1);
  if (every.length === 0) return [];
  const random = sequence(seed + bytes);
  const many = every.filter(() => random() % 97 === 0);
  const atOnce = bytes <= everyByteMax ? [every, many] : [many];
  if (bytes <= exhaustiveBytesMax) return [...atOnce, ...every.map((at) => [at])];
  return [...atOnce, ...Array.from({ length: count }, () => [1 + (random() % (bytes - 1))])];
}

/** Numbers without a pattern that matters, the same for the same seed (xorshift, Marsaglia 2003). */
function sequence(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
