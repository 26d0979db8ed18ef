/** Assist mode: what policy would do is shown to the person, and one key of theirs does it. Pure. */
import type { Decision } from "../../contracts/decision.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { denialKeystrokes, type Keystrokes, replyKeystrokes } from "../inject/keystrokes.ts";
import { escalate, reply, toPerson, type Within } from "./answers.ts";
import { suggestion } from "./drafts.ts";
import { stay } from "./next.ts";
import type { Pending, Reply, SessionState, Step } from "./state.ts";

/** To the person, with a suggestion where there is one that one key can carry out. */
export function suggest(
  state: SessionState,
  pending: Pending,
  { drafts, decision, settings }: { drafts: EntryDraft[]; decision: Decision } & Within,
): Step {
  const because = { drafts, why: suggestion(decision), settings };
  const isShown = settings.suggests === true && !settings.headless;
  if (!isShown || keysFor(decision, pending) === null) return toPerson(state, pending, because);
  const { state: next, effects } = escalate(state, pending, because);
  const { stage } = next;
  if (stage.name !== "asking") return { state: next, effects };
  return { state: { ...next, stage: { ...stage, suggestion: decision } }, effects };
}

/** The person's answer, by the rule that suggested it. What can no longer be said in keys stays a suggestion. */
export function confirmed(state: SessionState): Step {
  const { stage } = state;
  if (stage.name !== "asking" || stage.suggestion === undefined || stage.personTyped) {
    return stay(state);
  }
  const { pending, suggestion: decision } = stage;
  const keys = keysFor(decision, pending);
  if (keys === null) return stay(state);
  const { rule_id, layer, value } = decision;
  const data = { prompt_id: pending.id, by: "terminal", rule_id } as const;
  const received: EntryDraft = {
    kind: "reply.received",
    data: layer === undefined ? data : { ...data, layer },
    // As a refusal typed by hand is recorded.
    content: { reply: value ?? "n" },
  };
  const answer: Reply = { by: "terminal", keys, outcome: "person" };
  return reply(state, pending, { drafts: [received], reply: answer });
}

/** What a secret of the keychain would answer is not suggested: it is lent to rules alone. */
function keysFor(decision: Decision, { prompt, encoding }: Pending): Reply["keys"] | null {
  const { action, value, secret = null } = decision;
  if (secret !== null || prompt.confidence === "low") return null;
  const found: Keystrokes | null =
    action === "deny"
      ? denialKeystrokes(prompt, encoding)
      : action === "auto_reply"
        ? replyKeystrokes(prompt, value ?? "", encoding)
        : null;
  return found === null || found.how === "impossible" ? null : found;
}
