/** The options of an open dialog: a numbered list with one highlight, or a list in which one row points. */
import { limits } from "../../../contracts/limits.ts";
import type { ScreenRow } from "../../screen/snapshot.ts";

export type BlockOption = {
  label: string;
  /** The number in front of it; null in a list without. */
  number: string | null;
  selected: boolean;
  checked: boolean | null;
};

/** Rows of the screen and their texts without the dialog's outer frame. */
export type Rows = { texts: string[]; screen: readonly ScreenRow[]; framed: boolean };

/** `first`: the screen row of the first option. */
export type FoundOptions = { options: BlockOption[]; first: number };

const POINTERS = "❯›●▸▶➤➜⏵►◉→>";
const NUMBERED = new RegExp(
  `^(\\s*)([${POINTERS}*]\\s{0,3})?(\\d{1,2})[.)]\\s+(?:(\\[[ xX✓✔*]\\]|[☐☑☒◯◉○●])\\s+)?(\\S.*)$`,
  "u",
);
const POINTED = new RegExp(`^(\\s*)([${POINTERS}])\\s{1,3}(\\S.*)$`, "u");
/** A rule across the screen. */
export const SOLID_RULE = /^\s*[─━═▔▁]{16,}\s*$/u;
const HINT = /\b(?:esc|escape|enter|return|tab|space|ctrl|shift|y\/n)\b|[↵⏎↑↓]/i;
const HINT_CHARS_MAX = 120;
/** Rows of a long label, and blank rows or rules between two options. */
const REST_ROWS_MAX = 6;
const GAP_ROWS_MAX = 2;

/** A row that says what keys do, and nothing else. */
export function isHintRow(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.length <= HINT_CHARS_MAX && HINT.test(trimmed) && !/[?？:]\s*$/u.test(trimmed);
}

/** The row may be an option. */
export function isOptionRow(text: string): boolean {
  return NUMBERED.test(text) || POINTED.test(text);
}

/** The options of which the last row is `end`, exactly one of them highlighted; null where there are none such. */
export function optionsUpFrom(rows: Rows, end: number): FoundOptions | null {
  const found = numberedUp(rows, end) ?? pointedUp(rows, end);
  const highlighted = found?.options.filter((option) => option.selected).length;
  return highlighted === 1 ? found : null;
}

type Item = {
  row: number;
  pointed: boolean;
  number: string;
  box: string | undefined;
  label: string;
  column: number;
};

function itemAt({ texts }: Rows, row: number): Item | null {
  const text = texts[row] ?? "";
  const match = NUMBERED.exec(text);
  if (match === null) return null;
  const [, , pointer, number = "", box, label = ""] = match;
  return {
    row,
    pointed: pointer !== undefined,
    number,
    box,
    label,
    column: text.length - label.length,
  };
}

/** The items from `end` up to number 1, top to bottom, each with the rows below it that belong to it. */
function itemsUp(rows: Rows, end: number): { item: Item; rest: string[] }[] | null {
  const items: { item: Item; rest: string[] }[] = [];
  let rest: string[] = [];
  let gap = 0;
  for (let at = end; at >= 0 && items.length < limits.optionsMax; at -= 1) {
    const item = itemAt(rows, at);
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

/** `❯ 1. Yes` and its like. A pointer settles what is highlighted; without one it is the look of the row. */
function numberedUp(rows: Rows, end: number): FoundOptions | null {
  const items = itemsUp(rows, end);
  const first = items?.[0]?.item.row;
  if (items === null || first === undefined || items.length < 2) return null;
  const points = items.some(({ item }) => item.pointed);
  const options = items.map(({ item, rest }) => {
    const row = rows.screen[item.row];
    const label = withRest(item.label, rest, rows.texts[item.row] ?? "");
    return {
      label: label.slice(0, limits.optionLabelCharsMax),
      number: item.number,
      selected: points ? item.pointed : isHighlighted(row, item.label),
      checked: item.box === undefined ? null : !/^(?:\[ \]|[☐◯○])$/u.test(item.box),
    };
  });
  return { options, first };
}

/** A list without numbers: one row points, its siblings stand under its label. */
function pointedUp({ texts }: Rows, end: number): FoundOptions | null {
  const pointer = pointerUp(texts, end);
  const label = POINTED.exec(texts[pointer] ?? "")?.[3];
  if (label === undefined) return null;
  const column = (texts[pointer] ?? "").length - label.length;
  const isSibling = (at: number): boolean => {
    const text = texts[at] ?? "";
    return text.trim() !== "" && indentOf(text) === column && !isHintRow(text);
  };
  let first = pointer;
  while (isSibling(first - 1)) first -= 1;
  let last = pointer;
  while (isSibling(last + 1)) last += 1;
  if (last !== end || last === first) return null;
  const options = texts.slice(first, last + 1).map((text, index) => ({
    label: (first + index === pointer ? label : text.trim()).slice(0, limits.optionLabelCharsMax),
    number: null,
    selected: first + index === pointer,
    checked: null,
  }));
  return { options, first };
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
function withRest(label: string, rest: readonly string[], row: string): string {
  let joined = label.trim();
  let width = row.length;
  const longest = Math.max(width, ...rest.map((text) => text.length));
  for (const text of rest) {
    const word = text.trim().split(" ", 1)[0] ?? "";
    if (width + 1 + word.length <= Math.max(longest, 60)) break;
    joined += ` ${text.trim()}`;
    width = text.length;
  }
  return joined;
}

/** Set off by inverse video or by a background that is not the screen's. */
function isHighlighted(row: ScreenRow | undefined, label: string): boolean {
  const run = row?.runs.findLast((one) => one.text.includes(label.slice(0, 8)));
  return run !== undefined && (run.inverse || run.bg !== -1);
}
