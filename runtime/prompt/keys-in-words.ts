/** Keys that are marked within the words they stand for: `(A)bort/(R)etry`, `[Y] Yes  [N] No`, `s)kip q)uit`. Pure. */
import type { ScreenLine } from "../screen/snapshot.ts";

const KEY_IN_WORD = /(\p{L}{0,12})[[(]([\p{L}\d?])[\])](\s?\p{L}[^[\](),/|;:?]{0,40}|)/gu;

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

export function keysInWords(text: string): KeyInWord[] {
  const columns = keysInColumns(text.slice(-400));
  if (columns.length > 0) return columns;
  const found: KeyInWord[] = [];
  for (const match of text.slice(-400).matchAll(KEY_IN_WORD)) {
    const [, before = "", key = "", after = ""] = match;
    const isPlural = before !== "" && after.trim() === "" && key === "s";
    const isWord = (before + after).trim().length >= 1;
    if (isPlural || !isWord) continue;
    const label = after.startsWith(" ") ? after.trim() : `${before}${key}${after}`.trim();
    found.push({ key, label: label.replace(/\s+(?:or|and|take|leave|oder|ou)\s*$/i, "") });
  }
  return found;
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
