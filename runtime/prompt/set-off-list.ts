/** Lists of boxes to tick, and lists whose highlight is a look alone, wherever the cursor was left. */
import { limits } from "../../contracts/limits.ts";
import type { Option } from "../../contracts/prompt.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import { bareText, edgeAbove, withoutKeyHint } from "./frames.ts";
import { meaningOfLabel, yesNoPair } from "./languages.ts";
import { isLibraryLine } from "./line-prompt.ts";
import { isHint } from "./list-rows.ts";
import { oddLook } from "./looks.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";
import { lineAtRow } from "./region.ts";
import { DONE, type Group, groupsOf, isFurniture, type Item } from "./set-off-rows.ts";

const QUESTION_ROWS = 8;
/** Beside the list and its question, a program that only asks shows hardly anything else on a screen of its own. */
const OTHER_ROWS_MAX = 4;
/** The key that takes what is set off. */
const TAKES = /\b(?:enter|return)\b.{0,6}\bto (?:confirm|select|choose|accept)\b/iu;
/** Signs that libraries write before what they ask now. */
const LEAD = /^\s*[◆❯] /u;

function isAsking(shown: string): boolean {
  const text = withoutKeyHint(bareText(shown)).trim();
  return isLibraryLine(shown) || LEAD.test(shown) || /[?？]$|\S\S[:：]$/u.test(text);
}

/** The row that asks, above the first item: a library's, else the nearest that ends like a question or has text. */
function askedAbove(rows: readonly ScreenRow[], first: number): number {
  const end = Math.max(0, first - QUESTION_ROWS, edgeAbove(rows, first));
  const shown = rows.slice(end, first).map(({ text }) => text);
  const after = shown.findLastIndex((text) => DONE.test(text)) + 1;
  const find = (met: (text: string) => boolean): number => {
    const at = shown.slice(after).findLastIndex(met);
    return at < 0 ? -1 : end + after + at;
  };
  const library = find((text) => isLibraryLine(text) || LEAD.test(text));
  if (library >= 0) return library;
  const asking = find(isAsking);
  return asking >= 0 ? asking : find((text) => bareText(text) !== "" && !isHint(text));
}

/** Nothing but blanks, hints and edges stands below the list, or the cursor is within it and its question. */
function isOpen({ screen, cursor }: Snapshot, asked: number, last: number): boolean {
  if (!cursor.visible && floats(screen, asked)) return true;
  if (!screen.slice(last + 1).every((row) => isFurniture(row))) return false;
  if (!cursor.visible || isHint(screen[cursor.y]?.text ?? "")) return true;
  return cursor.y >= asked && cursor.y <= last + 2;
}

/** A frame that touches no side of the screen was laid over what stood there. */
function floats(screen: readonly ScreenRow[], asked: number): boolean {
  const edge = screen[edgeAbove(screen, asked + 1)]?.text ?? "";
  return /^ {4}/u.test(edge);
}

/** On a screen of its own a list among much else is a program at rest, and no question. */
function fillsScreen({ screen, alternate }: Snapshot, asked: number, last: number): boolean {
  if (!alternate || floats(screen, asked)) return true;
  const other = screen.filter(
    (row, at) => (at < asked || at > last) && !isFurniture(row) && bareText(row.text) !== "",
  );
  return other.length <= OTHER_ROWS_MAX;
}

type Found = { group: Group; asked: number; selected: number };

function foundIn(snapshot: Snapshot, group: Group): Found | null {
  const { screen } = snapshot;
  const { first, last } = spanOf(group);
  const isMenu = isNumberedMenu(snapshot, group);
  if (isSteps(screen, group) || (!isMenu && isTypedBehind(snapshot, group))) return null;
  const asked = askedAbove(screen, first);
  if (asked < 0 || !(isMenu || isOpen(snapshot, asked, last))) return null;
  const selected = selectedIn(snapshot, group, asked);
  const isWhole = selected !== null && (isMenu || fillsScreen(snapshot, asked, last));
  return isWhole ? { group, asked, selected } : null;
}

