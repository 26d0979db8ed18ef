/** The brakes that no rule can take off: how often policy may answer before a person is asked. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { PolicyBrakes } from "../../contracts/policy.ts";
import type { RecentReplies } from "./match.ts";

/** Why no more replies may be given now, as the end of a sentence; null when they may. */
export function objectToPace(recent: RecentReplies, brakes: PolicyBrakes): string | null {
  const {
    replies_per_session: perSession,
    replies_per_minute: perMinute = limits.repliesPerMinuteDefault,
    same_prompt_per_minute: same = limits.samePromptPerMinuteDefault,
  } = brakes;
  if (perSession !== undefined && recent.session >= perSession) {
    return `this session has had its ${perSession} automatic replies`;
  }
  if (recent.samePrompt >= same) return `this prompt was answered ${same} times within a minute`;
  if (recent.lastMinute >= perMinute) {
    return `${perMinute} automatic replies were given within a minute`;
  }
  return null;
}
