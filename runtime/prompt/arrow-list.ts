/** Lists in which a highlight is moved with the arrow keys, as prompt libraries draw them. */
import { limits } from "../../contracts/limits.ts";
import type { Option } from "../../contracts/prompt.ts";
import type { ScreenRow } from "../screen/snapshot.ts";
import { meaningOfLabel, yesNoPair } from "./languages.ts";
import { isLibraryLine } from "./line-prompt.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";

const POINTERS = "❯▸›►➤⏵▶➔❱→>»";
/** Marks that also begin quoted text and command lines: they count only in a strictly aligned list. */
const COMMON_MARKS = ">→»";
const BOX = "◯◉☐☑☒⬡⬢○●✔✓□■◻◼";
const CHECKED = "◉☑☒⬢●✔✓■◼";
const POINTER_ROW = new RegExp(`^(\\s*(?:[│┃] +)?)([${POINTERS}]|●(?= ))(\\s*)(?=\\S)`, "u");
const BOX_AT_START = new RegExp(`^(?:([${BOX}])|\\[([ xX*✔✓])\\]|\\(([ xX*•])\\))\\s*`, "u");
const HINT =
  /^\s*[│┃└]?\s*(?:\((?:move|use|press)\b|[↑↓←→]|ctrl\+)|\bnavigate\b|type to filter|enter to select|\barrow keys\b|\breveal more\b|⏎|<(?:up|down|space|enter)>/iu;
const RULE = /[─━═▀▄-]{8,}/u;
/** The library's own end of a list; nothing of it follows. */
const FRAME_END = /^\s*[└╰]/u;
/** The palette's grey, in which libraries draw what cannot be chosen. */
const BRIGHT_BLACK = 8;
const BROKEN_AFTER_CHARS = 70;
const REACH_ROWS = 30;

type Entry = { row: number; label: string; pointed: boolean; checked: boolean | null };

function isBlank(row: ScreenRow | undefined): boolean {
  return row === undefined || row.text.replace(/[│┃\s]/gu, "") === "";
}

function isDim(row: ScreenRow): boolean {
  const runs = row.runs.filter((run) => run.text.trim() !== "");
  return runs.length > 0 && runs.every((run) => run.dim || run.fg === BRIGHT_BLACK);
}

function entryOf(row: ScreenRow, at: number): Entry {
  const pointer = POINTER_ROW.exec(row.text);
  const body = row.text.slice(pointer?.[0].length ?? 0).replace(/^[\s│┃]*/u, "");
  const dotted = pointer?.[2] === "●";
  const box = BOX_AT_START.exec(body);
  const mark = box?.[1] ?? box?.[2] ?? box?.[3];
  const label = body
    .slice(box?.[0].length ?? 0)
    .replace(/^- /, "")
    .replace(/\s*[│┃]\s*$/u, "")
    .trim();
  const ticked = mark === undefined ? null : CHECKED.includes(mark) || /[xX*•]/.test(mark);
  const faint = row.runs.some(
    (run) => run.text.trim() === mark && (run.dim || run.fg === BRIGHT_BLACK),
  );
  const checked = dotted || (mark === "○" && !row.text.includes("❯")) ? null : ticked && !faint;
  return { row: at, label, pointed: pointer !== null, checked };
}

/** A row beside the pointed one belongs to the list when it is indented like it or carries a box. */
/** The text with the left side of a frame blanked out, so that its indentation can be compared. */
function unframed(text: string): string {
  return text.replace(/^\s*[│┃]/u, (frame) => " ".repeat(frame.length));
}

/** A note below its choice: indented further than the labels. */
function isNote(row: ScreenRow, column: number): boolean {
  const bare = unframed(row.text);
  const indent = bare.length - bare.trimStart().length;
  return !isBlank(row) && indent > column + 2 && !BOX_AT_START.test(bare.trimStart());
}

function isSibling(row: ScreenRow | undefined, column: number, strict: boolean): boolean {
  if (row === undefined || isBlank(row) || HINT.test(row.text) || FRAME_END.test(row.text)) {
    return false;
  }
  const bare = unframed(row.text);
  const indent = bare.length - bare.trimStart().length;
  if (strict) return indent === column;
  if (POINTER_ROW.test(row.text) || /^\s*- /.test(bare)) return true;
  const hasBox = BOX_AT_START.test(bare.trimStart());
  return (hasBox && indent <= column + 2) || (indent > 0 && Math.abs(indent - column) <= 1);
}

/** The rest of a long label that the library itself broke: it begins left of the labels, below a full row. */
function isBrokenRest(rows: readonly ScreenRow[], at: number, column: number): boolean {
  const text = rows[at]?.text ?? "";
  const above = rows[at - 1]?.text ?? "";
  const indent = text.length - text.trimStart().length;
  if (text === "" || indent >= column || isLibraryLine(text) || HINT.test(text)) return false;
  return above.length >= BROKEN_AFTER_CHARS && /^\s/.test(above) && !POINTER_ROW.test(text);
}

function entriesAround(rows: readonly ScreenRow[], at: number): Entry[] {
  const pointed = POINTER_ROW.exec(rows[at]?.text ?? "");
  const column = (pointed?.[0].length ?? 2) || 2;
  const strict = COMMON_MARKS.includes(pointed?.[2] ?? " ");
  const entries: Entry[] = [];
  const walk = (step: -1 | 1): void => {
    for (let row = at + step; entries.length < limits.optionsMax; row += step) {
      const here = rows[row];
      if (here?.wrapped === true || isBrokenRest(rows, row, column)) continue;
      if (here !== undefined && isNote(here, column) && entries.length > 0) continue;
      if (here === undefined || isLibraryLine(here.text) || !isSibling(here, column, strict))
        return;
      if (!isDim(here) || POINTER_ROW.test(here.text)) entries.push(entryOf(here, row));
    }
  };
  walk(-1);
  entries.reverse();
  const own = rows[at];
  if (own !== undefined) entries.push(entryOf(own, at));
  walk(1);
  return entries;
}

/** Only blank rows, hints and the library's frame may stand between the list and the cursor. */
function reaches(rows: readonly ScreenRow[], from: number, to: number): boolean {
  for (let row = Math.min(from, to) + 1; row < Math.max(from, to); row += 1) {
    const here = rows[row];
    const passes = isBlank(here) || here === undefined || HINT.test(here.text) || isDim(here);
    // The question may take two rows above the list, and a note on the choice two above its hints.
    const nearEnough = Math.abs(to - row) <= 2 && !RULE.test(here?.text ?? "");
    const isQuestion = nearEnough && (to < from || HINT.test(rows[to]?.text ?? ""));
    if (!passes && !FRAME_END.test(here.text) && !isQuestion) return false;
  }
  return true;
}

function pointedList(scene: Scene): Entry[] | null {
  const { screen: rows, cursor } = scene.region.snapshot;
  const top = Math.max(0, cursor.y - REACH_ROWS);
  const bottom = Math.min(rows.length - 1, cursor.y + REACH_ROWS);
  let best: Entry[] | null = null;
  for (let at = top; at <= bottom; at += 1) {
    const glyph = POINTER_ROW.exec(rows[at]?.text ?? "")?.[2];
    if (glyph === undefined) continue;
    const holdsCursor = cursor.y === at && cursor.visible && cursor.x > 2;
    if (holdsCursor && COMMON_MARKS.includes(glyph)) continue;
    const entries = entriesAround(rows, at);
    const first = entries[0]?.row ?? at;
    const last = entries[entries.length - 1]?.row ?? at;
    const inside = cursor.y >= first && cursor.y <= last;
    const near = inside || reaches(rows, cursor.y > last ? last : first, cursor.y);
    if (entries.length >= 2 && near) best = entries;
  }
  return best;
}

/** A question of a library with rows below the cursor: the highlight may be a colour alone. */
function listBelow(scene: Scene): Entry[] | null {
  const { screen: rows, cursor } = scene.region.snapshot;
  if (!isLibraryLine(scene.line) || scene.region.hanging) return null;
  const entries: Entry[] = [];
  for (let at = cursor.y + 1; at < rows.length && entries.length < limits.optionsMax; at += 1) {
    const row = rows[at];
    if (row === undefined || isBlank(row) || HINT.test(row.text)) break;
    if (row.wrapped || (isDim(row) && entries.length === 0)) continue;
    entries.push(entryOf(row, at));
  }
  return entries.length >= 2 ? entries : null;
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

/** The question stands above the list: the nearest line with text that is no hint. */
function questionAbove(scene: Scene, first: number): { text: string; line: number } {
  const { lines } = scene.region.snapshot;
  const index = lines.findIndex((line) => line.top <= first && first <= line.bottom);
  for (let at = index - 1; at >= Math.max(0, index - 6); at -= 1) {
    const text = lines[at]?.text.replace(/^[\s│┃◆◇]+/u, "").trim() ?? "";
    if (text !== "" && !HINT.test(text)) return { text, line: at };
    if (isLibraryLine(lines[at]?.text ?? "")) return { text, line: at };
  }
  return { text: scene.line.trim(), line: scene.region.index };
}

export function recogniseArrowList(scene: Scene): Reading | null {
  if (scene.termios?.canonical === true) return null;
  const entries = pointedList(scene) ?? listBelow(scene);
  const first = entries?.[0];
  if (entries === null || first === undefined) return null;
  const options = optionsOf(scene, entries);
  const question = questionAbove(scene, first.row);
  const isYesNo = options.length === 2 && yesNoPair(options.map((one) => one.label)) !== null;
  const { lines } = scene.region.snapshot;
  const lastRow = entries[entries.length - 1]?.row ?? first.row;
  const lastLine = lines.findIndex((line) => line.top <= lastRow && lastRow <= line.bottom);
  return readingOf(scene, isYesNo ? "yes_no" : "multiple_choice", {
    question: question.text,
    options,
    default: options.find((one) => one.selected)?.label ?? null,
    // A number beside a highlight acts at once; without one it is typed into a line.
    keys: entries.some((one) => one.pointed) && options.every((one) => one.key) ? "key" : "line",
    firstLine: Math.min(question.line, scene.region.index),
    lastLine: Math.max(lastLine, scene.region.index),
    dialog: true,
    rule: "menu:arrows",
  });
}

const TOGGLE = /[‣›»]\s+(\S{1,24})\s+\/\s+(\S{1,24})\s*$/u;
const DOTTED_TOGGLE = /([●○◉◯])\s?(\S{1,24})\s+\/\s+([●○◉◯])\s?(\S{1,24})\s*$/u;

/** Two answers beside each other, switched with the arrow keys. */
export function recogniseToggle(scene: Scene): Reading | null {
  const row = scene.region.snapshot.screen[scene.region.snapshot.cursor.y];
  const around = [0, -1, 1, -2, 2].map(
    (offset) => scene.region.snapshot.screen[scene.region.snapshot.cursor.y + offset]?.text ?? "",
  );
  const dotted = around.map((text) => DOTTED_TOGGLE.exec(text)).find((found) => found !== null);
  const plain = TOGGLE.exec(scene.line);
  const left = dotted?.[2] ?? plain?.[1];
  const right = dotted?.[4] ?? plain?.[2];
  if (left === undefined || right === undefined || scene.termios?.canonical === true) return null;
  const leftOn = dotted ? /[●◉]/u.test(dotted[1] ?? "") : isSetOff(row, left);
  const options = [left, right].map((label, at) => ({
    label,
    key: null,
    meaning: meaningOfLabel(label) ?? (/^y(ep|eah|up)/i.test(label) ? ("yes" as const) : null),
    selected: (at === 0) === leftOn,
    checked: null,
  }));
  return readingOf(scene, "yes_no", {
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

/** A finder that narrows a list while one types: its counter stands beside the input line. */
export function recogniseFinder(scene: Scene): Reading | null {
  const { screen: rows, cursor } = scene.region.snapshot;
  if (scene.termios?.canonical !== false || scene.region.hanging) return null;
  const counter = /^\s*\d{1,9}\/\d{1,9}(?: \(\d+\))?[\s─—-]*$/u;
  const step = counter.test(rows[cursor.y - 1]?.text ?? "") ? -1 : 1;
  if (!counter.test(rows[cursor.y + step]?.text ?? "")) return null;
  const entries: Entry[] = [];
  for (let at = cursor.y + 2 * step; entries.length < limits.optionsMax; at += step) {
    const row = rows[at];
    if (row === undefined || isBlank(row)) break;
    const text = row.text.replace(/^[\s▌>❯│┃]+/u, "").trim();
    entries.push({ row: at, label: text, pointed: /^\s*[▌>❯]/u.test(row.text), checked: null });
  }
  return readingOf(scene, "multiple_choice", {
    options: optionsOf(scene, entries),
    dialog: true,
    rule: "menu:finder",
  });
}
