/** A recorded tool played back as if it ran: for tests, demonstrations and explaining a screen. */
import type { Clock, Timer } from "../clock.ts";
import type { CastEvent, Recording } from "./asciicast.ts";
import type { KernelEvidence, LookAtKernel } from "./kernel-wait.ts";
import type { Pty, PtyExit, PtyListener, PtySize, StartPty, Termios } from "./pty.ts";

export type Playback = {
  clock: Clock;
  /** `recorded`: at the speed at which it happened; `fastest`: one event after the other. */
  pace: "recorded" | "fastest";
  /** Called when the recorded terminal changed its size. */
  resized?: (size: PtySize) => void;
};

export type Player = {
  /** Plays the recording from its beginning, whatever the command. */
  start: StartPty;
  /** What the recording says of who waits at this moment of the tool started last; null where it says nothing. */
  kernel: LookAtKernel;
  /** How far the recording has been played: when, in its own time, the last event happened. */
  playedMs(): number;
  /** Everything that was written to any of the started tools, in order. */
  readonly writes: readonly Uint8Array[];
};

export function createPlayer(recording: Recording, playback: Playback): Player {
  const writes: Uint8Array[] = [];
  let last: RecordedPty | null = null;
  return {
    writes,
    kernel: () => last?.kernel() ?? null,
    playedMs: () => last?.playedMs ?? 0,
    start: async (_command, listener) => {
      last = new RecordedPty(recording.events, { ...playback, listener, writes });
      return last;
    },
  };
}

type Parts = Playback & { listener: PtyListener; writes: Uint8Array[] };

class RecordedPty implements Pty {
  readonly kind = "recorded";
  /** No process: 0 is never a tool's. */
  readonly pid = 0;
  readonly ttyPath = null;
  private readonly events: readonly CastEvent[];
  private readonly parts: Parts;
  private state: "playing" | "paused" | "closing" | "ended" = "playing";
  private timer: Timer | null = null;
  private next = 0;
  playedMs = 0;
  private mode: Termios | null = null;
  private waiting: KernelEvidence | null = null;

  constructor(events: readonly CastEvent[], parts: Parts) {
    this.events = events;
    this.parts = parts;
    this.schedule();
  }

  write(bytes: Uint8Array): void {
    if (this.state !== "ended") this.parts.writes.push(bytes.slice());
  }

  resize(): void {
    // A recording keeps the size it was made with.
  }

  pause(): void {
    if (this.state !== "playing") return;
    this.state = "paused";
    this.cancel();
  }

  resume(): void {
    if (this.state !== "paused") return;
    this.state = "playing";
    this.schedule();
  }

  signal(name: NodeJS.Signals): void {
    if (name !== "SIGCONT" && name !== "SIGWINCH") this.stop({ code: null, signal: name });
  }

  continueJob(): void {
    // It never stops.
  }

  termios(): Termios | null {
    return this.mode;
  }

  unread(): boolean {
    return false;
  }

  /** As the kernel would tell it: a tool that wrote or read has been awake since. */
  kernel(): KernelEvidence | null {
    const { waiting, next } = this;
    if (waiting === null) return null;
    return { ...waiting, waits: waiting.waits.map((wait) => ({ ...wait, sleeps: next })) };
  }

  close(): void {
    this.stop({ code: null, signal: "SIGHUP" });
  }

  /** Ends later and not from within this call, as a real tool does. */
  private stop(exit: PtyExit): void {
    if (this.state === "ended" || this.state === "closing") return;
    this.state = "closing";
    this.cancel();
    this.timer = this.parts.clock.after(0, () => this.end(exit));
  }

  private cancel(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private schedule(): void {
    const atMs = this.events[this.next]?.atMs ?? this.playedMs;
    const waitMs = this.parts.pace === "fastest" ? 0 : Math.max(0, atMs - this.playedMs);
    this.timer = this.parts.clock.after(waitMs, () => {
      this.timer = null;
      this.playedMs = atMs;
      this.play();
    });
  }

  private play(): void {
    const event = this.events[this.next];
    this.next += 1;
    // A recording that was cut off ends like a tool that ended well.
    if (event === undefined) return this.end({ code: 0, signal: null });
    this.perform(event);
    // The listener may have paused, and even resumed, meanwhile.
    if (this.state === "playing" && this.timer === null) this.schedule();
  }

  private perform(event: CastEvent): void {
    switch (event.kind) {
      case "output":
        if (event.text !== "") this.parts.listener.data(new TextEncoder().encode(event.text));
        return;
      case "resized":
        return this.parts.resized?.(event.size);
      case "termios":
        this.mode = event.termios;
        return;
      case "kernel":
        this.waiting = event.kernel;
        return;
      case "input":
        if (this.waiting !== null) this.waiting = { ...this.waiting, waits: [] };
        return;
      case "prompt":
      case "closed":
      case "cut":
        return;
      case "exit":
        return this.end(event.exit);
    }
  }

  private end(exit: PtyExit): void {
    this.state = "ended";
    this.mode = null;
    this.cancel();
    this.parts.listener.exit(exit);
  }
}
