/** What a dialog's box lists above its buttons: rows with a frame of their own, boxes to tick, or a highlight. */
import { limits } from "../../contracts/limits.ts";
import type { Option } from "../../contracts/prompt.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { lookAt, oddLook } from "./looks.ts";
import { columnOf } from "./region.ts";

export type Button = { label: string; start: number; end: number };
export type Box = {
  top: number;
  bottom: number;
  buttonRow: number;
  buttons: Button[];
  rows: string[];
};

export const FRAME = /[│┃║|]/u;
export const TICKED = /^[[(]([ *xX])[\])]\s*/;

type ListEntry = { text: string; row: number };

/** Entries of a list: rows with a frame of their own, or a tag and a text, or a box to tick. */
export function entriesOf(snapshot: Snapshot, box: Box): ListEntry[] {
  const all = box.rows.map((text, at) => ({ text, row: box.top + 1 + at }));
  const framed = all
    .filter(({ text }) => FRAME.test(text))
    .map((entry) => ({ ...entry, text: inner(entry.text).trim() }))
    .filter(({ text }) => text !== "" && !/^[─━═┌└┐┘↑↓+-]+$/u.test(text));
  if (framed.length > 1) return framed;
  const ticked = all
    .map((entry) => ({ ...entry, text: entry.text.replace(/\s+[\^v↑↓]?\s*$/u, "").trim() }))
    .filter(({ text }) => TICKED.test(text));
  if (ticked.length > 1) return ticked;
  const lit = litEntries(snapshot, all);
  return lit.length > 1 ? lit : framed;
}

/** Rows below each other, one of them on a ground of its own: a list that has no frame. */
function litEntries({ screen }: Snapshot, rows: readonly ListEntry[]): ListEntry[] {
  // Buttons may have frames of their own.
  const shown = rows.map((entry) => ({
    ...entry,
    text: /[┌┐└┘│╭╮╰╯]/u.test(entry.text) ? "" : entry.text.trim(),
  }));
  const at = shown.findLastIndex(({ text, row }) => text !== "" && isLit(screen, row, text));
  if (at < 0) return [];
  const before = shown.slice(0, at).findLastIndex(({ text }) => text === "");
  const after = shown.findIndex(({ text }, index) => index > at && text === "");
  return shown.slice(before + 1, after < 0 ? shown.length : after);
}

/** The text stands on another ground than the blanks before it. */
function isLit(screen: Snapshot["screen"], row: number, text: string): boolean {
  const shown = screen[row];
  const column = columnOf(shown?.text ?? "", shown?.text.lastIndexOf(text) ?? 0);
  const [own, ground] = [lookAt(shown, column), lookAt(shown, column - 1)];
  return own.bg !== ground.bg || own.inverse !== ground.inverse;
}

export function inner(text: string): string {
  return text.replace(/^[^│┃║|]*[│┃║|]/u, "").replace(/[│┃║|][^│┃║|]*$/u, "");
}

/** The entry that the cursor stands in or that looks like no other, by its first and by its last letter. */
function selectedEntry({ screen, cursor }: Snapshot, entries: readonly ListEntry[]): number {
  const rows = entries.map(({ text, row }) => ({ row: screen[row], text }));
  const looks = rows.map(({ row, text }) => {
    const last = (row?.text.lastIndexOf(text) ?? 0) + text.length - 1;
    return lookAt(row, columnOf(row?.text ?? "", last));
  });
  const lit = entries.flatMap(({ text, row }, at) => (isLit(screen, row, text) ? [at] : []));
  const odd = lit.length === 1 ? (lit[0] ?? -1) : (oddLook(looks)?.at ?? -1);
  return odd >= 0 ? odd : entries.findIndex(({ row }) => row === cursor.y);
}

export function listOptions(snapshot: Snapshot, entries: readonly ListEntry[]): Option[] {
  const selected = selectedEntry(snapshot, entries);
  return entries.slice(0, limits.optionsMax).map(({ text }, at) => {
    const ticked = TICKED.exec(text);
    const body = text.slice(ticked?.[0].length ?? 0);
    const tagged = /^(\S{1,12})\s{2,}(\S.*)$|^(\d{1,2})\s(\S.*)$/.exec(body);
    return {
      label: (tagged?.[2] ?? tagged?.[4] ?? body).slice(0, limits.optionLabelCharsMax),
      key: null,
      meaning: null,
      selected: at === selected,
      checked: ticked === null ? null : ticked[1] !== " ",
    };
  });
}
