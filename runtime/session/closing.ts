/** How a prompt's story ends where the session stands, and what is said of it. Pure. */
import type { EntryDraft, PromptOutcome } from "../../contracts/trace.ts";
import { replyMeant, unreadableKeys } from "./person-reply.ts";
import { tallied } from "./next.ts";
import type { Pending, SessionState, State } from "./state.ts";

export type Closing = {
  pending: Pending;
  outcome: PromptOutcome;
  before: EntryDraft[];
  extra: { bytes?: number };
};

/** For a prompt that has left the screen, or whose tool has ended. */
export function closingOf(
  stage: Extract<State, { name: "fetching" | "confirming" | "asking" | "steering" }>,
): Omit<Closing, "pending"> {
  const extra = steeredBytes(stage);
  if (stage.name === "confirming") return { outcome: stage.reply.outcome, before: [], extra };
  if (stage.name !== "asking" || !stage.personTyped) {
    return { outcome: "withdrawn", before: [], extra };
  }
  const { pending, keys = unreadableKeys } = stage;
  const data = { prompt_id: pending.id, by: "terminal" } as const;
  const reply = replyMeant(pending.prompt, keys);
  const content = reply === null ? {} : { content: { reply } };
  return { outcome: "person", before: [{ kind: "reply.received", data, ...content }], extra };
}

/** What was typed of a steered reply: recorded at its end, since before it only the most is known. */
export function steeredBytes(stage: State): { bytes?: number } {
  const typed = "reply" in stage ? stage.reply.typedBytes : undefined;
  if ("typedBytes" in stage && stage.typedBytes !== undefined) return { bytes: stage.typedBytes };
  return typed === undefined ? {} : { bytes: typed };
}

/** A refusal is no answer, whether its tool goes on or ends of it. */
export function withOutcome(state: SessionState, outcome: PromptOutcome): SessionState {
  return outcome === "answered" || outcome === "person" ? tallied(state, "answered") : state;
}
