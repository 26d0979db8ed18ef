/** Plays a recording on an emulated screen, without waiting, and looks at it at chosen moments; pure. */
import type { KernelEvidence } from "../pty/kernel-wait.ts";
import type { CastEvent, Recording } from "../pty/asciicast.ts";
import type { Termios } from "../pty/pty.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import { openScreen, type Screen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";

/** What was on the screen at a moment, and what was known besides. */
export type Look = { ms: number; snapshot: Snapshot; evidence: WaitEvidence };

/** How one output event's bytes are given to the screen: at once, or cut somewhere. */
export type Feed = (screen: Screen, bytes: Uint8Array) => void;

const whole: Feed = (screen, bytes) => screen.feed(bytes);
const encoder = new TextEncoder();

/**
 * Calls `look` at each time of `at` (ms, ascending) with what all events before it left. A tool starts in line mode
 * with echo; who waits is unknown (null) until the recording's first word on it.
 */
export function play(
  recording: Recording,
  at: readonly number[],
  { look, feed = whole }: { look: (look: Look) => void; feed?: Feed },
): void {
  const screen = openScreen({
    size: recording.size,
    reply: () => undefined,
    answersQueries: false,
  });
  const known = new Known();
  let next = 0;
  const lookBefore = (ms: number): void => {
    for (let time = at[next]; time !== undefined && time < ms; time = at[next]) {
      look({ ms: time, snapshot: screen.snapshot(), evidence: known.at(time) });
      next += 1;
    }
  };
  for (const event of recording.events) {
    lookBefore(event.atMs);
    if (event.kind === "output") feed(screen, encoder.encode(event.text));
    if (event.kind === "resized") screen.resize(event.size);
    known.take(event);
  }
  lookBefore(Number.POSITIVE_INFINITY);
  screen.close();
}

/** What is known beside the screen, event after event. */
export class Known {
  #termios: Termios = { canonical: true, echo: true, signals: true };
  #kernel: KernelEvidence | null = null;
  #lastOutputMs = 0;

  take(event: CastEvent): void {
    if (event.kind === "output") this.#lastOutputMs = event.atMs;
    if (event.kind === "termios") this.#termios = event.termios;
    if (event.kind === "kernel") this.#kernel = event.kernel;
    if (event.kind === "input" && this.#kernel !== null) {
      this.#kernel = { ...this.#kernel, waits: [] };
    }
  }

  at(ms: number): WaitEvidence {
    return { kernel: this.#kernel, termios: this.#termios, quietMs: ms - this.#lastOutputMs };
  }
}