function spanOf({ items }: Group): { first: number; last: number } {
  return { first: items[0]?.row ?? 0, last: items.at(-1)?.row ?? 0 };
}

/** Numbers that rise by one, a row for each, the cursor in the one that is set off, and below them how to take it. */
function isNumberedMenu({ screen, cursor }: Snapshot, { items }: Group): boolean {
  const numbers = items.map(({ label }) => Number(/^(\d{1,2})[.)]\s/u.exec(label)?.[1] ?? -1));
  const areNumbered = numbers.every((one, at) => one >= 0 && one === (numbers[0] ?? 0) + at);
  const isHeldRow = items.some(
    ({ row, pointed, look }) => row === cursor.y && pointed && look.inverse,
  );
  const below = screen.slice((items.at(-1)?.row ?? 0) + 1).map(({ text }) => text);
  return items.length >= 3 && areNumbered && isHeldRow && below.some((text) => TAKES.test(text));
}

/** A cursor that shows behind the text of a row is where a text is typed, and no highlight. */
function isTypedBehind({ screen, cursor }: Snapshot, { items, boxed }: Group): boolean {
  const isWithin = cursor.visible && !boxed && items.some(({ row }) => row === cursor.y);
  return isWithin && cursor.x >= (screen[cursor.y]?.text.length ?? 0);
}

/** A tick before a text is a step that is done, unless a library asks right above. */
function isSteps(screen: readonly ScreenRow[], group: Group): boolean {
  const above = screen[spanOf(group).first - 1]?.text ?? "";
  return group.items.some(({ done }) => done) && !isLibraryLine(above);
}

/** Index of the item that Enter would take, -1 where none shows; null: nothing makes this a list to choose from. */
function selectedIn(snapshot: Snapshot, { items, boxed }: Group, asked: number): number | null {
  const odd = pointedAt(items) ?? oddLook(items.map(({ look }) => look));
  if (boxed) return odd?.at ?? onlyChecked(items);
  return highlightIn(snapshot, { items, odd, asked });
}

type Highlight = { items: readonly Item[]; odd: ReturnType<typeof oddLook>; asked: number };

/** The highlight of a list without boxes, where a question above it, a frame or the cursor makes it one. */
function highlightIn(snapshot: Snapshot, { items, odd, asked }: Highlight): number | null {
  const asks = isAsking(snapshot.screen[asked]?.text ?? "");
  if (odd === null) return asks && isKeyed(items) ? -1 : null;
  const isKnown =
    asks || (odd.strong && (isHeld(snapshot, items, odd.at) || isTaken(snapshot, items)));
  return isKnown && (odd.strong || !snapshot.cursor.visible) ? odd.at : null;
}

/** Below the list it is said which key takes what is set off. */
function isTaken({ screen }: Snapshot, items: readonly Item[]): boolean {
  return screen.slice((items.at(-1)?.row ?? 0) + 1).some(({ text }) => TAKES.test(text));
}

/** The list lies over the screen in a frame, or its highlight has the cursor. */
function isHeld({ screen, cursor }: Snapshot, items: readonly Item[], at: number): boolean {
  return floats(screen, items[0]?.row ?? 0) || items[at]?.row === cursor.y;
}

/** Exactly one has a sign before it that no other has. */
function pointedAt(items: readonly Item[]): { at: number; strong: boolean } | null {
  const pointed = items.flatMap((item, at) => (item.pointed ? [at] : []));
  const [at] = pointed;
  return at === undefined || pointed.length > 1 ? null : { at, strong: true };
}

/** `d  Deploy` and `s  Save`, each with its key on a ground of its own. */
function isKeyed(items: readonly Item[]): boolean {
  return items.every(
    ({ label, look }) => /^\w\s{2,}\S/u.test(label) && (look.inverse || look.bg !== -1),
  );
}

