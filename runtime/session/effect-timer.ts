/** Waits for what a reply does; as long as a flood hides that, the time is not up. */
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";

export type EffectTimerOptions = {
  clock: Clock;
  /** What is asked now cannot be told. */
  hidden: () => boolean;
  onTimeout: () => void;
};

export class EffectTimer {
  readonly #options: EffectTimerOptions;
  #timer: Timer | null = null;

  constructor(options: EffectTimerOptions) {
    this.#options = options;
  }

  /** Replaces an earlier one. */
  start(ms: number): void {
    this.cancel();
    const { clock, hidden, onTimeout } = this.#options;
    this.#timer = clock.after(ms, () => {
      // Behind a flood a look needs a moment as well.
      if (hidden()) this.start(limits.settledMs);
      else onTimeout();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
