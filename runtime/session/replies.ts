/** Counts the automatic replies of one session, for the brakes: by rule, in all, and within the last minute. */
import type { PolicyLayer } from "../../contracts/decision.ts";
import type { Clock } from "../clock.ts";
import type { Facts, RecentReplies } from "../policy/match.ts";

const minuteMs = 60_000;

export class ReplyCount {
  readonly #byRule = new Map<PolicyLayer, Map<string, number>>();
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** Oldest first; none is older than a minute once it was asked. The brakes bound how many there are. */
  #lately: { fingerprint: string; atMs: number }[] = [];
  #all = 0;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Of the user's own policy. */
  get byRule(): Facts["autoReplies"] {
    return this.of("user");
  }

  /** How often each rule of a layer has answered: a rule of the same id elsewhere is another. */
  of(layer: PolicyLayer): ReadonlyMap<string, number> {
    return this.#counts(layer);
  }

  /** A reply by this rule has been typed into the prompt of this fingerprint. */
  add(rule: string, fingerprint: string, layer: PolicyLayer = "user"): void {
    this.#all += 1;
    const counts = this.#counts(layer);
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
    this.#lately.push({ fingerprint, atMs: this.#clock.monotonicMs() });
  }

  recent(fingerprint: string): RecentReplies {
    const from = this.#clock.monotonicMs() - minuteMs;
    this.#lately = this.#lately.filter(({ atMs }) => atMs > from);
    const same = this.#lately.filter((one) => one.fingerprint === fingerprint);
    return { session: this.#all, lastMinute: this.#lately.length, samePrompt: same.length };
  }

  #counts(layer: PolicyLayer): Map<string, number> {
    const known = this.#byRule.get(layer) ?? new Map<string, number>();
    this.#byRule.set(layer, known);
    return known;
  }
}
