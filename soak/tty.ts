/** A simulated terminal with a line discipline, and the process that reads from it. */
import type { LookAtKernel } from "../runtime/pty/kernel-wait.ts";
import type { Pty, PtyExit, PtyListener, Termios } from "../runtime/pty/pty.ts";
import type { Chance } from "./chance.ts";
import type { Hand } from "./facts.ts";
import type { Time } from "./time.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Reader = { take: (text: string, hand: Hand) => void };

export type TtyParts = {
  time: Time;
  chance: Chance;
  pid: number;
  listener: PtyListener;
  /** Whose keys these are, told at the moment at which they are written. */
  wrote: (bytes: Uint8Array) => Hand;
  /** The terminal was closed under the tool. */
  hungUp: () => void;
  resized: () => void;
};

/** What is typed reaches the line discipline at once; what is printed takes a moment to be read. */
export class Tty implements Pty {
  readonly kind = "native";
  readonly pid: number;
  readonly ttyPath = null;
  readonly #parts: TtyParts;
  #mode: Termios = { canonical: true, echo: true, signals: true };
  #line = "";
  #lineBy: Hand = "person";
  /** Lines, or keys in raw mode, that nobody has read yet. */
  #unread: { text: string; hand: Hand }[] = [];
  #reader: Reader | null = null;
  #sleeps = 0;
  #paused = false;
  #held: (() => void)[] = [];
  #isOpen = true;

  constructor(parts: TtyParts) {
    this.#parts = parts;
    this.pid = parts.pid;
  }

  // --- the side of the runtime -----------------------------------------------

  write(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    const hand = this.#parts.wrote(bytes);
    const text = decoder.decode(bytes);
    if (this.#mode.canonical) for (const char of text) this.#key(char, hand);
    else this.#arrived(text, hand);
  }

  resize(): void {
    this.#parts.resized();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const call of this.#held.splice(0)) this.#parts.time.after(0, call);
  }

  signal(): void {
    this.close();
  }

  continueJob(): void {
    // No job of this world is ever stopped.
  }

  termios(): Termios {
    return { ...this.#mode };
  }

  /** Whatever was written has come in the same moment of simulated time. */
  unread(): boolean {
    return false;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#parts.time.after(0, () => this.#parts.hungUp());
  }

  kernel(): LookAtKernel {
    return () => {
      if (!this.#isOpen || this.#reader === null) return { waits: [], blind: false };
      const { pid } = this;
      const via = this.#mode.canonical ? ("read" as const) : ("poll" as const);
      const wait = { pid, tid: pid, comm: "tool", via, timed: false, foreground: true };
      return { waits: [{ ...wait, sleeps: this.#sleeps, threads: 1 }], blind: false };
    };
  }

  // --- the side of the tool --------------------------------------------------

  print(text: string): void {
    const bytes = encoder.encode(text.replaceAll("\n", "\r\n"));
    this.#deliver(() => this.#parts.listener.data(bytes));
  }

  /** As a program sets it: whether lines are collected, and whether they are shown. */
  set(mode: "line" | "hidden" | "raw"): void {
    const canonical = mode !== "raw";
    this.#mode = { canonical, echo: mode === "line", signals: canonical };
  }

  /** The next line, or the next keys in raw mode: what lies there already is taken at once. */
  read(take: Reader["take"]): void {
    const first = this.#unread.shift();
    if (first !== undefined) {
      this.#parts.time.after(0.01, () => take(first.text, first.hand));
      return;
    }
    this.#sleeps += 1;
    this.#reader = { take };
  }

  stopReading(): void {
    this.#reader = null;
  }

  /** Everything that lies there unread. */
  flush(): { text: string; hand: Hand }[] {
    const partly = this.#line === "" ? [] : [{ text: this.#line, hand: this.#lineBy }];
    this.#line = "";
    return [...this.#unread.splice(0), ...partly];
  }

  exit(exit: PtyExit): void {
    if (!this.#isOpen) return;
    this.#reader = null;
    this.#deliver(() => this.#parts.listener.exit(exit));
    this.#isOpen = false;
  }

  #deliver(call: () => void): void {
    const { time, chance } = this.#parts;
    if (this.#paused) this.#held.push(call);
    else time.after(this.#inOrder(chance.between(0.02, 0.3)), call);
  }

  #lastMs = 0;

  /** Nothing overtakes what was printed before it. */
  #inOrder(ms: number): number {
    const { nowMs } = this.#parts.time;
    this.#lastMs = Math.max(this.#lastMs + 0.001, nowMs + ms);
    return this.#lastMs - nowMs;
  }

  /** The line discipline: echo, erase, and a line for whoever reads (ICANON, ICRNL). */
  #key(char: string, hand: Hand): void {
    if (this.#mode.echo) this.print(char === "\r" ? "\n" : char);
    if (char === "\u007f") this.#line = this.#line.slice(0, -1);
    else if (char === "\u0015") this.#line = "";
    else if (char === "\r" || char === "\n") {
      const text = this.#line;
      this.#line = "";
      this.#arrived(text, hand);
    } else {
      this.#line += char;
      this.#lineBy = hand;
    }
  }

  #arrived(text: string, hand: Hand): void {
    const reader = this.#reader;
    if (reader === null) {
      this.#unread.push({ text, hand });
      return;
    }
    this.#reader = null;
    this.#parts.time.after(0.05, () => reader.take(text, hand));
  }
}
