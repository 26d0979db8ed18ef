/** Marks: names for a row of the screen that stay good while the text moves. */
import type { IMarker } from "@xterm/headless";
import type { Emulator } from "./emulator.ts";

export interface Mark {
  /**
   * The row where the marked one is now: 0 is the top of the screen, negative is above it.
   * Null when it is not on the shown buffer (another one is shown: it may come back) or gone for good.
   */
  row(): number | null;
  /** What stands on the row now, without blanks at its end; null where `row` is. */
  text(): string | null;
  /** It is on neither buffer, for good. */
  isLost(): boolean;
  /** Safe to call twice. */
  dispose(): void;
}

type Followed = {
  marker: IMarker;
  /** The line's cells: they move with it even where the emulator moves lines without saying so. */
  identity: unknown;
  text: string;
  alternate: boolean;
};

export type MarkKeeper = {
  mark: (row: number) => Mark;
  /** To be called after every parsed slice and resize. */
  follow: () => void;
};

export function markKeeper(emulator: Emulator): MarkKeeper {
  const followed = new Set<Followed>();
  const { terminal } = emulator;
  const isAlternate = () => terminal.buffer.active.type === "alternate";
  const identityOf = (line: number) => emulator.cellsOf(line)?.identity;
  const textOf = (line: number) => terminal.buffer.active.getLine(line)?.translateToString(true);

  const lose = (mark: Followed) => {
    mark.marker.dispose();
    followed.delete(mark);
  };

  /**
   * Lines within a scroll region move without an event, so the marker may have stayed behind.
   * The cells tell where the line went; cells that moved *and* changed are a line used anew.
   */
  const followOne = (mark: Followed) => {
    if (mark.alternate !== isAlternate()) return;
    if (mark.marker.isDisposed) return lose(mark);
    let line = mark.marker.line;
    if (identityOf(line) !== mark.identity) {
      line = findLine(mark);
      if (line === -1 || textOf(line) !== mark.text) return lose(mark);
      mark.marker.dispose();
      mark.marker = emulator.markLine(line);
    }
    mark.text = textOf(line) ?? "";
  };

  const findLine = (mark: Followed): number => {
    const { baseY } = terminal.buffer.active;
    for (let line = baseY + terminal.rows - 1; line >= baseY; line -= 1) {
      if (identityOf(line) === mark.identity) return line;
    }
    return -1;
  };

  return {
    mark(row) {
      const inside = Math.min(Math.max(Math.trunc(row), 0), terminal.rows - 1);
      const line = terminal.buffer.active.baseY + inside;
      const mark: Followed = {
        marker: emulator.markLine(line),
        identity: identityOf(line),
        text: textOf(line) ?? "",
        alternate: isAlternate(),
      };
      followed.add(mark);
      const isShown = () => followed.has(mark) && mark.alternate === isAlternate();
      return {
        row: () => (isShown() ? mark.marker.line - terminal.buffer.active.baseY : null),
        text: () => (isShown() ? mark.text : null),
        isLost: () => !followed.has(mark),
        dispose: () => lose(mark),
      };
    },
    follow() {
      for (const mark of followed) followOne(mark);
    },
  };
}
