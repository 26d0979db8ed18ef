/** Finds the dialog that stands open at the bottom of a full-screen tool: its options, its question and its rows. */
import type { ScreenRow, Snapshot } from "../../screen/snapshot.ts";
import { findButtonRow } from "./button-row.ts";
import {
  type BlockOption,
  type FoundOptions,
  isHintRow,
  isOptionRow,
  optionsAround,
  optionsUpFrom,
  type Rows,
  SOLID_RULE,
} from "./block-options.ts";

export type Block = {
  options: readonly BlockOption[];
  /** Screen rows: the first of the dialog, the first option, and the last row with text. */
  top: number;
  firstOption: number;
  bottom: number;
  /** Rows from `top` up to the first option, without the outer frame. */
  rows: readonly string[];
  /** What the keys do, as shown below the options. */
  hints: string;
  /** What its first row stands below: a rule across the screen, its own box, or nothing that was seen. */
  edge: "rule" | "box" | "none";
  /** The lower edge of a box was seen, and not its upper one. */
  topless: boolean;
  /** Its options stand side by side. */
  buttons: boolean;
};

const FRAME_ROW = /^\s*[│┃║]\s?(.*?)\s*[│┃║]\s*$/u;
const SIDE_ALONE = /^\s*(?:[│┃║]\s*){1,2}$/u;
const FRAME_BOTTOM = /^\s*[╰└╚][─━═]{4,}[╯┘╝]\s*$/u;
const FRAME_TOP = /^\s*[╭┌╔][─━═]{4,}.*[╮┐╗]\s*$/u;
/** Stands above or below a list that is longer than its place, or that could be. */
const SCROLL_ARROW = /^\s*[▲▼]\s*$/u;
const BLOCK_ROWS_MAX = 400;
const FOOTER_ROWS_MAX = 2;
/** Something at the left and something at the right; a sentence below a box tells what became of it. */
const STATUS_BAR = /^\s*[^\s│┃].*\S\s{4,}\S.*$/u;
/** Rows between the options and what the keys do. */
const NOTES_ROWS_MAX = 16;
/** How a dialog is left, as said at its foot: a transcript has no such row. */
const NAMES_LEAVING =
  /\besc(?:ape)?\b[^.]{0,12}\b(?:cancel|close|exit|back|save|dismiss|return|quit)\b/i;
const SCROLLBAR = /(?:\s[│┃║]|[█▀▄▐▌])\s?$/u;
const INPUT_MARK = /^\s*[│┃]?\s*[❯›>»]\s*$/u;
/** A tool that says it waits for its person, below what it asks. */
const WAITS =
  /\b(?:waiting|awaiting)\b.{0,24}\b(?:confirmation|approval|permission|response|answer|input|you)\b/i;

const found = new WeakMap<Snapshot, Block | null>();

/** As `searchBlock`; asked by several rules in one look, and by each look at a screen that stands still. */
export function findBlock(snapshot: Snapshot): Block | null {
  const known = found.get(snapshot);
  if (known !== undefined) return known;
  const block = searchBlock(snapshot) ?? buttonBlock(snapshot);
  found.set(snapshot, block);
  return block;
}

/** The row says that the tool waits for a person, whatever turns beside it. */
export function awaitsPerson(text: string): boolean {
  return WAITS.test(text);
}

/** The open dialog, or null. Everything below its options must be its own: an input box there means it is none. */
function searchBlock(snapshot: Snapshot): Block | null {
  const { screen } = snapshot;
  const last = screen.findLastIndex((row) => row.text.trim() !== "");
  if (last < 0) return null;
  const bottom = frameBottom(screen, last) ?? last;
  const framed = FRAME_BOTTOM.test(screen[bottom]?.text ?? "");
  const texts = screen.map((row, at) =>
    unframed(withoutScrollbar(framed ? unspilt(screen, at) : row.text, snapshot.cols), framed),
  );
  const rows: Rows = { texts, screen, framed, cols: snapshot.cols };
  const lowest = framed ? bottom - 1 : bottom;
  const end = optionsEnd(rows, lowest);
  const list = (end === null ? null : optionsUpFrom(rows, end)) ?? optionsAboveNotes(rows, lowest);
  if (list === null) return null;
  const { top, edge } = topOf(rows, list.first);
  return {
    options: list.options,
    top,
    firstOption: list.first,
    bottom,
    rows: rows.texts.slice(top, list.first),
    hints: rows.texts.slice(list.last + 1, last + 1).join("\n"),
    edge,
    topless: framed && edge === "none",
    buttons: false,
  };
}

/** The lower edge of a box, with no more than a status bar or what keys do below it. */
function frameBottom(screen: readonly ScreenRow[], last: number): number | null {
  for (let at = last, below = 0; at >= 0 && below <= FOOTER_ROWS_MAX; at -= 1) {
    const text = screen[at]?.text ?? "";
    if (FRAME_BOTTOM.test(text)) return at;
    if (text.trim() === "") continue;
    if (isOptionRow(text) || !(isHintRow(text) || STATUS_BAR.test(text))) return null;
    below += 1;
  }
  return null;
}

