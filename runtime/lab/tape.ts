/** Records a live session as a case: the cast with its markers, and expectations proposed from what was detected. */
import type { PromptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import type { Writer } from "../inject/inject.ts";
import type { Detection } from "../prompt/detected.ts";
import type { CastEvent } from "../pty/asciicast.ts";
import type { KernelEvidence } from "../pty/kernel-wait.ts";
import type { PtySize, Termios } from "../pty/pty.ts";
import type { Random } from "../random.ts";
import { SecretPrints } from "../secret-prints.ts";
import type { Tap } from "../session/tap.ts";
import { SecretEcho } from "./secret-echo.ts";

/** A question that was met, and the time at which the first key went into it. */
export type Met = {
  prompt: Prompt;
  fromMs: number;
  untilMs: number | null;
  /** Null where what was typed is not kept. */
  answer: string | null;
};

/** More output than this is not recorded: a case is small. */
const outputCharsMax = 16_777_216;

type Untimed = CastEvent extends infer E ? (E extends CastEvent ? Omit<E, "atMs"> : never) : never;

export class Tape implements Required<Tap> {
  readonly events: CastEvent[] = [];
  readonly met: Met[] = [];
  /** What was typed where it is not kept; to be taken out wherever the tool showed it. Stays in memory. */
  readonly secrets: string[] = [];
  /** The same for the keychain's, of which nothing is kept. */
  readonly prints: SecretPrints;
  readonly #clock: Clock;
  readonly #fromMs: number;
  readonly #decoder = new TextDecoder();
  #chars = 0;
  #lastOutputMs = 0;
  #termios = "";
  #kernel = "";
  #hides: "no" | "yes" = "no";
  #detection: Detection | null = null;
  readonly #echo = new SecretEcho();
  #open: { id: PromptId; met: Met } | null = null;

  constructor(clock: Clock, random: Pick<Random, "bytes">) {
    this.#clock = clock;
    this.prints = new SecretPrints(random);
    this.#fromMs = clock.monotonicMs();
  }

  /** There was more output than a case may have: it ends before its time. */
  get full(): boolean {
    return this.#chars > outputCharsMax;
  }

  output(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#chars += text.length;
    if (text === "" || this.full) return;
    this.#lastOutputMs = this.#push({ kind: "output", text: this.#echo.covered(text) });
  }

  typed(writer: Writer, bytes: Uint8Array): void {
    // Who waits is to be told again: input ends what was known.
    this.#kernel = "";
    if (writer === "keychain") {
      this.#lent(bytes);
      return;
    }
    const text = new TextDecoder().decode(bytes);
    if (writer === "terminal_reply") {
      this.#push({ kind: "input", text });
      return;
    }
    const met = this.#open?.met ?? null;
    const kept = this.#kept(met, text);
    const atMs = this.#push({ kind: "input", text: kept });
    if (met === null) {
      if (this.#hides === "yes") this.#remember(text);
      return;
    }
    met.untilMs ??= atMs;
    if (met.answer !== null) met.answer += kept;
    else this.#typedSecret(text);
  }

  /** It is typed with an Enter and without echo; that something was is all there is to tell. */
  #lent(keys: Uint8Array): void {
    this.prints.add(keys.subarray(0, -1));
    const atMs = this.#push({ kind: "input", text: "" });
    const met = this.#open?.met;
    if (met !== undefined) met.untilMs ??= atMs;
  }

  #typedSecret(text: string): void {
    this.#remember(text);
    // What is not echoed needs no hiding.
    if (this.#hides === "no") this.#echo.typed(text);
  }

  /** Only what answers a question that is no secret, up to its Enter: what is typed ahead may be a password. */
  #kept(met: Met | null, text: string): string {
    if (met === null || met.answer === null || this.#hides === "yes") return "";
    if (/[\r\n]$/.test(met.answer)) return "";
    return /^[^\r\n]*[\r\n]?/.exec(text)?.[0] ?? "";
  }

  resized(size: PtySize): void {
    this.#push({ kind: "resized", size });
  }

  looked(termios: Termios | null, kernel: KernelEvidence | null): void {
    if (termios !== null) {
      this.#hides = termios.canonical && !termios.echo ? "yes" : "no";
      const told = JSON.stringify(termios);
      if (told !== this.#termios) this.#push({ kind: "termios", termios });
      this.#termios = told;
    }
    if (kernel === null) return;
    const told = JSON.stringify([kernel.blind, kernel.waits.map(plain)]);
    if (told !== this.#kernel) this.#push({ kind: "kernel", kernel });
    this.#kernel = told;
  }

  detected(detection: Detection): void {
    this.#detection = detection;
  }

  /** Each entry of the session's trace, as it is written. */
  entry(entry: StoredEntry): void {
    const detection = this.#detection;
    if (entry.kind === "prompt.detected" && detection?.state === "waiting") {
      const { prompt } = detection;
      const answer = prompt.kind === "password" ? null : "";
      const met = { prompt, fromMs: this.#lastOutputMs, untilMs: null, answer };
      this.#open = { id: entry.data.prompt_id, met };
      this.met.push(met);
      this.#echo.over();
    }
    if (entry.kind === "prompt.closed" && entry.data.prompt_id === this.#open?.id) {
      this.#open = null;
    }
    if (entry.kind === "session.ended") {
      const { exit_code: code, signal } = entry.data;
      const exit = signal === null ? { code: code ?? 0, signal: null } : { code: null, signal };
      this.#push({ kind: "exit", exit });
    }
  }

  /** Typed key by key, a secret is put together again. */
  #remember(text: string): void {
    const last = this.secrets.at(-1) ?? "";
    const isNew = last === "" || /[\r\n]$/.test(last);
    if (isNew) this.secrets.push(text);
    else this.secrets[this.secrets.length - 1] = last + text;
  }

  #ms(): number {
    return this.#clock.monotonicMs() - this.#fromMs;
  }

  #push(event: Untimed): number {
    const atMs = this.#ms();
    if (!this.full) this.events.push({ ...event, atMs });
    return atMs;
  }
}

function plain({ via, timed, foreground, comm, beside }: KernelEvidence["waits"][number]) {
  return { via, timed, foreground, comm, beside };
}
