/** Tells what the person typed from what their terminal answered, byte by byte, changing and delaying nothing. */

/** `report`: the terminal's answer to a query. Whatever is not known to be something else is a `key`. */
export type InputType = "key" | "report" | "mouse" | "focus" | "paste";
export type InputPiece = { type: InputType; bytes: Uint8Array };

/** A parameter list longer than this is no control sequence of any terminal. */
const csiCharsMax = 64;
/** A terminal's answer may carry the clipboard (OSC 52). */
const stringBytesMax = 1_048_576;

const escape = 0x1b;
const pasteEnd = "\x1b[201~";

type State =
  | { at: "ground" }
  | { at: "escape" }
  | { at: "ss3" }
  | { at: "csi"; text: string }
  /** `ESC ]`, `ESC P`, `ESC _`: an answer of the terminal, or Alt with that key. */
  | { at: "opening"; text: string }
  | { at: "string"; bell: boolean; length: number; escaped: boolean }
  /** Coordinates of an X10 mouse event: any bytes. */
  | { at: "mouse"; left: number }
  | { at: "paste"; matched: number };

/**
 * `done` closes the piece with this byte; `broken` says that what came before this byte was no sequence
 * (so keys), and the byte starts anew.
 */
type Step = { next: State; done?: InputType; broken?: true };

const ground: State = { at: "ground" };
const broken: Step = { next: ground, broken: true };

/**
 * Returns a function that splits each chunk into pieces which together are that chunk. A sequence cut by
 * the end of a chunk is judged by what is there (a lone ESC is a key) and its rest when that comes. Every
 * doubt is a key: taking an answer for a key calls the person, the reverse would type over them.
 */
export function classifyInput(): (chunk: Uint8Array) => InputPiece[] {
  let state: State = ground;
  return (chunk) => {
    const pieces = pieceList(chunk);
    let index = 0;
    while (index < chunk.length) {
      const step = advance(state, chunk[index] ?? 0);
      state = step.next;
      if (step.broken === true) {
        pieces.close(index, "key");
        continue;
      }
      index += 1;
      if (step.done !== undefined) pieces.close(index, step.done);
    }
    pieces.close(chunk.length, typeSoFar(state));
    // Alt-] and what is typed a moment later must not become one "answer".
    if (state.at === "opening") state = ground;
    return pieces.all;
  };
}

/** Cuts a chunk into pieces; neighbours of one type are one piece. */
function pieceList(chunk: Uint8Array): {
  all: InputPiece[];
  close(end: number, type: InputType): void;
} {
  const all: InputPiece[] = [];
  let from = 0;
  let start = 0;
  return {
    all,
    close(end, type) {
      if (end === from) return;
      const last = all.at(-1);
      if (last?.type === type) last.bytes = chunk.subarray(start, end);
      else {
        start = from;
        all.push({ type, bytes: chunk.subarray(from, end) });
      }
      from = end;
    },
  };
}

function advance(state: State, byte: number): Step {
  switch (state.at) {
    case "ground":
      return byte === escape ? { next: { at: "escape" } } : { next: ground, done: "key" };
    case "escape":
      return afterEscape(byte);
    case "ss3":
      return byte === escape ? broken : { next: ground, done: "key" };
    case "csi":
      return inCsi(state.text, byte);
    case "opening":
      return inOpening(state.text + String.fromCharCode(byte));
    case "string":
      return inString(state, byte);
    case "mouse":
      return state.left > 1
        ? { next: { at: "mouse", left: state.left - 1 } }
        : { next: ground, done: "mouse" };
    case "paste":
      return inPaste(state.matched, byte);
  }
}

function afterEscape(byte: number): Step {
  const char = String.fromCharCode(byte);
  if (char === "[") return { next: { at: "csi", text: "" } };
  if (char === "O") return { next: { at: "ss3" } };
  if ("]P_".includes(char)) return { next: { at: "opening", text: char } };
  return byte === escape ? broken : { next: ground, done: "key" };
}

