/** Carries the tool's output to a slow reader without blocking the program and without growing without bound. */
import { write } from "node:fs";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";

export type OutputQueueOptions = {
  fd: number;
  clock: Clock;
  /** More than `limits.outputQueueHighBytes` wait: stop the tool until `onRoom`. */
  onFull: () => void;
  onRoom: () => void;
  /** The reader is gone (EPIPE, EIO, EBADF); nothing more is written. */
  onGone: () => void;
};

// A terminal that another program made non-blocking says EAGAIN; there is no event to wait for through this interface.
const retryMs = 4;

/** One write at a time, in the thread pool: a blocked terminal blocks one pool thread, not the session. */
export class OutputQueue {
  readonly #options: OutputQueueOptions;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #full = false;
  #state: "idle" | "writing" | "gone" = "idle";
  #idleWaiters: (() => void)[] = [];

  constructor(options: OutputQueueOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): void {
    if (this.#state === "gone") return;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    if (!this.#full && this.#bytes > limits.outputQueueHighBytes) {
      this.#full = true;
      this.#options.onFull();
    }
    if (this.#state === "idle") this.#next();
  }

  /** Resolves when all that was pushed has been taken, or the reader is gone. */
  drained(): Promise<void> {
    if (this.#state !== "writing") return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #next(): void {
    // What has gathered during the last write goes in one: a call for each piece costs more than the copy.
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const chunk = this.#chunks[0];
    if (chunk === undefined) {
      this.#settle("idle");
      return;
    }
    this.#state = "writing";
    write(this.#options.fd, chunk, 0, chunk.length, null, (error, written) => {
      if (error === null) this.#took(chunk, written);
      else if (error.code === "EAGAIN") this.#options.clock.after(retryMs, () => this.#next());
      else this.#lose();
    });
  }

  #took(chunk: Uint8Array, written: number): void {
    this.#bytes -= written;
    if (written < chunk.length) this.#chunks[0] = chunk.subarray(written);
    else this.#chunks.shift();
    if (this.#full && this.#bytes < limits.outputQueueLowBytes) {
      this.#full = false;
      this.#options.onRoom();
    }
    this.#next();
  }

  #lose(): void {
    this.#chunks = [];
    this.#bytes = 0;
    this.#settle("gone");
    this.#options.onGone();
  }

  #settle(state: "idle" | "gone"): void {
    this.#state = state;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
