/** Turns the emulator's buffer into rows, runs and joined lines; unchanged rows keep their object. */
import type { IBuffer } from "@xterm/headless";
import { limits } from "../../contracts/limits.ts";
import { cellBits, cellWords, type Emulator, type LineCells } from "./emulator.ts";
import { sameRow, type ScreenLine, type ScreenRow, type ScreenRun } from "./snapshot.ts";

/** A row with what joining and recognising it needs besides. */
type PaintedRow = {
  row: ScreenRow;
  /** All cells, blanks included. */
  full: string;
  /** The last cell was left empty, as when a wide character had to move to the next row. */
  gapAtEnd: boolean;
  startsWide: boolean;
  /** The cells as they were; null when they do not tell the whole text (combining characters). */
  words: Uint32Array | null;
};

export type Picture = { screen: readonly ScreenRow[]; lines: readonly ScreenLine[] };

/** Returns a function that reads the visible part of the shown buffer; it remembers the last picture to share its rows. */
export function pictureReader(emulator: Emulator): () => Picture {
  const { terminal } = emulator;
  /** By the object that holds the cells, so that rows are known again after scrolling. */
  let before = new Map<object, PaintedRow>();
  return () => {
    const buffer = terminal.buffer.active;
    const now = new Map<object, PaintedRow>();
    const painted: PaintedRow[] = [];
    for (let y = 0; y < terminal.rows; y += 1) {
      const cells = emulator.cellsOf(buffer.baseY + y);
      if (cells === null) continue;
      const row = knownRow(buffer, buffer.baseY + y, { cells, old: before.get(cells.identity) });
      now.set(cells.identity, row);
      painted.push(row);
    }
    before = now;
    return {
      screen: Object.freeze(painted.map((each) => each.row)),
      lines: joinLines(painted, rowsAbove(emulator, painted)),
    };
  };
}

function knownRow(
  buffer: IBuffer,
  line: number,
  at: { cells: LineCells; old: PaintedRow | undefined },
): PaintedRow {
  const { cells, old } = at;
  const wrapped = buffer.getLine(line)?.isWrapped === true;
  if (old === undefined) return paintRow(buffer, line, cells);
  if (old.row.wrapped === wrapped && old.words !== null && sameWords(old.words, cells.words)) {
    return old;
  }
  const fresh = paintRow(buffer, line, cells);
  // Rewritten with the same text, or not comparable by its cells.
  return old.full === fresh.full && sameRow(old.row, fresh.row)
    ? { ...fresh, row: old.row }
    : fresh;
}

function paintRow(buffer: IBuffer, line: number, cells: LineCells): PaintedRow {
  const { words } = cells;
  const source = buffer.getLine(line);
  const cols = words.length / cellWords;
  const runs: ScreenRun[] = [];
  let full = "";
  let combined = false;
  let hides = false;
  let start = 0;
  for (let x = 0; x < cols; x += 1) {
    const end = x + 1;
    combined ||= (wordOf(words, x, 0) & cellBits.combined) !== 0;
    if (end < cols && !startsRun(words, end)) continue;
    const style = styleOf(wordOf(words, start, 1), wordOf(words, start, 2));
    const seen = source?.translateToString(false, start, end) ?? "";
    const text = style.concealed ? " ".repeat(end - start) : seen;
    hides ||= hidesText(style, seen);
    full += text;
    runs.push({ start, end, text, ...style.shown });
    start = end;
  }
  const gapAtEnd = (wordOf(words, cols - 1, 0) & cellBits.hasText) === 0;
  const startsWide = wordOf(words, 0, 0) >> cellBits.widthShift === 2;
  const row = Object.freeze({
    text: trimEnd(full),
    wrapped: source?.isWrapped === true,
    runs: trimRuns(runs),
    ...(hides ? { hides } : {}),
  });
  return { row, full, gapAtEnd, startsWide, words: combined ? null : words.slice() };
}

/** A cell's text word (0), foreground (1) or background (2); 0 outside the row. */
function wordOf(words: Uint32Array, x: number, which: 0 | 1 | 2): number {
  return words[x * cellWords + which] ?? 0;
}

/** The attributes that a run tells about; others (italic, blink, …) do not part it. */
const foregroundBits =
  cellBits.colour | cellBits.inverse | cellBits.bold | cellBits.underline | cellBits.invisible;
