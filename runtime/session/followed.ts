/** The prompt that a session follows over the screen: where it stood, and whether what stands there now is it. */
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { contextAbove } from "../prompt/context.ts";
import type { Detection, PromptPlace } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import { lineAtRow } from "../prompt/region.ts";
import type { Mark, Screen } from "../screen/screen.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import { type Head, headOf, type Standing, standingOf } from "./head.ts";
import type { Pending } from "./state.ts";
import { rowsOf, sameRows } from "./still.ts";
import { announcesBlocked, isTwin, lettersOf, type Sent } from "./twin.ts";

export type Waiting = Extract<Detection, { state: "waiting" }>;

/** What is known of a prompt from the look that met it. */
export type Met = {
  place: PromptPlace;
  mark: Mark;
  /** The prompt's text when it was met, to notice that it left in the middle of a burst of output. */
  text: string;
  /** What stood before the cursor then. What comes behind it is typed, echoed, or none of the question. */
  head: Head;
  /** Who was reading then; null where only polling, or nothing, was seen. */
  reader: string | null;
  /** Its rows at the last look that was told. */
  rows: readonly ScreenRow[];
  /** Its rows and what stood above it when it was met: what is decided upon. */
  asked: { rows: readonly ScreenRow[]; context: string };
};

export type Followed = Met & {
  pending: Pending;
  /** Keys went to a program that reads lines, and since then the text was gone for a moment. */
  left: "no" | "armed" | "yes";
  goneSinceMs: number | null;
  /** A first key went into a dialog, and how things stood then. */
  sent: Sent | null;
  /** `moving`: its highlight is being moved for a policy, and what a list shows may change with it. */
  keys: "none" | "moving" | "answering";
};

/** `twin`: with the same words, but another one since the first was answered. */
export type Sameness = "same" | "twin" | "other";

/** What a `new` sight is, besides what is kept of it. */
export type Sighted = {
  sameness: Sameness;
  /** It has to stand still, or what contradicts it has to go away, before it is acted upon. */
  waits: boolean;
  /** The state that the tool announces against it. */
  disagrees: string | null;
};

/** A prompt as the look that meets it shows it. */
export function metAt(
  { prompt, place, disagrees, announced }: Waiting,
  { snapshot, sameness, ...kept }: Pick<Met, "mark" | "reader"> & LookedAt,
): Met & Sighted {
  const rows = rowsOf(snapshot, place);
  return {
    ...kept,
    place,
    text: textOf(snapshot, place),
    head: headOf(snapshot, place),
    rows,
    asked: { rows, context: prompt.context ?? "" },
    sameness,
    waits: place.stillMs !== undefined || disagrees === true || sameness === "twin",
    disagrees: disagrees === true ? (announced?.state ?? "something else") : null,
  };
}

type LookedAt = { snapshot: Snapshot; sameness: Sameness };

export function samenessOf(
  followed: Followed | null,
  { prompt, place }: Waiting,
  { snapshot, resizedAgoMs }: { snapshot: Snapshot; resizedAgoMs: number },
): Sameness {
  if (followed === null) return "other";
  if (followed.left === "yes") return "other";
  const redrawn = resizedAgoMs < limits.redrawMs && followed.sent === null;
  if (!(redrawn ? isAlikeRedrawn : isAlikeAsItStands)(followed, prompt)) return "other";
  if (!place.dialog) {
    // A cleared screen takes the mark with it: what stands where it stood, with no key sent, was redrawn.
    return (followed.mark.row() ?? followed.place.row) === place.row ? "same" : "other";
  }
  const { sent } = followed;
  return sent !== null && isTwin(sent, snapshot, place) ? "twin" : "same";
}

const isAlikeRedrawn = (followed: Followed, prompt: Prompt): boolean =>
  isAlike(followed, prompt) || sameAtAnotherSize(followed, prompt);

const isAlikeAsItStands = (followed: Followed, prompt: Prompt): boolean =>
  isAlike(followed, prompt) && !isAboutAnother(followed, prompt);

function isAlike({ pending, keys }: Followed, prompt: Prompt): boolean {
  // An Enter follows: it must be about the same, and not only in the same words.
  if (keys === "moving")
    return isAboutTheSame(pending.prompt, prompt) && sameMenu(pending.prompt, prompt);
  return prompt.fingerprint === pending.prompt.fingerprint;
}

/**
 * A dialog with the same words and options that says other things in its body, and nobody has typed into the one before:
 * that one was taken back. Once nobody was seen waiting, numbers count as well; before that they may be a clock.
 */
function isAboutAnother({ place, keys, sent, pending, goneSinceMs }: Followed, prompt: Prompt) {
  if (!place.dialog || keys !== "none" || sent !== null) return false;
  const saying = goneSinceMs === null ? lettersOf : lettersAndDigitsOf;
  return saying(pending.prompt.context ?? "") !== saying(prompt.context ?? "");
}

const lettersAndDigitsOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, "");

/** What stands above the question, and what is approved, has not changed. */
function isAboutTheSame(a: Prompt, b: Prompt): boolean {
  if ((a.context ?? "") !== (b.context ?? "")) return false;
  return JSON.stringify(a.subject) === JSON.stringify(b.subject);
}

