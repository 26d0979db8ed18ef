/** The screen at each prompt of a recording, and at its end. */
import { Known } from "../lab/play.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Cast, CastEvent } from "../pty/asciicast.ts";
import { openScreen, type Screen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";

export type Still = {
  atMs: number;
  /** Null at the end. */
  prompt: { id: string; seq: number | null } | null;
  snapshot: Snapshot;
  /** What was known beside the screen. */
  evidence: WaitEvidence;
};

const encoder = new TextEncoder();

/** A screen of the recorded size that answers nobody. */
export function screenFor({ head }: Pick<Cast, "head">): Screen {
  return openScreen({ size: head.size, reply: () => undefined, answersQueries: false });
}

/** What one event does to the screen. */
export function showOn(screen: Screen, event: CastEvent): void {
  if (event.kind === "output") screen.feed(encoder.encode(event.text));
  if (event.kind === "resized") screen.resize(event.size);
}

/** In the order in which they were asked, then the end. */
export function* stillsOf(cast: Cast): Generator<Still> {
  const screen = screenFor(cast);
  const known = new Known();
  let atMs = 0;
  try {
    for (const event of cast.events) {
      ({ atMs } = event);
      showOn(screen, event);
      known.take(event);
      if (event.kind !== "prompt") continue;
      const prompt = { id: event.id, seq: event.seq ?? null };
      yield { atMs, prompt, snapshot: screen.snapshot(), evidence: known.at(atMs) };
    }
    yield { atMs, prompt: null, snapshot: screen.snapshot(), evidence: known.at(atMs) };
  } finally {
    screen.close();
  }
}
