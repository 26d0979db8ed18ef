/** The options of an open dialog: a numbered list with one highlight, or a list in which one row points. */
import { limits } from "../../../contracts/limits.ts";
import type { ScreenRow } from "../../screen/snapshot.ts";
import { columnsOf } from "../region.ts";

export type BlockOption = {
  label: string;
  /** What stands beside it in a column of its own; empty where nothing does. */
  note: string;
  /** The number in front of it; null in a list without. */
  number: string | null;
  selected: boolean;
  checked: boolean | null;
};

/** Rows of the screen and their texts without the dialog's outer frame. */
export type Rows = {
  texts: string[];
  screen: readonly ScreenRow[];
  framed: boolean;
  /** The screen's width. */
  cols: number;
};

/** `first` and `last`: the screen rows of the first option and of the last one, with what belongs to it. */
export type FoundOptions = { options: BlockOption[]; first: number; last: number };

const POINTERS = "❯›●▸▶➤➜⏵►◉→>";
const NUMBERED = new RegExp(
  `^(\\s*)([${POINTERS}*]\\s{0,3})?(\\d{1,2})[.)]\\s+(?:(\\[[ xX✓✔*]\\]|[☐☑☒◯◉○●])\\s+)?(\\S.*)$`,
  "u",
);
const POINTED = new RegExp(`^(\\s*)([${POINTERS}])\\s{1,3}(\\S.*)$`, "u");
const TICK = /^[✔✓]\s+/u;
const BOX = /^(?:\[[ xX✓✔*]\]|[☐☑☒◯◉○])\s+/u;
const EMPTY_BOX = /^(?:\[ \]|[☐◯○])$/u;
/** Rows of a note between two options. */
const NOTE_ROWS_MAX = 3;
/** A rule across the screen. */
export const SOLID_RULE = /^\s*[─━═▔▁]{16,}\s*$/u;
const HINT = /\b(?:esc|escape|enter|return|tab|space|ctrl|shift|y\/n)\b|[↵⏎↑↓]/i;
/** `Continue (tab)`: an option, with its key. */
const NAMES_ITS_KEY =
  /^\p{L}.*\s\((?:\w|(?:shift|ctrl|alt|cmd)[+-]\w+|esc(?:ape)?|tab|enter|return|space)\)$/iu;
const HINT_CHARS_MAX = 120;
/** Rows of a long label, and blank rows or rules between two options. */
const REST_ROWS_MAX = 6;
/** Rows of all options together. */
const ITEM_ROWS_MAX = 60;
const GAP_ROWS_MAX = 2;
/** Columns at the sides that a tool may leave free when it wraps. */
const SIDE_COLUMNS = 6;

/** A row that says what keys do, and nothing else. */
export function isHintRow(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > HINT_CHARS_MAX || /[?？:]\s*$/u.test(trimmed)) return false;
  return HINT.test(trimmed) && !NAMES_ITS_KEY.test(trimmed);
}

/** The row may be an option. */
export function isOptionRow(text: string): boolean {
  return NUMBERED.test(text) || POINTED.test(text);
}

/** The options of which the last row is `end`, exactly one of them highlighted; null where there are none such. */
export function optionsUpFrom(rows: Rows, end: number): FoundOptions | null {
  return inColumns(numberedUp(rows, end) ?? pointedUp(rows, end));
}

/** The options around `row`, which is one of them: more of the dialog stands below them. */
export function optionsAround(rows: Rows, row: number): FoundOptions | null {
  return inColumns(numberedUp(rows, row) ?? pointedAt(rows.texts, row));
}

const COLUMNS = /^(\S.*?)(\s{2,})(\S.*)$/u;
/** The tick of what is set already. */
const TICKED = /\s*[✔✓]$/u;

/** Exactly one is highlighted. What all of them show in a column of its own, such as what a model costs, is no label. */
function inColumns(found: FoundOptions | null): FoundOptions | null {
  if (found?.options.filter((option) => option.selected).length !== 1) return null;
  const parts = found.options.map(({ label }) => COLUMNS.exec(label));
  const columns = parts.map((part) => (part?.[1] ?? "").length + (part?.[2] ?? "").length);
  if (columns.some((column) => column === 0 || column !== columns[0])) return found;
  const options = found.options.map((option, at) => ({
    ...option,
    label: (parts[at]?.[1] ?? option.label).replace(TICKED, ""),
    note: parts[at]?.[3] ?? "",
  }));
  return { ...found, options };
}

