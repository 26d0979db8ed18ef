/** Finds the dialog that stands open at the bottom of a full-screen tool: its options, its question and its rows. */
import type { ScreenRow, Snapshot } from "../../screen/snapshot.ts";
import {
  type BlockOption,
  isHintRow,
  isOptionRow,
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
};

const FRAME_ROW = /^\s*[│┃║]\s?(.*?)\s*[│┃║]\s*$/u;
const FRAME_BOTTOM = /^\s*[╰└╚][─━═]{4,}[╯┘╝]\s*$/u;
const FRAME_TOP = /^\s*[╭┌╔][─━═]{4,}.*[╮┐╗]\s*$/u;
/** Stands above or below a list that is longer than its place, or that could be. */
const SCROLL_ARROW = /^\s*[▲▼]\s*$/u;
const BLOCK_ROWS_MAX = 400;

const found = new WeakMap<Snapshot, Block | null>();

/** As `searchBlock`; asked by several rules in one look, and by each look at a screen that stands still. */
export function findBlock(snapshot: Snapshot): Block | null {
  const known = found.get(snapshot);
  if (known !== undefined) return known;
  const block = searchBlock(snapshot);
  found.set(snapshot, block);
  return block;
}

/** The open dialog, or null. Everything below its options must be its own: an input box there means it is none. */
function searchBlock(snapshot: Snapshot): Block | null {
  const { screen } = snapshot;
  const last = screen.findLastIndex((row) => row.text.trim() !== "");
  if (last < 0) return null;
  const framed = FRAME_BOTTOM.test(screen[last]?.text ?? "");
  const rows: Rows = { texts: screen.map((row) => unframed(row.text, framed)), screen, framed };
  const end = optionsEnd(rows, framed ? last - 1 : last);
  if (end === null) return null;
  const list = optionsUpFrom(rows, end);
  const hints = rows.texts.slice(end + 1, last + 1).join("\n");
  if (list === null) return null;
  const { top, edge } = topOf(rows, list.first);
  return {
    options: list.options,
    top,
    firstOption: list.first,
    bottom: last,
    rows: rows.texts.slice(top, list.first),
    hints,
    edge,
  };
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
    if (isHintRow(text) && hints < 4) hints += 1;
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