/**
 * No prompt was seen: how many milliseconds of that are still missing until the followed one counts as gone. Tools
 * repaint, for a moment or, when resized, for longer; and while a dialog is repainted, or anything near it, it may
 * not be recognised although its question stands there: that counts only once the screen has settled.
 */
export function presumedMs(
  followed: Followed,
  now: { snapshot: Snapshot; nowMs: number; quietMs: number; resizedAgoMs: number },
): number {
  if (followed.left !== "no") return 0;
  followed.goneSinceMs ??= now.nowMs;
  const goneMs = mayWantEnter(followed, now.snapshot) ? limits.settledMs : limits.goneMs;
  const missing = followed.goneSinceMs + goneMs - now.nowMs;
  const redrawing = followed.sent === null ? limits.redrawMs - now.resizedAgoMs : 0;
  const standing = standsForMs(followed, now.snapshot) - now.quietMs;
  return Math.max(missing, redrawing, standing, 0);
}

/** A key was typed behind which an Enter may follow, and its question stands as it did: who took the key may be slow. */
function mayWantEnter(followed: Followed, snapshot: Snapshot): boolean {
  const { keys, pending, head, mark, place } = followed;
  if (keys !== "answering" || pending.encoding.enter !== "once echoed") return false;
  return standingOf(head, snapshot, (mark.row() ?? place.row) - place.row) === "asked";
}

/** For how much silence a dialog is taken to be there, by what of it is on the screen: all, or at least its question. */
function standsForMs(followed: Followed, snapshot: Snapshot): number {
  const { place, keys, rows, text, pending } = followed;
  if (!place.dialog || pending.prompt.kind === "unknown") return 0;
  const untouched = sameRows(rows, rowsOf(snapshot, place));
  if (keys === "answering") return untouched ? limits.settledMs : 0;
  if (untouched) return limits.settleLastMs;
  const lines = text.split("\n");
  const question = lines.at(place.row - place.top)?.trim() ?? "";
  const asks = question !== "" && snapshot.screen.some((row) => row.text.includes(question));
  return asks ? limits.settledMs : 0;
}

/** A list that scrolls shows other options when its highlight moves. */
function sameMenu(a: Prompt, b: Prompt): boolean {
  if (a.kind !== b.kind || a.question !== b.question) return false;
  const labels = new Set(a.options.map(({ label }) => label));
  return b.options.some(({ label }) => labels.has(label));
}

/** What is cut off at one width may be whole at another: kind and options say which one it is. */
function sameAtAnotherSize({ pending }: Followed, b: Prompt): boolean {
  const a = pending.prompt;
  if (a.kind !== b.kind || a.options.length !== b.options.length) return false;
  return a.options.every(({ label }, at) => b.options[at]?.label === label);
}

/** What stands above a followed line prompt now. */
export function contextNow({ mark, place }: Followed, { lines }: Snapshot): string {
  const { top } = shift(place, mark.row() ?? place.row);
  const texts = lines.map(({ text }) => text);
  return contextAbove(texts, lineAtRow(lines, Math.max(0, top)));
}

/** Where the followed prompt stands, if there is one that is known by its line. `reader`: who reads now. */
export function placeOf(
  known: Followed | null,
  snapshot: Snapshot,
  { kernel, reader }: Pick<WaitEvidence, "kernel"> & { reader: string | null },
): Standing {
  if (known === null || known.place.dialog || known.left === "yes") return "gone";
  if (kernel !== null && !kernel.blind && kernel.waits.length === 0) return "gone";
  const by = (known.mark.row() ?? known.place.row) - known.place.row;
  const standing = standingOf(known.head, snapshot, by);
  if (standing !== "above") return standing;
  const sameRead = known.reader !== null && known.reader === reader;
  return sameRead && known.pending.prompt.kind !== "unknown" ? "above" : "gone";
}

/** The place moved with its row. */
export function shift(place: PromptPlace, row: number): PromptPlace {
  const by = row - place.row;
  return { ...place, row, top: place.top + by, bottom: place.bottom + by };
}

/** What stands from the question's first row to its last, the line of the cursor cut off where the cursor is. */
function textOf(snapshot: Snapshot, { top, bottom }: PromptPlace): string {
  return snapshot.screen
    .slice(Math.max(0, top), Math.max(0, bottom + 1))
    .map((row) => row.text)
    .join("\n");
}

/** All of it stands above the screen's first row, or nowhere any more: it has scrolled off. */
export function hasScrolledOff({ mark, place }: Followed): boolean {
  const row = mark.row();
  return row === null ? mark.isLost() : shift(place, row).bottom < 0;
}

/** Whether output may have to come in pieces for it. */
export function mayLeave({ left, sent }: Followed): boolean {
  return left === "armed" || sent?.blocked === true;
}

/** To be told after each piece of a burst: a prompt may leave and come back within it. */
export function noteLeaving(followed: Followed, screen: Screen): void {
  if (followed.sent !== null) followed.sent.blocked &&= announcesBlocked(screen.snapshot());
  if (followed.left !== "armed") return;
  const row = followed.mark.row();
  const moved = row === null ? null : shift(followed.place, row);
  if (moved === null || textOf(screen.snapshot(), moved) !== followed.text) followed.left = "yes";
}
