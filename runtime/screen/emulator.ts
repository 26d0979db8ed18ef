/** The only file that knows the emulator's insides: a headless xterm that parses synchronously and stays small. */
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { type IMarker, type IUnicodeVersionProvider, Terminal } from "@xterm/headless";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { PtySize } from "../pty/pty.ts";
import type { Looks } from "./cells.ts";
import type { Hidden } from "./restore.ts";

/**
 * The string-like control sequence that is open after the last byte. Only these two gather their
 * payload in memory; APC, PM and SOS are dropped by the parser byte by byte.
 */
export type OpenString = "none" | "osc" | "dcs";

export type Emulator = {
  terminal: Terminal;
  /** Parses all of it before returning. Handlers called from here must not throw. */
  parse: (bytes: Uint8Array) => void;
  openString: () => OpenString;
  /**
   * Ordinary text would scroll through the whole screen: no sequence is open, no margins are set, nothing is inserted
   * or left unwrapped, and no character set is in force that would draw it as something else.
   */
  inPlainFlow: () => boolean;
  /** No sequence is open, and places on the screen are counted from its first row, with no margins. */
  isUnbounded: () => boolean;
  /** Follows a line of the shown buffer, counted from the oldest line kept. */
  markLine: (line: number) => IMarker;
  /** The cells of a line of the shown buffer, read in place: valid until the next `parse`. */
  cellsOf: (line: number) => LineCells | null;
  /** No sequence is open: what is written now stands by itself. */
  isGround: () => boolean;
  /** What a restored screen needs besides. */
  hidden: Hidden;
};

export type LineCells = {
  /** The object that holds the cells: it moves with the line even where no event tells. */
  identity: object;
  /** `cellWords` numbers for each cell; see `cellBits`. */
  words: Uint32Array;
};

/** Layout of a cell (xterm.js `Constants.ts`), verified by `verifyCells`. */
export const cellWords = 3;
export const cellBits = {
  /** First word: the text is more than one code point and lies elsewhere. */
  combined: 1 << 21,
  hasText: 0x3f_ff_ff,
  widthShift: 22,
  /** Second and third word, foreground and background. */
  colour: 0x3_ff_ff_ff,
  colourMode: 0x3_00_00_00,
  directColour: 0x3_00_00_00,
  inverse: 0x4_00_00_00,
  bold: 0x8_00_00_00,
  underline: 0x10_00_00_00,
  invisible: 0x40_00_00_00,
  /** In the third word. */
  dim: 0x8_00_00_00,
} as const;

/**
 * Combining characters in one cell (a flag made of tags has 7). More start a cell of their own: one cell
 * could grow for ever, and a scrollback full of them costs 2 KB a cell for 32.
 */
const joinedCharsMax = 8;

/** Numbers of the parser's states (xterm.js `ParserState`), verified by `verify` below. */
const parserStates = { ground: 0, osc: 8, dcs: 13 } as const;

type Private = {
  hidden: Hidden;
  /** A translation of characters such as line drawing; undefined for none. */
  charset: () => unknown;
  parse: (bytes: Uint8Array) => void;
  parserState: () => unknown;
  addMarker: (line: number) => IMarker;
  cellsOf: (line: number) => LineCells | null;
};

/**
 * Opens an emulator. Its private parts are used because the public `write` only parses after a timer
 * (≥ 1 ms later, with an unbounded queue in between), public markers exist on one of two buffers, and
 * reading cells one method call at a time costs ten times as much. The version is pinned; if the parts
 * ever change, this throws `internal` at once.
 */
export function openEmulator(size: PtySize): Emulator {
  // Tried on a screen of its own: the person's may be too small for what is tried.
  const probe = newTerminal({ cols: 80, rows: 24 });
  verify(probe, privateParts(probe));
  probe.dispose();
  const terminal = newTerminal(size);
  const inside = privateParts(terminal);
  terminal.unicode.register(boundedUnicode());
  terminal.unicode.activeVersion = "11-bounded";
  return {
    terminal,
    parse: inside.parse,
    openString() {
      const state = inside.parserState();
      if (state === parserStates.osc) return "osc";
      return state === parserStates.dcs ? "dcs" : "none";
    },
    isGround: () => inside.parserState() === parserStates.ground,
    hidden: inside.hidden,
    inPlainFlow: () => isPlainFlow(terminal, inside),
    isUnbounded: () => isUnbounded(terminal, inside),
    markLine: inside.addMarker,
    cellsOf: inside.cellsOf,
  };
}

