/** An immutable picture of the terminal at one moment: what a person would see, with what a detector needs. */

/** One line of text as the program wrote it: wrapped rows joined. */
export type ScreenLine = {
  /** Text without trailing blanks; wide characters once. */
  text: string;
  /** First and last screen row (0 = top of the visible screen) that it covers; may start above the screen (negative). */
  top: number;
  bottom: number;
};

/** A run of cells of one row with the same attributes, as far as they matter. Columns from 0, `end` exclusive. */
export type ScreenRun = {
  start: number;
  end: number;
  text: string;
  inverse: boolean;
  bold: boolean;
  dim: boolean;
  underline: boolean;
  /** Opaque colour numbers, equal for equal colours; -1 is the default. */
  fg: number;
  bg: number;
};

export type ScreenRow = {
  /** Text of the row without trailing blanks. */
  text: string;
  /** The row continues the one above it. */
  wrapped: boolean;
  runs: readonly ScreenRun[];
  /** Something stands in it that a person cannot see: concealed, or in the colour of its background. */
  hides?: true;
};

export type Snapshot = {
  cols: number;
  rows: number;
  /** Visible rows, top to bottom, `rows` of them. */
  screen: readonly ScreenRow[];
  /** The same joined over wraps, top to bottom; blank lines included. */
  lines: readonly ScreenLine[];
  /** Cursor in cells from the top left, both from 0; `x` may equal `cols` after the last column was written. */
  cursor: { x: number; y: number; visible: boolean };
  /** The alternate buffer is shown: a full-screen program. */
  alternate: boolean;
  /** Rows have scrolled off above the first visible one. Of the alternate buffer nobody can tell. */
  scrolled?: true;
  title: string;
  /** The program asked for bracketed paste (`CSI ? 2004 h`). */
  bracketedPaste: boolean;
  /** Arrow keys are to be sent as `ESC O x` (`CSI ? 1 h`). */
  applicationCursorKeys: boolean;
  /** A synchronised update (`CSI ? 2026 h`) is open: the picture is half painted. */
  synchronizing: boolean;
  /** Counts `feed` calls that carried bytes: equal means that nothing came in between. */
  generation: number;
  /**
   * What the program last said about its state (`OSC 7501`), cut to `limits.titleCharsMax`; absent when it never
   * did. A hint: any output can forge it.
   */
  announced?: string;
};

/** The same text and looks. Rows of snapshots of one screen are mostly the same object when they are equal. */
export function sameRow(a: ScreenRow, b: ScreenRow): boolean {
  if (a === b) return true;
  if (a.text !== b.text || a.wrapped !== b.wrapped || a.hides !== b.hides) return false;
  if (a.runs.length !== b.runs.length) return false;
  return a.runs.every((run, index) => {
    const other = b.runs[index];
    return other !== undefined && sameRun(run, other);
  });
}

function sameRun(a: ScreenRun, b: ScreenRun): boolean {
  if (a.start !== b.start || a.end !== b.end || a.text !== b.text) return false;
  if (a.fg !== b.fg || a.bg !== b.bg || a.inverse !== b.inverse) return false;
  return a.bold === b.bold && a.dim === b.dim && a.underline === b.underline;
}