function inCsi(text: string, byte: number): Step {
  if (byte < 0x20 || byte > 0x7e || text.length >= csiCharsMax) return broken;
  const char = String.fromCharCode(byte);
  if (byte < 0x40) return { next: { at: "csi", text: text + char } };
  if (text === "" && char === "M") return { next: { at: "mouse", left: 3 } };
  if (text === "200" && char === "~") return { next: { at: "paste", matched: 0 } };
  return { next: ground, done: csiType(text, char) };
}

function csiType(parameters: string, final: string): InputType {
  const sequence = parameters + final;
  if (/^<[\d;]*[Mm]$/.test(sequence)) return "mouse";
  // urxvt's form has three parameters.
  if (/^\d+;\d+;\d+M$/.test(sequence)) return "mouse";
  if (sequence === "I" || sequence === "O") return "focus";
  // No key of any terminal begins with these three; device attributes, modes and kitty's flags do.
  if (/^[?>=]/.test(sequence)) return "report";
  if (/^[\d;]+\$y$/.test(sequence)) return "report";
  if (/^[03]n$/.test(sequence)) return "report";
  if (/^\d+(;\d+)*t$/.test(sequence)) return "report";
  // Kitty's keyboard protocol tells when a key is let go (event type 3): that is no key press.
  if (/^\d+(?::\d*)*;\d+:3(?:;[\d:]*)?[u~A-Z]$/.test(sequence)) return "report";
  return isCursorPosition(sequence) ? "report" : "key";
}

/**
 * `CSI row ; column R` answers a query, but F3 with Shift, Alt, Ctrl, … is `CSI 1 ; 2..16 R`. That range is
 * taken for a key even when an answer is due: a cursor in the first columns of the top row is rare, and
 * the mistake costs one question to a person; whether an answer is due is only known to the terminal.
 */
function isCursorPosition(sequence: string): boolean {
  const match = /^(\d+);(\d+)R$/.exec(sequence);
  if (match === null) return false;
  const column = Number(match[2]);
  return Number(match[1]) !== 1 || column < 2 || column > 16;
}

/** How the terminal's string answers begin: OSC number, XTVERSION, XTGETTCAP, DECRQSS, DA3, kitty graphics. */
const openings = [/^\]\d$/, /^P>\|$/, /^P[01]\+r$/, /^P[01]\$r$/, /^P!\|$/, /^_G$/];
const openingParts = ["P>", "P!", "P0", "P1", "P0+", "P1+", "P0$", "P1$"];

function inOpening(text: string): Step {
  if (openings.some((opening) => opening.test(text))) {
    const bell = text.startsWith("]");
    return { next: { at: "string", bell, length: 0, escaped: false } };
  }
  return openingParts.includes(text) ? { next: { at: "opening", text } } : broken;
}

function inString(state: State & { at: "string" }, byte: number): Step {
  if (state.escaped) return byte === 0x5c ? { next: ground, done: "report" } : broken;
  if (byte === 0x07 && state.bell) return { next: ground, done: "report" };
  // Enter, ^C and the like are in no answer: somebody is typing after all.
  const typed = (byte < 0x20 && byte !== escape) || byte === 0x7f;
  if (typed || state.length >= stringBytesMax) return broken;
  return { next: { ...state, length: state.length + 1, escaped: byte === escape } };
}

function inPaste(matched: number, byte: number): Step {
  if (byte === pasteEnd.charCodeAt(matched)) {
    if (matched + 1 === pasteEnd.length) return { next: ground, done: "paste" };
    return { next: { at: "paste", matched: matched + 1 } };
  }
  return { next: { at: "paste", matched: byte === escape ? 1 : 0 } };
}

/** What a sequence cut by the end of the chunk is taken for. */
function typeSoFar(state: State): InputType {
  if (state.at === "paste" || state.at === "mouse") return state.at;
  if (state.at === "string") return "report";
  if (state.at !== "csi") return "key";
  if (state.text.startsWith("<")) return "mouse";
  return /^[?>=]/.test(state.text) ? "report" : "key";
}