type Item = {
  row: number;
  pointed: boolean;
  number: string;
  /** Where the pointer or the number stands, and where the number does. */
  indent: number;
  margin: number;
  box: string | undefined;
  label: string;
  column: number;
};

function itemAt({ texts }: Rows, row: number): Item | null {
  const text = texts[row] ?? "";
  const match = NUMBERED.exec(text);
  if (match === null) return null;
  const [, indent = "", pointer, number = "", box, label = ""] = match;
  return {
    row,
    pointed: pointer !== undefined,
    number,
    indent: indent.length,
    margin: indent.length + (pointer ?? "").length,
    box,
    label,
    column: text.length - label.length,
  };
}

function itemIn(rows: Rows, row: number, margin: number): Item | null {
  const item = itemAt(rows, row);
  return item !== null && isAtMargin(item, margin) ? item : null;
}

type Items = { item: Item; rest: string[] }[];

/** The list furthest to the left: rows of a long label, which may quote anything, are indented like the label. */
function itemsUp(rows: Rows, end: number): Items | null {
  const margins = new Set<number>();
  for (let at = end; at >= Math.max(0, end - ITEM_ROWS_MAX); at -= 1) {
    const margin = itemAt(rows, at)?.margin;
    if (margin !== undefined) margins.add(margin);
  }
  const lists = [...margins]
    .toSorted((a, b) => a - b)
    .map((margin) => itemsAt(rows, end, margin) ?? [])
    .filter((items) => items.length >= 2);
  return lists.find((items) => hasOneHighlight(rows, items)) ?? lists[0] ?? null;
}

/** A pointer may push its number to the right, a second digit to the left. */
function isAtMargin({ margin: own, indent, pointed }: Item, margin: number): boolean {
  return Math.abs(own - margin) <= 1 || (pointed && indent === margin);
}

function hasOneHighlight(rows: Rows, items: Items): boolean {
  return items.filter(({ item }) => isSelected(rows, items, item)).length === 1;
}

/** A pointer settles what is highlighted; without one it is the look of the row. */
function isSelected({ screen }: Rows, items: Items, { row, label, pointed }: Item): boolean {
  return items.some(({ item }) => item.pointed) ? pointed : isHighlighted(screen[row], label);
}

/** The items from `end` up to number 1, top to bottom, each with the rows below it that belong to it. */
function itemsAt(rows: Rows, end: number, margin: number): Items | null {
  const items: Items = [];
  let rest: string[] = [];
  let gap = 0;
  for (let at = end; at >= 0 && items.length < limits.optionsMax; at -= 1) {
    const item = itemIn(rows, at, margin);
    if (item !== null) {
      if (!follows(item, items[0]?.item, rest)) return null;
      items.unshift({ item, rest });
      if (item.number === "1") return items;
      [rest, gap] = [[], 0];
      continue;
    }
    const text = rows.texts[at] ?? "";
    if (text.trim() === "" || SOLID_RULE.test(text)) gap += 1;
    else rest.unshift(text);
    if (gap > GAP_ROWS_MAX || rest.length > REST_ROWS_MAX) return null;
  }
  return null;
}

/** The item's number is the one before the next one's, and what stands between them is indented like a label. */
function follows(item: Item, next: Item | undefined, rest: readonly string[]): boolean {
  if (next !== undefined && Number(next.number) !== Number(item.number) + 1) return false;
  return rest.every((text) => indentOf(text) >= item.column - 3);
}

/** `❯ 1. Yes` and its like. */
function numberedUp(rows: Rows, end: number): FoundOptions | null {
  const items = itemsUp(rows, end);
  const first = items?.[0]?.item.row;
  if (items === null || first === undefined) return null;
  const options = items.map(({ item, rest }) => {
    const label = withRest(item.label, rest, { row: rows.texts[item.row] ?? "", cols: rows.cols });
    return {
      label: label.slice(0, limits.optionLabelCharsMax),
      note: "",
      number: item.number,
      selected: isSelected(rows, items, item),
      checked: item.box === undefined ? null : !EMPTY_BOX.test(item.box),
    };
  });
  return { options, first, last: end };
}

