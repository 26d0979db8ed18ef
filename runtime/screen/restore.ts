/** Writes down a screen so that another terminal of the same size can be brought to the same state. */
import type { IBuffer, Terminal } from "@xterm/headless";
import { type Looks, plain, rowPainter, sgrOf } from "./cells.ts";
import type { Signals } from "./signals.ts";

/** What the emulator's public face does not tell. */
export type Hidden = {
  /** First and last row that scroll. */
  margins: () => readonly [unknown, unknown];
  /** `DEFAULT`, `SGR` or `SGR_PIXELS`: how mouse events are to be told. */
  mouseEncoding: () => unknown;
  /** Where `ESC 7` was said last. */
  savedCursor: () => readonly [unknown, unknown];
  /** G0 and G1 draw lines, and which of them is in force. */
  charsets: () => { lines: readonly [boolean, boolean]; inForce: number };
  /** Of what is written next. */
  looks: () => Looks;
};

export type Restorer = {
  /** For an empty terminal of the same size, its cursor at the top left. `scrollback`: rows above the screen, at most. */
  restore(scrollback: number): string;
};

/** Levels of the kitty protocol's stack that are kept. */
const keyboardsMax = 16;

/** Begins to follow what the emulator itself does not keep: keyboard protocols and the cursor's form. */
export function restorer(terminal: Terminal, signals: Signals, hidden: Hidden): Restorer {
  const keyboards = watchKeyboards(terminal);
  const form = watchCursorForm(terminal);
  return {
    restore(scrollback) {
      const { normal, alternate, active } = terminal.buffer;
      const shown = scrolledOff(terminal, scrollback) + rowsOf(normal, terminal);
      // The way back leads to where the cursor was.
      const left = `${at(normal.cursorY, normal.cursorX)}\x1b[?1049h\x1b[H`;
      const over = active.type === "alternate" ? left + rowsOf(alternate, terminal) : "";
      const title = signals.title() === "" ? "" : `\x1b]2;${titled(signals.title())}\x07`;
      return [
        ...[shown, over, placed(terminal, hidden), modesOf(terminal, hidden)],
        ...[keyboards(), form(), title, signals.cursorVisible() ? "" : "\x1b[?25l"],
      ].join("");
    },
  };
}

/** The rows above the screen, brought above that of an empty terminal too. */
function scrolledOff(terminal: Terminal, most: number): string {
  const { normal } = terminal.buffer;
  const count = Math.min(most, normal.baseY);
  if (count <= 0) return "";
  const painter = rowPainter(normal.getNullCell());
  let text = "";
  for (let row = normal.baseY - count; row < normal.baseY; row += 1) {
    const line = normal.getLine(row);
    const goesOn = row + 1 < normal.baseY && normal.getLine(row + 1)?.isWrapped === true;
    text += `${line === undefined ? "" : painter.paint(line, goesOn)}${goesOn ? "" : "\r\n"}`;
  }
  return `${text}${"\r\n".repeat(terminal.rows - 1)}\x1b[H`;
}

/** From the top left of an empty screen, in plain looks to plain looks. */
function rowsOf(buffer: IBuffer, { rows }: Terminal): string {
  const painter = rowPainter(buffer.getNullCell());
  let text = "";
  for (let y = 0; y < rows; y += 1) {
    const line = buffer.getLine(buffer.baseY + y);
    const goesOn = buffer.getLine(buffer.baseY + y + 1)?.isWrapped === true && y + 1 < rows;
    if (line !== undefined) text += painter.paint(line, goesOn);
    if (y + 1 < rows && !goesOn) text += "\r\n";
  }
  return text;
}

/** Margins, a saved cursor and origin mode move the cursor as they are set: it is put where it was behind them. */
function placed(terminal: Terminal, hidden: Hidden): string {
  const { modes, buffer, rows, cols } = terminal;
  const [top = 0, bottom = 0] = hidden.margins().map(Number);
  const { cursorX: x, cursorY: y } = buffer.active;
  const isWhole = top === 0 && bottom === rows - 1;
  const margins = isWhole ? "" : `\x1b[${top + 1};${bottom + 1}r`;
  const origin = modes.originMode ? "\x1b[?6h" : "";
  // Positions count from the margin in origin mode.
  const row = modes.originMode ? y - top : y;
  const cursor = x < cols ? at(row, x) : behindLast(buffer.active, row, cols);
  return `${margins}${saved(hidden)}${origin}${cursor}${sgrOf(hidden.looks())}`;
}

