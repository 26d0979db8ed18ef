/** The default that a line shows beside its choices, ahead of them or behind. */
import { DEFAULT_AHEAD } from "./default-words.ts";

/** A default in brackets of its own behind the choices: `(y/n) [n]`, `(Y/I/N) [default=N]`. */
export function defaultBehind(text: string, from: number): { value: string; end: number } | null {
  const behind = text.slice(from, from + 80);
  const found = BRACKETED_DEFAULT.exec(behind) ?? BARE_DEFAULT.exec(behind);
  const value = found?.[1];
  return found === null || value === undefined ? null : { value, end: from + found[0].length };
}

const BRACKETED_DEFAULT = new RegExp(
  `^\\s*(?:[?:]\\s{0,2})?[[(<{](?:${DEFAULT_AHEAD})?["']?([^\\])>}"']{1,40})["']?[\\])>}]`,
  "iu",
);
/** `(y/n) default=n:`, `yes/no, default no:`. */
const BARE_DEFAULT = new RegExp(
  `^\\s*[,;]?\\s*${DEFAULT_AHEAD}["']?([\\p{L}\\d]{1,16})["']?`,
  "iu",
);
const DEFAULT_AT_END = new RegExp(
  `[[(]${DEFAULT_AHEAD}["']?([\\p{L}\\d_-]{1,24})["']?[\\])]\\s*$`,
  "iu",
);

/** `(default: no) [yes, no]`: it is told ahead of the choices. */
export function defaultAhead(text: string): string | null {
  return DEFAULT_AT_END.exec(text.slice(-60))?.[1] ?? null;
}
