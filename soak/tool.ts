/** A simulated tool: works, prints, asks, asks again, moves on, dies; and tells the world what it asked and was told. */
import type { PtyExit } from "../runtime/pty/pty.ts";
import type { Timer } from "../runtime/clock.ts";
import type { Fact, Hand } from "./facts.ts";
import type { Act, AskHow } from "./plan.ts";
import type { Time } from "./time.ts";
import type { Tty } from "./tty.ts";

export type ToolParts = {
  time: Time;
  tty: Tty;
  acts: readonly Act[];
  machine: string;
  session: string;
  tell: (fact: Fact) => void;
  /** It is no more. */
  over: () => void;
};

type Ask = Extract<Act, { do: "ask" }>;

/** What the tool writes for each question. `secret-…` is content, and must not leave the machine. */
type Words = { text: (n: number) => string; mode: "line" | "hidden" | "raw"; takes: string | null };

/** Marks everything that stands in questions, so that it can be looked for where it must not be. */
export const contentMark = "zyzzyva";

const esc = "\u001b";
const rule = "─".repeat(60);

function box(command: string, label: string): string {
  const rows = [
    ...[rule, " Bash command", "", `   ${command}`, "   Remove what was built", ""],
    ...[" Do you want to proceed?", ` ❯ 1. ${label}`, "   2. No, and tell it what to do (esc)"],
    ...["", " Esc to cancel · Tab to amend"],
  ];
  return rows.join("\n");
}

const words: Readonly<Record<AskHow, Words>> = {
  continue: { text: (n) => `Continue ${contentMark}-${n}? [y/n] `, mode: "line", takes: "y" },
  overwrite: { text: (n) => `Overwrite ${contentMark}-${n}? [y/N] `, mode: "line", takes: "n" },
  colour: { text: (n) => `Colour of ${contentMark}-${n}: `, mode: "line", takes: "red" },
  size: { text: (n) => `Size of ${contentMark}-${n}: `, mode: "line", takes: "large" },
  enter: { text: (n) => `${contentMark}-${n}: press Enter to go on `, mode: "line", takes: "" },
  delete: { text: (n) => `Delete archive ${contentMark}-${n}? [y/n] `, mode: "line", takes: null },
  password: { text: () => "Password: ", mode: "hidden", takes: null },
  dialog: {
    text: (n) => box(`make ${contentMark}-${n}`, "Yes, build it"),
    mode: "raw",
    takes: "1",
  },
  "risky dialog": {
    text: (n) => box(`rm -rf ${contentMark}-${n}`, "Yes"),
    mode: "raw",
    takes: null,
  },
};

const isDialog = (how: AskHow): boolean => words[how].mode === "raw";

/** A person who was called has come by then, whatever they were doing. */
const neglectedMs = 2_400_000;

export class Tool {
  readonly #parts: ToolParts;
  #at = 0;
  #asked = 0;
  #ask: { name: string; act: Ask; timers: Timer[] } | null = null;
  #isOver = false;
  /** What stands above a dialog, as such tools show what they have done. */
  readonly #transcript: string[] = ["a tool"];

  constructor(parts: ToolParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#later(5, () => this.#next());
  }

  /** How the question that is open is asked; null where none is. */
  get asks(): AskHow | null {
    return this.#ask?.act.how ?? null;
  }