function saved(hidden: Hidden): string {
  const [x = 0, y = 0] = hidden.savedCursor().map(Number);
  return x === 0 && y === 0 ? "" : `${at(y, x)}\x1b7`;
}

const at = (y: number, x: number): string => `\x1b[${Math.max(0, y) + 1};${Math.max(0, x) + 1}H`;

/** The cursor stands behind the last column only when that has just been written. */
function behindLast(buffer: IBuffer, row: number, cols: number): string {
  const line = buffer.getLine(buffer.baseY + buffer.cursorY);
  const last = line?.getCell(cols - 1)?.getWidth() === 0 ? cols - 2 : cols - 1;
  const cell = line?.getCell(last);
  if (cell === undefined) return at(row, cols - 1);
  return `${at(row, last)}${sgrOf(cell)}${cell.getChars() || " "}${plain}`;
}

function modesOf({ modes }: Terminal, hidden: Hidden): string {
  const mouse = { none: 0, x10: 9, vt200: 1000, drag: 1002, any: 1003 }[modes.mouseTrackingMode];
  const encoding = hidden.mouseEncoding();
  const set: [number, boolean][] = [
    [1, modes.applicationCursorKeysMode],
    [45, modes.reverseWraparoundMode],
    [66, modes.applicationKeypadMode],
    [1004, modes.sendFocusMode],
    [1006, encoding === "SGR"],
    [1016, encoding === "SGR_PIXELS"],
    [2004, modes.bracketedPasteMode],
    [mouse, mouse !== 0],
  ];
  const wanted = set.flatMap(([mode, isSet]) => (isSet ? [`\x1b[?${mode}h`] : []));
  const { lines, inForce } = hidden.charsets();
  return [
    ...wanted,
    modes.insertMode ? "\x1b[4h" : "",
    modes.wraparoundMode ? "" : "\x1b[?7l",
    `${lines[0] ? "\x1b(0" : ""}${lines[1] ? "\x1b)0" : ""}${inForce === 1 ? "\x0e" : ""}`,
  ].join("");
}

/** The kitty protocol's flags and xterm's modifyOtherKeys: tools switch them on, the emulator does not know them. */
function watchKeyboards({ parser }: Terminal): () => string {
  const stack: number[] = [];
  let flags = 0;
  let otherKeys = 0;
  const number = (param: number | number[] | undefined): number => Number(param ?? 0);
  parser.registerCsiHandler({ prefix: ">", final: "u" }, ([given]) => {
    stack.push(flags);
    if (stack.length > keyboardsMax) stack.shift();
    flags = number(given);
    return true;
  });
  parser.registerCsiHandler({ prefix: "<", final: "u" }, ([count]) => {
    for (let left = Math.max(1, Math.min(number(count), keyboardsMax)); left > 0; left -= 1) {
      flags = stack.pop() ?? 0;
    }
    return true;
  });
  parser.registerCsiHandler({ prefix: "=", final: "u" }, ([given, how]) => {
    const value = number(given);
    if (how === 2) flags |= value;
    else flags = how === 3 ? flags & ~value : value;
    return true;
  });
  parser.registerCsiHandler({ prefix: ">", final: "m" }, ([which, value]) => {
    if (which === 4) otherKeys = number(value);
    return false;
  });
  return () => {
    const kitty = stack.length > 0 || flags > 0 ? `\x1b[>${flags}u` : "";
    return kitty + (otherKeys > 0 ? `\x1b[>4;${otherKeys}m` : "");
  };
}

function watchCursorForm({ parser }: Terminal): () => string {
  let form = 0;
  parser.registerCsiHandler({ intermediates: " ", final: "q" }, ([given]) => {
    const asked = Number(given ?? 0);
    form = asked <= 6 ? asked : form;
    return false;
  });
  return () => (form === 0 ? "" : `\x1b[${form} q`);
}

/** What ends the sequence would let a title act on the terminal. */
const titled = (title: string): string => title.replaceAll(/\p{Cc}/gu, " ");
