/** This terminal as the session's own: its bytes as they come, its keys as they are typed. */
import { writeSync } from "node:fs";
import { systemClock, type Timer } from "../../../runtime/clock.ts";
import type { PtySize } from "../../../runtime/pty/pty.ts";
import { classifyInput } from "../../../runtime/screen/input.ts";
import type { Screen } from "../../../runtime/screen/screen.ts";
import { UserTerminal } from "../../../runtime/session/user-terminal.ts";
import { cut } from "../layout.ts";
import type { DetachKey } from "./detach-key.ts";
import { anew, entering, leaving } from "./leaving.ts";

export type WritingListener = {
  keys(bytes: Uint8Array): void;
  resized(size: PtySize): void;
  detached(): void;
  /** The terminal was closed. */
  gone(): void;
  signal(name: NodeJS.Signals): void;
  full(): void;
  room(): void;
};

export type WritingOptions = {
  term: string;
  tool: string;
  key: DetachKey;
  /** Told in the last row for a moment, or until a key is pressed. */
  greeting: string;
  screen: () => Screen | null;
};

const greetingMs = 2_000;
/** How often what happens beside the greeting is shown. */
const frameMs = 30;

export class Writing {
  readonly #options: WritingOptions;
  readonly #terminal: UserTerminal;
  #shown: "nothing" | "greeting" | "tool" = "nothing";
  /** `leaving`: nothing more may be shown, or it would stand where the shell's prompt is to stand. */
  #state: "closed" | "open" | "leaving" = "closed";
  /** What was painted last for the greeting's sake was the other buffer. */
  #isOther = false;
  #repaint: Timer | null = null;
  #greeted: Timer | null = null;

  constructor(options: WritingOptions) {
    const { term, tool } = options;
    this.#options = options;
    const fallbackSize = { cols: 80, rows: 24 };
    this.#terminal = new UserTerminal({
      ...{ clock: systemClock, headless: false, fallbackSize, term, tool },
    });
  }

  get size(): PtySize {
    return this.#terminal.size();
  }

  open(listener: WritingListener): void {
    this.#state = "open";
    process.on("exit", this.#onExit);
    const classify = classifyInput();
    this.#terminal.open({
      input: (bytes) => {
        for (const { type, bytes: piece } of classify(bytes)) {
          // The session has answered its tool itself: a second answer would be read as keys.
          if (type === "report") continue;
          const at = type === "key" ? this.#options.key.findIn(piece) : -1;
          const typed = at === -1 ? piece : piece.subarray(0, at);
          this.#settle();
          if (typed.length > 0) listener.keys(typed);
          if (at === -1) continue;
          listener.detached();
          return;
        }
      },
      inputEnded: () => listener.gone(),
      resized: (size) => listener.resized(size),
      outputFull: () => listener.full(),
      outputRoom: () => listener.room(),
      gone: () => listener.gone(),
      signal: (name) => listener.signal(name),
    });
  }

  /**
   * The whole screen: at first below what stands in the terminal, later in its place. `isOther`: what was shown last
   * was the terminal's other buffer.
   */
  screen(bytes: Uint8Array, isOther: boolean): void {
    if (this.#state !== "open") return;
    const isFirst = this.#shown === "nothing";
    this.#put(isFirst ? entering(this.size) : anew(this.size, isOther));
    this.#terminal.show(bytes);
    this.#shown = "tool";
    this.#isOther = this.#options.screen()?.snapshot().alternate === true;
    if (isFirst) this.#greet();
  }

  /** Already taken by the screen that is asked for when the whole is to be shown. */
  output(bytes: Uint8Array): void {
    if (this.#state !== "open") return;
    if (this.#shown === "tool") this.#terminal.show(bytes);
    else this.#repaint ??= systemClock.after(frameMs, () => this.#beside());
  }

  notice(line: string | null): void {
    if (this.#state === "open") this.#terminal.notice(line);
  }

  mention(line: string): void {
    this.#terminal.warnNow(line);
  }

  ring(): void {
    if (this.#state === "open") this.#terminal.ring();
  }

  /** Gives the terminal back. `stays`: what the tool has left stands there as it left it. */
  async close(stays: boolean): Promise<void> {
    if (this.#state !== "open") return;
    this.#settle();
    this.#state = "leaving";
    const picture = this.#options.screen()?.snapshot() ?? null;
    if (this.#shown !== "nothing") this.#put(leaving(picture, stays));
    await this.#terminal.drained();
    this.#state = "closed";
    for (const timer of [this.#repaint, this.#greeted]) timer?.cancel();
    process.off("exit", this.#onExit);
    this.#terminal.close();
  }

  #put(text: string): void {
    this.#terminal.show(new TextEncoder().encode(text));
  }

  #greet(): void {
    this.#shown = "greeting";
    this.#beside();
    this.#greeted = systemClock.after(greetingMs, () => this.#settle());
  }

  /** The screen with the greeting in its last row. */
  #beside(): void {
    this.#repaint = null;
    const screen = this.#options.screen()?.restore(0) ?? null;
    if (this.#shown !== "greeting" || screen === null || this.#state !== "open") return;
    const { cols, rows } = this.size;
    const line = cut(` ${this.#options.greeting}`, cols);
    const blanks = " ".repeat(Math.max(0, cols - Bun.stringWidth(line)));
    const last = `\x1b[?6l\x1b[?25l\x1b[${rows};1H\x1b[0;7m${line}${blanks}\x1b[0m`;
    this.#repainted(`${screen}${last}`);
  }

  /** The greeting makes room for what stands there. */
  #settle(): void {
    if (this.#shown !== "greeting" || this.#state !== "open") return;
    const screen = this.#options.screen()?.restore(0) ?? null;
    if (screen === null) {
      // Amid a sequence: its rest will come.
      this.#greeted = systemClock.after(frameMs, () => this.#settle());
      return;
    }
    this.#shown = "tool";
    this.#repainted(screen);
  }

  #repainted(screen: string): void {
    this.#put(`${anew(this.size, this.#isOther)}${screen}`);
    this.#isOther = this.#options.screen()?.snapshot().alternate === true;
  }

  /** However this process ends, short of being killed outright. */
  readonly #onExit = (): void => {
    if (this.#state === "closed") return;
    try {
      writeSync(1, leaving(this.#options.screen()?.snapshot() ?? null, false));
    } catch {
      // Nobody is left to see it.
    }
  };
}
