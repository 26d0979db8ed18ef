/** Lists in which a highlight is moved with the arrow keys, as prompt libraries draw them. */
import { limits } from "../../contracts/limits.ts";
import type { Option } from "../../contracts/prompt.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import { meaningOfLabel, yesNoPair } from "./languages.ts";
import { isLibraryLine } from "./line-prompt.ts";
import {
  type Entry,
  entriesAround,
  entryOf,
  isBlank,
  isDim,
  isHint,
  pointerOf,
  reaches,
} from "./list-rows.ts";
import { bareText } from "./frames.ts";
import { type KeyStyle, type Reading, readingOf, type Scene } from "./reading.ts";
import { lineAtRow, splitAtColumn } from "./region.ts";
import { isAnswered } from "./secrets.ts";

const REACH_ROWS = 30;

/** The cursor stands in the list, or nothing but the list's own frame is between them. */
function isNear(rows: readonly ScreenRow[], entries: readonly Entry[], y: number): boolean {
  const first = entries[0]?.row ?? y;
  const last = entries.at(-1)?.row ?? y;
  if (y < first) return reaches(rows, first, y);
  return y <= last || reaches(rows, last, y);
}

/** `> 2 break here` in what a debugger shows, and its own `debug> ` with the cursor below. */
function isAboveCommandLine(
  rows: readonly ScreenRow[],
  { x, y, visible }: Snapshot["cursor"],
  at: number,
): boolean {
  return visible && y > at && x > 1 && /^[\w()-]{2,30}[>#$%]\s*$/u.test(rows[y]?.text ?? "");
}

/** The list whose highlight stands in the row `at`; null where there is none that the cursor belongs to. */
function listAt({ screen: rows, cursor }: Snapshot, at: number): Entry[] | null {
  const pointer = pointerOf(rows[at]);
  if (pointer === null) return null;
  const isTypedBehind = cursor.y === at && cursor.visible && cursor.x > 2;
  if (isTypedBehind && pointer.common) return null;
  if (isAboveCommandLine(rows, cursor, at)) return null;
  const entries = entriesAround(rows, at);
  // A sign before the question, and boxes below it.
  const boxes = entries.filter((entry) => entry.checked !== null).length;
  if (boxes >= 2 && entries.some((one) => one.pointed && one.checked === null)) return null;
  // The same sign before each is none.
  if (entries.every(({ pointed }) => pointed)) return null;
  return areChoices(entries) && isNear(rows, entries, cursor.y) ? entries : null;
}

/** A name, and a value behind a colon of its own: rows of a form. */
const FORM_ROW = /^⊙?\s*\S.{0,40}? :(?:\s|$)/u;

/** At least two, and no fields to be filled in. */
function areChoices(entries: readonly Entry[]): boolean {
  if (entries.length < 2 || entries.every(({ label }) => FORM_ROW.test(label))) return false;
  // Code that is shown is no list.
  return !entries.some(({ label }) => /^[{}[\]();,]+$/u.test(label));
}

function pointedList({ region: { snapshot } }: Scene): Entry[] | null {
  const { screen: rows, cursor } = snapshot;
  const bottom = Math.min(rows.length - 1, cursor.y + REACH_ROWS);
  const top = Math.max(0, cursor.y - REACH_ROWS);
  for (let at = bottom; at >= top; at -= 1) {
    const entries = listAt(snapshot, at);
    if (entries !== null) return entries;
  }
  return null;
}

/** A question of a library with rows below the cursor: the highlight may be a colour alone. */
function listBelow(scene: Scene): Entry[] | null {
  const { screen: rows, cursor } = scene.region.snapshot;
  if (!isLibraryLine(scene.line) || scene.region.hanging) return null;
  const entries: Entry[] = [];
  for (let at = cursor.y + 1; at < rows.length && entries.length < limits.optionsMax; at += 1) {
    const row = rows[at];
    if (row === undefined || isBlank(row) || isHint(row.text)) break;
    if (row.wrapped || (isDim(row) && entries.length === 0)) continue;
    entries.push(entryOf(row, at));
  }
  return areChoices(entries) ? entries : null;
}

/** The row whose text is coloured or set off as no other is: it carries the highlight. */
function highlighted(rows: readonly ScreenRow[], entries: readonly Entry[]): number {
  const pointed = entries.findIndex((entry) => entry.pointed);
  if (pointed >= 0) return pointed;
  const looks = entries.map((entry) => {
    const run = rows[entry.row]?.runs.findLast((one) => one.text.trim() !== "");
    return run === undefined ? "" : `${run.fg}/${run.bg}/${run.inverse}/${run.underline}`;
  });
  const odd = looks.filter((look) => looks.indexOf(look) === looks.lastIndexOf(look));
  return odd.length === 1 ? looks.indexOf(odd[0] ?? "") : -1;
}

function optionsOf(scene: Scene, entries: readonly Entry[]): Option[] {
  const selected = highlighted(scene.region.snapshot.screen, entries);
  return entries.map((entry, at) => {
    const numbered = /^(\d{1,2}|[A-Za-z])[.)] +(\S.*)$/.exec(entry.label);
    const label = numbered?.[2] ?? entry.label;
    return {
      label: label.slice(0, limits.optionLabelCharsMax),
      key: numbered?.[1] ?? null,
      meaning: meaningOfLabel(label),
      selected: at === selected,
      checked: entry.checked,
    };
  });
}

