/** Takes output apart by what it does to a screen, as far as that can be left out and what it leaves be told. Pure. */

/**
 * `keeps`: it draws nothing, and only the last of its kind counts. `changes`: to the alternate screen, or back to the
 * normal one with the cursor as it was.
 */
export type Token = { end: number } & (
  | { does: "draws"; cells: number; lines: number }
  | { does: "moves" | "erases all" | "erases below" | "erases scrollback" | "resets" }
  | { does: "places"; row: number | "top" }
  | { does: "colours"; reset: boolean }
  | { does: "keeps"; what: string }
  | { does: "changes"; to: "alternate" | "normal" }
);

const escape = 0x1b;
const bel = 0x07;
/** A sequence that is longer is none of those that are known here. */
const sequenceBytesMax = 512;

/** Modes that only say how the terminal behaves later: cursor, keys, mouse, focus, paste, whole frames. */
const plainModes = new Set(
  [1, 12, 25, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026].map(String),
);
/** Moves of the cursor that are counted from where it is. */
const moves = new Set("ABCDEFGade`IZ");
/** What draws, erases or shifts within the screen. */
const edits = new Set("KXP@LM");
const titles = new Set(["0", "1", "2"]);

/** What begins at `at`. Null: it has other effects, or is cut off. */
export function tokenAt(bytes: Uint8Array, at: number): Token | null {
  const byte = bytes[at] ?? 0;
  if (byte === escape) return sequenceAt(bytes, at);
  if (byte >= 0x20) return textAt(bytes, at);
  const end = at + 1;
  switch (byte) {
    case 0x0a:
    case 0x0b:
    case 0x0c:
      return { end, does: "draws", cells: 0, lines: 1 };
    case 0x08:
    case 0x09:
    case 0x0d:
      return { end, does: "moves" };
    case 0x00:
    case bel:
      return { end, does: "keeps", what: "nothing" };
    default:
      return null;
  }
}

/** Text up to the next control; none of the controls that stand among the characters beyond ASCII. */
function textAt(bytes: Uint8Array, start: number): Token | null {
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20) break;
    if (byte === 0xc2 && (bytes[at + 1] ?? 0x80) < 0xa0) break;
  }
  return at === start ? null : { end: at, does: "draws", cells: at - start, lines: 0 };
}

function sequenceAt(bytes: Uint8Array, at: number): Token | null {
  const next = bytes[at + 1];
  const end = at + 2;
  switch (next) {
    case 0x5b: // [
      return controlAt(bytes, at);
    case 0x5d: // ]
      return commandAt(bytes, at);
    case 0x63: // c
      return { end, does: "resets" };
    case 0x3d: // =
    case 0x3e: // >
      return { end, does: "keeps", what: "keypad" };
    default:
      return null;
  }
}

/** `CSI … final` (ECMA-48). */
function controlAt(bytes: Uint8Array, start: number): Token | null {
  let at = start + 2;
  const last = Math.min(bytes.length, start + sequenceBytesMax);
  while (at < last && (bytes[at] ?? 0) >= 0x20 && (bytes[at] ?? 0) < 0x40) at += 1;
  const final = bytes[at] ?? 0;
  if (at >= last || final < 0x40 || final > 0x7e) return null;
  const parameters = latin(bytes.subarray(start + 2, at));
  return controlOf(String.fromCharCode(final), parameters, at + 1);
}

function controlOf(final: string, parameters: string, end: number): Token | null {
  const mode = /^\?(\d+)$/.exec(parameters)?.[1];
  if (mode !== undefined && (final === "h" || final === "l")) return modeOf(mode, final, end);
  if (!/^[\d;:]*$/.test(parameters)) return null;
  switch (final) {
    case "m":
      return { end, does: "colours", reset: parameters === "" || parameters === "0" };
    case "H":
    case "f":
      return placeOf(parameters, end);
    case "J":
      return erasureOf(parameters, end);
  }
  if (edits.has(final)) return { end, does: "draws", cells: 0, lines: 0 };
  return moves.has(final) ? { end, does: "moves" } : null;
}

/** ED (ECMA-48 §8.3.39), and xterm's 3. */
function erasureOf(parameters: string, end: number): Token | null {
  switch (parameters) {
    case "":
    case "0":
      return { end, does: "erases below" };
    case "1":
      return { end, does: "draws", cells: 0, lines: 0 };
    case "2":
      return { end, does: "erases all" };
    case "3":
      return { end, does: "erases scrollback" };
    default:
      return null;
  }
}

function modeOf(mode: string, final: "h" | "l", end: number): Token | null {
  if (mode === "1049") return { end, does: "changes", to: final === "h" ? "alternate" : "normal" };
  return plainModes.has(mode) ? { end, does: "keeps", what: `mode ${mode}` } : null;
}

function placeOf(parameters: string, end: number): Token | null {
  const [row = "", column = "", ...more] = parameters.split(";");
  if (more.length > 0 || parameters.includes(":")) return null;
  const isTop = Number(row) <= 1 && Number(column) <= 1;
  return { end, does: "places", row: isTop ? "top" : Math.max(0, Number(row) - 1) };
}

/** `OSC number ; … BEL` or `ST`: titles, and what a tool says of its state. */
function commandAt(bytes: Uint8Array, start: number): Token | null {
  const last = Math.min(bytes.length, start + sequenceBytesMax);
  for (let at = start + 2; at < last; at += 1) {
    const byte = bytes[at] ?? 0;
    const isEnd = byte === bel || (byte === escape && bytes[at + 1] === 0x5c);
    if (isEnd)
      return commandOf(latin(bytes.subarray(start + 2, at)), byte === bel ? at + 1 : at + 2);
    // Whatever else ends or breaks it is not known here.
    if (byte < 0x20 || byte >= 0x7f) return null;
  }
  return null;
}

function commandOf(text: string, end: number): Token | null {
  const [number = ""] = text.split(";", 1);
  if (titles.has(number)) return { end, does: "keeps", what: number === "1" ? "icon" : "title" };
  const isState = number === "7501" && !text.startsWith("7501;?");
  return isState ? { end, does: "keeps", what: "state" } : null;
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
