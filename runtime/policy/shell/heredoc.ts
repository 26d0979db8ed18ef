/** Line breaks, and the here-documents whose bodies follow them. */
import type { HereDoc } from "unbash";
import { refuse } from "./command.ts";
import {
  atWordEnd,
  type Cursor,
  expectAt,
  looksAt,
  skipBlanks,
  skipComment,
  take,
} from "./cursor.ts";
import { readBody } from "./word.ts";

/** Blank lines and comments between commands. */
export function skipLines(cursor: Cursor): void {
  for (;;) {
    skipBlanks(cursor);
    skipComment(cursor);
    if (!looksAt(cursor, "\n")) return;
    takeLineBreak(cursor);
  }
}

function takeLineBreak(cursor: Cursor): void {
  take(cursor, "\n");
  const documents = cursor.pending;
  cursor.pending = [];
  for (const document of documents) takeDocument(cursor, document);
}

const plainDelimiter = /^(?:[\w.!-]+|\\[A-Za-z_]\w*|'[\w.! -]+'|"[\w.! -]+")$/;

/** The delimiter as written; the body waits for the end of the line. */
export function takeDelimiter(cursor: Cursor, document: HereDoc): void {
  const written = document.delimiter?.text ?? "";
  if (!plainDelimiter.test(written)) refuse("a here-document with an unusual delimiter");
  expectAt(cursor, document.delimiter?.pos ?? -1);
  take(cursor, written);
  if (!atWordEnd(cursor)) refuse("a here-document with an unusual delimiter");
  cursor.pending.push(document);
}

function takeDocument(cursor: Cursor, document: HereDoc): void {
  const { body, closing, delimiter, operator } = document;
  const written = delimiter?.text ?? "";
  const isQuoted = /['"\\]/.test(written);
  const end = written.replaceAll(/['"\\]/g, "");
  expectAt(cursor, body.pos);
  const place = findLine(cursor, { end, tabs: operator === "<<-" });
  if (closing?.end !== place.end || body.end < place.start || body.end > closing.pos) {
    refuse("text that does not fit its reading");
  }
  if (cursor.enclosure !== "nothing") {
    checkBalance(cursor.text.slice(body.pos, place.start));
    cursor.hadDocument = true;
  }
  if (!isQuoted) {
    // Bash joins such lines before it looks at the body, within quotes in a substitution too.
    if (cursor.text.slice(body.pos, place.start).includes("\\\n")) {
      refuse("a continued line in a here-document");
    }
    readBody(cursor, body);
  }
  cursor.at = Math.min(place.end + 1, cursor.text.length);
  if (cursor.at > cursor.end) refuse("a here-document that ends outside of its substitution");
}

/** The first line that ends the document, and where it stands. */
function findLine(cursor: Cursor, by: { end: string; tabs: boolean }) {
  const { text } = cursor;
  for (let start = cursor.at; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    if ((by.tabs ? line.replace(/^\t+/, "") : line) === by.end) return { start, end };
    start = end + 1;
  }
  return refuse("a here-document without an end");
}

/**
 * Older shells look for the end of a substitution without knowing of here-documents: quotes and
 * parentheses in the body then decide where it ends, so they must come in pairs.
 */
function checkBalance(body: string): void {
  const rest = body.replaceAll(/'[^']*'|"[^"\\$`]*"/g, "");
  let open = 0;
  for (const [character] of rest.matchAll(/['"`\\()]/g)) {
    if (character === "(") open += 1;
    else if (character === ")" && open > 0) open -= 1;
    else refuse("a here-document in a substitution with quotes or parentheses that do not pair");
  }
  if (open > 0) {
    refuse("a here-document in a substitution with quotes or parentheses that do not pair");
  }
}
