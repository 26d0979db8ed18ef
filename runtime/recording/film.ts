/** Records what a session's terminal shows, as it goes: asciicast v2 in compressed frames, off the way of a reply. */
import type { Config } from "../../contracts/config.ts";
import type { PromptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Moment } from "../../contracts/moment.ts";
import type { RecordingCut } from "../../contracts/recording.ts";
import type { EntryData, StoredEntry } from "../../contracts/trace.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Writer } from "../inject/inject.ts";
import { SecretEcho } from "../lab/secret-echo.ts";
import { castHead, type CastHead } from "../pty/cast-text.ts";
import type { KernelEvidence } from "../pty/kernel-wait.ts";
import type { PtyExit, PtySize, Termios } from "../pty/pty.ts";
import type { Random } from "../random.ts";
import type { Tap } from "../session/tap.ts";
import { Batch, type Other } from "./batch.ts";
import { DiskNearlyFull, FrameFile } from "./frame-file.ts";
import { KnownSecrets } from "./known-secrets.ts";
import { sameKernel, sameTermios } from "./same-evidence.ts";

/** What a terminal puts around a paste where the program asked for it. */
const pasteStart = "\u001b[200~";
const pasteEnd = "\u001b[201~";

export type FilmOptions = {
  /** Must not be there yet. */
  file: string;
  /** Asked when the file is made. */
  head: () => Omit<CastHead, "timestamp">;
  settings: Pick<Config["recording"], "input" | "bytes_max">;
  /** Texts that are secrets wherever they are shown. */
  secrets?: readonly string[];
  clock: Clock;
  random: Pick<Random, "bytes">;
  /** The terminal's mode at this very moment. */
  termios: () => Termios | null;
  /** Told once when the recording ends before its session for want of room or by a fault. */
  onTrouble: (line: string) => void;
};

type Untimed = Other extends infer E ? (E extends Other ? Omit<E, "atMs"> : never) : never;

export class Film implements Required<Omit<Tap, "detected">> {
  readonly #options: FilmOptions;
  readonly #fromMs: number;
  readonly #file: FrameFile;
  readonly #secrets: KnownSecrets;
  readonly #batch: Batch;
  readonly #echo = new SecretEcho();
  readonly #beganAt: Moment;
  #state: "running" | "ended" = "running";
  #cut: RecordingCut | null = null;
  #headWritten = false;
  #outputBytes = 0;
  #timer: { timer: Timer; dueMs: number } | null = null;
  #termios: Termios | null = null;
  #kernel: KernelEvidence | null = null;
  #open: { id: PromptId; secret: boolean } | null = null;

  constructor(options: FilmOptions) {
    const { clock, file } = options;
    this.#options = options;
    this.#fromMs = clock.monotonicMs();
    this.#file = new FrameFile(file);
    this.#secrets = new KnownSecrets(options.random, options.secrets);
    this.#batch = new Batch(this.#secrets);
    this.#beganAt = clock.now();
  }

