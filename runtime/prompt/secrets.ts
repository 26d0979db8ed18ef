/** Which lines ask for a secret, and where in them the answer would begin. */
import { findChoices } from "./choices.ts";
import { firstMatch, type PatternRule, secretRules } from "./patterns.ts";
import { REPEAT_MARK, repeatAsk } from "./repeats.ts";

/** A line that asks for a secret is short; what stands behind its colon may be as long as it likes. */
export const SECRET_CHARS_MAX = 200;
/** A line with more colons than these is no question. */
const SEPARATORS_MAX = 64;
const ANSWER_CHARS_MAX = 80;
const QUOTED =
  /\w+:\/\/[^\s:：]*(?::\d{1,5}(?=[/:\s])[^\s:：]*)?|(?<=\w@)[\w.-]{1,80}:\d{1,5}(?=:)|(?<!\w)['‘"“][^'‘’"“”]{0,200}['’"”]/gu;
const ENCLOSED = /\([^()]{0,200}\)|\[[^[\]]{0,200}\]/gu;

export type SecretAsk = {
  /** The line up to the mark behind which the answer stands. */
  asked: string;
  /** What stands behind it; never to be kept. */
  answer: string;
  rule: string;
};

/** Names and addresses in quotes say nothing about what is asked. */
function secretRule(text: string): PatternRule | null {
  return firstMatch(secretRules, text.slice(-SECRET_CHARS_MAX).replace(QUOTED, " ").trim());
}

export function isSecretText(text: string): boolean {
  return secretRule(text) !== null;
}

/** The same length, so that places in it are places in the text. */
function blanked(text: string): string {
  const blank = (found: string): string => " ".repeat(found.length);
  return text.replace(QUOTED, blank).replace(ENCLOSED, blank);
}

/** Splits a line at the first mark before which a secret is asked for; null where there is none. */
export function secretAsk(text: string): SecretAsk | null {
  let seen = 0;
  for (const mark of blanked(text).matchAll(/[:：?？›‣>=]/gu)) {
    seen += 1;
    const end = mark.index + mark[0].length;
    if (seen > SEPARATORS_MAX) return null;
    const rule = secretRule(text.slice(0, end));
    if (rule === null) continue;
    return { asked: text.slice(0, end), answer: text.slice(end).trim(), rule: rule.name };
  }
  return null;
}

/** The line without what may be a secret behind its question. */
export function withoutAnswer(text: string): string {
  return secretAsk(text)?.asked ?? clearRepeat(text)?.asked ?? text;
}

/** An earlier question that asks for a secret, with something behind it. */
export function isAnsweredSecret(text: string): boolean {
  return (secretAsk(text)?.answer || clearRepeat(text)?.answer || "") !== "";
}

/** Asks for something again, whatever that was: most often it is a secret. */
function clearRepeat(text: string): ReturnType<typeof repeatAsk> {
  const again = repeatAsk(text);
  return again === null || again.vague ? null : again;
}

/** An error, a hint or a row of stars may stand between the two questions. */
const ROWS_BETWEEN_MAX = 2;

/** The nearest question above the row `index` asks for a secret, or once more for one. */
export function followsSecret(rows: readonly string[], index: number): boolean {
  let between = 0;
  for (let at = index - 1; at >= 0 && between <= ROWS_BETWEEN_MAX; at -= 1) {
    const text = rows[at]?.trim() ?? "";
    if (text === "") continue;
    if (secretAsk(text) !== null || isSecretText(text)) return true;
    // Something else has been asked since.
    if (repeatAsk(text) === null && REPEAT_MARK.test(text)) return false;
    between += 1;
  }
  return false;
}

/** An earlier question that shows its answers, with one of them, or a few words, behind it. */
function isAnsweredChoice(text: string): boolean {
  const choices = findChoices(text.slice(-600));
  if (choices === null) return false;
  const behind = text.slice(-600).slice(choices.end).trim();
  return /^[\p{L}\d]/u.test(behind) && behind.length <= ANSWER_CHARS_MAX;
}

/** A question that ends with the answers it takes, in brackets, and has none behind them. */
export function asksByChoices(text: string): boolean {
  const row = text.trim().slice(-600);
  return /[\])]\s*[:：?？>›]*$/u.test(row) && findChoices(row) !== null;
}

/** The row is an earlier question together with its answer: it belongs to no other question. */
export function isAnswered(text: string): boolean {
  return isAnsweredSecret(text) || isAnsweredChoice(text);
}
