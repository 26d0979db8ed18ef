/** Reads one word by the shell's rules of quoting, apart from the parser, and compares the two. */
import type { Word as ParsedWord, WordPart } from "unbash";
import { refuse, type Word } from "./command.ts";
import { atWordEnd, type Cursor, expectAt } from "./cursor.ts";

/** A word while it is read. */
type Draft = {
  text: string;
  /** The text with those of its characters escaped that would be special in a pattern. */
  pattern: string;
  /** The text before the first character of a pattern; null while there is none. */
  prefix: string | null;
  /** What makes it a word that only the shell knows. */
  unknown: string | null;
  startsAtHome: boolean;
  readonly start: number;
  readonly parts: readonly WordPart[];
};

type Parsed = Pick<ParsedWord, "pos" | "end" | "parts">;

const plainRun = /[A-Za-z0-9_@%+,./:-]+/y;

/** The word at the cursor, which then stands behind it. */
export function readWord(cursor: Cursor, parsed: ParsedWord): Word {
  expectAt(cursor, parsed.pos);
  const word = readPlain(cursor, parsed) ?? readParts(cursor, parsed);
  checkDescriptor(cursor, parsed.pos);
  if ("text" in word && word.text !== parsed.value) refuse("a word that can be read in two ways");
  return word;
}

/** `2>` and `{name}>` are one token: what looks like a word in front belongs to the redirection. */
function checkDescriptor({ text, at }: Cursor, start: number): void {
  const next = text.charAt(at);
  if (next !== "<" && next !== ">") return;
  if (/^(?:\d+|\{.*\})$/.test(text.slice(start, at))) refuse("text that does not fit its reading");
}

/** A word that stands in a place of its own, such as the value of an assignment. */
export function readParts(cursor: Cursor, parsed: Parsed): Word {
  const draft = newDraft(cursor, parsed.parts ?? []);
  while (!atWordEnd(cursor)) readBare(cursor, draft);
  expectAt(cursor, parsed.end);
  if (cursor.text.charAt(cursor.at) === "(" && cursor.at < cursor.end) {
    refuse("a function or a pattern in parentheses");
  }
  if (cursor.pending.length > 0 && cursor.text.slice(draft.start, cursor.at).includes("\n")) {
    refuse("a word of several lines before a here-document");
  }
  return finish(draft);
}

/** Most words, without looking at each character. */
function readPlain(cursor: Cursor, parsed: ParsedWord): Word | null {
  plainRun.lastIndex = cursor.at;
  const run = plainRun.exec(cursor.text)?.[0];
  if (run === undefined || cursor.at + run.length !== parsed.end || parsed.end > cursor.end) {
    return null;
  }
  const start = cursor.at;
  cursor.at = parsed.end;
  if (atWordEnd(cursor) && cursor.text.charAt(cursor.at) !== "(") return { text: run };
  cursor.at = start;
  return null;
}

function newDraft(cursor: Cursor, parts: readonly WordPart[]): Draft {
  const start = cursor.at;
  return { text: "", pattern: "", prefix: null, unknown: null, startsAtHome: false, start, parts };
}

function finish(draft: Draft): Word {
  if (draft.unknown !== null) return { unknown: draft.unknown };
  if (draft.startsAtHome) {
    return draft.prefix === null
      ? { home: draft.text.slice(1) }
      : { unknown: "a pattern in the home folder" };
  }
  if (draft.prefix !== null) return { pattern: draft.pattern, prefix: draft.prefix };
  return { text: draft.text };
}

/** One character, or one quoted or expanded part, outside of quotes. */
function readBare(cursor: Cursor, draft: Draft): void {
  const character = cursor.text.charAt(cursor.at);
  switch (character) {
    case "\\":
      return readEscape(cursor, draft);
    case "'":
      return readSingleQuotes(cursor, draft);
    case '"':
      return readDoubleQuotes(cursor, draft);
    case "$":
      return readDollar(cursor, draft, "bare");
    case "`":
      return readBackquotes(cursor, draft);
    case "<":
    case ">":
      return readProcessSubstitution(cursor, draft);
    case "{":
    case "}":
      return readBrace(cursor, draft);
    case "~":
      return readTilde(cursor, draft);
    case "*":
    case "?":
      return addPattern(cursor, draft);
    case "[":
      return readBracket(cursor, draft);
    case "=":
      if (cursor.at === draft.start && /^=[\w/.]/.test(cursor.text.slice(cursor.at, cursor.end))) {
        draft.unknown ??= "a path that some shells look up";
      }
      break;
  }
  add(draft, character);
  cursor.at += 1;
}

