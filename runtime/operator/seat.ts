/** One attached terminal, as the session sees it. */
import type { AttachHello } from "../../contracts/attach.ts";
import { limits } from "../../contracts/limits.ts";
import type { Timer } from "../clock.ts";
import { FrameQueue, type FrameSocket } from "./frame-queue.ts";
import { type Frame, frameReader } from "./frames.ts";

/** `due`: it gets the whole screen as soon as that can be written down. `behind`: when it has taken what waits. */
export type SeatScreen = "none" | "due" | "shown" | "behind";

export class Seat extends FrameQueue {
  readonly read: (bytes: Uint8Array) => Frame[] | null;
  hello: AttachHello | null = null;
  screen: SeatScreen = "none";
  /** What it has been shown before is to be replaced, not added to. */
  again = false;
  /** The process at the other end, where the system tells. */
  pid: number | null = null;
  /** Runs until it has said what it wants. */
  patience: Timer | null = null;

  constructor(socket: FrameSocket) {
    super(socket);
    this.read = frameReader(limits.seatFrameBytesMax);
  }

  get who(): string {
    return this.hello?.who ?? "";
  }

  /** What the tool wrote; left out where too much waits already: the whole screen follows then. */
  output(bytes: Uint8Array): void {
    if (this.screen !== "shown") return;
    if (this.bytes + bytes.length > limits.seatBacklogBytesMax) this.screen = "behind";
    else this.say("output", bytes);
  }

  override closed(): void {
    super.closed();
    this.patience?.cancel();
  }
}
