/** A prompt's way in steps with their durations, and where each stands in the recording. */
import type { PromptStory } from "../../../contracts/dashboard.ts";
import { duration } from "../../parts/moments.ts";

export type StepName = "detected" | "decided" | "called" | "typed" | "effect";

export type Step = {
  name: StepName;
  /** Since the step before; null for the first, and where nobody can tell. */
  took: string | null;
  tone: "plain" | "good" | "warn" | "bad";
};

/** Those that have happened, in order. */
export function stepsOf(prompt: PromptStory): Step[] {
  const { detected_at: detected, decision, escalated_at: called, reply, closed, judged } = prompt;
  const steps: Step[] = [{ name: "detected", took: null, tone: "plain" }];
  let last = detected;
  const add = (step: Omit<Step, "took">, at: number, took: string | null = null): void => {
    // The trace keeps whole milliseconds.
    const gap = at - last < 1 ? "< 1 ms" : duration(at - last);
    steps.push({ ...step, took: took ?? gap });
    last = at;
  };
  if (decision !== null) {
    const took = judged === null ? null : duration(judged.duration_us / 1_000);
    const tone = decision.action === "deny" ? "bad" : "plain";
    add({ name: "decided", tone }, decision.at, took);
  }
  if (called !== null) add({ name: "called", tone: "warn" }, called);
  if (reply !== null) add({ name: "typed", tone: "plain" }, reply.at);
  if (closed !== null) add({ name: "effect", tone: outcomeTone(closed.outcome) }, closed.at);
  return steps;
}

export type Outcome = NonNullable<PromptStory["closed"]>["outcome"];

export function outcomeTone(outcome: Outcome): Step["tone"] {
  switch (outcome) {
    case "answered":
    case "person":
      return "good";
    case "denied":
    case "no_effect":
    case "interrupted":
      return "bad";
    default:
      return "warn";
  }
}

export const outcomeText: Readonly<Record<Outcome, string>> = {
  answered: "answered by policy",
  denied: "denied",
  person: "answered by you",
  expired: "expired",
  withdrawn: "withdrawn by the tool",
  no_effect: "no effect seen",
  interrupted: "interrupted",
  session_ended: "session ended",
};

export const stepText: Readonly<Record<StepName, string>> = {
  detected: "Detected",
  decided: "Decided",
  called: "Left to you",
  typed: "Recorded, then typed",
  effect: "Effect",
};

/** Format characters but the two joiners; spelled out, those that turn the direction or are not to be seen. */
const unseen = /[\p{Cf}--[\u200c\u200d]]|\\u(?:061c|200[bef]|202[a-e]|206[0-9a-f]|feff)/giv;

/**
 * A recording without the characters that turn the direction of writing, as they are or spelled out: they take no room on
 * a terminal, and in a browser they would show a row in another order than the tool's reader saw.
 */
export function withoutTurns(cast: string): string {
  return cast.replaceAll(unseen, "");
}

/** Of the recording's marks, each with the number of its prompt: which stands for which prompt. */
export function markOfPrompt(cast: string): Map<number, number> {
  const marks = new Map<number, number>();
  let mark = 0;
  for (const line of cast.split("\n")) {
    const found = /^\[[\d.]+,\s*"m",\s*"prompt (\d+):/.exec(line);
    if (found !== null) marks.set(Number(found[1]), mark);
    if (/^\[[\d.]+,\s*"m",/.test(line)) mark += 1;
  }
  return marks;
}
