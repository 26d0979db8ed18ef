/** The brakes that no rule can take off: how often policy may answer before a person is asked. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { PolicyBrakes } from "../../contracts/policy.ts";
import type { RecentReplies } from "./match.ts";

/** `most` is null where there is no such bound. */
export type BrakeState = { brake: keyof PolicyBrakes; most: number | null; given: number };

/** Each brake and how far it has come, in the order in which they are asked. */
export function brakesOf(recent: RecentReplies, brakes: PolicyBrakes): BrakeState[] {
  const {
    replies_per_session: perSession = null,
    replies_per_minute: perMinute = limits.repliesPerMinuteDefault,
    same_prompt_per_minute: same = limits.samePromptPerMinuteDefault,
  } = brakes;
  return [
    { brake: "replies_per_session", most: perSession, given: recent.session },
    { brake: "same_prompt_per_minute", most: same, given: recent.samePrompt },
    { brake: "replies_per_minute", most: perMinute, given: recent.lastMinute },
  ];
}

/** Why no more replies may be given now, as the end of a sentence; null when they may. */
export function objectToPace(recent: RecentReplies, brakes: PolicyBrakes): string | null {
  for (const { brake, most, given } of brakesOf(recent, brakes)) {
    if (most !== null && given >= most) return objections[brake](most);
  }
  return null;
}

const objections: Readonly<Record<BrakeState["brake"], (most: number) => string>> = {
  replies_per_session: (most) => `this session has had its ${most} automatic replies`,
  same_prompt_per_minute: (most) => `this prompt was answered ${most} times within a minute`,
  replies_per_minute: (most) => `${most} automatic replies were given within a minute`,
};
