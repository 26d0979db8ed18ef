/** A line for the person in their terminal's title: beside the tool's screen, where nothing of it is disturbed. */
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";

export type TitleNoticeOptions = {
  clock: Clock;
  write: (text: string) => void;
  /** What the title says afterwards where the terminal cannot bring back what it said before. */
  fallback: string;
};

// XTWINOPS 22 and 23: the title is put onto the terminal's stack and taken from there.
const push = "\x1b[22;2t";
const pop = "\x1b[23;2t";
const bell = "\x07";

/** Titles of the tool's own, whole within a chunk: OSC 0 or 2, ended by BEL or ST. */
// oxlint-disable-next-line no-control-regex
const toolTitle = /\x1b\][02];([^\x07\x1b]*)(?:\x07|\x1b\\)/g;

export class TitleNotice {
  readonly #options: TitleNoticeOptions;
  /** Stands there until it is taken back. */
  #line: string | null = null;
  /** Told once, where nothing else stands. */
  #mention: string | null = null;
  #mentioned: Timer | null = null;
  #bell = "";
  /** What stands in the title for us now. */
  #shown: string | null = null;
  /** The last title that the tool gave while ours stood there. */
  #tools: string | null = null;
  #lastOutputMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(options: TitleNoticeOptions) {
    this.#options = options;
  }

  /** Soon, when the tool is between two writes. Null: back to what it was. */
  set(line: string | null): void {
    this.#line = line;
    this.#soon();
  }

  /** The terminal's bell, soon: amid one of the tool's sequences it would end that. */
  ring(): void {
    this.#bell = bell;
    this.#soon();
  }

  /** For a while, unless a line that is set stands there. */
  mention(line: string): void {
    this.#mention = line;
    this.#mentioned?.cancel();
    this.#mentioned = this.#options.clock.after(limits.mentionMs, () => {
      this.#mention = null;
      this.#soon();
    });
    this.#soon();
  }

  /** What the tool writes, as it goes to the terminal. */
  output(bytes: Uint8Array): void {
    this.#lastOutputMs = this.#options.clock.monotonicMs();
    if (this.#wanted === null && this.#shown === null) return;
    const [last] = [...Buffer.from(bytes).toString("utf8").matchAll(toolTitle)].slice(-1);
    if (last === undefined) return;
    this.#tools = last[1] ?? "";
    // It has written over ours.
    if (this.#shown !== null) this.#shown = "";
    this.#soon();
  }

  /** At once: nothing of ours stays behind. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#mentioned?.cancel();
    this.#line = null;
    this.#mention = null;
    this.#bell = "";
    this.#write();
  }

  get #wanted(): string | null {
    return this.#line ?? this.#mention;
  }

  #soon(): void {
    if (this.#timer !== null) return;
    const { clock } = this.#options;
    const quietMs = clock.monotonicMs() - this.#lastOutputMs;
    const waitMs = Math.max(0, limits.titleQuietMs - quietMs);
    this.#timer = clock.after(waitMs, () => {
      this.#timer = null;
      if (clock.monotonicMs() - this.#lastOutputMs < limits.titleQuietMs) this.#soon();
      else this.#write();
    });
  }

  #write(): void {
    const { write, fallback } = this.#options;
    const wanted = this.#wanted;
    if (this.#bell !== "") write(this.#bell);
    this.#bell = "";
    if (wanted === this.#shown) return;
    if (wanted !== null) {
      write(`${this.#shown === null ? push : ""}${titled(wanted)}`);
    } else {
      write(`${titled(fallback)}${pop}${this.#tools === null ? "" : titled(this.#tools)}`);
      this.#tools = null;
    }
    this.#shown = wanted;
  }
}

/** Control characters would end the sequence, or begin another. */
function titled(text: string): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ");
  return `\x1b]2;${safe.slice(0, limits.suggestionCharsMax)}\x07`;
}
