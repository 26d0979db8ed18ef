/** Takes out of a recording what nobody else should read; every replacement is as long as what it replaces. Pure. */
import type { Redactor } from "../trace/redact.ts";
import { replaced } from "../trace/redact/found.ts";
import { redactWords } from "../trace/redact/words.ts";

/** What others may not read: `home` is the person's home folder, `columns` the terminal's width. */
export type Publishing = { redactor: Redactor; home: string; columns: number };

const by = "x";

/** Line ends stay, so that rows stay rows. */
export function redacted(text: string, { redactor, home }: Publishing): string {
  const found = redactor.find(text);
  return withoutHome(
    replaced(text, found, (_one, secret) => cover(secret, by)),
    home,
  );
}

/** The words of a command, each in the light of the one before it. */
export function redactedWords(words: readonly string[], { redactor, home }: Publishing): string[] {
  return redactWords(words, redactor, (_one, secret) => cover(secret, by)).map((word) =>
    withoutHome(word, home),
  );
}

export function withoutHome(text: string, home: string): string {
  return home.length > 1 ? text.replaceAll(home, `/${"u".repeat(home.length - 1)}`) : text;
}

/** The same length and line ends, and nothing of what it said. */
export function cover(text: string, by: string): string {
  return text.replace(/[^\r\n]/g, by);
}

const escape = "\u001b";
const bell = "\u0007";
/** Sequences of a cursor and colours, of a title, and of two or three characters. */
const sequence = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|[\\]P^_][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?|[ -/]?.)`,
  "gu",
);

/** Every character that can be seen replaced by a star; what moves the cursor stays. */
export function starred(text: string): string {
  let result = "";
  let from = 0;
  for (const found of text.matchAll(sequence)) {
    result += stars(text.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return result + stars(text.slice(from));
}

function stars(text: string): string {
  return text.replace(/[\p{L}\p{N}\p{P}\p{S}]/gu, (character) => "*".repeat(character.length));
}
