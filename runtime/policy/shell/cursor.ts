/** The place in a shell text up to which what the parser says has been checked against the text itself. */
import type { HereDoc, ParsedScript } from "unbash";
import { refuse } from "./command.ts";

/** What the innermost substitution is written in: each ends, and reads comments, in its own way. */
export type Enclosure = "nothing" | "parentheses" | "backquotes";

export type Inner = { script: ParsedScript; enclosure: Enclosure; start: number; end: number };

export type Cursor = {
  readonly text: string;
  at: number;
  /** Where the innermost substitution ends. */
  end: number;
  enclosure: Enclosure;
  /** Here-documents whose bodies follow the line that is being read. */
  pending: HereDoc[];
  /** A here-document was read in the substitution that is being read, or in one within it. */
  hadDocument: boolean;
  /** Reads the commands of a substitution; the cursor stands behind them afterwards. */
  readonly readInner: (inner: Inner) => void;
};

/** Characters that end a word, unless they are quoted. */
const wordEnds = new Set([" ", "\t", "\n", ";", "&", "|", "(", ")", "<", ">"]);

/** A process substitution ends no word: to the shell it is a part of it. */
export function atWordEnd(cursor: Cursor): boolean {
  const { text, at, end } = cursor;
  return at >= end || (wordEnds.has(text.charAt(at)) && !isProcessSubstitution(cursor));
}

function isProcessSubstitution({ text, at, end }: Cursor): boolean {
  const first = text.charAt(at);
  return (first === "<" || first === ">") && at + 1 < end && text.charAt(at + 1) === "(";
}

export function skipBlanks(cursor: Cursor): void {
  const { text } = cursor;
  for (;;) {
    const character = text.charAt(cursor.at);
    if (character === " " || character === "\t") cursor.at += 1;
    else if (character === "\\" && text.charAt(cursor.at + 1) === "\n") cursor.at += 2;
    else break;
  }
  if (cursor.at > cursor.end) refuse("a line that goes on past the end of its command");
}

/** A comment, where one may begin; the line break behind it is left. */
export function skipComment(cursor: Cursor): void {
  const { text, at } = cursor;
  if (at >= cursor.end || text.charAt(at) !== "#") return;
  // Shells differ in where such comments end, and in whether they are comments.
  if (cursor.enclosure !== "nothing") refuse("a comment in a substitution");
  if (text.startsWith("\\\n", at - 2)) refuse("a comment on a continued line");
  const lineEnd = text.indexOf("\n", at);
  cursor.at = lineEnd === -1 ? text.length : lineEnd;
}

export function looksAt(cursor: Cursor, token: string): boolean {
  return cursor.text.startsWith(token, cursor.at) && cursor.at + token.length <= cursor.end;
}

/** Takes this token, which the parser says stands here. */
export function take(cursor: Cursor, token: string): void {
  if (!looksAt(cursor, token)) refuse("text that does not fit its reading");
  cursor.at += token.length;
}

/** Takes a word that is part of the language, such as `then`. */
export function takeReserved(cursor: Cursor, word: string): void {
  take(cursor, word);
  if (!atWordEnd(cursor)) refuse("text that does not fit its reading");
}

/** The parser's place must be that of the cursor: nothing was passed over. */
export function expectAt(cursor: Cursor, position: number): void {
  if (cursor.at !== position) refuse("text that does not fit its reading");
}
