/** The only file that knows the emulator's insides: a headless xterm that parses synchronously and stays small. */
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { type IMarker, type IUnicodeVersionProvider, Terminal } from "@xterm/headless";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { PtySize } from "../pty/pty.ts";

/**
 * The string-like control sequence that is open after the last byte. Only these two gather their
 * payload in memory; APC, PM and SOS are dropped by the parser byte by byte.
 */
export type OpenString = "none" | "osc" | "dcs";

export type Emulator = {
  terminal: Terminal;
  /** Parses all of it before returning. Handlers called from here must not throw. */
  parse(bytes: Uint8Array): void;
  openString(): OpenString;
  /** Follows a line of the shown buffer, counted from the oldest line kept. */
  markLine(line: number): IMarker;
  /** The object that holds a line's cells: it moves with the line where no event tells. */
  lineIdentity(line: number): unknown;
};

/** Combining characters in one cell; more start a cell of their own, or one cell could grow for ever. */
const joinedCharsMax = 32;

/** Numbers of the parser's states (xterm.js `ParserState`), verified by `verify` below. */
const parserStates = { osc: 8, dcs: 13 } as const;

type Private = {
  writeSync(bytes: Uint8Array): void;
  parserState(): unknown;
  addMarker(line: number): IMarker;
};

/**
 * Opens an emulator. Its private parts are used because the public `write` only parses after a timer
 * (≥ 1 ms later, with an unbounded queue in between) and public markers exist on one of two buffers.
 * The version is pinned; if the parts ever change, this throws `internal` at once.
 */
export function openEmulator(size: PtySize): Emulator {
  const terminal = new Terminal({
    ...size,
    scrollback: limits.scrollbackRowsMax,
    allowProposedApi: true,
    logLevel: "off",
    // Only the title stack; every other window operation, resizing above all, stays off.
    windowOptions: { pushTitle: true, popTitle: true },
  });
  const inside = privateParts(terminal);
  verify(terminal, inside);
  terminal.unicode.register(boundedUnicode());
  terminal.unicode.activeVersion = "11-bounded";
  return {
    terminal,
    parse: inside.writeSync,
    openString() {
      const state = inside.parserState();
      if (state === parserStates.osc) return "osc";
      return state === parserStates.dcs ? "dcs" : "none";
    },
    markLine: inside.addMarker,
    lineIdentity: (line) => member(terminal.buffer.active.getLine(line), "_line"),
  };
}

/** Own property or method of a thing whose type we are not given; undefined when there is none. */
function member(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

function privateParts(terminal: Terminal): Private {
  const core = member(terminal, "_core");
  const writeSync = member(core, "writeSync");
  const parser = member(member(core, "_inputHandler"), "_parser");
  if (typeof writeSync !== "function" || typeof member(parser, "currentState") !== "number") {
    throw changed("has no synchronous write");
  }
  return {
    writeSync: (bytes) => {
      writeSync.call(core, bytes);
    },
    parserState: () => member(parser, "currentState"),
    addMarker(line) {
      const buffer = member(core, "buffer");
      const addMarker = member(buffer, "addMarker");
      if (typeof addMarker !== "function") throw changed("has no markers");
      return addMarker.call(buffer, line);
    },
  };
}

/** Tries the private parts on the empty screen and leaves it as it was. */
function verify(terminal: Terminal, inside: Private): void {
  const expect = (what: string, holds: boolean) => {
    if (!holds) throw changed(what);
  };
  const text = new TextEncoder();
  inside.writeSync(text.encode("x"));
  const line = terminal.buffer.active.getLine(0);
  expect("does not parse synchronously", line?.translateToString(true) === "x");
  expect("hides its lines", member(line, "_line") !== undefined);
  inside.writeSync(text.encode("\x1b]0;"));
  expect("numbers its states differently", inside.parserState() === parserStates.osc);
  inside.writeSync(text.encode("\x18\x1bP$q"));
  expect("numbers its states differently", inside.parserState() === parserStates.dcs);
  inside.writeSync(text.encode("\x18\x1bc"));
  const marker = inside.addMarker(0);
  expect("has other markers", marker.line === 0);
  marker.dispose();
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
