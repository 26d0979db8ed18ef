/** Ends a tool that nobody can answer: asks, then insists, each step after a grace period; and knows why it was ended. */
import { limits } from "../../contracts/limits.ts";
import type { EntryData } from "../../contracts/trace.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Pty } from "../pty/pty.ts";

type EndReason = NonNullable<EntryData["session.ended"]["reason"]>;

export class Ending {
  readonly #clock: Clock;
  #reason: EndReason | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Why we end the tool; null while we do not. */
  get reason(): EndReason | null {
    return this.#reason;
  }

  /** Nobody may answer it. */
  deny(pty: Pty | null): void {
    if (this.#reason !== null || pty === null) return;
    this.#reason = "denied";
    this.#timer = endTool(pty, this.#clock);
  }

  /** Its terminal is closed under it. */
  interrupt(): void {
    this.#reason ??= "interrupted";
  }

  /** The tool has ended: a timer that still ran would keep the whole program waiting. */
  over(): void {
    this.#timer?.cancel();
  }
}

/** SIGINT first, as a person would press Ctrl-C, then SIGTERM, then SIGKILL. */
function endTool(pty: Pty, clock: Clock): Timer {
  pty.signal("SIGINT");
  let next = clock.after(limits.endGraceMs, () => {
    pty.signal("SIGTERM");
    next = clock.after(limits.endGraceMs, () => {
      pty.signal("SIGKILL");
      pty.close();
    });
  });
  return { cancel: () => next.cancel() };
}
