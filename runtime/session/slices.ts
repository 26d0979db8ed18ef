/** Cuts a burst of output where the screen may pass through a state worth looking at. Pure. */

// Past this many cuts the rest goes in one piece: a burst that long is not an echo.
const slicesMax = 32;
const escape = "\u001b";
/** A line feed; an escape sequence that erases or takes away (ED, EL, ECH, DCH, DL: ECMA-48, 8.3); the start of any other. */
const places = new RegExp(`\n|${escape}\\[[\\d;?]*[JKXPM]|${escape}`, "g");

/**
 * The same bytes in order, cut after each line feed, before each escape sequence and after each that erases, at most
 * 33 pieces.
 */
export function outputSlices(bytes: Uint8Array): Uint8Array[] {
  const slices: Uint8Array[] = [];
  let start = 0;
  for (const cut of cutsIn(bytes)) {
    if (slices.length >= slicesMax) break;
    if (cut <= start) continue;
    slices.push(bytes.subarray(start, cut));
    start = cut;
  }
  if (start < bytes.length) slices.push(bytes.subarray(start));
  return slices;
}

function* cutsIn(bytes: Uint8Array): Generator<number> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  for (const { index, 0: found } of text.matchAll(places)) {
    if (found !== "\n") yield index;
    if (found.length > 1 || found === "\n") yield index + found.length;
  }
}