  end(exit: PtyExit): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#withdraw();
    const { tell, machine, session, tty, over } = this.#parts;
    this.#throwAway();
    tty.exit(exit);
    tell({ what: "tool ended", machine, session });
    over();
  }

  #later(ms: number, call: () => void): Timer {
    return this.#parts.time.after(ms, () => {
      if (!this.#isOver) call();
    });
  }

  #next(): void {
    const act = this.#parts.acts[this.#at];
    this.#at += 1;
    if (act === undefined) {
      this.#parts.tty.print("done\n");
      this.#later(1, () => this.end({ code: 0, signal: null }));
      return;
    }
    switch (act.do) {
      case "work":
        this.#work(act.lines, act.ms / act.lines);
        return;
      case "flood":
        this.#flood(act.bytes);
        return;
      case "idle":
        this.#later(act.ms, () => this.#next());
        return;
      case "ask":
        this.#raise(act, act.times);
        return;
    }
  }

  #work(lines: number, everyMs: number): void {
    if (lines === 0) {
      this.#next();
      return;
    }
    this.#parts.tty.print(`working on step ${this.#at}: line ${lines} Continue? [y/n] was asked\n`);
    this.#later(everyMs, () => this.#work(lines - 1, everyMs));
  }

  #flood(bytes: number): void {
    const line = `${"0123456789 ".repeat(7)}\n`;
    const piece = line.repeat(Math.ceil(8_192 / line.length));
    for (let sent = 0; sent < bytes; sent += piece.length) this.#parts.tty.print(piece);
    this.#later(20, () => this.#next());
  }

  /** `left`: how often it is still to be asked, this time included. */
  #raise(act: Ask, left: number): void {
    const { tty, tell, machine, session } = this.#parts;
    // Whoever typed before anything was asked gets no say in it.
    this.#throwAway();
    this.#asked += 1;
    const name = `${session}/${this.#asked}`;
    const { text, mode, takes } = words[act.how];
    tty.set(mode);
    if (mode === "raw") this.#transcript.push(`● Step ${"abcdefgh".at(this.#asked % 8)}`);
    const shown = mode === "raw" ? this.#painted(text(this.#at)) : text(this.#at);
    tty.print(shown);
    this.#ask = { name, act, timers: [] };
    tell({ what: "asked", machine, session, ask: name, takes });
    tty.read((answer, hand) => this.#answered(answer, hand, left));
    this.#while(act, shown);
  }

  #while(act: Ask, text: string): void {
    const { tell, machine, session, tty } = this.#parts;
    const ask = this.#ask;
    if (ask === null) return;
    const { patienceMs, repaintMs, dies } = act;
    const later = (ms: number, call: () => void): void => {
      ask.timers.push(this.#later(ms, call));
    };
    if (patienceMs !== null) later(patienceMs, () => this.#moveOn());
    if (dies !== null) later(dies, () => this.end({ code: 1, signal: null }));
    if (repaintMs !== null) {
      later(repaintMs, () => tty.print(isDialog(act.how) ? text : `\r${esc}[K${text}`));
    }
    later(neglectedMs, () => {
      tell({ what: "neglected", machine, session, ask: ask.name });
      this.end({ code: 1, signal: null });
    });
  }

  #answered(answer: string, hand: Hand, left: number): void {
    const ask = this.#ask;
    if (this.#isOver || ask === null) return;
    const { tell, machine, session, tty } = this.#parts;
    tell({ what: "got", machine, session, ask: ask.name, hand, answer });
    this.#close();
    if (isDialog(ask.act.how)) {
      this.#transcript.push("  ⎿ so be it");
      tty.print(this.#painted(""));
    } else tty.print("so be it\n");
    if (left > 1) this.#raise({ ...ask.act, patienceMs: null }, left - 1);
    else this.#later(0.2, () => this.#next());
  }

  #painted(text: string): string {
    return `${esc}[H${esc}[J${[...this.#transcript.slice(-8), text].join("\n")}`;
  }

  #moveOn(): void {
    this.#parts.tty.stopReading();
    this.#withdraw();
    this.#parts.tty.print("\nnobody answers: going on\n");
    this.#later(5, () => this.#next());
  }

  #withdraw(): void {
    const { tell, machine, session } = this.#parts;
    if (this.#ask !== null) tell({ what: "withdrew", machine, session, ask: this.#ask.name });
    this.#close();
  }

  #close(): void {
    for (const timer of this.#ask?.timers ?? []) timer.cancel();
    this.#ask = null;
  }

  #throwAway(): void {
    const { tell, machine, session, tty } = this.#parts;
    for (const { text, hand } of tty.flush()) {
      tell({ what: "surplus", machine, session, hand, answer: text });
    }
  }
}
