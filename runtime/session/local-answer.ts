/** A person's answer from elsewhere on this machine than the tool's own terminal: whether it may be typed, and as what. Pure. */
import type { PromptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { Actor, EntryDraft } from "../../contracts/trace.ts";
import { denialKeystrokes, replyKeystrokes } from "../inject/keystrokes.ts";
import { reply } from "./answers.ts";
import { stay } from "./next.ts";
import type { Reply, SessionEvent, SessionState, State, Step } from "./state.ts";

export type LocalAnswer = {
  promptId: PromptId;
  /** Of the prompt as it was seen by who answers. */
  fingerprint: string;
  by: Exclude<Actor, "policy" | "terminal">;
  /** A meaning, as in a policy; null denies. */
  value: string | null;
};

export type Answered = Extract<SessionEvent, { type: "answered" }>;

/**
 * What is to happen, or why nothing may. `typing`: keys of the person at the terminal stand there unsent, or came a
 * moment ago: theirs is the prompt.
 */
export function planAnswer(
  stage: State,
  { promptId: id, fingerprint, by, value }: LocalAnswer,
  typing: boolean,
): Answered | string {
  if (!("pending" in stage) || stage.pending.id !== id) return "this prompt is not there any more";
  if (stage.name !== "asking") return notWaiting(stage);
  const { prompt, encoding, doubt } = stage.pending;
  if (prompt.fingerprint !== fingerprint) return "the prompt has changed since it was shown to you";
  if (typing || isTaken(stage)) return "someone has begun to answer at the tool's own terminal";
  // Who answers from elsewhere does not see the screen that it may be a trick of.
  if (doubt !== undefined) return `look at the tool's own terminal: ${doubt.why}`;
  // What is typed elsewhere would have to be kept from a shell's history, a process list and a socket.
  if (prompt.kind === "password") return "a secret is typed at the tool's own terminal alone";
  const keys =
    value === null ? denialKeystrokes(prompt, encoding) : replyKeystrokes(prompt, value, encoding);
  if (keys.how === "impossible") return keys.why;
  return { type: "answered", promptId: id, by, keys, meaning: meaningOf(prompt, value) };
}

type Asking = Extract<State, { name: "asking" }>;

/** Keys went into it since it was asked: what would be typed now might go behind them. */
function isTaken({ personTyped, typedBytes }: Asking): boolean {
  return personTyped || typedBytes !== undefined;
}

function notWaiting(stage: Extract<State, { pending: unknown }>): string {
  return stage.name === "lingering"
    ? "it was answered already, and still stands there: look at the tool's own terminal"
    : "it is being answered at this moment";
}

/** For the record; null of text, which is theirs who wrote it. */
function meaningOf({ kind }: Prompt, value: string | null): string | null {
  if (value === null) return "n";
  return kind === "free_text" ? null : value;
}

/** Recorded, then typed, as any reply. An event for a prompt that does not wait any more changes nothing. */
export function answered(state: SessionState, { promptId: id, by, keys, meaning }: Answered): Step {
  const { stage } = state;
  if (stage.name !== "asking" || stage.pending.id !== id || isTaken(stage)) return stay(state);
  if (stage.pending.doubt !== undefined) return stay(state);
  const data = { prompt_id: id, by };
  const received: EntryDraft =
    meaning === null
      ? { kind: "reply.received", data }
      : { kind: "reply.received", data, content: { reply: meaning } };
  const answer: Reply = { by, keys, outcome: "person" };
  return reply(state, stage.pending, { drafts: [received], reply: answer });
}
