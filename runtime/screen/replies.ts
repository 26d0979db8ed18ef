/** Answers to terminal queries, from a closed list of shapes: nothing a program printed is ever echoed as input. */
import type { Terminal } from "@xterm/headless";
import { colourReport, specialColours, xtermPalette } from "./colours.ts";
import type { Signals } from "./signals.ts";

export type Answers = {
  /** The answers gathered since the last call, in the order of the queries; null when there are none. */
  take(): Uint8Array | null;
};

/** More than this in one feed is a flood: the rest goes unanswered. */
const answerBytesMax = 16_384;

const esc = "\x1b";
const st = `${esc}\\`;

type Answer = (text: string) => true;
type Params = (number | number[])[];

const first = (params: Params) => params[0] ?? 0;

/**
 * Registers an answer for each known query. The emulator's own answers (`onData`) are not used at all:
 * some carry what the program wrote. Without `enabled` the real terminal answers, and we answer only what it hardly
 * knows and must not be left unanswered: `OSC 7501 ; ?` (should it answer too, see `withoutStatusReplies`).
 *
 * Not answered, on purpose: DA2 and DA3, the model and serial number of a terminal that does not exist (XTVERSION
 * names us; programs that ask for DA2 ask for DA1 too and go on with that); title, icon and DECRQSS reports (they return what the program wrote, so
 * output could type); `CSI ? u` (the kitty protocol's own rule: DA1 answered alone means "not supported";
 * saying "0 flags" would invite programs to switch on keys that our keystrokes do not speak).
 */
export function answerQueries(terminal: Terminal, signals: Signals, enabled: boolean): Answers {
  let pending = "";
  const always: Answer = (text) => {
    if (pending.length + text.length <= answerBytesMax) pending += text;
    return true;
  };
  const answer: Answer = (text) => !enabled || always(text);
  answerDevice(terminal, answer);
  answerModes(terminal, signals, answer);
  answerColours(terminal, answer);
  const { parser } = terminal;
  // XTGETTCAP: "none of these", without the names that were asked for.
  parser.registerDcsHandler({ intermediates: "+", final: "q" }, () => answer(`${esc}P0+r${st}`));
  // DECRQSS: the emulator's own handler must not see it.
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => true);
  // Claude Code asks; any answer makes it announce when it is blocked.
  parser.registerOscHandler(7501, (data) => data === "?" && always(`${esc}]7501;?${st}`));
  return {
    take() {
      if (pending === "") return null;
      const bytes = new TextEncoder().encode(pending);
      pending = "";
      return bytes;
    },
  };
}

/** Device attributes, status, cursor position, name. */
function answerDevice(terminal: Terminal, answer: Answer): void {
  const { parser } = terminal;
  // A VT220 with colour: the least that every program takes for capable of cursor addressing.
  parser.registerCsiHandler({ final: "c" }, (params) =>
    first(params) === 0 ? answer(`${esc}[?62;22c`) : true,
  );
  parser.registerCsiHandler({ prefix: ">", final: "c" }, () => true);
  const position = () => {
    const { cursorX, cursorY } = terminal.buffer.active;
    // After the last column was written the cursor stands behind it; terminals report the column itself.
    return `${cursorY + 1};${Math.min(cursorX + 1, terminal.cols)}R`;
  };
  parser.registerCsiHandler({ final: "n" }, (params) => {
    if (first(params) === 5) return answer(`${esc}[0n`);
    return first(params) === 6 ? answer(`${esc}[${position()}`) : true;
  });
  parser.registerCsiHandler({ prefix: "?", final: "n" }, (params) =>
    first(params) === 6 ? answer(`${esc}[?${position()}`) : true,
  );
  parser.registerCsiHandler({ prefix: ">", final: "q" }, (params) =>
    first(params) === 0 ? answer(`${esc}P>|atlasbridge${st}`) : true,
  );
}

/** DECRQM: 1 set, 2 reset, 0 for a mode that we do not keep. */
function answerModes(terminal: Terminal, signals: Signals, answer: Answer): void {
  const state = (set: boolean | undefined) => (set === undefined ? 0 : set ? 1 : 2);
  terminal.parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, (params) => {
    const mode = first(params);
    const set = privateModes(terminal, signals).get(Number(mode));
    return answer(`${esc}[?${Number(mode)};${state(set)}$y`);
  });
  terminal.parser.registerCsiHandler({ intermediates: "$", final: "p" }, (params) => {
    const mode = Number(first(params));
    const set = mode === 4 ? terminal.modes.insertMode : undefined;
    return answer(`${esc}[${mode};${state(set)}$y`);
  });
}

function privateModes(terminal: Terminal, signals: Signals): ReadonlyMap<number, boolean> {
  const { modes } = terminal;
  const alternate = terminal.buffer.active.type === "alternate";
  return new Map([
    [1, modes.applicationCursorKeysMode],
    [6, modes.originMode],
    [7, modes.wraparoundMode],
    [9, modes.mouseTrackingMode === "x10"],
    [25, signals.cursorVisible()],
    [45, modes.reverseWraparoundMode],
    [47, alternate],
    [66, modes.applicationKeypadMode],
    [1000, modes.mouseTrackingMode === "vt200"],
    [1002, modes.mouseTrackingMode === "drag"],
    [1003, modes.mouseTrackingMode === "any"],
    [1004, modes.sendFocusMode],
    [1047, alternate],
    [1049, alternate],
    [2004, modes.bracketedPasteMode],
    [2026, modes.synchronizedOutputMode],
  ]);
}

/** OSC 4, 10, 11 and 12 with `?` for a value. Setting colours is ignored: we have none to show. */
function answerColours(terminal: Terminal, answer: Answer): void {
  const { parser } = terminal;
  parser.registerOscHandler(4, (data) => {
    const fields = data.split(";");
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const index = /^\d{1,3}$/.test(fields[at] ?? "") ? Number(fields[at]) : -1;
      const colour = xtermPalette(index);
      if (fields[at + 1] !== "?" || colour === null) continue;
      answer(`${esc}]4;${index};${colourReport(colour)}${st}`);
    }
    return true;
  });
  for (const number of [10, 11, 12]) {
    parser.registerOscHandler(number, (data) => {
      // `OSC 10 ; ? ; ?` asks for 10 and 11.
      for (const [offset, field] of data.split(";").slice(0, 3).entries()) {
        const colour = specialColours.get(number + offset);
        if (field !== "?" || colour === undefined) continue;
        answer(`${esc}]${number + offset};${colourReport(colour)}${st}`);
      }
      return true;
    });
  }
}
