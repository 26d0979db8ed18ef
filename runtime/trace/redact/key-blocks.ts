/** Finds private keys in their armour, whole or cut off at either end, in one line or in a frame. */
import type { Found } from "./found.ts";

const border = /-----(BEGIN|END)[ ]([A-Z0-9 ]{0,32}PRIVATE[ ]KEY(?:[ ]BLOCK)?)-----/g;
const anchor = "PRIVATE KEY";

/** A line of Base64 as keys have them, within whatever frame a dialog draws. */
const keyLine = /[A-Za-z0-9+/=]{16}/;
/** `Proc-Type: 4,ENCRYPTED` and its like stand above the Base64; an empty line below them. */
const besideLine = /^[^A-Za-z0-9]*(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash)\b.*)?$/;

/** Longer than any key's. */
const keyCharsMax = 16_384;

export function findKeyBlocks(text: string): Found[] {
  if (!text.includes(anchor)) return [];
  const found: Found[] = [];
  const add = (from: number, to: number): void => {
    if (keyLine.test(text.slice(from, to))) found.push({ kind: "private-key", from, to });
  };
  let begun: number | null = null;
  let last = 0;
  for (const match of text.matchAll(border)) {
    const { index } = match;
    if (match[1] === "BEGIN") {
      if (begun !== null) add(begun, keyEnd(text, begun, index));
      begun = index + match[0].length;
    } else {
      add(begun ?? keyStart(text, index, Math.max(last, index - keyCharsMax)), index);
      begun = null;
    }
    last = index + match[0].length;
  }
  if (begun !== null) add(begun, keyEnd(text, begun, text.length));
  return found;
}

/** Where the lines of a key end whose own end is not there. */
function keyEnd(text: string, from: number, most: number): number {
  let to = from;
  while (to < most) {
    const brk = text.indexOf("\n", to);
    const end = brk < 0 || brk > most ? most : brk;
    if (!isOfKey(text.slice(to, end))) break;
    to = end + 1;
  }
  return Math.min(to, most);
}

/** Where the lines of a key begin whose beginning is not there. */
function keyStart(text: string, to: number, least: number): number {
  let from = to;
  while (from > least) {
    const brk = from < 2 ? -1 : text.lastIndexOf("\n", from - 2);
    const start = Math.max(brk + 1, least);
    if (!isOfKey(text.slice(start, from).trimEnd())) break;
    from = start;
  }
  return from;
}

function isOfKey(line: string): boolean {
  if (line.length > keyCharsMax) return false;
  if (besideLine.test(line)) return true;
  const inner = /[A-Za-z0-9+/=\\](?:.*[A-Za-z0-9+/=])?/.exec(line)?.[0] ?? "";
  // The last line of a key may be short; words of a language have spaces between them.
  return /^(?:[A-Za-z0-9+/=]|\\[nr])+$/.test(inner) && (inner.length >= 4 || inner.endsWith("="));
}
