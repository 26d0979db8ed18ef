/** The person's side of a session: their terminal in raw mode, or pipes where there is none. */
import { write as writeFd } from "node:fs";
import type { ReadStream } from "node:tty";
import type { Clock } from "../clock.ts";
import type { PtySize } from "../pty/pty.ts";
import { OutputQueue } from "./output-queue.ts";
import type { PersonTerminal, PersonTerminalListener } from "./person-terminal.ts";
import { TitleNotice } from "./title-notice.ts";
import { setRawMode } from "./raw-mode.ts";

export type UserTerminalOptions = {
  clock: Clock;
  /** Leave standard input alone: there is no person. */
  headless: boolean;
  /** The terminal's type. */
  term: string;
  /** The tool's name. */
  tool: string;
  /** Size to use where there is no terminal to ask. */
  fallbackSize: PtySize;
};

/** Terminals that have no title: some of them would print it. */
const withoutTitle = /^$|^(?:dumb|linux|vt\d+|ansi|cons\d+.*)$/;

// What the tool wrote before it stopped must reach the terminal before the shell's next line does.
const stopSettleMs = 20;

export class UserTerminal implements PersonTerminal {
  readonly #options: UserTerminalOptions;
  readonly #queue: OutputQueue;
  readonly #notice: TitleNotice;
  readonly #stdin: ReadStream | NodeJS.ReadStream = process.stdin;
  #listener: PersonTerminalListener | null = null;
  #raw = false;
  #inputEnded = false;
  #lateLines: string[] = [];

  constructor(options: UserTerminalOptions) {
    this.#options = options;
    this.#notice = new TitleNotice({
      clock: options.clock,
      write: (text) => this.#queue.push(new TextEncoder().encode(text)),
      fallback: options.tool,
    });
    this.#queue = new OutputQueue({
      fd: 1,
      clock: options.clock,
      onFull: () => this.#listener?.outputFull(),
      onRoom: () => this.#listener?.outputRoom(),
      onGone: () => this.#listener?.gone("nobody reads the output"),
    });
  }

  /** A person's own terminal is at both ends: it answers the tool's queries, and its screen belongs to the tool. */
  get interactive(): boolean {
    return this.#hasKeyboard && process.stdout.isTTY;
  }

  get #hasKeyboard(): boolean {
    return !this.#options.headless && process.stdin.isTTY;
  }

  get inputHasEnded(): boolean {
    return this.#inputEnded;
  }

  size(): PtySize {
    for (const stream of [process.stdout, process.stderr]) {
      if (!stream.isTTY) continue;
      const [cols, rows] = stream.getWindowSize();
      if (cols > 0 && rows > 0) return { cols, rows };
    }
    return this.#options.fallbackSize;
  }

  /** From here on keys and signals go to the listener, and the terminal is raw. */
  open(listener: PersonTerminalListener): void {
    this.#listener = listener;
    process.on("SIGWINCH", this.#onResize);
    process.on("SIGHUP", this.#onHangUp);
    for (const name of forwarded) process.on(name, this.#onSignal);
    if (this.#options.headless) return;
    this.#setRaw(true);
    this.#stdin.on("data", this.#onInput);
    this.#stdin.on("end", this.#onEnd);
    this.#stdin.on("error", this.#onEnd);
    this.#stdin.resume();
  }

  show(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#notice.output(bytes);
  }

  /** A line that the person can be shown while the screen belongs to the tool: in the title. */
  get hasTitle(): boolean {
    return this.interactive && !withoutTitle.test(this.#options.term);
  }

  /** Shows a line beside the tool's screen; null takes it away. Only where there is a title. */
  notice(line: string | null): void {
    if (this.hasTitle) this.#notice.set(line);
  }

  /** The bell of the person's terminal, once the tool is between two writes. */
  ring(): void {
    if (this.interactive) this.#notice.ring();
  }

  drained(): Promise<void> {
    return this.#queue.drained();
  }

  /** A line for the person: now where that harms nothing, after the session where the screen is the tool's. */
  warn(line: string): void {
    if (this.interactive && this.#listener !== null) this.#lateLines.push(line);
    else this.#print(line);
  }

  /** Stops this job as the tool stopped, terminal restored; resolves when the person has brought it back. */
  async suspend(): Promise<void> {
    if (!this.#hasKeyboard) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => clock.after(stopSettleMs, resolve));
    await this.drained();
    this.#setRaw(false);
    // SIGTSTP, not SIGSTOP: where no shell could ever continue us (an orphaned group) the kernel drops it.
    process.kill(process.pid, "SIGTSTP");
    await new Promise<void>((resolve) => clock.after(1, resolve));
    this.#setRaw(true);
    this.#onResize();
  }

  /** Gives the terminal back as it was. Safe to call twice. */
  close(): void {
    this.#notice.close();
    this.#setRaw(false);
    process.off("SIGWINCH", this.#onResize);
    process.off("SIGHUP", this.#onHangUp);
    for (const name of forwarded) process.off(name, this.#onSignal);
    this.#stdin.off("data", this.#onInput);
    this.#stdin.off("end", this.#onEnd);
    this.#stdin.off("error", this.#onEnd);
    if (!this.#options.headless) this.#stdin.pause();
    this.#listener = null;
    for (const line of this.#lateLines.splice(0)) this.#print(line);
  }

  /** A line that cannot wait for the session's end: also in the title for a while, where there is one. */
  warnNow(line: string): void {
    this.warn(line);
    if (this.hasTitle && this.#listener !== null) this.#notice.mention(`AtlasBridge: ${line}`);
  }

  #setRaw(raw: boolean): void {
    if (!this.#hasKeyboard || this.#raw === raw) return;
    setRawMode(raw);
    this.#raw = raw;
  }

  #print(line: string): void {
    // Best effort by nature: where standard error is gone there is nobody left to tell.
    // A raw terminal does not return to the first column by itself.
    const end = this.#raw && process.stderr.isTTY ? "\r\n" : "\n";
    writeFd(2, `atlasbridge: ${line}${end}`, () => undefined);
  }

  readonly #onInput = (chunk: Buffer): void => this.#listener?.input(new Uint8Array(chunk));

  readonly #onEnd = (): void => {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    if (this.#hasKeyboard) this.#listener?.gone("the terminal was closed");
    else this.#listener?.inputEnded();
  };

  readonly #onResize = (): void => this.#listener?.resized(this.size());

  readonly #onHangUp = (): void => this.#listener?.gone("the terminal was closed");

  readonly #onSignal = (name: NodeJS.Signals): void => this.#listener?.signal(name);
}

// Sent to us by others; from the keyboard they come as keys, the terminal being raw.
const forwarded = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
