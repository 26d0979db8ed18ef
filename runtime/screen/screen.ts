/** The emulated screen: takes the tool's bytes, gives pictures of what a person would see. */
import { limits } from "../../contracts/limits.ts";
import type { PtySize } from "../pty/pty.ts";
import { type Emulator, openEmulator } from "./emulator.ts";
import { type Mark, markKeeper } from "./mark.ts";
import { skimCleared } from "./cleared.ts";
import { boundedParser } from "./parse.ts";
import { pictureReader } from "./picture.ts";
import { answerQueries } from "./replies.ts";
import { restorer } from "./restore.ts";
import type { Snapshot } from "./snapshot.ts";
import { skim, type Skimmed } from "./skim.ts";
import { watchSignals } from "./signals.ts";

export type { Mark } from "./mark.ts";

export interface Screen {
  /** Parses the bytes before it returns, answers to queries included. Chunks may split anything anywhere. */
  feed(bytes: Uint8Array): void;
  /**
   * Leaves out what stands at the beginning of `bytes` and would have scrolled off, or been cleared, before they end; and
   * returns how many bytes were dealt with so: 0 when all has to be fed. Pictures differ in nothing but the scrollback.
   */
  skip(bytes: Uint8Array): number;
  /** The picture now. The same object as long as nothing was fed or resized; rows that stay are shared. */
  snapshot(): Snapshot;
  /** The alternate buffer is shown: as in the picture, without making one. */
  isAlternate(): boolean;
  /** Follows a row of the visible screen (0 is its top). Dispose it when done. */
  mark(row: number): Mark;
  /**
   * What brings an empty terminal of the same size to the state of this one, with so many rows of scrollback; null
   * amid a sequence, whose rest would be text there.
   */
  restore(scrollback: number): string | null;
  /** Takes effect at once; sizes are brought within the limits, an unknown (zero) size is 80×24. */
  resize(size: PtySize): void;
  /** Nothing may be called afterwards, except `close` again. */
  close(): void;
}

export type ScreenOptions = {
  size: PtySize;
  /** Gets the terminal's answers, in order, at most once per feed; to be written to the tool's input. */
  reply: (bytes: Uint8Array) => void;
  /** False when a real terminal stands behind us: it gets the same queries and answers them itself. */
  answersQueries: boolean;
};

/** Throws `internal` when the emulator library is not the one this was built for. */
export function openScreen(options: ScreenOptions): Screen {
  const emulator = openEmulator(clampSize(options.size));
  const { terminal } = emulator;
  const signals = watchSignals(terminal);
  const answers = answerQueries(terminal, signals, options.answersQueries);
  const marks = markKeeper(emulator);
  const readPicture = pictureReader(emulator);
  const writtenDown = restorer(terminal, signals, emulator.hidden);
  const parse = boundedParser(emulator, marks.follow);
  let generation = 0;
  let cached: Snapshot | null = null;

  const isAlternate = (): boolean => terminal.buffer.active.type === "alternate";
  const takeSnapshot = (): Snapshot => {
    const { modes } = terminal;
    const { cursorX: x, cursorY: y, baseY } = terminal.buffer.active;
    const announced = signals.announced();
    return Object.freeze({
      cols: terminal.cols,
      rows: terminal.rows,
      ...readPicture(),
      cursor: Object.freeze({ x, y, visible: signals.cursorVisible() }),
      alternate: isAlternate(),
      ...(baseY > 0 ? { scrolled: true as const } : {}),
      title: signals.title(),
      bracketedPaste: modes.bracketedPasteMode,
      applicationCursorKeys: modes.applicationCursorKeysMode,
      synchronizing: modes.synchronizedOutputMode,
      generation,
      ...(announced === null ? {} : { announced }),
    });
  };

  const feed = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    generation += 1;
    cached = null;
    parse.feed(bytes);
    const answer = answers.take();
    if (answer !== null) options.reply(answer);
  };

  return {
    feed,
    skip(bytes) {
      if (parse.isAmid()) return 0;
      const skimmed = skimmedOf(emulator, bytes);
      if (skimmed === null) return 0;
      // What stands on the screen is as good as gone: what follows scrolls it off, or clears it.
      feed(skimmed.instead);
      return skimmed.end;
    },
    snapshot() {
      cached ??= takeSnapshot();
      return cached;
    },
    isAlternate,
    mark: marks.mark,
    restore: (scrollback) =>
      parse.isAmid() || !emulator.isGround() ? null : writtenDown.restore(scrollback),
    resize(size) {
      const { cols, rows } = clampSize(size);
      terminal.resize(cols, rows);
      marks.follow();
      cached = null;
    },
    close: () => terminal.dispose(),
  };
}

/** What of the bytes scrolls off, which is soon found, or else what a later clear hides. */
function skimmedOf(emulator: Emulator, bytes: Uint8Array): Skimmed | null {
  const { rows, cols, buffer } = emulator.terminal;
  const scrolledOff = emulator.inPlainFlow() ? skim(bytes, rows) : null;
  if (scrolledOff !== null || !emulator.isUnbounded()) return scrolledOff;
  const { baseY, cursorY: row, type } = buffer.active;
  const stands = { rows, cols, row, scrolled: baseY > 0, alternate: type === "alternate" };
  return skimCleared(bytes, stands);
}

function clampSize(size: PtySize): PtySize {
  const clamp = (value: number, unknown: number, max: number) =>
    value >= 1 ? Math.min(Math.max(Math.trunc(value), 2), max) : unknown;
  return {
    cols: clamp(size.cols, 80, limits.screenColsMax),
    rows: clamp(size.rows, 24, limits.screenRowsMax),
  };
}