function newTerminal(size: PtySize): Terminal {
  return new Terminal({
    ...size,
    scrollback: limits.scrollbackRowsMax,
    allowProposedApi: true,
    logLevel: "off",
    // Only the title stack; every other window operation, resizing above all, stays off.
    windowOptions: { pushTitle: true, popTitle: true },
  });
}

/** Own property or method of a thing whose type we are not given; undefined when there is none. */
function member(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

function privateParts(terminal: Terminal): Private {
  const core = member(terminal, "_core");
  const handler = member(core, "_inputHandler");
  const parser = member(handler, "_parser");
  // Beneath `writeSync`, which never parses again once anything has thrown within it.
  const parse = member(handler, "parse");
  const register = member(core, "registerCsiHandler");
  if (typeof parse !== "function") throw changed("has no synchronous write");
  if (typeof register !== "function") throw changed("has no handlers");
  clampCounts(terminal, (final, clamp) => register.call(core, { final }, clamp));
  return {
    parse: (bytes) => {
      parse.call(handler, bytes);
    },
    parserState: () => member(parser, "currentState"),
    hidden: hiddenParts(core),
    charset: () => member(member(core, "_charsetService"), "charset"),
    addMarker(line) {
      const buffer = member(core, "buffer");
      const addMarker = member(buffer, "addMarker");
      if (typeof addMarker !== "function") throw changed("has no markers");
      return addMarker.call(buffer, line);
    },
    cellsOf(line) {
      const identity = member(terminal.buffer.active.getLine(line), "_line");
      const words = member(identity, "_data");
      if (typeof identity !== "object" || identity === null) return null;
      return words instanceof Uint32Array ? { identity, words } : null;
    },
  };
}

function hiddenParts(core: unknown): Hidden {
  const ofBuffer = (first: string, second: string): readonly [unknown, unknown] => {
    const buffer = member(core, "buffer");
    return [member(buffer, first), member(buffer, second)];
  };
  const draws = (charset: unknown): boolean => typeof member(charset, "q") === "string";
  return {
    margins: () => ofBuffer("scrollTop", "scrollBottom"),
    mouseEncoding: () => member(member(core, "coreMouseService"), "activeEncoding"),
    savedCursor: () => ofBuffer("savedX", "savedY"),
    looks() {
      const looks = member(member(core, "_inputHandler"), "_curAttrData");
      if (typeof member(looks, "isBold") !== "function") throw changed("has other looks");
      // Checked as far as it can be: an attribute of the library, which has all of them.
      return looks as Looks;
    },
    charsets() {
      const service = member(core, "_charsetService");
      const sets = member(service, "_charsets");
      const lines = [draws(member(sets, "0")), draws(member(sets, "1"))] as const;
      return { lines, inForce: Number(member(service, "glevel")) };
    },
  };
}

/**
 * Inserting, deleting or scrolling lines, tabs and repeats do their work as often as they are told, up
 * to 2^31 times for ten bytes of output. More often than the screen is large changes nothing more.
 */
function clampCounts(
  terminal: Terminal,
  register: (final: string, clamp: (params: unknown) => boolean) => void,
): void {
  for (const final of "LMSTIZb") {
    register(final, (params) => {
      const counts = member(params, "params");
      if (!(counts instanceof Int32Array)) throw changed("has other parameters");
      const max = "LMST".includes(final) ? terminal.rows : terminal.cols;
      counts[0] = Math.min(counts[0] ?? 0, max);
      return false;
    });
  }
}

function isUnbounded({ modes, rows }: Terminal, inside: Private): boolean {
  const [top, bottom] = inside.hidden.margins();
  if (top !== 0 || bottom !== rows - 1 || modes.originMode) return false;
  return inside.parserState() === parserStates.ground;
}

function isPlainFlow(terminal: Terminal, inside: Private): boolean {
  const { modes, buffer } = terminal;
  if (buffer.active.type === "alternate" || inside.charset() !== undefined) return false;
  return isUnbounded(terminal, inside) && modes.wraparoundMode && !modes.insertMode;
}

/** What takes the screen out of plain flow, and what brings it back. */
const leavingPlainFlow = [
  ["\x1b[2;5r", "\x1b[r"],
  ["\x1b(0", "\x1b(B"],
  ["\x1b[4h", "\x1b[4l"],
  ["\x1b[?7l", "\x1b[?7h"],
  ["\x1b[", "m"],
] as const;

/** Tries the private parts on an empty screen. */
function verify(terminal: Terminal, inside: Private): void {
  const expect = (what: string, holds: boolean) => {
    if (!holds) throw changed(what);
  };
  const write = (text: string) => inside.parse(new TextEncoder().encode(text));
  write("\x1b[1;4;7;8;38;5;9mx\x1b[0;2;48;2;1;2;3m漢\x1b[2b");
  const line = terminal.buffer.active.getLine(0);
  expect("does not parse synchronously", line?.translateToString(true).startsWith("x漢") === true);
  const words = inside.cellsOf(0)?.words;
  expect("hides its cells", words !== undefined && words.length === terminal.cols * cellWords);
  if (words !== undefined) expect("has other cells", cellsAsExpected(words));
  const flows = () => isPlainFlow(terminal, inside);
  expect("is not in plain flow", flows());
  for (const [leave, back] of leavingPlainFlow) {
    write(leave);
    expect("hides its flow", !flows());
    write(back);
    expect("does not come back to its flow", flows());
  }
  write("\x1b]0;");
  expect("numbers its states differently", inside.parserState() === parserStates.osc);
  write("\x18\x1bP$q");
  expect("numbers its states differently", inside.parserState() === parserStates.dcs);
  write("\x18");
  expect("has other markers", inside.addMarker(0).line === 0);
}

/** The two cells that `verify` wrote have the layout of `cellBits`. */
function cellsAsExpected(words: Uint32Array): boolean {
  const [content = 0, fg = 0, , wide = 0, , bg = 0] = words;
  const marks = cellBits.bold | cellBits.underline | cellBits.inverse | cellBits.invisible;
  return (
    (content & cellBits.hasText) === 0x78 &&
    content >> cellBits.widthShift === 1 &&
    (fg & ~cellBits.colour) === marks &&
    (fg & 0xff) === 9 &&
    wide >> cellBits.widthShift === 2 &&
    (bg & cellBits.colour) === (cellBits.directColour | 0x01_02_03) &&
    (bg & ~cellBits.colour) === cellBits.dim
  );
}

function changed(what: string): AtlasError {
  return new AtlasError(
    "internal",
    `The terminal emulator ${what}: this build has a wrong @xterm/headless; reinstall AtlasBridge.`,
  );
}

/** Unicode 11 widths with a bound on how many characters share one cell. */
function boundedUnicode(): IUnicodeVersionProvider {
  let inner: IUnicodeVersionProvider | undefined;
  const catcher = {
    unicode: {
      register(provider: IUnicodeVersionProvider) {
        inner = provider;
      },
    },
  };
  // The addon wants a whole Terminal and uses `unicode.register` alone; asking it this way is the only way to its table.
  new Unicode11Addon().activate(catcher as never);
  if (inner === undefined) throw changed("has no Unicode 11 widths");
  const table: IUnicodeVersionProvider = inner;
  return {
    version: "11-bounded",
    wcwidth: (codepoint) => table.wcwidth(codepoint),
    charProperties(codepoint, preceding) {
      // xterm.js `UnicodeService`: bit 0 joins the cell before, bits 1 and 2 are the width, the rest is the provider's own: our count.
      const properties = table.charProperties(codepoint, preceding);
      if ((properties & 1) === 0) return properties;
      const joined = (preceding >> 3) + 1;
      return joined > joinedCharsMax ? 1 << 1 : (properties & 7) | (joined << 3);
    },
  };
}