/** A line to narrow the list by: what is asked stands above it. */
const NARROWS = /^(?:search|filter|find)\b[^?？]{0,30}[:：]?$/iu;

/** The question stands above the list: the nearest line with text that is no hint. */
function questionAbove(scene: Scene, first: number): { text: string; line: number } {
  const { lines } = scene.region.snapshot;
  const index = lines.findIndex((line) => line.top <= first && first <= line.bottom);
  const end = Math.max(0, index - 6);
  const shown = lines.slice(end, Math.max(end, index)).map(({ text }) => text);
  const texts = shown.map((text) => text.replace(/^[\s│┃◆◇❯]+/u, "").trim());
  const after = texts.findLastIndex((text) => isAnswered(text)) + 1;
  const near = texts.findLastIndex((text) => text !== "" && !isHint(text));
  // A group's title may stand between the question and the list.
  const library = shown.findLastIndex((text) => isLibraryLine(text) || /^\s*◆\s/u.test(text));
  const isBetween =
    library < near && texts.slice(library, near).includes("") && !NARROWS.test(texts[near] ?? "");
  const at = library < 0 || isBetween ? near : library;
  if (at < after) return { text: scene.line.trim(), line: scene.region.index };
  return { text: texts[at] ?? "", line: end + at };
}

/** A number beside a highlight acts at once; without one it is typed into a line. */
function keysOf(entries: readonly Entry[], options: readonly Option[]): KeyStyle {
  const isPointed = entries.some((one) => one.pointed);
  return isPointed && options.every((one) => one.key) ? "key" : "line";
}

/** A list above which nothing is asked: as often what a program is at, or has to show. */
export const UNASKED_LIST = "menu:arrows-unasked";

const TELLS_KEYS = /^(?:press|hit|use|type) \S{1,12} (?:to|for) (?:quit|exit|leave|help)\b/i;

function isUnasked(question: string, entries: readonly Entry[]): boolean {
  const isOwn = entries.some(({ label }) => question.endsWith(label));
  return question === "" || isOwn || TELLS_KEYS.test(question);
}

export function recogniseArrowList(scene: Scene): Reading | null {
  if (scene.termios?.canonical === true) return null;
  const entries = pointedList(scene) ?? listBelow(scene) ?? [];
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return null;
  const options = optionsOf(scene, entries);
  const question = questionAbove(scene, first.row);
  const isYesNo = options.length === 2 && yesNoPair(options.map((one) => one.label)) !== null;
  const { snapshot, index } = scene.region;
  return readingOf(scene, isYesNo ? "yes_no" : "multiple_choice", {
    question: question.text,
    options,
    default: options.find((one) => one.selected)?.label ?? null,
    keys: keysOf(entries, options),
    firstLine: Math.min(question.line, index),
    lastLine: Math.max(lineAtRow(snapshot.lines, last.row), index),
    dialog: true,
    rule: isUnasked(question.text, entries) ? UNASKED_LIST : "menu:arrows",
  });
}

const TOGGLE = /[‣›»]\s+(\S{1,24})\s+\/\s+(\S{1,24})\s*$/u;
const DOTTED_TOGGLE =
  /([●○◉◯])\s?([^\s●○◉◯/][^●○◉◯/]{0,39}?)\s+\/\s+([●○◉◯])\s?([^\s●○◉◯/][^●○◉◯/]{0,39}?)\s*$/u;

/** The same with a gap between them: any two lights look so, and only yes and no below a question are answers. */
const PARTED_TOGGLE = /^[\s│┃]*([●◉]|[○◯])\s?(\S{1,24})\s{2,}([●◉]|[○◯])\s?(\S{1,24})\s*$/u;

function partedToggle({ screen, cursor }: Snapshot): Toggle | null {
  const texts = screen.map(({ text }) => text);
  const found = PARTED_TOGGLE.exec(texts[cursor.y] ?? "")?.slice(1) ?? [];
  if (cursor.visible || !/[?？]/u.test(texts[cursor.y - 1] ?? "")) return null;
  const [left, right] = [found[1], found[3]];
  const [leftOn, rightOn] = [found[0], found[2]].map((sign) => /[●◉]/u.test(sign ?? ""));
  if (left === undefined || right === undefined || leftOn === rightOn) return null;
  return yesNoPair([left, right]) && { left, right, leftOn: leftOn === true, row: cursor.y };
}

type Toggle = { left: string; right: string; leftOn: boolean; row: number };