  output(bytes: Uint8Array): void {
    if (this.#state === "ended") return;
    const shown = this.#echo.active ? this.#covered(bytes) : bytes;
    const room = this.#options.settings.bytes_max - this.#outputBytes;
    for (let at = 0; at < Math.min(shown.length, room); ) {
      at += this.#batch.output(this.#ms(), shown.subarray(at, room));
      if (this.#batch.full) this.#flush("what is sure");
    }
    this.#outputBytes += shown.length;
    if (shown.length > room) this.#cutOff("bytes_max");
    else this.#flushWithin(limits.recordingFlushMs);
  }

  typed(writer: Writer, bytes: Uint8Array): void {
    // Who waits is to be told again: input ends what was known.
    this.#kernel = null;
    if (writer === "keychain") this.#secrets.lent(bytes);
    else if (writer !== "terminal_reply") this.#keys(new TextDecoder().decode(bytes));
  }

  /** Of a secret only that it is one is kept, and that in memory. */
  #keys(text: string): void {
    const termios = this.#options.termios();
    const isHidden = termios?.canonical === true && !termios.echo;
    if (this.#open?.secret === true || isHidden) {
      this.#secrets.typed(text.replaceAll(pasteStart, "").replaceAll(pasteEnd, ""));
      if (!isHidden) this.#echo.typed(text);
    } else if (this.#options.settings.input && termios?.echo === true) {
      this.#push({ kind: "input", text });
    }
  }

  resized(size: PtySize): void {
    this.#push({ kind: "resized", size });
  }

  looked(termios: Termios | null, kernel: KernelEvidence | null): void {
    if (termios !== null && !sameTermios(termios, this.#termios)) {
      this.#termios = termios;
      this.#push({ kind: "termios", termios });
    }
    if (kernel === null || sameKernel(kernel, this.#kernel)) return;
    this.#kernel = kernel;
    this.#push({ kind: "kernel", kernel });
  }

  /** Each entry of the session's trace, as it is written. */
  entry(entry: StoredEntry): void {
    if (entry.kind === "prompt.detected") {
      const { prompt_id: id, prompt_kind: kind } = entry.data;
      this.#open = { id, secret: kind === "password" };
      this.#echo.over();
      this.#push({ kind: "prompt", id, seq: entry.seq });
      this.#flushWithin(limits.recordingPromptFlushMs);
    }
    if (entry.kind === "prompt.closed") {
      const { prompt_id: id } = entry.data;
      if (this.#open?.id === id) this.#open = null;
      this.#push({ kind: "closed", id, seq: entry.seq });
    }
  }

  /** The last of it goes into the file. Null when there is none. */
  close(exit: PtyExit): EntryData["recording.closed"] | null {
    // How it ended is recorded together with the session's end, which comes after this.
    if (this.#open !== null) this.#push({ kind: "closed", id: this.#open.id });
    this.#push({ kind: "exit", exit });
    this.#flush("all");
    this.#end();
    const sum = this.#file.close();
    return sum === null ? null : { ...sum, cut: this.#cut };
  }

  /** There was no session after all. */
  discard(): void {
    this.#end();
    this.#file.discard();
  }

  #covered(bytes: Uint8Array): Uint8Array {
    return new TextEncoder().encode(this.#echo.covered(new TextDecoder().decode(bytes)));
  }

  #ms(): number {
    return this.#options.clock.monotonicMs() - this.#fromMs;
  }

  #push(event: Untimed): void {
    if (this.#state === "ended") return;
    this.#batch.event({ ...event, atMs: this.#ms() });
    if (this.#batch.full) this.#flush("what is sure");
    this.#flushWithin(limits.recordingFlushMs);
  }

  #flushWithin(ms: number): void {
    const { clock } = this.#options;
    const dueMs = clock.monotonicMs() + ms;
    if (this.#state === "ended" || (this.#timer?.dueMs ?? Infinity) <= dueMs) return;
    this.#timer?.timer.cancel();
    const timer = clock.after(ms, () => {
      this.#timer = null;
      this.#flush("what is sure");
      if (!this.#batch.empty) this.#flushWithin(limits.recordingHoldMs);
    });
    this.#timer = { timer, dueMs };
  }

  /** `what is sure`: what may be the beginning of a secret stays a little longer. */
  #flush(which: "all" | "what is sure"): void {
    if (this.#state === "ended") return;
    const sinceMs = which === "all" ? Infinity : this.#ms() - limits.recordingHoldMs;
    const text = this.#batch.take(sinceMs);
    if (text.length === 0) return;
    this.#append(text);
  }

  #head(): Buffer {
    const timestamp = Math.floor(this.#beganAt / 1_000);
    return Buffer.from(castHead({ ...this.#options.head(), timestamp }));
  }

  #append(text: Buffer<ArrayBuffer>): void {
    try {
      this.#file.append(this.#headWritten ? text : Buffer.concat([this.#head(), text]));
      this.#headWritten = true;
    } catch (error) {
      const isFull = error instanceof DiskNearlyFull || codeOf(error) === "ENOSPC";
      const why = error instanceof Error ? error.message : String(error);
      this.#options.onTrouble(`the recording ends here: ${why}; the session went on`);
      this.#end();
      this.#lastWord(isFull ? "disk_full" : "failed");
    }
  }

  #cutOff(why: RecordingCut): void {
    this.#flush("all");
    this.#end();
    this.#lastWord(why);
  }

  /** Behind the end: why there is no more. */
  #lastWord(why: RecordingCut): void {
    this.#cut ??= why;
    if (!this.#headWritten) return;
    this.#batch.clear();
    this.#batch.event({ kind: "cut", why, atMs: this.#ms() });
    try {
      this.#file.append(this.#batch.take(Infinity));
    } catch {
      // A full disk may have no room even for this; the trace says it too.
    }
  }

  #end(): void {
    this.#state = "ended";
    this.#timer?.timer.cancel();
    this.#timer = null;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