/** A list without numbers that ends with `end`. */
function pointedUp({ texts }: Rows, end: number): FoundOptions | null {
  const found = pointedAt(texts, pointerUp(texts, end));
  return found?.last === end ? found : null;
}

/** A list without numbers: the row `pointer` points, its siblings stand under its label, notes on them further in. */
function pointedAt(texts: readonly string[], pointer: number): FoundOptions | null {
  const row = texts[pointer] ?? "";
  const label = POINTED.exec(row)?.[3];
  if (label === undefined) return null;
  // The tick of what is set already stands before the labels.
  const tick = TICK.exec(label)?.[0].length ?? 0;
  const column = row.length - label.length + tick;
  const above = siblings(texts, { from: pointer, by: -1, column }).toReversed();
  const below = siblings(texts, { from: pointer, by: 1, column });
  if (above.length + below.length === 0) return null;
  let last = below.at(-1) ?? pointer;
  while (isTextAt(texts[last + 1], (indent) => indent > column)) last += 1;
  const plain = (at: number): BlockOption => pointedOption((texts[at] ?? "").trim(), false);
  const options = [...above.map(plain), pointedOption(label, true), ...below.map(plain)];
  return { options, first: above[0] ?? pointer, last };
}

/** The rows that begin in the same column, as far as nothing but notes stands between them. */
function siblings(
  texts: readonly string[],
  { from, by, column }: { from: number; by: 1 | -1; column: number },
): number[] {
  const rows: number[] = [];
  for (let at = from + by, notes = 0; notes <= NOTE_ROWS_MAX; at += by) {
    if (isTextAt(texts[at], (indent) => indent === column)) {
      rows.push(at);
      notes = 0;
    } else if (isTextAt(texts[at], (indent) => indent > column)) notes += 1;
    else break;
  }
  return rows;
}

function isTextAt(text: string | undefined, fits: (indent: number) => boolean): boolean {
  return text !== undefined && text.trim() !== "" && fits(indentOf(text)) && !isHintRow(text);
}

function pointedOption(text: string, selected: boolean): BlockOption {
  const box = BOX.exec(text)?.[0];
  const ticked = TICK.exec(text)?.[0];
  const label = text.slice((box ?? ticked ?? "").length);
  return {
    label: label.slice(0, limits.optionLabelCharsMax),
    note: "",
    number: null,
    selected,
    checked: box === undefined ? null : !EMPTY_BOX.test(box.trim()),
  };
}

/** The highest row that points, in the block of rows without a gap that ends at `end`; -1 where none does. */
function pointerUp(texts: readonly string[], end: number): number {
  let pointer = -1;
  for (let at = end; at >= Math.max(0, end - limits.optionsMax); at -= 1) {
    if ((texts[at] ?? "").trim() === "") break;
    if (POINTED.test(texts[at] ?? "")) pointer = at;
  }
  return pointer;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

/** The rest of a label that was wrapped; a note below a label that had room is left out. */
function withRest(
  label: string,
  rest: readonly string[],
  { row, cols }: { row: string; cols: number },
): string {
  let joined = label.trim();
  let width = columnsOf(row);
  const longest = Math.max(width, ...rest.map(columnsOf));
  for (const text of rest) {
    const word = text.trim().split(" ", 1)[0] ?? "";
    if (width + 1 + columnsOf(word) <= Math.max(longest, Math.min(60, cols - SIDE_COLUMNS))) break;
    joined += ` ${text.trim()}`;
    width = columnsOf(text);
  }
  return joined;
}

/** Set off by inverse video or by a background that is not the screen's. */
function isHighlighted(row: ScreenRow | undefined, label: string): boolean {
  const run = row?.runs.findLast((one) => one.text.includes(label.slice(0, 8)));
  return run !== undefined && (run.inverse || run.bg !== -1);
}
