/** A real program in a real terminal, with all that it did and how it waited written down as the events of a cast. */
import { systemClock } from "../../runtime/clock.ts";
import type { CastEvent } from "../../runtime/pty/asciicast.ts";
import type { KernelEvidence, LookAtKernel } from "../../runtime/pty/kernel-wait.ts";
import { kernelLook } from "../../runtime/pty/kernel.ts";
import { keepVigil } from "../../runtime/pty/kernel-vigil.ts";
import { startNative } from "../../runtime/pty/native.ts";
import type { Pty, PtyCommand, PtySize, Termios } from "../../runtime/pty/pty.ts";
import { openScreen } from "../../runtime/screen/screen.ts";
import type { Snapshot } from "../../runtime/screen/snapshot.ts";

const lookMs = 20;
const settledMs = 100;

export class TapedTool {
  readonly events: CastEvent[] = [];
  readonly #fromMs = performance.now();
  readonly #decoder = new TextDecoder();
  #screen = openScreen({ size: { cols: 80, rows: 24 }, reply: () => {}, answersQueries: true });
  #pty: Pty | null = null;
  #vigil: LookAtKernel = () => null;
  #exited = false;
  #lastOutputMs = 0;
  #termios = "";
  #kernel = "";

  async start(command: PtyCommand): Promise<void> {
    const { size } = command;
    this.#screen = openScreen({ size, reply: (bytes) => this.#reply(bytes), answersQueries: true });
    this.#pty = await startNative(command, {
      data: (bytes) => this.#output(bytes),
      stopped: () => this.#pty?.continueJob(),
      exit: ({ code, signal }) => {
        this.#exited = true;
        this.events.push({ atMs: this.nowMs, kind: "exit", exit: exitOf(code, signal) });
      },
    });
    const look = kernelLook(this.#pty);
    this.#vigil = keepVigil({ look, monotonicMs: systemClock.monotonicMs });
    this.look();
  }

  get nowMs(): number {
    return Math.round((performance.now() - this.#fromMs) * 10) / 10;
  }

  get lastOutputMs(): number {
    return this.#lastOutputMs;
  }

  get quietMs(): number {
    return this.nowMs - this.#lastOutputMs;
  }

  get exited(): boolean {
    return this.#exited;
  }

  snapshot(): Snapshot {
    return this.#screen.snapshot();
  }

  rows(): string[] {
    return this.snapshot().screen.map((row) => row.text);
  }

  /** Types `text`; `kept` is what the cast keeps of it. */
  send(text: string, kept = text): void {
    this.#kernel = "";
    this.events.push({ atMs: this.nowMs, kind: "input", text: kept });
    this.#pty?.write(new TextEncoder().encode(text));
  }

  resize(size: PtySize): void {
    this.events.push({ atMs: this.nowMs, kind: "resized", size });
    this.#screen.resize(size);
    this.#pty?.resize(size);
  }

  /** Lets time pass, noting how the program waits where it is quiet. */
  async pass(): Promise<void> {
    await pause(lookMs);
    if (this.quietMs >= settledMs) this.look();
  }

  /** Notes the line discipline and the waiters where they changed. Whether somebody waits, or that cannot be told. */
  look(): boolean {
    const termios = this.#pty?.termios() ?? null;
    if (termios !== null) this.#noteTermios(termios);
    const kernel = this.#waiters();
    if (kernel === null) return !this.#exited;
    const text = JSON.stringify(
      kernel.waits.map(({ via, timed, comm, beside }) => [via, timed, comm, beside]),
    );
    const waits = kernel.waits.length > 0 || kernel.blind;
    if (text === this.#kernel) return waits;
    this.#kernel = text;
    this.events.push({ atMs: this.nowMs, kind: "kernel", kernel });
    return waits;
  }

  close(): void {
    this.#pty?.signal("SIGKILL");
    this.#pty?.close();
    this.#screen.close();
  }

  /** For an error: what was waited for, and what stood there instead. */
  vain(what: string): string {
    const state = this.#exited ? "it has ended" : "it is running";
    const shown = this.rows().join("\n").trimEnd();
    return `waited in vain for ${what} (${state}); the screen:\n${shown}`;
  }

  #output(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#lastOutputMs = this.nowMs;
    this.events.push({ atMs: this.#lastOutputMs, kind: "output", text });
    this.#screen.feed(bytes);
  }

  #reply(bytes: Uint8Array): void {
    this.events.push({ atMs: this.nowMs, kind: "input", text: new TextDecoder().decode(bytes) });
    this.#pty?.write(bytes);
  }

  #noteTermios(termios: Termios): void {
    const text = JSON.stringify(termios);
    if (text === this.#termios) return;
    this.#termios = text;
    this.events.push({ atMs: this.nowMs, kind: "termios", termios });
  }

  #waiters(): KernelEvidence | null {
    return this.#exited ? null : this.#vigil(this.quietMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve));
}

function exitOf(code: number | null, signal: string | null) {
  return signal === null ? { code: code ?? 0, signal } : { code: null, signal };
}
