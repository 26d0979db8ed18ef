/** What may be asked of a running session over its socket, and what it answers: one JSON line each way, then the end. */
import * as z from "zod";
import { explanation } from "./explain.ts";
import { promptId, sessionId, sha256Hex } from "./ids.ts";
import { limits } from "./limits.ts";
import { moment } from "./moment.ts";
import { confidence, promptKind, subject } from "./prompt.ts";
import { promptOutcome } from "./trace.ts";
import { outputFormat } from "./version.ts";

/** The longest request line, its line feed included: a reply whose characters are all escaped. */
export const operatorRequestBytesMax = 32_768;

/** Which prompt is meant, and as what it was seen: another one that stands there by now is not answered. */
const ofPrompt = {
  prompt_id: promptId,
  fingerprint: sha256Hex,
  /** Where the person sat who says it; the command line where nothing is said. */
  by: z.enum(["cli", "console", "dashboard"]).optional(),
};

/** Closed: what is not here is refused. */
export const operatorRequest = z.discriminatedUnion("ask", [
  /** Changes nothing: what is on the screen, what is known, and what detection makes of it. */
  z.strictObject({ ask: z.literal("explain") }),
  /** The prompt that waits for a person, if one does. */
  z.strictObject({ ask: z.literal("prompt") }),
  /** `value`: a meaning, as in a policy: `y`, `n`, an option's label, text; `\n` is going on. */
  z.strictObject({
    ask: z.literal("reply"),
    ...ofPrompt,
    value: z.string().min(1).max(limits.replyCharsMax),
  }),
  z.strictObject({ ask: z.literal("deny"), ...ofPrompt }),
  /** What has become of it. */
  z.strictObject({ ask: z.literal("outcome"), prompt_id: promptId }),
  /** How it stands with the session: who writes, whether it is paused. */
  z.strictObject({ ask: z.literal("state") }),
  /** Nothing is typed on anyone's behalf from now on; with `freeze` its processes stand still as well. */
  z.strictObject({ ask: z.literal("pause"), freeze: z.boolean() }),
  z.strictObject({ ask: z.literal("resume") }),
  /** Ends the tool: asked first, unless `force`, and made to after that. */
  z.strictObject({ ask: z.literal("stop"), force: z.boolean() }),
]);
export type OperatorRequest = z.infer<typeof operatorRequest>;

/** A prompt that a person has to answer. */
export const waitingPrompt = z.strictObject({
  prompt_id: promptId,
  fingerprint: sha256Hex,
  session_id: sessionId,
  tool: z.string(),
  label: z.string().nullable(),
  /** When it was left to a person, and why. */
  since: moment,
  reason: z.string(),
  kind: promptKind,
  confidence,
  question: z.string(),
  options: z.array(z.strictObject({ label: z.string(), key: z.string().nullable() })),
  default: z.string().nullable(),
  subject: subject.nullable(),
  /** Not all of what it is about is on the screen. */
  cut: z.boolean(),
});
export type WaitingPrompt = z.infer<typeof waitingPrompt>;

/** A running session, as it says itself. */
export const sessionState = z.strictObject({
  session_id: sessionId,
  tool: z.string(),
  label: z.string().nullable(),
  /** Of the process that governs it. */
  pid: z.int().min(1),
  /** It runs in the background: no terminal's end ends it. */
  detached: z.boolean(),
  paused: z.enum(["running", "paused", "frozen"]),
  cols: z.int(),
  rows: z.int(),
  /** The terminal whose keys reach the tool; null: none. */
  pen: z.string().nullable(),
  /** Terminals that are attached. */
  seats: z.int().min(0),
});
export type SessionState = z.infer<typeof sessionState>;

/** `accepted`: it will be recorded and typed. `typed`: its effect is looked for. `ended`: how, and why. */
export const promptFate = z.strictObject({
  state: z.enum(["waiting", "accepted", "typed", "ended", "unknown"]),
  outcome: promptOutcome.nullable(),
  reason: z.string().nullable(),
});
export type PromptFate = z.infer<typeof promptFate>;

/** `prompts list --json`. */
export const promptsListView = z.strictObject({
  format: z.literal(outputFormat),
  prompts: z.array(waitingPrompt),
  /** Sessions that run and could not be asked. */
  unreachable: z.array(z.strictObject({ session_id: sessionId, why: z.string() })),
});
export type PromptsListView = z.infer<typeof promptsListView>;

/** `sessions pause|resume|stop --json`: one for each session that was named. */
export const sessionsSteeredView = z.strictObject({
  format: z.literal(outputFormat),
  sessions: z.array(
    z.strictObject({
      session_id: sessionId,
      done: z.boolean(),
      /** Why not. */
      why: z.string().nullable(),
    }),
  ),
});
export type SessionsSteeredView = z.infer<typeof sessionsSteeredView>;

/** `run --detach --json`. */
export const detachedView = z.strictObject({
  format: z.literal(outputFormat),
  session_id: sessionId,
  /** Of the process that governs it. */
  pid: z.int().min(1),
});
export type DetachedView = z.infer<typeof detachedView>;

/** `prompts show ID --json`. */
export const promptShowView = z.strictObject({
  format: z.literal(outputFormat),
  prompt: waitingPrompt,
});
export type PromptShowView = z.infer<typeof promptShowView>;

/** `prompts reply --json` and `prompts deny --json`. */
export const promptReplyView = z.strictObject({
  format: z.literal(outputFormat),
  prompt_id: promptId,
  session_id: sessionId,
  ...promptFate.shape,
  /** What was seen of it, in order, each so long after it was sent. */
  steps: z.array(
    z.strictObject({
      step: z.enum(["accepted", "typed", "effect_seen"]),
      after_ms: z.number().min(0),
    }),
  ),
});
export type PromptReplyView = z.infer<typeof promptReplyView>;

export const operatorReply = z.discriminatedUnion("reply", [
  z.strictObject({
    reply: z.literal("explained"),
    session_id: sessionId,
    at: moment,
    explanation,
  }),
  z.strictObject({ reply: z.literal("prompt"), prompt: waitingPrompt.nullable() }),
  z.strictObject({ reply: z.literal("accepted"), prompt_id: promptId }),
  z.strictObject({ reply: z.literal("outcome"), ...promptFate.shape }),
  z.strictObject({ reply: z.literal("state"), ...sessionState.shape }),
  z.strictObject({ reply: z.literal("refused"), why: z.string() }),
]);
export type OperatorReply = z.infer<typeof operatorReply>;
