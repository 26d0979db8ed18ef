/** Hands a tool's bytes to the emulator in pieces that it gets right and that cannot fill the memory. */
import type { Emulator, OpenString } from "./emulator.ts";

/** Parsed at a time: how late an endless control string is noticed. */
const sliceBytes = 16_384;
/** A control string (title, clipboard, image) longer than this is dropped, to its end. */
const controlStringBytesMax = 65_536;
const cancel = Uint8Array.of(0x18);
const nothing = new Uint8Array();

export type BoundedParser = {
  feed: (bytes: Uint8Array) => void;
  /** The last byte was within a character, or within a control string that is being dropped. */
  isAmid: () => boolean;
};

/**
 * Returns what parses a chunk at once. Two faults of the library are kept from doing harm:
 * it would hold 10 MB of a control string that does not end, in pieces as small as they came; and it
 * loses a character that is cut within its UTF-8 bytes behind one that is 0x80, as in most quotes and dashes.
 */
export function boundedParser(emulator: Emulator, afterSlice: () => void): BoundedParser {
  let stringBytes = 0;
  let dropping: OpenString = "none";
  let lastDropped = 0;
  let cutCharacter: Uint8Array = nothing;

  const parseSlice = (slice: Uint8Array) => {
    const joined = cutCharacter.length === 0 ? slice : Buffer.concat([cutCharacter, slice]);
    const whole = joined.length - cutTailBytes(joined);
    // A copy: the rest of the chunk need not be kept for it.
    cutCharacter = joined.slice(whole);
    emulator.parse(joined.subarray(0, whole));
    afterSlice();
    const open = emulator.openString();
    stringBytes = open === "none" ? 0 : stringBytes + slice.length;
    if (stringBytes <= controlStringBytesMax) return;
    emulator.parse(cancel);
    dropping = open;
    stringBytes = 0;
    cutCharacter = nothing;
    lastDropped = slice.at(-1) ?? 0;
  };

  const feed = (bytes: Uint8Array) => {
    let at = 0;
    while (at < bytes.length) {
      if (dropping === "none") {
        const slice = bytes.subarray(at, at + sliceBytes);
        at += slice.length;
        parseSlice(slice);
        continue;
      }
      const end = stringEnd(bytes.subarray(at), dropping, lastDropped);
      lastDropped = bytes.at(-1) ?? 0;
      if (end === -1) return;
      dropping = "none";
      at += end;
    }
  };
  return { feed, isAmid: () => dropping !== "none" || cutCharacter.length > 0 };
}

/** How many bytes at the end begin a UTF-8 character and miss its rest: 0 to 3. */
function cutTailBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0xc0 || byte > 0xf7 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}

/** Where to go on parsing: behind a terminator, or at one that begins something else; -1 when the string goes on. */
function stringEnd(bytes: Uint8Array, kind: OpenString, byteBefore: number): number {
  let before = byteBefore;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === 0x1b || byte === 0x18 || byte === 0x1a) return index;
    if (byte === 0x07 && kind === "osc") return index + 1;
    // U+009C in UTF-8, the terminator's 8-bit form.
    if (byte === 0x9c && before === 0xc2) return index + 1;
    before = byte;
  }
  return -1;
}