/** `● Yes / ○ No` in the cursor's row or near it: the filled dot is on. */
function dottedToggle({ screen, cursor }: Snapshot): Toggle | null {
  for (const offset of [0, -1, 1, -2, 2]) {
    const found = DOTTED_TOGGLE.exec(screen[cursor.y + offset]?.text ?? "");
    if (found === null) continue;
    const [, dot = "", left = "", , right = ""] = found;
    return { left, right, leftOn: /[●◉]/u.test(dot), row: cursor.y + offset };
  }
  return null;
}

/** `› No / Yes` at the end of the asking line: the one set off by its looks is on. */
function plainToggle(scene: Scene): Toggle | null {
  const found = TOGGLE.exec(scene.line);
  if (found === null) return null;
  const [, left = "", right = ""] = found;
  const { screen, cursor } = scene.region.snapshot;
  return { left, right, leftOn: isSetOff(screen[cursor.y], left), row: cursor.y };
}

/** Two answers beside each other, switched with the arrow keys. */
export function recogniseToggle(scene: Scene): Reading | null {
  if (scene.termios?.canonical === true) return null;
  const { snapshot } = scene.region;
  const toggle = dottedToggle(snapshot) ?? partedToggle(snapshot) ?? plainToggle(scene);
  if (toggle === null) return null;
  const { left, right, leftOn, row } = toggle;
  const shown = snapshot.screen[row]?.text ?? "";
  const own = bareText(shown.replace(DOTTED_TOGGLE, "").replace(PARTED_TOGGLE, ""));
  const asked = /\p{L}{2}/u.test(own)
    ? { text: scene.line.trim(), line: null }
    : questionAbove(scene, row);
  const options = [left, right].map((label, at) => ({
    label,
    key: null,
    meaning: meaningOfLabel(label) ?? (/^y(ep|eah|up)/i.test(label) ? ("yes" as const) : null),
    selected: (at === 0) === leftOn,
    checked: null,
  }));
  return readingOf(scene, "yes_no", {
    question: asked.text,
    firstLine: asked.line ?? scene.region.index,
    options,
    default: leftOn ? left : right,
    dialog: true,
    rule: "toggle",
  });
}

function isSetOff(row: ScreenRow | undefined, label: string): boolean {
  const run = row?.runs.findLast((one) => one.text.includes(label));
  return run !== undefined && (run.underline || run.inverse || run.fg !== -1);
}

const FINDER_COUNTER = /^\s*\d{1,9}\/\d{1,9}(?: \(\d+\))?[\s─—-]*$/u;

/** What a finder lists from the row `from` on, away from its input line. */
function finderEntries(rows: readonly ScreenRow[], from: number, step: -1 | 1): Entry[] {
  const entries: Entry[] = [];
  for (let at = from; entries.length < limits.optionsMax; at += step) {
    const row = rows[at];
    if (row === undefined || isBlank(row)) break;
    const label = row.text.replace(/^[\s▌>❯│┃]+/u, "").trim();
    entries.push({ row: at, label, pointed: /^\s*[▌>❯]/u.test(row.text), checked: null });
  }
  return entries;
}

/** Without a counter: below a short input line a list, of which the first entry alone is set off. */
function plainFinder(scene: Scene): Reading | null {
  const { screen: rows, cursor } = scene.region.snapshot;
  const typed = splitAtColumn(rows[cursor.y]?.text ?? "", cursor.x).left;
  if (!/^\s*(?:\p{Lu}{2,12}[>:]|[>❯›:])?\s?\S{0,40}$/u.test(typed)) return null;
  const isLit = (y: number): boolean => {
    const { inverse = false, bg = -1 } = rows[y]?.runs[0] ?? {};
    return inverse || bg > 0;
  };
  if (!isLit(cursor.y + 1) || isLit(cursor.y + 2)) return null;
  const entries = finderEntries(rows, cursor.y + 1, 1);
  const last = entries.at(-1)?.row ?? 0;
  if (entries.length < 2 || rows.slice(last + 1).some((row) => !isBlank(row))) return null;
  const options = optionsOf(scene, entries).map((one, at) => ({ ...one, selected: at === 0 }));
  const parts = { options, default: options[0]?.label ?? null, dialog: true } as const;
  return readingOf(scene, "multiple_choice", { ...parts, strength: "plain", rule: "menu:finder" });
}

/** A finder that narrows a list while one types: its counter stands beside the input line. */
export function recogniseFinder(scene: Scene): Reading | null {
  const { screen: rows, cursor } = scene.region.snapshot;
  if (scene.termios?.canonical !== false || scene.region.hanging) return null;
  const plain = plainFinder(scene);
  if (plain !== null) return plain;
  const isCounter = (y: number): boolean => FINDER_COUNTER.test(rows[y]?.text ?? "");
  const step = isCounter(cursor.y - 1) ? -1 : 1;
  if (!isCounter(cursor.y + step)) return null;
  const entries = finderEntries(rows, cursor.y + 2 * step, step);
  return readingOf(scene, "multiple_choice", {
    options: optionsOf(scene, entries),
    dialog: true,
    rule: "menu:finder",
  });
}
