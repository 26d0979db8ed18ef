/** `--events`: each trace entry as one JSON line at the moment it is recorded, for tests and other programs. */
import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import { type Clock, standStill, systemClock, type Timer } from "../../../runtime/clock.ts";
import { visible } from "../visible.ts";

export type EventSink = {
  /**
   * Never waits for a reader. A file has the line before this returns; of a pipe whose reader is slow, lines wait
   * in order, `limits.eventsQueueBytesMax` of them at most. A failure is told once through `onTrouble` and ends
   * the stream: the trace stands.
   */
  write(entry: StoredEntry): void;
  /** Gives a slow reader up to half a second for what still waits. */
  close(): void;
};

export const noEvents: EventSink = { write: () => undefined, close: () => undefined };

/** How often a full pipe is tried again. */
const retryMs = 20;
const closingTriesMax = 25;

/**
 * `target` is a file or FIFO, appended to and made for its owner only, or `fd:N`, an open descriptor. Throws
 * `events_unwritable`.
 *
 * A descriptor's flags are shared with whoever handed it to us, so they are left alone. On Linux a pipe is opened
 * anew through /proc, which gives it flags of its own; another descriptor that blocks (a socket, a terminal, a pipe
 * on macOS) is written to as it is, and a reader of it that stops reading stops us.
 */
export function openEvents(
  target: string,
  onTrouble: (line: string) => void,
  clock: Clock = systemClock,
): EventSink {
  const opened = openTarget(target);
  warnIfOpenToOthers(target, opened, onTrouble);
  return new Events(opened, clock, (why) => {
    onTrouble(`no more events to ${visible(target)}: ${why}; the trace itself goes on`);
  });
}

class Events implements EventSink {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #tellEnd: (why: string) => void;
  #state: "open" | "failed" | "closed" = "open";
  /** What the reader has not taken yet, oldest first. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #timer: Timer | null = null;

  constructor(target: Target, clock: Clock, tellEnd: (why: string) => void) {
    this.#target = target;
    this.#clock = clock;
    this.#tellEnd = tellEnd;
  }

  write(entry: StoredEntry): void {
    if (this.#state !== "open") return;
    const line = new TextEncoder().encode(`${JSON.stringify(entry)}\n`);
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    // While a retry is due, the pipe was full a moment ago.
    if (this.#timer === null) this.#flush();
    if (this.#waitingBytes > limits.eventsQueueBytesMax) {
      this.#fail(`its reader is ${this.#waitingBytes} bytes behind`);
    }
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#timer?.cancel();
    for (let left = closingTriesMax; left > 0 && this.#flush(); left -= 1) {
      this.#timer?.cancel();
      standStill(retryMs);
    }
    this.#timer?.cancel();
    if (this.#waitingBytes > 0) this.#fail(`its reader left ${this.#waitingBytes} bytes unread`);
    this.#state = "closed";
    if (this.#target.ours) closeSync(this.#target.fd);
  }

  /** Returns whether something still waits; then it is tried again soon. */
  #flush(): boolean {
    this.#timer = null;
    try {
      for (let [line] = this.#waiting; line !== undefined; [line] = this.#waiting) {
        const written = writeSync(this.#target.fd, line);
        this.#waitingBytes -= written;
        if (written < line.length) this.#waiting[0] = line.subarray(written);
        else this.#waiting.shift();
      }
      return false;
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") {
        this.#fail(reason(error));
        return false;
      }
      this.#timer = this.#clock.after(retryMs, () => this.#flush());
      return true;
    }
  }

  #fail(why: string): void {
    this.#state = "failed";
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#timer?.cancel();
    this.#tellEnd(why);
  }
}

/** `ours` is for us to close. */
type Target = { fd: number; ours: boolean };

function openTarget(target: string): Target {
  const descriptor = /^fd:(\d+)$/.exec(target);
  try {
    if (descriptor?.[1] === undefined) return { fd: openWaitless(target), ours: true };
    return openDescriptor(Number(descriptor[1]));
  } catch (error) {
    const name = visible(target);
    const message =
      codeOf(error) === "ENXIO"
        ? `nobody reads ${name}; start the reader of the events first`
        : `cannot write events to ${name}: ${visible(reason(error))}; give a writable file or an open fd:N`;
    throw new AtlasError("events_unwritable", message, { cause: error });
  }
}

function openWaitless(path: string): number {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
}

function openDescriptor(fd: number): Target {
  if (!fstatSync(fd).isFIFO() || process.platform !== "linux") return { fd, ours: false };
  try {
    return { fd: openWaitless(`/proc/self/fd/${fd}`), ours: true };
  } catch (error) {
    // Another user's pipe, or no /proc here: then as it is.
    if (["EACCES", "ENOENT", "EPERM"].includes(codeOf(error))) return { fd, ours: false };
    throw error;
  }
}

function warnIfOpenToOthers(
  target: string,
  { fd }: Target,
  onTrouble: (line: string) => void,
): void {
  const { mode } = fstatSync(fd);
  const isFile = !target.startsWith("fd:") && fstatSync(fd).isFile();
  if (!isFile || (mode & 0o077) === 0 || process.platform === "win32") return;
  const name = visible(target);
  onTrouble(`the events file ${name} is open to other users; run: chmod 600 ${name}`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
