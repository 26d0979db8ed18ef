/** What looks at the screen tell besides prompts, once it lasts: whether the tool asks, and where it contradicts itself. */
import { limits } from "../../contracts/limits.ts";
import type { Detection } from "../prompt/detected.ts";
import type { SessionEvent } from "./state.ts";

export type Observed = Extract<SessionEvent, { type: "asks_seen" | "disagreed" }>;

export class Observer {
  #asks: { seen: "yes" | "no"; sinceMs: number; told: "yes" | "no" } | null = null;
  #disagreement: { sinceMs: number; told: "yes" | "no" } | null = null;
  #disagreedMs = Number.NEGATIVE_INFINITY;

  /** One look's detection, in the order of time. Each thing is told once, when it has lasted for its time. */
  see(detection: Detection, nowMs: number): Observed[] {
    return [...this.#seeAsks(detection, nowMs), ...this.#seeDisagreement(detection, nowMs)];
  }

  #seeAsks({ asks }: Detection, nowMs: number): Observed[] {
    // A dialog covers the line that tells it: nothing seen is nothing new.
    if (asks === undefined) return [];
    if (this.#asks?.seen !== asks) this.#asks = { seen: asks, sinceMs: nowMs, told: "no" };
    const lasts = nowMs - this.#asks.sinceMs >= limits.asksStillMs;
    if (!lasts || this.#asks.told === "yes") return [];
    this.#asks.told = "yes";
    return [{ type: "asks_seen", asks }];
  }

  /** Where a prompt is on the screen, or blocked is announced without one, the prompt's own story says it. */
  #seeDisagreement(detection: Detection, nowMs: number): Observed[] {
    const announced = detection.announced?.state ?? null;
    const counts = detection.disagrees === true && detection.state !== "waiting";
    if (!counts || announced === null || announced === "blocked") {
      this.#disagreement = null;
      return [];
    }
    this.#disagreement ??= { sinceMs: nowMs, told: "no" };
    const lasts = nowMs - this.#disagreement.sinceMs >= limits.announceGraceMs;
    const tooSoon = nowMs - this.#disagreedMs < limits.disagreedEveryMs;
    if (!lasts || tooSoon || this.#disagreement.told === "yes") return [];
    this.#disagreement.told = "yes";
    this.#disagreedMs = nowMs;
    return [{ type: "disagreed", screen: detection.state, announced }];
  }
}
