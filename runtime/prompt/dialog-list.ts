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

export type ListEntry = { text: string; row: number };

/** A bar to scroll with, at the right of a list that is longer than its place. */
const SCROLLBAR = /\s{2,}[↑↓▲▼▒▓░█▮]\s*$/u;

/** Entries of a list: rows with a frame of their own, or a tag and a text, or a box to tick. */
export function entriesOf(snapshot: Snapshot, box: Box): ListEntry[] {
  const all = box.rows.map((text, at) => ({
    text: text.replace(SCROLLBAR, ""),
    row: box.top + 1 + at,
  }));
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
    text: /[┌┐└┘│╭╮╰╯├┤╠╣]/u.test(entry.text) ? "" : entry.text.trim(),
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
function selectedEntry(snapshot: Snapshot, entries: readonly ListEntry[]): number {
  const lit = litEntry(snapshot, entries);
  return lit >= 0 ? lit : entries.findIndex(({ row }) => row === snapshot.cursor.y);
}

/** The entry that looks like no other; -1 where none does. */
export function litEntry({ screen }: Snapshot, entries: readonly ListEntry[]): number {
  const rows = entries.map(({ text, row }) => ({ row: screen[row], text }));
  const looks = rows.map(({ row, text }) => {
    const last = (row?.text.lastIndexOf(text) ?? 0) + text.length - 1;
    return lookAt(row, columnOf(row?.text ?? "", last));
  });
  const lit = entries.flatMap(({ text, row }, at) => (isLit(screen, row, text) ? [at] : []));
  return lit.length === 1 ? (lit[0] ?? -1) : (oddLook(looks)?.at ?? -1);
}

const TAG_CHARS_MAX = 24;

/** Where the texts of a list begin behind a column of single words, its tags; -1 where there is no such column. */
function tagColumn(bodies: readonly string[]): number {
  for (let at = 2; at <= TAG_CHARS_MAX; at += 1) {
    const areParted = bodies.every(
      (body) => /^\S+\s*$/u.test(body.slice(0, at)) && /^\s\S/u.test(body.slice(at - 1, at + 1)),
    );
    const isPadded = bodies.some((body) => /\s{2}$/u.test(body.slice(0, at)));
    if (areParted && isPadded) return at;
  }
  return -1;
}

export function listOptions(snapshot: Snapshot, entries: readonly ListEntry[]): Option[] {
  const selected = selectedEntry(snapshot, entries);
  const shown = entries.slice(0, limits.optionsMax);
  const bodies = shown.map(({ text }) => text.replace(TICKED, ""));
  const column = tagColumn(bodies);
  return shown.map(({ text }, at) => {
    const ticked = TICKED.exec(text);
    const body = bodies[at] ?? text;
    const tagged = /^(\S{1,12})\s{2,}(\S.*)$|^(\d{1,2})\s(\S.*)$/.exec(body);
    const behind = column < 0 ? undefined : body.slice(column);
    return {
      label: (behind ?? tagged?.[2] ?? tagged?.[4] ?? body).slice(0, limits.optionLabelCharsMax),
      key: null,
      meaning: null,
      selected: at === selected,
      checked: ticked === null ? null : ticked[1] !== " ",
    };
  });
}
