/** The person's terminal while a recording is shown on it: a screen of its own, given back as it was however this ends. */
import { constants as osConstants } from "node:os";
import { writeSync } from "node:fs";
import type { PtySize } from "../../../../runtime/pty/pty.ts";
import { paintedRow } from "../../../../runtime/recording/paint.ts";
import type { Snapshot } from "../../../../runtime/screen/snapshot.ts";
import { setRawMode } from "../../../../runtime/session/raw-mode.ts";
import { type View, windowOf } from "./window.ts";

export type ViewerListener = {
  key(name: string): void;
  resized(): void;
  /** The shell has the terminal, as it was, from now on; or no longer. */
  away(isAway: boolean): void;
};

const enter = "\u001b[?1049h\u001b[H\u001b[2J";
/** Gives the terminal back. */
export const leaveViewer = "\u001b[0m\u001b[?25h\u001b[?1049l";
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

export class Viewer {
  readonly #listener: ViewerListener;
  /** `away`: the shell has the terminal, until we are continued. */
  #state: "closed" | "open" | "away" = "closed";
  /** What stands in each row of the terminal. */
  #painted: string[] = [];

  constructor(listener: ViewerListener) {
    this.#listener = listener;
  }

  /** Whether there are keys to be pressed. */
  static get hasKeyboard(): boolean {
    return process.stdin.isTTY;
  }

  get size(): PtySize {
    const [cols, rows] = process.stdout.getWindowSize();
    return { cols: Math.max(cols, 1), rows: Math.max(rows, 1) };
  }

  /** A slow terminal has not taken what was painted yet. */
  get behind(): boolean {
    return process.stdout.writableNeedDrain;
  }

  open(): void {
    this.#state = "open";
    for (const name of signals) process.on(name, this.#onSignal);
    process.on("SIGWINCH", this.#onResize);
    process.on("exit", this.#onExit);
    this.#enter();
    if (Viewer.hasKeyboard) {
      process.stdin.on("data", this.#onData);
      process.stdin.resume();
    }
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#state === "closed") return;
    if (this.#state === "open") this.#leave();
    this.#state = "closed";
    for (const name of signals) process.off(name, this.#onSignal);
    process.off("SIGWINCH", this.#onResize);
    process.off("exit", this.#onExit);
    process.stdin.off("data", this.#onData);
    if (Viewer.hasKeyboard) process.stdin.pause();
  }

  /** Paints what has changed. `panel` stands in the last rows. */
  paint(picture: Snapshot, panel: readonly string[]): void {
    // Once continued, a timer may be due before the signal is heard of: the terminal is still the shell's.
    if (this.#state !== "open") return;
    const size = this.size;
    const view = windowOf(picture, { ...size, rows: Math.max(1, size.rows - panel.length) });
    let text = "\u001b[?25l";
    for (let y = 0; y < size.rows; y += 1) {
      const fromEnd = y - (size.rows - panel.length);
      const row = picture.screen[view.top + y];
      const recorded = row === undefined || y >= view.rows ? "" : paintedRow(row, view);
      const line = fromEnd >= 0 ? (panel[fromEnd] ?? "") : recorded;
      if (this.#painted[y] === line) continue;
      this.#painted[y] = line;
      text += `\u001b[${y + 1};1H\u001b[0m${line}\u001b[0m\u001b[K`;
    }
    process.stdout.write(text + cursorOf(picture, view, size));
  }

  #enter(): void {
    if (Viewer.hasKeyboard) setRawMode(true);
    this.#painted = [];
    writeSync(1, enter);
  }

  #leave(): void {
    writeAll(leaveViewer);
    if (Viewer.hasKeyboard) setRawMode(false);
  }

  readonly #onData = (chunk: Buffer): void => {
    for (const key of keysIn(chunk.toString("latin1"))) {
      if (key === "\u001a") this.#suspend();
      else this.#listener.key(key);
      if (this.#state === "closed") return;
    }
  };

  readonly #onResize = (): void => {
    if (this.#state !== "open") return;
    this.#painted = [];
    process.stdout.write("\u001b[0m\u001b[2J");
    this.#listener.resized();
  };

  readonly #onExit = (): void => this.close();

  /** Ends as the signal would have ended it. */
  readonly #onSignal = (name: NodeJS.Signals): void => {
    this.close();
    process.exit(128 + (osConstants.signals[name] ?? 0));
  };

  /** ^Z: the shell gets its terminal back, and we ours when we are continued. */
  #suspend(): void {
    this.#leave();
    this.#state = "away";
    process.once("SIGCONT", () => {
      if (this.#state !== "away") return;
      this.#state = "open";
      this.#listener.away(false);
      this.#enter();
      this.#listener.resized();
    });
    this.#listener.away(true);
    process.kill(process.pid, "SIGTSTP");
  }
}

/** Where the recording has it, if that is within the window. */
function cursorOf({ cursor, cols }: Snapshot, view: View, size: PtySize): string {
  const [column, line] = [Math.min(cursor.x, cols - 1) - view.start, cursor.y - view.top];
  const isThere = column >= 0 && column < size.cols && line >= 0 && line < view.rows;
  return cursor.visible && isThere ? `\u001b[${line + 1};${column + 1}H\u001b[?25h` : "";
}

/** To a terminal that may be full or gone: what cannot be written now never will be. */
function writeAll(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // Nobody is left to see it.
  }
}

const escape = "\u001b";
const press = new RegExp(`${escape}[[O][\\d;]*[A-Za-z~]|[^]`, "g");

/** One press each; an arrow is three bytes. */
function keysIn(text: string): string[] {
  return text.match(press) ?? [];
}