function add(draft: Draft, text: string): void {
  draft.text += text;
  draft.pattern += text.replace(/[*?[\\]/g, "\\$&");
}

function addPattern(cursor: Cursor, draft: Draft): void {
  const character = cursor.text.charAt(cursor.at);
  draft.prefix ??= draft.text;
  draft.text += character;
  draft.pattern += character;
  cursor.at += 1;
}

function readEscape(cursor: Cursor, draft: Draft): void {
  if (cursor.at + 1 >= cursor.end) refuse("a backslash at the end");
  const next = cursor.text.charAt(cursor.at + 1);
  if (next !== "\n") add(draft, next);
  cursor.at += 2;
}

function readSingleQuotes(cursor: Cursor, draft: Draft): void {
  const close = cursor.text.indexOf("'", cursor.at + 1);
  if (close === -1 || close >= cursor.end) refuse("a quote without an end");
  add(draft, cursor.text.slice(cursor.at + 1, close));
  cursor.at = close + 1;
}

const quotedRun = /[^"\\$`]+/y;

function readDoubleQuotes(cursor: Cursor, draft: Draft): void {
  const { text } = cursor;
  cursor.at += 1;
  for (;;) {
    if (cursor.at >= cursor.end) refuse("a quote without an end");
    const character = text.charAt(cursor.at);
    if (character === '"') break;
    if (character === "$") readDollar(cursor, draft, "quoted");
    else if (character === "`") readBackquotes(cursor, draft);
    else if (character === "\\") readQuotedEscape(cursor, draft);
    else {
      quotedRun.lastIndex = cursor.at;
      const run = quotedRun.exec(text)?.[0] ?? "";
      add(draft, run);
      cursor.at += run.length;
    }
  }
  cursor.at += 1;
}

function readQuotedEscape(cursor: Cursor, draft: Draft): void {
  const next = cursor.text.charAt(cursor.at + 1);
  if ('$`"\\'.includes(next)) add(draft, next);
  else if (next !== "\n") add(draft, `\\${next}`);
  cursor.at += 2;
}

/** What follows a `$` that begins something whose value the shell alone knows. No letters in arithmetic: a variable may hold a command. */
const arithmetic = /\$\(\([\d \t+*/%-]+\)\)/y;
const variable = /\$(?:[A-Za-z_]\w*|[\d@*#?$!-])(?!\[)/y;
const parameter =
  /\$\{(?:#?(?:[A-Za-z_]\w*(?:\[[@*\d]\])?|[@*\d])|[#?$-])(?:(?::?[-+?]|##?|%%?|\/[/#%]?|\^\^?|,,?)[\w .,:@%+=/*-]*|:\d+(?::\d+)?)?\}/y;
/** `\'` is left out: shells without this quoting would see the quotes end there. */
const ansiQuotes = /\$'((?:[^'\\\p{Cc}]|\\(?:[nt\\]|x[\da-fA-F]{2}|[0-7]{3}))*)'/uy;

function readDollar(cursor: Cursor, draft: Draft, place: "bare" | "quoted"): void {
  const next = cursor.text.charAt(cursor.at + 1);
  if (next === "(") return readDollarParenthesis(cursor, draft);
  if (next === "'" && place === "bare") return readAnsiQuotes(cursor, draft);
  if (next === "[" || (next === '"' && place === "bare")) {
    refuse("a kind of quoting or arithmetic that shells read differently");
  }
  if (next === "{") {
    return skipMatch(cursor, draft, { pattern: parameter, what: "a variable that is changed" });
  }
  if (/[\w@*#?$!-]/.test(next)) {
    return skipMatch(cursor, draft, { pattern: variable, what: "an element of a variable" });
  }
  const isEnd = cursor.at + 1 === cursor.end || /[\s;&|]/.test(next);
  if (!(place === "bare" ? isEnd : isAfterLone(next))) {
    refuse("a dollar sign that shells read differently");
  }
  add(draft, "$");
  cursor.at += 1;
}

function readDollarParenthesis(cursor: Cursor, draft: Draft): void {
  if (cursor.text.charAt(cursor.at + 2) !== "(") return readCommandSubstitution(cursor, draft);
  skipMatch(cursor, draft, { pattern: arithmetic, what: "arithmetic with variables" });
}

const isAfterLone = (next: string): boolean => /[\s"'|)/.,;]/.test(next);

function skipMatch(cursor: Cursor, draft: Draft, by: { pattern: RegExp; what: string }): void {
  by.pattern.lastIndex = cursor.at;
  const length = by.pattern.exec(cursor.text)?.[0].length ?? 0;
  if (length === 0 || cursor.at + length > cursor.end) refuse(by.what);
  cursor.at += length;
  draft.unknown ??= by.pattern === arithmetic ? "arithmetic" : "a variable";
}

function readAnsiQuotes(cursor: Cursor, draft: Draft): void {
  ansiQuotes.lastIndex = cursor.at;
  const found = ansiQuotes.exec(cursor.text);
  if (found === null || ansiQuotes.lastIndex > cursor.end) {
    refuse("a kind of quoting that shells read differently");
  }
  const decoded = (found[1] ?? "").replace(/\\(n|t|\\|x..|\d{3})/g, (_, code: string) => {
    if (code === "n") return "\n";
    if (code === "t") return "\t";
    if (code === "\\") return "\\";
    const value = code.startsWith("x") ? code.slice(1) : code;
    return String.fromCharCode(Number.parseInt(value, code.startsWith("x") ? 16 : 8));
  });
  if (/[^\n\t -~]/.test(decoded)) refuse("a character given by its number");
  add(draft, decoded);
  cursor.at = ansiQuotes.lastIndex;
}

function partAt(parts: readonly WordPart[], position: number): WordPart | null {
  for (const part of parts) {
    if (part.pos > position || part.end <= position) continue;
    if (part.pos === position && "script" in part) return part;
    if ("parts" in part && part.parts !== undefined) return partAt(part.parts, position);
  }
  return null;
}

function readCommandSubstitution(cursor: Cursor, draft: Draft): void {
  readScript(cursor, draft, "parentheses");
  draft.unknown ??= "a command substitution";
}

function readProcessSubstitution(cursor: Cursor, draft: Draft): void {
  readScript(cursor, draft, "parentheses");
  draft.unknown ??= "a process substitution";
}

function readBackquotes(cursor: Cursor, draft: Draft): void {
  const close = cursor.text.indexOf("`", cursor.at + 1);
  const inside = cursor.text.slice(cursor.at + 1, close);
  if (close === -1 || close >= cursor.end) refuse("a quote without an end");
  if (/["\\\n]/.test(inside)) refuse("quoting within backquotes");
  readScript(cursor, draft, "backquotes");
  draft.unknown ??= "a command substitution";
}

function readScript(cursor: Cursor, draft: Draft, enclosure: "parentheses" | "backquotes"): void {
  const part = partAt(draft.parts, cursor.at);
  if (part === null || !("script" in part) || part.script === undefined) {
    refuse("text that does not fit its reading");
  }
  const { script } = part;
  if (script.source !== undefined) refuse("quoting within backquotes");
  const [open, close] = enclosure === "backquotes" ? [1, "`"] : [2, ")"];
  const end = part.end - 1;
  if (end >= cursor.end || cursor.text.charAt(end) !== close) {
    refuse("a substitution without an end");
  }
  cursor.readInner({ script, enclosure, start: cursor.at + open, end });
}

/** `{}` and `@{1}` are literal in every shell; other braces may become several words. */
const literalBraces = /\{[\w@^-]*\}/y;

function readBrace(cursor: Cursor, draft: Draft): void {
  literalBraces.lastIndex = cursor.at;
  const found = literalBraces.exec(cursor.text)?.[0];
  if (found === undefined || cursor.at + found.length > cursor.end) {
    draft.unknown ??= "a brace expansion";
    cursor.at += 1;
    return;
  }
  add(draft, found);
  cursor.at += found.length;
}

function readTilde(cursor: Cursor, draft: Draft): void {
  const before = cursor.text.charAt(cursor.at - 1);
  const isFirst = cursor.at === draft.start;
  add(draft, "~");
  cursor.at += 1;
  if (isFirst) {
    const isAlone = atWordEnd(cursor) || cursor.text.charAt(cursor.at) === "/";
    if (isAlone) draft.startsAtHome = true;
    else draft.unknown ??= "the folder of another user";
  } else if (before === "=" || before === ":") draft.unknown ??= "a home folder within a word";
}

/** A set of characters as in `[a-z]`; the program `[` and a lone bracket are literal. */
function readBracket(cursor: Cursor, draft: Draft): void {
  const rest = cursor.text.slice(cursor.at, cursor.end);
  if (/^\[\S*\]/.test(rest)) return addPattern(cursor, draft);
  add(draft, "[");
  cursor.at += 1;
}

/** What is expanded in a here-document without quotes around its delimiter. */
export function readBody(cursor: Cursor, parsed: Parsed): void {
  const draft = newDraft(cursor, parsed.parts ?? []);
  while (cursor.at < parsed.end) {
    const character = cursor.text.charAt(cursor.at);
    if (character === "$") readDollar(cursor, draft, "quoted");
    else if (character === "`") readBackquotes(cursor, draft);
    else cursor.at += character === "\\" ? 2 : 1;
  }
  expectAt(cursor, parsed.end);
}
