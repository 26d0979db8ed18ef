/** What becomes of a prompt that has been decided upon: a reply, a refusal, a person, or the tool's end. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { denialKeystrokes, type Keystrokes } from "../inject/keystrokes.ts";
import { closedDraft } from "./drafts.ts";
import { tallied, to } from "./next.ts";
import type { Effect, Pending, Reply, SessionState, State, Step, StepSettings } from "./state.ts";

/** The session's settings, where a step depends on them. */
export type Within = { settings: StepSettings };

type Because = { drafts: EntryDraft[]; why: string };
type Unanswered = Because & Within;

/** Nothing is typed into it, neither a reply nor a refusal: what was typed once, or may not be what it seems. */
export function handOver(
  state: SessionState,
  pending: Pending,
  { drafts, why, settings }: Unanswered,
): Step {
  if (!settings.headless) return escalate(state, pending, { drafts, why });
  const closed = closedDraft(pending.id, "denied", { reason: why });
  return endTool(state, pending, { drafts: [...drafts, closed], why });
}

/** Hands over to the person, or denies where there is none. */
export function toPerson(state: SessionState, pending: Pending, because: Unanswered): Step {
  return because.settings.headless
    ? deny(state, pending, because)
    : escalate(state, pending, because);
}

export function deny(before: SessionState, pending: Pending, because: Unanswered): Step {
  const { headless } = because.settings;
  const refused = refusedAgain(before, pending);
  const state: SessionState = headless ? { ...before, refused } : before;
  const keys =
    headless && refused.times > limits.refusalsMax
      ? { how: "impossible" as const, why: `it was refused ${limits.refusalsMax} times in a row` }
      : refusalOf(pending);
  if (keys.how !== "impossible") {
    const answer: Reply = { by: "policy", keys, outcome: "denied" };
    return reply(state, pending, { drafts: because.drafts, reply: answer });
  }
  const why = `${because.why}; ${keys.why}`;
  if (!because.settings.headless) return escalate(state, pending, { ...because, why });
  const drafts = [...because.drafts, closedDraft(pending.id, "denied", { reason: why })];
  return endTool(state, pending, { drafts, why });
}

/** A tool that takes no for no answer would ask for ever. */
function refusedAgain(
  { refused }: SessionState,
  { prompt: { fingerprint } }: Pending,
): NonNullable<SessionState["refused"]> {
  return { fingerprint, times: refused?.fingerprint === fingerprint ? refused.times + 1 : 1 };
}

/** A refusal is a keystroke as well: not sure that anybody asks, none is typed. */
function refusalOf({ prompt, encoding }: Pending): Keystrokes {
  if (prompt.confidence !== "low") return denialKeystrokes(prompt, encoding);
  return { how: "impossible", why: "it is not sure that the tool waits for an answer" };
}

export function reply(
  state: SessionState,
  pending: Pending,
  { drafts, reply: answer }: { drafts: EntryDraft[]; reply: Reply },
): Step {
  const { keys } = answer;
  const record: Effect = {
    do: "record_reply",
    drafts,
    promptId: pending.id,
    by: answer.by,
    ...measureOf(keys),
  };
  return to(state, { name: "recording", pending, reply: answer }, [record]);
}

export function escalate(state: SessionState, pending: Pending, { drafts, why }: Because): Step {
  const data = { prompt_id: pending.id, by: "policy", reason: why } as const;
  const all: EntryDraft[] = [...drafts, { kind: "prompt.escalated", data }];
  const stage: State = { name: "asking", pending, personTyped: false };
  return to(tallied(state, "escalated"), stage, [
    { do: "record", drafts: all },
    { do: "call_person", prompt: pending.prompt, reason: why },
  ]);
}

export function endTool(state: SessionState, pending: Pending, { drafts, why }: Because): Step {
  return to(state, { name: "lingering", pending }, [
    { do: "record", drafts },
    { do: "end_tool", why },
  ]);
}

/** What the record says of the keys. Of a secret not even how long it is. */
function measureOf(keys: Reply["keys"]): { bytes: number; as: Reply["keys"]["how"] } {
  switch (keys.how) {
    case "type":
      if (keys.enter === undefined) return { bytes: keys.bytes.length, as: keys.how };
      // With the Enter that may follow.
      return { bytes: keys.bytes.length + 1, as: "steer" };
    case "steer":
      return { bytes: keys.bytesMax, as: keys.how };
    case "secret":
      return { bytes: 0, as: keys.how };
  }
}
