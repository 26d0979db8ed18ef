/** Frames on their way into a socket that takes them at its own pace. */
import type { AttachFrame } from "../../contracts/attach.ts";
import { frameOf } from "./frames.ts";

export type FrameSocket = {
  write(bytes: Uint8Array): number;
  end(): void;
  terminate(): void;
};

export class FrameQueue {
  readonly #socket: FrameSocket;
  readonly #drained: (() => void)[] = [];
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #state: "open" | "ending" | "closed" = "open";

  constructor(socket: FrameSocket) {
    this.#socket = socket;
  }

  /** What has not been taken yet. */
  get bytes(): number {
    return this.#bytes;
  }

  say(type: AttachFrame, payload?: Uint8Array | object): void {
    if (this.#state !== "open") return;
    const frame = frameOf(type, payload);
    this.#waiting.push(frame);
    this.#bytes += frame.length;
    this.flush();
  }

  /** As much as the socket takes; to be called again when it has room. */
  flush(): void {
    while (this.#waiting.length > 0) {
      const [first = new Uint8Array()] = this.#waiting;
      const written = Math.max(0, this.#socket.write(first));
      this.#bytes -= written;
      if (written < first.length) {
        this.#waiting[0] = first.subarray(written);
        return;
      }
      this.#waiting.shift();
    }
    if (this.#state === "ending") this.#socket.end();
    for (const done of this.#drained.splice(0)) done();
  }

  /** All has been taken, or nobody is left to take it. */
  drained(): Promise<void> {
    if (this.#bytes === 0 || this.#state === "closed") return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Once all has been taken. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.flush();
  }

  drop(): void {
    this.#socket.terminate();
  }

  /** The other side is gone. */
  closed(): void {
    this.#state = "closed";
    this.#waiting = [];
    this.#bytes = 0;
    for (const done of this.#drained.splice(0)) done();
  }
}
