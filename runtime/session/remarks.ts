/** What a session remarks on besides prompts: the tool's asking mode, and what contradicts its screen. Pure. */
import { stay } from "./next.ts";
import type { Effect, SessionEvent, SessionState, Step } from "./state.ts";

/** Once for each change; that a tool asks as it should is recorded, but nothing to tell a person. */
export function asksSeen(state: SessionState, asks: "yes" | "no"): Step {
  if (state.stage.name === "closed" || state.asks === asks) return stay(state);
  const before = state.asks;
  const reason =
    asks === "no"
      ? "the screen shows a mode in which the tool does not ask"
      : "the screen shows the mode in which the tool asks";
  const record: Effect = {
    do: "record",
    drafts: [{ kind: "asking.changed", data: { asks, reason } }],
  };
  const tell: Effect[] =
    asks === "no"
      ? [{ do: "tell_person", line: "the tool no longer asks before it acts: not all is governed" }]
      : before === "no"
        ? [{ do: "tell_person", line: "the tool asks before it acts again" }]
        : [];
  return { state: { ...state, asks }, effects: [record, ...tell] };
}

export function disagreed(
  state: SessionState,
  { screen, announced }: Extract<SessionEvent, { type: "disagreed" }>,
): Step {
  if (state.stage.name === "closed") return stay(state);
  const data = { screen, announced };
  return { state, effects: [{ do: "record", drafts: [{ kind: "detector.disagreed", data }] }] };
}
