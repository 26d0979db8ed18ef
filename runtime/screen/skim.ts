/** Finds text that scrolls off the screen before anyone could see it, so that it need not be parsed. Pure. */

/** `bytes` up to `end` need not be parsed; `instead` has to be, in their stead: the column and the colours they leave. */
export type Skimmed = { end: number; instead: Uint8Array };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const tab = 0x09;
const escape = 0x1b;
const bracket = 0x5b;
const finalOfColours = 0x6d;
/** Colours that were set and not reset: more than this is no ordinary output. */
const coloursBytesMax = 512;

/**
 * For a screen in plain flow, with nothing but ordinary text scrolling up: the longest beginning of `bytes` of text,
 * line ends, tabs and colours, behind which twice `rows` lines of the like still follow: from wherever the cursor is,
 * they reach the bottom and then fill the screen. It ends behind line feeds that follow a carriage return, or nothing
 * at all, so that the column is known. Null when there is too little to leave out.
 */
export function skim(bytes: Uint8Array, rows: number): Skimmed | null {
  let lines = 0;
  for (let at = plainEnd(bytes) - 1; at > 0; at -= 1) {
    if (bytes[at] !== lineFeed) continue;
    lines += 1;
    if (lines <= 2 * rows) continue;
    const before = beforeLineFeeds(bytes, at);
    const column = before === -1 ? lineFeed : bytes[before];
    if (column === lineFeed || column === carriageReturn) {
      return skimmedTo(bytes, at + 1, column);
    }
    at = before + 1;
  }
  return null;
}

/** Where the line feeds that end at `at` are preceded by anything else; -1 when they are all there is. */
function beforeLineFeeds(bytes: Uint8Array, at: number): number {
  let before = at;
  while (before >= 0 && bytes[before] === lineFeed) before -= 1;
  return before;
}

/** `column`: the control that brings the cursor into the column it would be in; a line feed leaves it where it is. */
function skimmedTo(bytes: Uint8Array, end: number, column: number): Skimmed | null {
  const colours = coloursOf(bytes.subarray(0, end));
  return colours === null
    ? null
    : { end, instead: Buffer.concat([Uint8Array.of(column), colours]) };
}

/** Where ordinary output ends: at any control character or sequence other than line ends, tabs and colours. */
function plainEnd(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x20 && byte !== 0x7f) at += 1;
    else if (byte === lineFeed || byte === carriageReturn || byte === tab) at += 1;
    else if (byte === escape) {
      const end = coloursEnd(bytes, at);
      if (end === -1) return at;
      at = end;
    } else return at;
  }
  return at;
}

/** Behind the sequence `CSI … m` (ECMA-48 SGR) that begins at `start`; -1 when it is another, or is cut off. */
function coloursEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start + 1] !== bracket) return -1;
  for (let at = start + 2; at < bytes.length && at < start + 64; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === finalOfColours) return at + 1;
    // Digits, colon and semicolon only: `CSI > … m` is no colour.
    if (byte < 0x30 || byte > 0x3b) return -1;
  }
  return -1;
}

/** The colour sequences since the last full reset, in order; null when they are more than may be kept. */
function coloursOf(bytes: Uint8Array): Uint8Array | null {
  const kept: Uint8Array[] = [];
  let length = 0;
  let at = bytes.lastIndexOf(escape);
  while (at !== -1) {
    const end = coloursEnd(bytes, at);
    const sequence = bytes.subarray(at, end);
    kept.unshift(sequence);
    length += sequence.length;
    if (isReset(sequence)) break;
    if (length > coloursBytesMax) return null;
    at = at === 0 ? -1 : bytes.lastIndexOf(escape, at - 1);
  }
  return Buffer.concat(kept);
}

/** `CSI m` or `CSI 0 m`. */
function isReset(sequence: Uint8Array): boolean {
  return sequence.length === 3 || (sequence.length === 4 && sequence[2] === 0x30);
}
