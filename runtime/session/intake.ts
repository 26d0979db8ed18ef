/** Takes the tool's output onto the screen a little at a time, so that a flood leaves room for keys and timers. */
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";

export type IntakeOptions = {
  clock: Clock;
  /** Puts bytes onto the screen; takes its time. */
  feed: (bytes: Uint8Array) => void;
  /** Deals at once with what scrolls off at the beginning of `bytes`: how many of them need not be fed. */
  skip: (bytes: Uint8Array) => number;
  /** More waits than may: let the tool write no more until `release`. */
  hold: () => void;
  release: () => void;
};

/** Fed at a time: small beside what a turn may take, however much work a byte is (a sequence may clear the screen). */
const sliceBytes = { least: 256, first: 4_096, most: 8_192 } as const;
/** With less than this waiting, looking for what may be left out does not pay. */
const floodBytes = 32_768;

export class Intake {
  readonly #options: IntakeOptions;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #spentMs = 0;
  #sliceBytes: number = sliceBytes.first;
  #turn: Timer | null = null;
  #held = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Output has come that the screen does not show yet. */
  get behind(): boolean {
    return this.#queuedBytes > 0;
  }

  /** Shows the bytes at once, or what this turn of the event loop leaves no time for in the turns to come. */
  take(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#work();
    if (this.#held || this.#queuedBytes <= limits.intakeHighBytes) return;
    this.#held = true;
    this.#options.hold();
  }

  /** Shows all that waits, however long it takes. */
  drain(): void {
    while (this.behind) this.#feedSlice();
    this.#letFlow();
  }

  close(): void {
    this.#turn?.cancel();
    this.#queue.length = 0;
    this.#queuedBytes = 0;
  }

  #work(): void {
    const { clock } = this.#options;
    this.#skim();
    while (this.behind && this.#spentMs < limits.intakeTurnMs) {
      const from = clock.monotonicMs();
      this.#feedSlice();
      const tookMs = clock.monotonicMs() - from;
      this.#spentMs += tookMs;
      this.#fitSlice(tookMs);
    }
    this.#letFlow();
    this.#turn ??= clock.after(0, () => {
      this.#turn = null;
      this.#spentMs = 0;
      if (this.behind) this.#work();
    });
  }

  /** In a flood only its end will be seen. */
  #skim(): void {
    if (this.#queuedBytes < floodBytes) return;
    const all = this.#queue.length === 1 ? this.#queue[0] : Buffer.concat(this.#queue);
    if (all === undefined) return;
    const rest = all.subarray(this.#options.skip(all));
    this.#queue.splice(0, this.#queue.length, rest);
    this.#queuedBytes = rest.length;
  }

  #feedSlice(): void {
    const first = this.#queue[0];
    if (first === undefined) return;
    const slice = first.subarray(0, this.#sliceBytes);
    if (slice.length === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(slice.length);
    this.#queuedBytes -= slice.length;
    this.#options.feed(slice);
  }

  /** So that the next slice takes a small part of a turn. */
  #fitSlice(tookMs: number): void {
    const share = tookMs / limits.intakeTurnMs;
    if (share > 1 / 2) this.#sliceBytes = Math.max(this.#sliceBytes >> 1, sliceBytes.least);
    else if (share < 1 / 8) this.#sliceBytes = Math.min(this.#sliceBytes << 1, sliceBytes.most);
  }

  #letFlow(): void {
    if (!this.#held || this.#queuedBytes > limits.intakeLowBytes) return;
    this.#held = false;
    this.#options.release();
  }
}
