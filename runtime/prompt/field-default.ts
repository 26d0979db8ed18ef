/** The value that Enter alone would take, as a field shows it: `[80]`, `(default: 80)`, `{80}`, `(Enter for 80)`. */

import { DEFAULT_AHEAD, DEFAULT_BEHIND } from "./default-words.ts";

/** `(default: 80)`, `(1-4, default 1)`. */
const WORDED = new RegExp(
  `[[(（](?:[^[\\]()（）]{0,60}[,;，] ?)?(?:or )?${DEFAULT_AHEAD}["']?([^\\])）"',;]{1,80})["']?[\\])）]`,
  "iu",
);

/** `(2048-16383, 2048 par défaut)`. */
const WORDED_BEHIND = new RegExp(
  `[[(](?:[^[\\]()]{0,60}[,;] ?)?([^\\s\\])"',;]{1,80})${DEFAULT_BEHIND}[\\])]`,
  "iu",
);

/** `(leave blank to use 'root')`. */
const BLANK =
  /\b(?:leave (?:it )?(?:blank|empty)|(?:(?:press|hit) )?(?:enter|return)|blank) (?:to use|to keep|for) ["'`‘]([^"'`’]{1,80})["'`’]/i;

/** `(press Enter for 4):`, where nothing but the value is told. */
const ENTER_FOR =
  /\((?:press |hit )?(?:enter|return) (?:for|to (?:use|keep)) ([^\s()'"`]{1,40})\)\s*[:?]?\s*$/i;

/** `(L to show codes, Enter = 8300):`. */
const ENTER_EQUALS = /[(,;]\s?(?:enter|return)\s?=\s?([^\s(),;]{1,40})\)\s*[:?]?\s*$/i;

const BEHIND = [
  /\|([^|]{1,60})\|\s*$/,
  /\[([^[\]]{0,80})\]\s*(?:[:?]|>{1,3})?\s*$/,
  /\s\(([^()\s]{1,80})\)\s*[:?>›‣]?\s*$/u,
  /\s\{([^{}|,]{1,80})\}\s*[:?]\s*$/,
];

/** `Name (host:ada):`: the name that is asked for, behind where it is for. */
const NAMED_HOST = /\b(?:name|user|login)\s\([\w.-]{1,60}:[a-z_][\w.-]{0,31}\)\s*:\s*$/iu;

const DEFAULT_WORD = new RegExp(`^${DEFAULT_AHEAD}`, "iu");

/** In angles stands more often what is to be entered than a value: `Enter <name>:`. */
const ANGLED = /\s<([^<>|]{1,80})>\s*[:?]\s*$/;
const ENTERED = /\b(?:enter|type|input|provide|specify|give)\b/i;
const LOOKS_LIKE_VALUE = /[\d/.@~]/;

/** A remark in capitals behind the value: `Port [80] (NEW)`. */
const ASIDE = /(\[[^[\]]{1,80}\])\s+\(\p{Lu}{2,12}\)\s*$/u;

/** It says what to do with the line. */
const ASKS_FOR =
  /^\s{0,4}(?:please )?(?:enter|type|input|provide|specify|choose|select|pick|give|how (?:many|much|often|long|old|far|big|large))\s\p{L}/iu;

/** The line says that something is to be entered or chosen. */
export function asksFor(text: string): boolean {
  return ASKS_FOR.test(text);
}

/** What brackets name as the default in words; null where none do. */
export function wordedDefault(text: string): string | null {
  return (WORDED.exec(text) ?? WORDED_BEHIND.exec(text))?.[1]?.trim() ?? null;
}

/** The value in brackets or parentheses at the end of a field: its default. */
export function fieldDefault(shown: string): string | null {
  const text = shown.replace(ASIDE, "$1 ");
  const found = BEHIND.map((pattern) => pattern.exec(text)?.[1]).find((one) => one !== undefined);
  if (found !== undefined) {
    const value = found
      .replace(/^current(?:ly)?\b(?: is|:|=)?\s*/i, "")
      .replace(DEFAULT_WORD, "")
      .replace(NAMED_HOST.test(text) ? /^[^:]+:/ : "", "")
      .trim();
    return isHint(value) ? null : value;
  }
  const worded = wordedDefault(text) ?? BLANK.exec(text)?.[1]?.trim();
  return worded ?? betweenColons(text) ?? enterFor(text) ?? angled(text);
}

function enterFor(text: string): string | null {
  const value = (ENTER_FOR.exec(text) ?? ENTER_EQUALS.exec(text))?.[1] ?? null;
  return value === null ||
    isHint(value) ||
    /^(?:none|default|more|next|menu|help|details?)$/i.test(value)
    ? null
    : value;
}

function angled(text: string): string | null {
  const value = ANGLED.exec(text)?.[1] ?? null;
  return value === null || ENTERED.test(text) || !LOOKS_LIKE_VALUE.test(value) ? null : value;
}

/** `Define version 1.0: : `, `Choose a number: 2110: `: the value stands between two colons. */
function betweenColons(text: string): string | null {
  return (
    /(?:^|\s)(\S{1,80}): :\s{0,2}$/u.exec(text)?.[1] ??
    /: (\d{1,6}):\s{0,2}$/u.exec(text)?.[1] ??
    null
  );
}

function isHint(value: string): boolean {
  // The name of an option of the command line.
  if (/^--?[a-z]/i.test(value)) return true;
  return /\b(?:e\.?g|optional|required|to skip|skip|hidden|press|enter|max|min|format|letter|chars?)\b/i.test(
    value,
  );
}
