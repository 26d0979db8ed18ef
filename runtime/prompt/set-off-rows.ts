/** Rows of a screen that may be one list: all with a box to tick, or all beginning in one column. */
import type { ScreenRow } from "../screen/snapshot.ts";
import { DRAWN, EDGE } from "./frames.ts";
import { isLibraryLine } from "./line-prompt.ts";
import { type Entry, entryOf, isBlank, isHint } from "./list-rows.ts";
import { type Look, lookAt } from "./looks.ts";
import { columnOf } from "./region.ts";

export type Item = Entry & { column: number; look: Look; done: boolean };
export type Group = { items: Item[]; boxed: boolean };

/** A tick before the text: a step that is done, or a box of a list. */
export const DONE = /^\s*[✔✓√◇]\s/u;
/** A branch of a tree before a box. */
const BRANCH = /^([\s│┃]*)[└├] (?=\S)/u;
/** Any one sign before a label may point at it; what it points at shows only beside its neighbours. */
const SIGN = /^([\s│┃]*)([^\p{L}\p{N}\s()[\]{}"'`│┃.,;:<─━═])\s+(?=\S)/u;
/** A bar to scroll with. */
const BAR_ALONE = /^[\s│┃║▒░▓█▮▲▼]*$/u;
const LABEL_CHARS_MAX = 120;
/** No terminal is so wide; a row that long is hostile. */
const ROW_CHARS_MAX = 1_000;
const ITEMS_MAX = 40;

/** Drawn around a list, and no item of it. */
export function isFurniture(row: ScreenRow): boolean {
  return (
    isBlank(row) ||
    BAR_ALONE.test(row.text) ||
    isHint(row.text) ||
    EDGE.test(row.text) ||
    DRAWN.test(row.text)
  );
}

/** With any sign as a pointer, where the common ones were not found. */
function signed(row: ScreenRow, entry: Entry): Entry {
  const found = SIGN.exec(row.text);
  if (found === null || entry.pointed) return entry;
  const [lead, margin = ""] = found;
  const text = margin.padEnd(lead.length) + row.text.slice(lead.length);
  const rest = entryOf({ ...row, text }, entry.row);
  // A box is no pointer, unless another box follows.
  return entry.checked !== null && rest.checked === null ? entry : { ...rest, pointed: true };
}

/** `< German   >`: a button to itself in its row. */
function unbracketed(entry: Entry): Entry {
  const label = /^<\s*(\S.*?)\s*>$/u.exec(entry.label)?.[1];
  return label === undefined ? entry : { ...entry, label };
}

function itemOf(source: ScreenRow, at: number): Item | null {
  if (source.text.length > ROW_CHARS_MAX) return null;
  const row = { ...source, text: source.text.replace(BRANCH, "$1  ") };
  if (isFurniture(row) || isLibraryLine(row.text)) return null;
  const entry = unbracketed(signed(row, entryOf(row, at)));
  const { label, checked } = entry;
  // What ends like a question heads a list.
  if (checked === null && /[?:？：]$/u.test(label)) return null;
  if (!/[\p{L}\p{N}]/u.test(label) || label.length > LABEL_CHARS_MAX) return null;
  const column = columnOf(row.text, Math.max(0, row.text.indexOf(label)));
  return { ...entry, column, look: lookAt(row, column), done: DONE.test(row.text) };
}

function continues(group: Group, item: Item): "item" | "note" | "no" {
  const column = group.items[0]?.column ?? 0;
  if (!group.boxed) return item.checked === null && item.column === column ? "item" : "no";
  if (item.checked !== null) return "item";
  return item.column > column ? "note" : "no";
}

/** All that could be lists, top to bottom. */
export function groupsOf(rows: readonly ScreenRow[]): Group[] {
  const groups: Group[] = [];
  let open: Group | null = null;
  for (const [at, row] of rows.entries()) {
    const item = itemOf(row, at);
    if (item === null) {
      open = null;
      continue;
    }
    const role = open === null ? "no" : continues(open, item);
    if (role === "item") open?.items.push(item);
    if (role === "no") {
      open = { items: [item], boxed: item.checked !== null };
      groups.push(open);
    }
  }
  return groups.filter(({ items }) => items.length >= 2 && items.length <= ITEMS_MAX);
}
