/** What looks asked on a screen whose program may be at work, and listen for keys besides: for a person to look at. */
import { UNASKED_LIST } from "./arrow-list.ts";
import { hasBarBelow } from "./full-screen.ts";
import type { Reading, Scene } from "./reading.ts";
import { awaitsPerson } from "./tools/block.ts";
import type { WaitJudgement } from "./waiting.ts";

/** Dots of a braille pattern, and what it is that takes so long. */
const TURNS = /^[\s│┃]{0,4}[\u2801-\u28ff]\s+\p{L}/u;

export function mayBeAtWork(reading: Reading, scene: Scene, judgement: WaitJudgement): boolean {
  return (
    (isUnread(judgement) && (isUnasked(reading, scene) || isQuoted(reading, scene))) ||
    isShownWithin(reading, scene, judgement) ||
    turnsBelow(reading, scene) ||
    isLeftBehind(reading, scene, judgement)
  );
}

function isUnread({ evidence }: WaitJudgement): boolean {
  return !evidence.includes("kernel:read");
}

/** A line on the screen of a viewer, which has its own bar below: it shows what others wrote. */
function isShownWithin(
  { dialog, kind }: Reading,
  { region }: Scene,
  judgement: WaitJudgement,
): boolean {
  const isLine = !dialog && kind !== "editor" && kind !== "pager";
  return isLine && isUnread(judgement) && hasBarBelow(region.snapshot);
}

/** A list without a question: as often what a program is at, or has to show. On a screen of its own a title is none. */
function isUnasked({ rule, question }: Reading, { region }: Scene): boolean {
  if (rule === UNASKED_LIST) return true;
  return rule === "menu:arrows" && region.snapshot.alternate && !/[?？؟:：]/u.test(question);
}

/** A call with the question in its quotes: code that is written down. */
const CALL = /[\w.]\(\s*[bfru]?["'`]/;
/** The last line of a library that takes its leave. */
const LEAVE = /^\s{0,4}[└╰]\s+\p{L}/u;

function isQuoted({ dialog }: Reading, { line }: Scene): boolean {
  return !dialog && (CALL.test(line) || LEAVE.test(line));
}

/** What stands above a row that turns was written by a program that goes on. A known tool's dialog has its own rows. */
function turnsBelow({ facts, firstLine }: Reading, { region }: Scene): boolean {
  if (facts?.tool) return false;
  const rows = region.snapshot.lines.slice(firstLine);
  return rows.some(({ text }) => TURNS.test(text) && !awaitsPerson(text));
}

/** A list with the cursor below it, which libraries hide while theirs stands: any text may have a pointer. */
function isLeftBehind(reading: Reading, { region }: Scene, { evidence }: WaitJudgement): boolean {
  const polls = evidence.includes("kernel:timed-poll") || evidence.includes("kernel:settled-poll");
  if (!polls || reading.rule !== "menu:arrows") return false;
  const { cursor, lines } = region.snapshot;
  const end = lines[reading.lastLine]?.bottom ?? 0;
  return cursor.visible && cursor.x === 0 && cursor.y >= end;
}
