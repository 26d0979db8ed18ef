/** Patterns and texts of `contains`: letter case ignored, linear time, and nothing that explodes. Pure. */
import { RE2JS, RE2JSException } from "re2js";
import { limits } from "../../contracts/limits.ts";
import { printable } from "./problem.ts";

/** A text of the prompt in the forms that matching needs, made once per decision. */
export type PromptText = {
  /** As it stands: question, command, path, one per line. */
  readonly raw: string;
  /** What a person reads: `plainText` of it. */
  readonly plain: string;
  /** Letter case and the length of white space taken away. Read when it is asked for. */
  readonly folded: string;
  /** A word of it mixes scripts. */
  readonly mixes: boolean;
};

export type TextMatcher = (text: PromptText) => boolean;

export function readText(raw: string): PromptText {
  return new Text(raw);
}

class Text implements PromptText {
  readonly raw: string;
  readonly plain: string;
  readonly #isAscii: boolean;
  #folded: string | null = null;

  constructor(raw: string) {
    this.raw = raw;
    this.#isAscii = isAscii.test(raw);
    this.plain = this.#isAscii ? raw : plainText(raw);
  }

  get folded(): string {
    this.#folded ??= foldText(this.plain);
    return this.#folded;
  }

  get mixes(): boolean {
    return !this.#isAscii && mixesScripts(this.plain);
  }
}

/** The text without what cannot be seen: one form of each letter, no invisible characters, no marks on letters. */
export function plainText(text: string): string {
  if (isAscii.test(text)) return text;
  return text.normalize("NFKC").replace(/[\p{Cf}\p{Mn}\p{Me}\p{DI}]/gu, "");
}

/** A unit of measure, in which a Greek letter stands beside Latin ones. */
const unit = /^\d*(?:μ\p{L}|[kMG]?Ω)$/u;

/** Whether a word holds Latin letters and Cyrillic or Greek ones, which look alike: it may hide what it says. */
export function mixesScripts(plain: string): boolean {
  if (isAscii.test(plain)) return false;
  const words = plain.match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.some(
    (word) =>
      /\p{Script=Latin}/u.test(word) &&
      /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word) &&
      !unit.test(word),
  );
}

/** Instructions of one pattern, and of all patterns of a policy: they bound time and memory. */
const patternCostMax = 2_000;
export const patternsCostMax = 100_000;

export type CompiledPattern =
  | { ok: true; cost: number; matches: (text: string) => boolean }
  | { ok: false; message: string; hint?: string };

/** RE2 syntax, letter case ignored, `.` also matches a line break; found anywhere in the text. */
export function compilePattern(source: string): CompiledPattern {
  if (source.length > limits.patternCharsMax) {
    return { ok: false, message: `the pattern has more than ${limits.patternCharsMax} characters` };
  }
  const cost = patternCost(source);
  if (cost > patternCostMax) {
    const hint = "use smaller counts in { }";
    return { ok: false, message: "the pattern grows too large by its repetitions", hint };
  }
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
    if (compiled.test("")) {
      const message = "the pattern matches the empty text, so it matches every prompt";
      return { ok: false, message, hint: "make it require something" };
    }
    return { ok: true, cost, matches: (text) => compiled.test(text) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { ok: false, ...sayPattern(error.message) };
  }
}

function sayPattern(message: string): { message: string; hint?: string } {
  const fault = message.replace(/^error parsing regexp: /, "").replace("(?s)(?i)", "");
  const said = `not a pattern: ${printable(fault)}`;
  if (/Perl syntax: `\(\?[=!<]/.test(message) || /escape sequence: `\\[0-9]/.test(message)) {
    return { message: said, hint: "look-around and back references cannot run in linear time" };
  }
  return { message: said };
}

/** A literal `contains`. */
export function literalMatcher(literal: string): TextMatcher {
  const needle = foldText(plainText(literal));
  // Of invisible characters nothing would be left, which every text contains.
  if (needle === "") return (text) => text.raw.includes(literal);
  return (text) => text.folded.includes(needle);
}

/**
 * How large a pattern is, roughly, with its repetitions written out, and how long it takes to
 * compile, in instructions of a letter each. Asked before compiling, which is where a large one
 * would take seconds.
 */
export function patternCost(source: string): number {
  // Each frame is an open group: what it holds so far, and its last atom, which a repetition multiplies.
  const frames = [{ sum: 0, last: 0 }];
  let once = 0;
  const add = (cost: number): void => {
    const frame = frames.at(-1);
    if (frame === undefined) return;
    frame.sum += frame.last;
    frame.last = cost;
  };
  for (const [found] of source.matchAll(piece)) {
    const frame = frames.at(-1);
    if (found === "(") frames.push({ sum: 0, last: 0 });
    else if (found === ")" && frames.length > 1) {
      frames.pop();
      add(frame === undefined ? 0 : frame.sum + frame.last + 2);
    } else if (/^\{\d/.test(found) && frame !== undefined) frame.last *= repetitions(found);
    else {
      const atom = weigh(found);
      once += atom.once;
      add(atom.each);
    }
  }
  return frames.reduce((total, { sum, last }) => total + sum + last, once);
}

// One after the other: quoted text, Unicode class, escape, character class, repetition, anything.
const piece =
  /\\Q[^]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|.)|\\x\{[^}]*\}|\\[^]|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[^]/gy;

/** The pattern cut into what it is made of. */
export function patternPieces(source: string): readonly string[] {
  return source.match(piece) ?? [];
}

function repetitions(counts: string): number {
  return Math.max(1, ...counts.split(/\D+/).map(Number));
}

/** What a class of many characters costs to compile, and in each of its repetitions. */
const unicodeClass = { once: 50, each: 5 };
const wideRange = { once: 200, each: 5 };

function weigh(found: string): { once: number; each: number } {
  if (found.startsWith("\\Q")) return { once: 0, each: found.length };
  // A range that is not within ASCII: every character in it is looked up for its other cases.
  if (found.startsWith("[") && /[^\0-\x7f]-|-[^\0-\x7f]|\\x/.test(found)) return wideRange;
  const classes = found.match(/\\[pP]/g)?.length ?? 0;
  if (classes === 0) return { once: 0, each: 1 };
  return { once: classes * unicodeClass.once, each: unicodeClass.each };
}

/** The form in which two labels are the same one. */
export function foldLabel(label: string): string {
  return foldText(plainText(label)).trim();
}

/** Takes letter case away, and makes every run of white space one space: a dialog wraps where it likes. */
export function foldText(text: string): string {
  const spaced = /\s\s|[^\S ]/.test(text) ? text.replace(/\s+/g, " ") : text;
  return isAscii.test(spaced) ? spaced.toLowerCase() : Array.from(spaced, foldCharacter).join("");
}

const isAscii = /^[\0-\x7f]*$/;

/** Simple case folding (Unicode CaseFolding.txt, status C and S): one character becomes one character. */
function foldCharacter(character: string): string {
  const exception = foldExceptions.get(character);
  if (exception !== undefined) return exception;
  const upper = character.toUpperCase();
  const raised = isOne(upper) ? upper : character;
  const lower = raised.toLowerCase();
  return isOne(lower) ? lower : raised;
}

/** What going up and down again gets wrong: ı folds only in Turkish, and the others only by table. */
const foldExceptions: ReadonlyMap<string, string> = new Map([
  ["\u0131", "\u0131"],
  ["\u1fd3", "\u0390"],
  ["\u1fe3", "\u03b0"],
  ["\ufb05", "\ufb06"],
]);

function isOne(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}
