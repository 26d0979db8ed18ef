/** Reads what a dialog asks to approve from its rows: verbatim, wraps joined, and whether all of it is seen. Pure. */
import type { Subject } from "../../../contracts/prompt.ts";
import { columnsOf } from "../region.ts";
import type { Part } from "./rules.ts";

/** `unpainted`: a mark stands in place of the detail; some tools show it until they have computed what comes there. */
export type Found = { subject: Subject; cut: boolean; unpainted: boolean };

type Rule = { type: Subject["type"] } & Partial<
  Record<"command" | "path" | "host" | "detail", Part>
>;
type Text = { text: string; cut: boolean };

const BOX_TOP = /^\s*[╭┌╔][─━═]{4,}.*[╮┐╗]?\s*$/u;
const BOX_BOTTOM = /^\s*[╰└╚][─━═]{4,}[╯┘╝]?\s*$/u;
const BOX_ROW = /^\s*[│┃║]\s?(.*?)\s*[│┃║]?\s*$/u;
const GUTTER = /^\s*[│┃]\s?/u;
/** Words with which tools say that they show only a part. */
const HIDDEN =
  /(?:\.\.\.|…)\s*(?:\(?\+?\d+|first|last|more)\b|\b\d+ (?:more |hidden )?lines?\b.{0,20}(?:hidden|more|truncated|omitted)|\b(?:lines? hidden|truncated|ctrl[+-]\w to (?:expand|show|see|view)|to expand|show (?:more|all|details|full)|press \S+ to (?:expand|show)|\^a to)\b/i;
/** How a tool counts what does not fit on the screen, above or below what it shows. */
const ELSEWHERE = /[↑↓▲▼]\s*\d+ more\b|\b\d+ more (?:lines?|rows?)\b|^\s*[↑↓]\s*$/imu;
const UNPAINTED = /^(?:…|\.\.\.)$/;
const detailCharsMax = 4_096;

/** The words at the foot of a dialog, or its first row on the screen, say that more of it stands elsewhere. */
export function isPartOfMore(hints: string, firstRow: string): boolean {
  return ELSEWHERE.test(hints) || HIDDEN.test(hints) || GUTTER.test(firstRow);
}

/** `rows` begin with the heading; `width`: columns of the screen. Null when not one of its parts was found. */
export function readSubject(rows: readonly string[], rule: Rule, width: number): Found | null {
  const [command, path, host, detail] = (
    [rule.command, rule.path, rule.host, rule.detail] as const
  ).map((part) => (part === undefined ? undefined : readPart(rows, part, width)));
  // A part that the rule expects and that is not there is hidden.
  const needed = [command, path, host].filter((one) => one !== undefined);
  const found = needed.filter((one) => one !== null);
  if (found.length === 0 && needed.length > 0) return null;
  const unpainted = detail !== null && detail !== undefined && UNPAINTED.test(detail.text);
  return {
    subject: {
      type: rule.type,
      command: textOf(command),
      path: textOf(path),
      host: hostOf(textOf(host)),
      detail: textOf(detail)?.slice(0, detailCharsMax) ?? null,
    },
    unpainted,
    cut:
      unpainted ||
      found.length < needed.length ||
      found.some((one) => one.cut) ||
      rows.some((row) => HIDDEN.test(row)),
  };
}

function textOf(part: Text | null | undefined): string | null {
  return part?.text ?? null;
}

function readPart(rows: readonly string[], part: Part, width: number): Text | null {
  if ("between" in part) return joined(betweenRules(rows, part.between), width);
  if ("after" in part) return joined(afterMark(rows, part.after), width);
  if ("box" in part) return joined(innerBox(rows), width);
  return "below" in part ? belowHeading(rows) : field(rows, part.row, width);
}

/** Rows of one text. Not `sure`: what stands in it may pass for its edge, and more of it lies beyond. */
type Block = { rows: string[]; sure: boolean; width?: number };

function belowHeading(rows: readonly string[]): Text | null {
  const end = rows.findIndex((row, at) => at > 0 && (row.trim() === "" || /[╌─━┄]{8,}/u.test(row)));
  const parts = rows.slice(1, end < 0 ? rows.length : end).map((row) => row.trim());
  if (end < 0 || parts.length === 0 || parts.length > 4) return null;
  const text = parts.join("");
  return { text, cut: /…|\.\.\./.test(text) };
}

/** A path that was wrapped goes on without a blank. */
function wrappedPath(start: string, below: readonly string[]): string {
  let text = start;
  for (const row of below) {
    const next = row.trim();
    if (!/^[\w./~@+-]+$/.test(next) || !/[/\w.-]$/.test(text)) break;
    text += next;
  }
  return text;
}

function betweenRules(rows: readonly string[], rule: RegExp): Block | null {
  const end = rows.findLastIndex((row) => rule.test(row));
  const start = rows.slice(0, Math.max(0, end)).findLastIndex((row) => rule.test(row));
  if (start < 0) return null;
  const rules = rows.filter((row) => rule.test(row)).length;
  return { rows: rows.slice(start + 1, end), sure: rules === 2 };
}

/** All that stands behind the mark: blank rows may be the command's own. */
function afterMark(rows: readonly string[], mark: RegExp): Block | null {
  const start = rows.findLastIndex((row) => mark.test(row));
  if (start < 0) return null;
  const first = rows[start] ?? "";
  const bare =
    " ".repeat(first.length - first.trimStart().length) + first.replace(mark, "").trimStart();
  const end = rows.findLastIndex((row) => row.trim() !== "") + 1;
  const marks = rows.filter((row) => mark.test(row)).length;
  return { rows: [bare, ...rows.slice(start + 1, end)], sure: marks === 1 };
}

function innerBox(rows: readonly string[]): Block | null {
  const end = rows.findLastIndex((row) => BOX_BOTTOM.test(row));
  const start = rows.slice(0, Math.max(0, end)).findLastIndex((row) => BOX_TOP.test(row));
  if (start < 0) return null;
  const inside = rows.slice(start + 1, end).map((row) => BOX_ROW.exec(row)?.[1] ?? row);
  const width = columnsOf((rows[start] ?? "").trim());
  return { rows: inside, sure: rows.filter((row) => BOX_TOP.test(row)).length === 1, width };
}

/** What one row says; where several rows say different things, nobody knows which of them the tool goes by. */
function field(rows: readonly string[], pattern: RegExp, width: number): Text | null {
  const values = rows.flatMap((row, at) => valueOf(rows, { row, at, pattern, width }) ?? []);
  // The tool's own title may show the beginning of what stands below in full.
  const whole = values.filter(({ text }) => !isBeginningOf(text, values));
  const last = whole.at(-1) ?? values.at(-1);
  if (last === undefined) return null;
  return { ...last, cut: last.cut || whole.some(({ text }) => text !== last.text) };
}

function isBeginningOf(text: string, values: readonly Text[]): boolean {
  const shown = /^(.{8,}?)(?:…|\.\.\.)/u.exec(text)?.[1];
  return (
    shown !== undefined && values.some((one) => one.text !== text && one.text.startsWith(shown))
  );
}

type Row = { row: string; at: number; pattern: RegExp; width: number };

function valueOf(rows: readonly string[], { row, at, pattern, width }: Row): Text | null {
  const groups = pattern.exec(row)?.slice(1) ?? [];
  const value = groups.find((group) => group !== undefined)?.trim();
  if (value === undefined || value === "") return null;
  const text = value.startsWith("/") ? wrappedPath(value, rows.slice(at + 1)) : value;
  // What fills its row may go on in the next one.
  const isFull =
    text === value && row.trimEnd().endsWith(value) && columnsOf(row) > width - marginMax;
  return { text, cut: isFull || /…|\.\.\.$/.test(text) };
}

/**
 * Rows of one text put together again. A row that had no room for the next one's first word was wrapped by the tool;
 * any other end of a row is a line break. Where a line break could hide behind a full row and would begin another
 * command, the text counts as cut: a person sees it, policy does not guess.
 */
function joined(block: Block | null, width: number): Text | null {
  if (block === null) return null;
  const { rows } = block;
  const isInGutter = hasGutter(rows);
  const bare = withoutIndent(isInGutter ? rows.map((row) => row.replace(GUTTER, "")) : rows);
  const gutter = rows.length > 1 && isInGutter ? 3 : 0;
  // The tool's own margins: what no row has ever used.
  const room = Math.min(width, block.width ?? width) - gutter;
  let text = "";
  let cut = bare.length === 0 || !block.sure;
  for (const [at, row] of bare.entries()) {
    const before = bare[at - 1];
    if (before === undefined) text = row;
    else {
      const end = endOf(before, row, { room, text });
      text += end.by + (end.by === "\n" ? row : row.trimStart());
      cut ||= end.doubtful;
    }
  }
  const whole = text.trim();
  return { text: whole, cut: cut || isDoubtful(whole, rows.length) };
}

function isDoubtful(text: string, rows: number): boolean {
  return text === "" || /(?:…|\.\.\.)$/.test(text) || (rows > 1 && UNSURE_WIDTH.test(text));
}

/** Tools and terminals differ in how wide such signs are: nobody knows where a row had no more room. */
const UNSURE_WIDTH = /\p{Emoji_Modifier}|\u200d|\ufe0f/u;

/** Only what stands before every row is a gutter: the text itself may draw a box. */
function hasGutter(rows: readonly string[]): boolean {
  return rows.every((row) => GUTTER.test(row) || row.trim() === "");
}

/** Columns that tools keep free at the sides of a text. */
const marginMax = 8;

type End = { by: "" | " " | "\n"; doubtful: boolean };

function endOf(before: string, row: string, { room, text }: { room: number; text: string }): End {
  const word = /^\S+/.exec(row.trimStart())?.[0] ?? "";
  const fits = columnsOf(before) + 1 + columnsOf(word) <= room - marginMax;
  if (word === "" || fits) return { by: "\n", doubtful: false };
  // Indented by the command itself: wrapped text begins at the margin.
  if (/^\s/.test(row)) return { by: "\n", doubtful: false };
  const lastWord = /\S+$/.exec(before)?.[0] ?? "";
  const broken =
    columnsOf(lastWord) + columnsOf(word) > room - marginMax &&
    columnsOf(before) >= room - marginMax;
  // A word too long for a row; a line that just filled it would look the same.
  if (broken) return { by: "", doubtful: !isMessage(text) };
  return { by: " ", doubtful: couldBeginCommand(word) && !isMessage(text) };
}

/** An option, or an operator that needs something before it, is not the first word of another command. */
function couldBeginCommand(word: string): boolean {
  return !/^(?:-|&&|\|\|?|;)/.test(word);
}

/** Commands to which a quoted text is a text: to others (`bash -c`, `ssh`, `python -c`) it may be the next command. */
const TAKES_TEXT =
  /^\s*(?:git (?:commit|tag|notes)|(?:gh|glab) (?:pr|mr|issue|release))\s[^|;&<>()`$]*$/;

/** The text ends within quotes, and what stands there is nothing that is run. */
function isMessage(text: string): boolean {
  const start = openQuoteAt(text);
  if (start === null || /\$\(|`/.test(text.slice(start))) return false;
  const command = text.slice(0, start).split(/\n|&&|\|\|?|;/);
  return TAKES_TEXT.test(command.at(-1) ?? "");
}

/** Where the quotes begin that are open at the end of the text; null where none are. */
function openQuoteAt(text: string): number | null {
  let quote = "";
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "'") at += 1;
    else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      start = at;
    } else if (char === quote) quote = "";
  }
  return quote === "" ? null : start;
}

function withoutIndent(rows: readonly string[]): string[] {
  const indents = rows
    .filter((row) => row.trim() !== "")
    .map((row) => row.length - row.trimStart().length);
  const least = Math.min(...indents, 80);
  return rows.map((row) => row.slice(least).trimEnd());
}

/** The host of an address, or the text itself where it is one already. */
function hostOf(text: string | null): string | null {
  if (text === null) return null;
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s]+)/i.exec(text);
  return (url?.[1] ?? text).toLowerCase();
}