function buttonBlock(snapshot: Snapshot): Block | null {
  const found = findButtonRow(snapshot);
  if (found === null) return null;
  const { options, top, row, bottom, hints, rows } = found;
  const place = { top, firstOption: row, bottom, rows };
  const edge = top === 0 ? "none" : "box";
  return { options, ...place, hints, edge, topless: top === 0, buttons: true };
}

/**
 * Options with more of the dialog below them, such as a preview or terms, down to its frame or to what its keys do.
 * Nothing there may be the mark of an input box, its edge, or another list.
 */
function optionsAboveNotes(rows: Rows, lowest: number): FoundOptions | null {
  const { texts, framed } = rows;
  if (!framed && !NAMES_LEAVING.test(texts[lowest] ?? "")) return null;
  for (let at = lowest; at >= Math.max(0, lowest - NOTES_ROWS_MAX); at -= 1) {
    const text = texts[at] ?? "";
    if (isOptionRow(text)) {
      const list = optionsAround(rows, at);
      return list !== null && hasOwnPlace(rows, list) ? list : null;
    }
    if (INPUT_MARK.test(text) || SOLID_RULE.test(text) || FRAME_TOP.test(text)) return null;
  }
  return null;
}

/** Where a tool shows something of its own that is left by a key, and in which no list can be read. */
export type Panel = { top: number; bottom: number; texts: readonly string[] };

/** A panel in its frame or below a rule, down to the row that says how it is left; null where there is none. */
export function findPanel({ screen, cols }: Snapshot): Panel | null {
  const last = screen.findLastIndex((row) => row.text.trim() !== "");
  const framed = FRAME_BOTTOM.test(screen[last]?.text ?? "");
  const texts = screen.map((row) => unframed(row.text, framed));
  const foot = texts.findLastIndex(
    (text, at) => at <= (framed ? last - 1 : last) && text.trim() !== "",
  );
  if (!NAMES_LEAVING.test(texts[foot] ?? "")) return null;
  const { top, edge } = topOf({ texts, screen, framed, cols }, foot);
  const inside = texts.slice(top, foot);
  if (edge === "none" || inside.some((text) => INPUT_MARK.test(text))) return null;
  return inside.length < 2 ? null : { top, bottom: last, texts: inside };
}

/** In its frame or below a rule: what stands below a list in running text is not its own. */
function hasOwnPlace(rows: Rows, { first }: FoundOptions): boolean {
  return topOf(rows, first).edge !== "none";
}

/** A tool that scrolls by itself draws a bar in the last column. */
function withoutScrollbar(text: string, cols: number): string {
  const isBar = text.length >= cols - 1 && SCROLLBAR.test(text) && !FRAME_ROW.test(text);
  return isBar ? text.replace(SCROLLBAR, "") : text;
}

/** Signs that are wider on the screen than the tool thinks push the right side of its frame into a row of its own. */
function unspilt(screen: readonly ScreenRow[], at: number): string {
  const { text = "", wrapped = false } = screen[at] ?? {};
  if (wrapped && SIDE_ALONE.test(text)) return "";
  const next = screen[at + 1];
  return next?.wrapped === true && SIDE_ALONE.test(next.text) ? text + next.text : text;
}

function unframed(text: string, framed: boolean): string {
  const inside = framed ? FRAME_ROW.exec(text)?.[1] : undefined;
  const bare = (inside ?? text).trimEnd();
  return SCROLL_ARROW.test(bare) ? "" : bare;
}

/** Above the hints: the last row of the options. Null where something else stands there. */
function optionsEnd({ texts }: Rows, last: number): number | null {
  let hints = 0;
  for (let at = last; at >= 0; at -= 1) {
    const text = texts[at] ?? "";
    if (text.trim() === "") continue;
    if (isOptionRow(text)) return at;
    if ((isHintRow(text) || WAITS.test(text)) && hints < 4) hints += 1;
    else return at;
  }
  return null;
}

/** Where the dialog begins. */
function topOf(
  { texts, screen, framed }: Rows,
  firstOption: number,
): { top: number; edge: Block["edge"] } {
  const least = Math.max(0, firstOption - BLOCK_ROWS_MAX);
  const above = texts.slice(least, firstOption);
  const isTop = (row: ScreenRow): boolean => FRAME_TOP.test(row.text) && !FRAME_ROW.test(row.text);
  const at = framed ? screen.slice(least, firstOption).findLastIndex(isTop) : ruleAbove(above);
  if (at < 0) return { top: least, edge: "none" };
  return { top: least + at + 1, edge: framed ? "box" : "rule" };
}

/** A rule at the margin of the screen goes first: an indented one may be a line of what is asked about. */
function ruleAbove(above: readonly string[]): number {
  const atMargin = above.findLastIndex((text) => SOLID_RULE.test(text) && !/^\s/.test(text));
  return atMargin >= 0 ? atMargin : above.findLastIndex((text) => SOLID_RULE.test(text));
}
