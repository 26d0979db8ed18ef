/** Recorded prompts, and what became of them, in words. */
import type { PastPromptView } from "../../../contracts/policy-tools.ts";
import type { Moment } from "../../../contracts/moment.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import type { Effect } from "../../../runtime/policy/replay.ts";
import { localTime } from "../layout.ts";
import { visible } from "../visible.ts";

export const effectText: Readonly<Record<Effect, string>> = {
  answers: "answered",
  denies: "denied",
  suggests: "suggested",
  tells: "told to you",
  asks: "yours",
};

export function ruleText(id: string | null): string {
  return id === null ? "no rule" : id;
}

type Span = { prompts: number; sessions: number; from: Moment | null; to: Moment | null };

/** `42 prompts of 17 sessions, 2026-11-01 to 2026-11-30`. */
export function pastSpan({ prompts, sessions, from, to }: Span): string {
  const counted = `${some(prompts, "prompt")} of ${some(sessions, "session")}`;
  if (from === null || to === null) return counted;
  const [first, last] = [day(from), day(to)];
  return `${counted}, ${first === last ? first : `${first} to ${last}`}`;
}

export function some(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function day(at: Moment): string {
  return localTime(at).slice(0, "2026-11-24".length);
}

/** `"Continue? [y/n]" (bash, 2026-11-24, 01a22a47-ec1f)`: the last is the session's, as `--session` takes it. */
export function describePast(prompt: PastPromptView): string {
  const { question, kind, tool, at, session_id: session } = prompt;
  const last = question?.trim().split("\n").at(-1);
  const asked = last === undefined ? `a ${kind} without content` : quote(last, 40);
  return visible(`${asked} (${tool}, ${day(at)}, ${session.slice(0, 13)})`);
}
