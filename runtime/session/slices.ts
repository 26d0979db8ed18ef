/** Cuts a burst of output where the screen may pass through a state worth looking at. Pure. */

// Past this many cuts the rest goes in one piece: a burst that long is not an echo.
const slicesMax = 32;
const lineFeed = 0x0a;
const escape = 0x1b;

/** The same bytes in order, cut after each line feed and before each escape sequence, at most 33 pieces. */
export function outputSlices(bytes: Uint8Array): Uint8Array[] {
  const slices: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length && slices.length < slicesMax; i += 1) {
    const cut = bytes[i] === lineFeed ? i + 1 : bytes[i] === escape ? i : start;
    if (cut <= start) continue;
    slices.push(bytes.subarray(start, cut));
    start = cut;
  }
  if (start < bytes.length) slices.push(bytes.subarray(start));
  return slices;
}