const backgroundBits = cellBits.colour | cellBits.dim;

/** The cell differs in looks from the one before it, and is not its second half. */
function startsRun(words: Uint32Array, x: number): boolean {
  const fg = wordOf(words, x, 1) ^ wordOf(words, x - 1, 1);
  const bg = wordOf(words, x, 2) ^ wordOf(words, x - 1, 2);
  if ((fg & foregroundBits) === 0 && (bg & backgroundBits) === 0) return false;
  return wordOf(words, x, 0) >> cellBits.widthShift !== 0;
}

type Style = {
  shown: Omit<ScreenRun, "start" | "end" | "text">;
  /** `CSI 8 m`: a person sees blanks. */
  concealed: boolean;
};

function styleOf(fg: number, bg: number): Style {
  return {
    shown: {
      inverse: (fg & cellBits.inverse) !== 0,
      bold: (fg & cellBits.bold) !== 0,
      dim: (bg & cellBits.dim) !== 0,
      underline: (fg & cellBits.underline) !== 0,
      fg: colourOf(fg),
      bg: colourOf(bg),
    },
    concealed: (fg & cellBits.invisible) !== 0,
  };
}

/** Box drawing, blocks and shapes: in one colour with their background they are an area. */
const shades = /[\u2500-\u25ff]/g;

function hidesText({ shown: { fg, bg, inverse }, concealed }: Style, text: string): boolean {
  // So libraries paint the cursor of an empty field.
  if (concealed && inverse && text === "_") return false;
  const isUnseen = concealed || (fg !== -1 && fg === bg);
  return isUnseen && /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(shades, ""));
}

/** Palette colours are 0 to 255 whichever way they were asked for; direct ones lie above. */
function colourOf(word: number): number {
  const mode = word & cellBits.colourMode;
  if (mode === 0) return -1;
  return mode === cellBits.directColour ? word & cellBits.colour : word & 0xff;
}

/** Blanks that nobody can see at the end of a row are no run. */
function trimRuns(runs: ScreenRun[]): readonly ScreenRun[] {
  const last = runs.at(-1);
  if (last !== undefined && last.bg === -1 && !last.inverse && !last.underline) {
    const text = trimEnd(last.text);
    runs.pop();
    const cut = last.text.length - text.length;
    if (text !== "") runs.push({ ...last, text, end: last.end - cut });
  }
  for (const run of runs) Object.freeze(run);
  return Object.freeze(runs);
}

/** Trailing U+0020 only: other blanks were written on purpose. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return text.slice(0, end);
}

function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

/** Rows above the screen that belong to its first line, oldest first; no more than a question may have. */
function rowsAbove(emulator: Emulator, painted: readonly PaintedRow[]): PaintedRow[] {
  const buffer = emulator.terminal.buffer.active;
  const above: PaintedRow[] = [];
  let wrapped = painted[0]?.row.wrapped === true;
  let chars = 0;
  for (let y = buffer.baseY - 1; wrapped && y >= 0 && chars < limits.questionCharsMax; y -= 1) {
    const cells = emulator.cellsOf(y);
    if (cells === null) break;
    const row = paintRow(buffer, y, cells);
    above.unshift(row);
    chars += row.full.length;
    wrapped = row.row.wrapped;
  }
  return above;
}

function joinLines(screen: readonly PaintedRow[], above: readonly PaintedRow[]): ScreenLine[] {
  const lines: ScreenLine[] = [];
  let text = "";
  let top = 0 - above.length;
  const all = above.length === 0 ? screen : [...above, ...screen];
  for (let index = 0; index < all.length; index += 1) {
    const painted = all[index];
    const next = all[index + 1];
    if (painted === undefined) break;
    if (next?.row.wrapped === true) {
      // The cell that a wide character left empty by moving down is no blank of the text.
      text += painted.gapAtEnd && next.startsWide ? painted.full.slice(0, -1) : painted.full;
      continue;
    }
    const bottom = index - above.length;
    const whole = text === "" ? painted.row.text : trimEnd(text + painted.full);
    lines.push(Object.freeze({ text: whole, top, bottom }));
    text = "";
    top = bottom + 1;
  }
  Object.freeze(lines);
  return lines;
}
