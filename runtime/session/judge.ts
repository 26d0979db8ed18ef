/** What a look at the screen is worth: whether a prompt may be trusted, and whether it is the one decided upon. Pure. */
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { contextNow, type Followed } from "./followed.ts";
import type { Pending } from "./state.ts";
import { type Patience, rowsOf, sameRows } from "./still.ts";
import type { Prompt } from "../../contracts/prompt.ts";

/** What may not be trusted is a person's. */
export function judge(pending: Pending, as: Patience["as"], announced: string | null): void {
  if (as === "settled" || as === "unsure") return;
  pending.prompt = { ...pending.prompt, confidence: "low" };
  pending.doubt =
    as === "unsettled" || announced === null
      ? { why: "something in it never stands still" }
      : { why: "the tool announces another state", disagreed: { screen: "waiting", announced } };
}

/**
 * The prompt is the one that was decided upon, about the same; while its highlight is moved, the same menu. Of a line
 * that stands as it did nothing is read anew: then only what stands above it can have changed.
 */
export function asDecided(followed: Followed, prompt: Prompt, snapshot: Snapshot): boolean {
  if (followed.keys === "moving") return true;
  const { place, asked, pending } = followed;
  if (prompt.fingerprint !== pending.prompt.fingerprint) return false;
  if (place.stillMs !== undefined) return sameRows(asked.rows, rowsOf(snapshot, place));
  const context = place.dialog ? (prompt.context ?? "") : contextNow(followed, snapshot);
  return context === asked.context;
}

/** A dialog of which every row is as it was when it was told. */
export function standsUntouched({ place, rows }: Followed, snapshot: Snapshot): boolean {
  return place.dialog && sameRows(rows, rowsOf(snapshot, place));
}

export function readsAsQuestion(detection: Detection): boolean {
  return detection.state === "waiting" && detection.prompt.kind !== "unknown";
}

export function readerOf({ kernel }: WaitEvidence): string | null {
  const readers = kernel?.waits.filter((wait) => wait.foreground && wait.via === "read") ?? [];
  if (readers.length === 0) return null;
  return readers.map(({ tid, sleeps }) => `${tid}:${sleeps}`).join(" ");
}
