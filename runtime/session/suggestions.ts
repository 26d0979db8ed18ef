/** Has the person shown what policy suggests, and knows whether it has been there for long enough to be confirmed. */
import type { Decision } from "../../contracts/decision.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import type { Rim } from "./parts.ts";
import type { State } from "./state.ts";

export class Suggestions {
  readonly #rim: Pick<Rim, "suggest">;
  readonly #clock: Pick<Clock, "monotonicMs">;
  #shown: { decision: Decision; sinceMs: number } | null = null;

  constructor(rim: Pick<Rim, "suggest">, clock: Pick<Clock, "monotonicMs">) {
    this.#rim = rim;
    this.#clock = clock;
  }

  /** Where the session stands now: shows what is suggested there, and takes away what is not any more. */
  follow(stage: State): void {
    const decision = suggestedIn(stage);
    if (decision === (this.#shown?.decision ?? null)) return;
    this.#shown = decision === null ? null : { decision, sinceMs: this.#clock.monotonicMs() };
    this.#rim.suggest?.(decision);
  }

  /** `too early`: nobody can have read it yet. */
  confirmable(stage: State): "yes" | "no" | "too early" {
    const shown = this.#shown;
    if (shown === null || suggestedIn(stage) !== shown.decision) return "no";
    const isRead = this.#clock.monotonicMs() - shown.sinceMs >= limits.suggestedMs;
    return isRead ? "yes" : "too early";
  }
}

/** Once the person has typed something else it is theirs to answer. */
function suggestedIn(stage: State): Decision | null {
  if (stage.name !== "asking" || stage.personTyped) return null;
  return stage.suggestion ?? null;
}