/** The only round box that is on is the highlight. */
function onlyChecked(items: readonly Item[]): number {
  const on = items.flatMap((item, at) => (item.checked === true ? [at] : []));
  return on.length === 1 ? (on[0] ?? -1) : -1;
}

function optionOf(item: Item, isSelected: boolean): Option {
  const keyed =
    /^(\w)\s{2,}(\S.*)$/u.exec(item.label) ?? /^(\d{1,2})[.)]\s+(\S.*)$/u.exec(item.label);
  const label = keyed?.[2] ?? item.label;
  return {
    label: label.slice(0, limits.optionLabelCharsMax),
    key: keyed?.[1] ?? null,
    meaning: meaningOfLabel(label),
    selected: isSelected,
    checked: item.checked,
  };
}

export function recogniseSetOffList(scene: Scene): Reading | null {
  if (scene.termios?.canonical !== false) return null;
  const { snapshot } = scene.region;
  const found = groupsOf(snapshot.screen)
    .toReversed()
    .map((group) => foundIn(snapshot, group))
    .find((one) => one !== null);
  if (found === undefined || found === null) return null;
  const { items, boxed } = found.group;
  const options = items.map((item, at) => optionOf(item, at === found.selected));
  const last = items.at(-1)?.row ?? found.asked;
  return menuReading(scene, {
    options,
    asked: found.asked,
    last,
    rule: boxed ? "menu:boxes" : "menu:set-off",
  });
}

type Menu = { options: readonly Option[]; asked: number; last: number; rule: string };

function menuReading(scene: Scene, { options, asked, last, rule }: Menu): Reading {
  const { snapshot, index } = scene.region;
  const isYesNo = options.length === 2 && yesNoPair(options.map(({ label }) => label)) !== null;
  return readingOf(scene, isYesNo ? "yes_no" : "multiple_choice", {
    question: bareText(snapshot.screen[asked]?.text ?? ""),
    options,
    default: options.find((one) => one.selected)?.label ?? null,
    keys: options.every(({ key }) => key !== null) ? "key" : "line",
    firstLine: Math.min(lineAtRow(snapshot.lines, asked), Math.max(0, index)),
    lastLine: Math.max(lineAtRow(snapshot.lines, last), index),
    dialog: true,
    strength: "plain",
    rule,
  });
}

/** The labels of a row with several, and which of them is set off; null where not exactly one is. */
function rowMenu(row: ScreenRow): { labels: string[]; selected: number } | null {
  const labels = row.text.trim().split(/\s{2,}/u);
  const lit = row.runs.filter((run) => (run.inverse || run.bg !== -1) && run.text.trim() !== "");
  const selected = labels.indexOf(lit[0]?.text.trim() ?? "");
  return labels.length < 2 || lit.length !== 1 || selected < 0 ? null : { labels, selected };
}

/** `File  Edit  View` in one row with one of them set off, below a line that asks. */
export function recogniseRowMenu(scene: Scene): Reading | null {
  const { screen, cursor } = scene.region.snapshot;
  const row = screen[cursor.y];
  const found =
    scene.termios?.canonical === false && row !== undefined && scene.region.index >= 0
      ? rowMenu(row)
      : null;
  if (found === null) return null;
  const asked = askedAbove(screen, cursor.y);
  const question = bareText(screen[asked]?.text ?? "").replace(/\s*\([^()]{1,80}\)$/u, "");
  if (asked < cursor.y - 3 || !/[?:？：]$/u.test(question)) return null;
  const options = found.labels.map((label, at) => ({
    label: label.slice(0, limits.optionLabelCharsMax),
    key: null,
    meaning: meaningOfLabel(label),
    selected: at === found.selected,
    checked: null,
  }));
  return menuReading(scene, { options, asked, last: cursor.y, rule: "menu:row" });
}
