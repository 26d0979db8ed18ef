/** Keys that are marked within the words they stand for: `(A)bort/(R)etry`, `[Y] Yes  [N] No`, `s)kip q)uit`. Pure. */
import type { ScreenLine } from "../screen/snapshot.ts";

const KEY_IN_WORD = /(\p{L}{0,12})[[(]([\p{L}\d?]{1,2})[\])]([\s-]?\p{L}[^[\](),/|;:?]{0,40}|)/gu;

export type KeyInWord = { key: string; label: string };

export const WORDED_END = /\s*[[(]default\b[^)\]]*[)\]]\s*[.:?]?\s*$/i;

/** `[Y] Yes, all  [N] No  [?] Help (default is "Y"):`: gaps part them, and a label may hold anything. */
export function keysInColumns(text: string): KeyInWord[] {
  const bare = text
    .trim()
    .replace(WORDED_END, "")
    .replace(/\s*[:>?]$/u, "");
  const parts = bare.split(/\s{2,}/u).map((part) => /^\[([\p{L}\d?])\] (\S.*)$/u.exec(part));
  const keys = parts.map((found) => ({ key: found?.[1] ?? "", label: found?.[2] ?? "" }));
  return keys.length >= 2 && keys.every(({ key }) => key !== "") ? keys : [];
}

const CAPITAL_PARTS_MAX = 12;
const BRACKETS = /[[(](\p{Lu})[\])]/u;

/** `Use as-is, as Tracks, aBort?`: the one capital of each part is its key, wherever in it that stands. */
function keysInCapitals(text: string): KeyInWord[] {
  const list = /^\s*(\S.*\S)\s*[?:]\s*$/u.exec(text)?.[1] ?? "";
  const parts = list.split(/,\s+(?:or\s+)?|\s+or\s+/u);
  if (parts.length < 3 || parts.length > CAPITAL_PARTS_MAX) return [];
  const keys = parts.map((part) => ({ key: capitalOf(part), label: part.replace(BRACKETS, "$1") }));
  const areDistinct = new Set(keys.map(({ key }) => key)).size === keys.length;
  // Where every part begins with its capital these are words, and typed whole.
  const areKeys = keys.some(({ key, label }) => !label.startsWith(key)) || BRACKETS.test(list);
  return areDistinct && areKeys && keys.every(({ key }) => key !== "") ? keys : [];
}

function capitalOf(part: string): string {
  const capitals = part.match(/\p{Lu}/gu) ?? [];
  const isShort = /^[\p{L}\d[\]() -]{2,24}$/u.test(part);
  return isShort && capitals.length === 1 ? (capitals[0] ?? "") : "";
}

export function keysInWords(text: string): KeyInWord[] {
  const columns = keysInColumns(text.slice(-400));
  if (columns.length > 0) return columns;
  const capitals = keysInCapitals(text.slice(-400));
  if (capitals.length > 0) return capitals;
  const found = [...text.slice(-400).matchAll(KEY_IN_WORD)].flatMap(keyInWord);
  const single = found.filter(({ key }) => key.length === 1);
  if (single.length >= 2) return found;
  const quoted = quotedKeys(text);
  return quoted.length >= 2 ? quoted : single;
}

function keyInWord([, before = "", key = "", after = ""]: RegExpExecArray): KeyInWord[] {
  const isPlural = before !== "" && after.trim() === "" && key === "s";
  const isWord = (before + after).trim().length >= 1;
  if (isPlural || !isWord || (key.length > 1 && !isPairKey(before, after))) return [];
  const label = after.startsWith(" ") ? after.trim() : `${before}${key}${after}`.trim();
  return [{ key, label: label.replace(/\s+(?:or|and|take|leave|oder|ou)\s*$/i, "") }];
}

/** `(df) Show diff` beside keys of one letter; `(cm)` behind a length is none. */
function isPairKey(before: string, after: string): boolean {
  return before === "" && /^ \p{Lu}\p{L}/u.test(after);
}

const ROW_KEY = /^\s{0,16}(\p{L}{0,8})[[(](\p{L})[\])](\p{L}.{0,200})$/u;

/** A key in the first word of each of the rows right above a question: `(e)dit again`, `e(x)it without saving`. */
export function keysInRows(
  lines: readonly ScreenLine[],
  index: number,
): { keys: KeyInWord[]; firstLine: number } | null {
  const end = (lines[index - 1]?.text ?? "").trim() === "" ? index - 1 : index;
  const rows = lines.slice(0, Math.max(0, end)).map(({ text }) => rowKey(text));
  const firstLine = rows.findLastIndex((key) => key === null) + 1;
  const keys = rows.slice(firstLine).filter((key) => key !== null);
  const areDistinct = new Set(keys.map(({ key }) => key)).size === keys.length;
  return keys.length >= 2 && areDistinct ? { keys, firstLine } : null;
}

function rowKey(text: string): KeyInWord | null {
  const [row, before = "", key = "", after = ""] = ROW_KEY.exec(text) ?? [];
  return row === undefined ? null : { key, label: `${before}${key}${after}`.trim() };
}

/** `'f'ile/'d'ir?` */
const QUOTED_KEY = /(?<![\p{L}\d'‘])['‘]([\p{L}\d])['’](\p{L}{1,20})(?![\p{L}'’])/gu;

function quotedKeys(text: string): KeyInWord[] {
  return [...text.slice(-400).matchAll(QUOTED_KEY)].map(([, key = "", rest = ""]) => ({
    key,
    label: `${key}${rest}`,
  }));
}

/** A closing bracket alone behind the first letter: `s)kip S)kip-all q)uit`. */
const BARE_KEY = /(?<![\p{L}\d([{])(\p{L})\)(\p{L}{2,16}(?:-\p{L}{1,16}){0,2})(?![\p{L}(])/gu;
/** Fewer of them than this may be the points of a text. */
const BARE_KEYS_MIN = 3;
/** All the letters once more, behind them. */
const LETTERS = /\([\p{L}?]{2,24}\)/gu;

function bareKeys(text: string): KeyInWord[] {
  return [...text.slice(-400).matchAll(BARE_KEY)].map(([, key = "", rest = ""]) => ({
    key,
    label: `${key}${rest}`,
  }));
}

function isAllKeys(text: string): boolean {
  const rest = text.slice(-400).replace(BARE_KEY, "").replace(LETTERS, "");
  return bareKeys(text).length > 0 && !/[\p{L}\d]/u.test(rest);
}

/** Such keys in the asking line, which holds nothing else, and in one above it that does not, either. */
export function bareKeysAsked(
  lines: readonly ScreenLine[],
  index: number,
): { keys: KeyInWord[]; firstLine: number } | null {
  const own = lines[index]?.text ?? "";
  if (!/[:?>]\s{0,3}$/u.test(own.slice(-8)) || !isAllKeys(own)) return null;
  const above = lines[index - 1]?.text ?? "";
  const goesOn = isAllKeys(above);
  const keys = [...(goesOn ? bareKeys(above) : []), ...bareKeys(own)];
  const areDistinct = new Set(keys.map(({ key }) => key)).size === keys.length;
  const firstLine = goesOn ? index - 1 : index;
  return keys.length >= BARE_KEYS_MIN && areDistinct ? { keys, firstLine } : null;
}
