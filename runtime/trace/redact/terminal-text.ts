/** Reads a terminal's output as the text that it shows, and knows where each character of that came from. */
import type { View } from "./wrapped.ts";

const escape = "\u001b";

/**
 * The visible text: colours are gone, cursor movements and lone carriage returns have become line breaks, what is said
 * to the terminal alone (a title) stands on a line of its own. An unfinished sequence at the end is left out.
 */
export function visibleText(raw: string): View {
  const parts: string[] = [];
  const at: number[] = [];
  const put = (text: string, place: number): void => {
    parts.push(text);
    for (let offset = 0; offset < text.length; offset += 1) at.push(place + offset);
  };
  let place = 0;
  while (place < raw.length) {
    const plain = plainEnd(raw, place);
    if (plain > place) put(raw.slice(place, plain), place);
    place = plain;
    if (place >= raw.length) break;
    const { to, shown, from } = raw[place] === escape ? sequence(raw, place) : control(raw, place);
    if (shown !== "") put(shown, from);
    place = to;
  }
  return { text: parts.join(""), at };
}

/** Where the next control character stands. */
function plainEnd(raw: string, from: number): number {
  let at = from;
  while (at < raw.length && raw.charCodeAt(at) >= 0x20 && raw.charCodeAt(at) !== 0x7f) at += 1;
  return at;
}

/** `to`: behind it. `shown`: what it comes to in text, which stands at `from`. */
type Piece = { to: number; shown: string; from: number };

function control(raw: string, at: number): Piece {
  const letter = raw[at] ?? "";
  const isBreak = letter === "\n" || letter === "\b" || (letter === "\r" && raw[at + 1] !== "\n");
  const shown = letter === "\t" ? " " : isBreak ? "\n" : "";
  return { to: at + 1, shown, from: at };
}

/** Ends of sequences that leave the cursor where it is: colours, and erasing to the end of a line. */
const staying = /[mKhlqnct]/;

function sequence(raw: string, at: number): Piece {
  const kind = raw[at + 1] ?? " ";
  if (kind === "[") return controlSequence(raw, at);
  if ("]P^_X".includes(kind)) return stringSequence(raw, at);
  return { to: Math.min(at + ("()*+#%".includes(kind) ? 3 : 2), raw.length), shown: "", from: at };
}

function controlSequence(raw: string, at: number): Piece {
  let to = at + 2;
  while (to < raw.length && !isFinal(raw.charCodeAt(to))) to += 1;
  const final = raw[to] ?? "m";
  const shown = final === "C" ? " " : staying.test(final) ? "" : "\n";
  return { to: Math.min(to + 1, raw.length), shown, from: at };
}

const isFinal = (code: number): boolean => code >= 0x40 && code <= 0x7e;

/** A title and its like: its text is read too, apart from what the screen shows. */
function stringSequence(raw: string, at: number): Piece {
  let end = at + 2;
  while (end < raw.length && raw[end] !== "\u0007" && raw[end] !== escape) end += 1;
  const to = raw[end] === escape ? end + 2 : end + 1;
  const shown = `\n${raw.slice(at + 2, end)}\n`;
  return { to: Math.min(to, raw.length), shown, from: at + 1 };
}
