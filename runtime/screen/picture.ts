/** Turns the emulator's buffer into rows, runs and joined lines; unchanged rows keep their object. */
import type { IBuffer, IBufferCell, IBufferLine } from "@xterm/headless";
import { limits } from "../../contracts/limits.ts";
import type { ScreenLine, ScreenRow, ScreenRun } from "./snapshot.ts";

/** A row with what joining needs besides. */
type PaintedRow = {
  row: ScreenRow;
  /** All cells, blanks included. */
  full: string;
  /** The last cell was left empty, as when a wide character had to move to the next row. */
  gapAtEnd: boolean;
  startsWide: boolean;
};

export type Picture = { screen: readonly ScreenRow[]; lines: readonly ScreenLine[] };

/** Returns a function that reads the buffer's visible part; it remembers the last picture to share its rows. */
export function pictureReader(): (buffer: IBuffer, rows: number) => Picture {
  let before: readonly PaintedRow[] = [];
  return (buffer, rows) => {
    const cell = buffer.getNullCell();
    const painted: PaintedRow[] = [];
    for (let y = 0; y < rows; y += 1) {
      const fresh = paintRow(buffer.getLine(buffer.baseY + y), cell);
      const old = before[y];
      painted.push(old !== undefined && samePainted(old, fresh) ? old : fresh);
    }
    before = painted;
    return {
      screen: Object.freeze(painted.map((each) => each.row)),
      lines: joinLines(painted, rowsAbove(buffer, painted, cell)),
    };
  };
}

function paintRow(line: IBufferLine | undefined, cell: IBufferCell): PaintedRow {
  if (line === undefined) {
    const row: ScreenRow = Object.freeze({ text: "", wrapped: false, runs: Object.freeze([]) });
    return { row, full: "", gapAtEnd: true, startsWide: false };
  }
  const runs: ScreenRun[] = [];
  let full = "";
  let start = 0;
  let open = line.getCell(0, cell) === undefined ? undefined : styleOf(cell);
  const startsWide = cell.getWidth() === 2;
  for (let x = 1; x <= line.length && open !== undefined; x += 1) {
    const last = line.getCell(x, cell) === undefined;
    if (!last && (cell.getWidth() === 0 || open.equals(cell))) continue;
    const text = open.concealed ? " ".repeat(x - start) : line.translateToString(false, start, x);
    full += text;
    runs.push({ start, end: x, text, ...open.shown });
    start = x;
    open = last ? undefined : styleOf(cell);
  }
  const gapAtEnd = line.getCell(line.length - 1, cell)?.getChars() === "";
  const row = { text: trimEnd(full), wrapped: line.isWrapped, runs: trimRuns(runs) };
  return { row: Object.freeze(row), full, gapAtEnd, startsWide };
}

type Style = {
  shown: Omit<ScreenRun, "start" | "end" | "text">;
  /** `CSI 8 m`: a person sees blanks. */
  concealed: boolean;
  equals(cell: IBufferCell): boolean;
};

const plain: Style = {
  shown: { inverse: false, bold: false, dim: false, underline: false, fg: -1, bg: -1 },
  concealed: false,
  equals: (cell) => cell.isAttributeDefault(),
};

function styleOf(cell: IBufferCell): Style {
  if (cell.isAttributeDefault()) return plain;
  const shown = {
    inverse: cell.isInverse() !== 0,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
    fg: foreground(cell),
    bg: background(cell),
  };
  const concealed = cell.isInvisible() !== 0;
  return {
    shown,
    concealed,
    equals: (other) =>
      shown.fg === foreground(other) &&
      shown.bg === background(other) &&
      shown.inverse === (other.isInverse() !== 0) &&
      shown.bold === (other.isBold() !== 0) &&
      shown.dim === (other.isDim() !== 0) &&
      shown.underline === (other.isUnderline() !== 0) &&
      concealed === (other.isInvisible() !== 0),
  };
}

/** Palette colours are 0 to 255, direct ones lie above. */
const directColour = 0x1_00_00_00;

function foreground(cell: IBufferCell): number {
  if (cell.isFgDefault()) return -1;
  return cell.isFgRGB() ? directColour + cell.getFgColor() : cell.getFgColor();
}

function background(cell: IBufferCell): number {
  if (cell.isBgDefault()) return -1;
  return cell.isBgRGB() ? directColour + cell.getBgColor() : cell.getBgColor();
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

function samePainted(a: PaintedRow, b: PaintedRow): boolean {
  if (a.full !== b.full || a.row.wrapped !== b.row.wrapped) return false;
  if (a.gapAtEnd !== b.gapAtEnd || a.startsWide !== b.startsWide) return false;
  if (a.row.runs.length !== b.row.runs.length) return false;
  return a.row.runs.every((run, index) => {
    const other = b.row.runs[index];
    return other !== undefined && sameRun(run, other);
  });
}

function sameRun(a: ScreenRun, b: ScreenRun): boolean {
  if (a.start !== b.start || a.end !== b.end || a.text !== b.text) return false;
  if (a.fg !== b.fg || a.bg !== b.bg || a.inverse !== b.inverse) return false;
  return a.bold === b.bold && a.dim === b.dim && a.underline === b.underline;
}

/** Rows above the screen that belong to its first line, oldest first; no more than a question may have. */
function rowsAbove(
  buffer: IBuffer,
  painted: readonly PaintedRow[],
  cell: IBufferCell,
): PaintedRow[] {
  const above: PaintedRow[] = [];
  let wrapped = painted[0]?.row.wrapped === true;
  let chars = 0;
  for (let y = buffer.baseY - 1; wrapped && y >= 0 && chars < limits.questionCharsMax; y -= 1) {
    const row = paintRow(buffer.getLine(y), cell);
    above.unshift(row);
    chars += row.full.length;
    wrapped = row.row.wrapped;
  }
  return above;
}

function joinLines(screen: readonly PaintedRow[], above: readonly PaintedRow[]): ScreenLine[] {
  const lines: ScreenLine[] = [];
  let text = "";
  let top = -above.length;
  const all = [...above, ...screen];
  for (const [index, painted] of all.entries()) {
    const next = all[index + 1];
    if (next?.row.wrapped === true) {
      // The cell that a wide character left empty by moving down is no blank of the text.
      text += painted.gapAtEnd && next.startsWide ? painted.full.slice(0, -1) : painted.full;
      continue;
    }
    const bottom = index - above.length;
    lines.push(Object.freeze({ text: trimEnd(text + painted.full), top, bottom }));
    text = "";
    top = bottom + 1;
  }
  Object.freeze(lines);
  return lines;
}
