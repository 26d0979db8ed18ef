/** Rows of lists that carry a highlight: which rows belong to one list, and what each of them offers. */
import { limits } from "../../contracts/limits.ts";
import type { ScreenRow } from "../screen/snapshot.ts";
import { withoutKeyHint } from "./frames.ts";
import { isLibraryLine } from "./line-prompt.ts";

const POINTERS = "❯▸›‣►➤⏵▶➔❱→>»";
/** Marks that also begin quoted text and command lines: they count only in a strictly aligned list. */
const COMMON_MARKS = ">→»";
const BOX = "◯◉☐☑☒⬡⬢○●✔✓□■◻◼";
const CHECKED = "◉☑☒⬢●✔✓■◼";
const POINTER_ROW = new RegExp(`^(\\s*(?:[│┃] +)?)([${POINTERS}]|●(?= ))(\\s*)(?=\\S)`, "u");
const BOX_AT_START = new RegExp(`^(?:([${BOX}])|\\[([ xX*✔✓])\\]|\\(([ xX*•])\\))\\s*`, "u");
const HINT =
  /^\s*[│┃└]?\s*(?:\((?:move|use|press)\b|[↑↓←→]|ctrl\+)|\bnavigate\b|type to filter|enter to (?:select|choose|confirm)|\barrow keys\b|\breveal more\b|⏎|<(?:up|down|space|enter)>/iu;
const RULE = /[─━═▀▄-]{8,}/u;
/** The library's own end of a list; nothing of it follows. */
const FRAME_END = /^\s*[└╰]/u;
/** The palette's grey, in which libraries draw what cannot be chosen. */
const BRIGHT_BLACK = 8;
const BROKEN_AFTER_CHARS = 70;

export type Entry = { row: number; label: string; pointed: boolean; checked: boolean | null };

/** How the labels of one list stand: `strict` where its mark is too common to allow for anything else. */
type Alignment = { column: number; strict: boolean; mark: string };

export function isBlank(row: ScreenRow | undefined): boolean {
  return row === undefined || row.text.replace(/[│┃\s]/gu, "") === "";
}

export function isDim(row: ScreenRow): boolean {
  const runs = row.runs.filter((run) => run.text.trim() !== "");
  return runs.length > 0 && runs.every((run) => run.dim || run.fg === BRIGHT_BLACK);
}

/** The row says which keys to use, and nothing else, as libraries do around their lists. */
export function isHint(text: string): boolean {
  const bare = withoutKeyHint(text).trimEnd();
  return bare === "" ? text.trim() !== "" : HINT.test(bare);
}

/** The highlight that a row begins with; `common` marks begin much else. */
export function pointerOf(row: ScreenRow | undefined): { common: boolean } | null {
  const glyph = POINTER_ROW.exec(row?.text ?? "")?.[2];
  return glyph === undefined ? null : { common: COMMON_MARKS.includes(glyph) };
}

/** Whether the box is ticked; null where the mark is no box that could be. */
function tickOf(row: ScreenRow, mark: string | undefined): boolean | null {
  if (mark === undefined || (mark === "○" && !row.text.includes("❯"))) return null;
  const isTick = CHECKED.includes(mark) || /[xX*•]/.test(mark);
  const isFaint = row.runs.some(
    (run) => run.text.trim() === mark && (run.dim || run.fg === BRIGHT_BLACK),
  );
  return isTick && !isFaint;
}

/** What a row of a list offers; `at` is its place on the screen. */
export function entryOf(row: ScreenRow, at: number): Entry {
  const pointer = POINTER_ROW.exec(row.text);
  const body = row.text.slice(pointer?.[0].length ?? 0).replace(/^[\s│┃]*/u, "");
  const box = BOX_AT_START.exec(body);
  const label = body
    .slice(box?.[0].length ?? 0)
    .replace(/^[-+] +/, "")
    .replace(/\s*[│┃]\s*$/u, "")
    .trim();
  const mark = box?.slice(1).find((group) => group !== undefined);
  // A dot that points is no box, whatever follows it.
  const checked = pointer?.[2] === "●" ? null : tickOf(row, mark);
  return { row: at, label, pointed: pointer !== null, checked };
}

/** The text with the left side of a frame blanked out, so that its indentation can be compared. */
function unframed(text: string): string {
  return text.replace(/^\s*[│┃]/u, (frame) => " ".repeat(frame.length));
}

/** A note below its choice: indented further than the labels. */
function isNote(row: ScreenRow, column: number): boolean {
  const bare = unframed(row.text).trimStart();
  return !isBlank(row) && indentOf(row) > column + 2 && !BOX_AT_START.test(bare);
}

/** A row beside the pointed one belongs to the list when it is indented like it or carries a box. */
function isSibling(row: ScreenRow, { column, strict, mark }: Alignment): boolean {
  if (isBlank(row) || isHint(row.text) || FRAME_END.test(row.text)) return false;
  const bare = unframed(row.text);
  const indent = indentOf(row);
  if (strict) return indent === column;
  const pointer = POINTER_ROW.exec(row.text)?.[2];
  // Another sign points elsewhere: at the question, as some libraries do.
  if (pointer !== undefined) return pointer === mark;
  if (/^\s*[-+] /.test(bare)) return true;
  const hasBox = BOX_AT_START.test(bare.trimStart());
  return (hasBox && indent <= column + 2) || (indent > 0 && Math.abs(indent - column) <= 1);
}

/** The rest of a long label that the library itself broke: it begins left of the labels, below a full row. */
function isBrokenRest(rows: readonly ScreenRow[], at: number, column: number): boolean {
  const text = rows[at]?.text ?? "";
  const above = rows[at - 1]?.text ?? "";
  const indent = text.length - text.trimStart().length;
  if (text === "" || indent >= column || isLibraryLine(text) || isHint(text)) return false;
  return above.length >= BROKEN_AFTER_CHARS && /^\s/.test(above) && !POINTER_ROW.test(text);
}

/** What the row beside a list's rows is to the list: one of them, part of one of them, or past its end. */
function roleOf(
  rows: readonly ScreenRow[],
  at: number,
  list: Alignment & { found: number },
): "entry" | "passed" | "end" {
  const row = rows[at];
  if (row === undefined) return "end";
  if (row.wrapped || isBrokenRest(rows, at, list.column)) return "passed";
  if (list.found > 0 && isNote(row, list.column)) return "passed";
  if (isLibraryLine(row.text) || !isSibling(row, list)) return "end";
  return isFaintNote(rows, at, list) ? "passed" : "entry";
}

/** A faint row is a note, unless it stands exactly like a label: a choice that is not to be had now. */
function isFaintNote(rows: readonly ScreenRow[], at: number, { column }: Alignment): boolean {
  const row = rows[at];
  if (row === undefined || !isDim(row) || POINTER_ROW.test(row.text)) return false;
  const above = rows[at - 1]?.text ?? "";
  if (BOX_AT_START.test(unframed(row.text).trimStart())) return false;
  const continues = POINTER_ROW.test(above) && / - |[,;]$/.test(above);
  return continues || (indentOf(row) !== column && !/^\s*- \S/.test(row.text));
}

function indentOf(row: ScreenRow): number {
  const bare = unframed(row.text);
  return bare.length - bare.trimStart().length;
}

/** The list around the row `at`, whose highlight gives the alignment; top to bottom. */
export function entriesAround(rows: readonly ScreenRow[], at: number): Entry[] {
  const pointed = POINTER_ROW.exec(rows[at]?.text ?? "");
  const column = (pointed?.[0].length ?? 2) || 2;
  const mark = pointed?.[2] ?? " ";
  const strict = COMMON_MARKS.includes(mark);
  const entries: Entry[] = [];
  const add = (at: number): void => {
    const row = rows[at];
    if (row !== undefined) entries.push(entryOf(row, at));
  };
  const walk = (step: -1 | 1): void => {
    for (let row = at + step; entries.length < limits.optionsMax; row += step) {
      const role = roleOf(rows, row, { column, strict, mark, found: entries.length });
      if (role === "end") return;
      if (role === "entry") add(row);
    }
  };
  walk(-1);
  entries.reverse();
  add(at);
  walk(1);
  return entries;
}

/** Drawn by the library around its list, and nothing that was asked. */
function isFurniture(row: ScreenRow): boolean {
  return isBlank(row) || isHint(row.text) || isDim(row) || FRAME_END.test(row.text);
}

/** Only the library's furniture may stand between a list's outer row `from` and the cursor's `to`. */
export function reaches(rows: readonly ScreenRow[], from: number, to: number): boolean {
  // The question may take two rows above the list, and a note on the choice two above its hints.
  const allowsText = to < from || isHint(rows[to]?.text ?? "");
  for (let at = Math.min(from, to) + 1; at < Math.max(from, to); at += 1) {
    const row = rows[at];
    if (row === undefined || isFurniture(row)) continue;
    const isQuestion = allowsText && Math.abs(to - at) <= 2 && !RULE.test(row.text);
    if (!isQuestion) return false;
  }
  return true;
}
