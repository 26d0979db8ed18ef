/** What the local dashboard is told, beyond the shapes that commands print: this machine as it changes, and prompts whole. */
import * as z from "zod";
import { autopilot } from "./autopilot.ts";
import { policyLayer, risk } from "./decision.ts";
import { promptId, sessionId, sha256Hex } from "./ids.ts";
import { limits } from "./limits.ts";
import { moment } from "./moment.ts";
import { promptsListView, sessionState } from "./operator.ts";
import { autonomyMode } from "./policy.ts";
import { confidence, promptKind, subject } from "./prompt.ts";
import { actor, promptOutcome } from "./trace.ts";
import { outputFormat } from "./version.ts";
import {
  promptTimeline,
  sessionShowView,
  sessionSummary,
  traceProofView,
  traceSessionProofView,
} from "./views.ts";

const count = z.int().min(0);

/** Everything that may change by itself, whole: whoever missed something is up to date with the next. */
export const liveView = z.strictObject({
  /** Those that run, the oldest first. */
  sessions: z.array(sessionSummary),
  /** For a person, the one that waits longest first. */
  waiting: promptsListView.shape.prompts,
  unreachable: promptsListView.shape.unreachable,
  /** `fault`: why everything is paused though nobody asked for it. */
  autopilot: autopilot.extend({ fault: z.string().nullable() }),
  /** The last entry of the trace: whatever is read from it is as new as this. */
  entries: count,
  /** Why the trace cannot be read; null where it can, or there is none yet. */
  trace_fault: z.string().nullable(),
});
export type LiveView = z.infer<typeof liveView>;

/** `dashboard --json`, once it is served. */
export const dashboardServedView = z.strictObject({
  format: z.literal(outputFormat),
  /** Opens it once, in one browser. */
  url: z.url(),
  /** By another process, which goes on. */
  already_served: z.boolean(),
});
export type DashboardServedView = z.infer<typeof dashboardServedView>;

/** One answer, to a prompt as it was seen. */
export const dashboardAnswer = z.strictObject({
  session_id: sessionId,
  prompt_id: promptId,
  fingerprint: sha256Hex,
  /** A meaning, as in a policy; null denies, "" is Enter alone. */
  value: z.string().max(limits.replyCharsMax).nullable(),
});
export type DashboardAnswer = z.infer<typeof dashboardAnswer>;

/** A prompt's way with all that the trace keeps of it. Content is null where it was never kept, or erased. */
export const promptStory = z.strictObject({
  ...promptTimeline.shape,
  /** Its entries in the trace. */
  first_seq: count,
  last_seq: count,
  evidence: z.array(z.string()),
  options: z.array(z.strictObject({ label: z.string(), key: z.string().nullable() })),
  subject: subject.nullable(),
  judged: z
    .strictObject({
      layer: policyLayer.nullable(),
      risk,
      risk_factors: z.array(z.string()),
      policy_hash: sha256Hex,
      /** How long deciding took. */
      duration_us: count,
    })
    .nullable(),
  /** Who or what gave the answer, when, and what it was. */
  received: z.strictObject({ by: actor, at: moment, reply: z.string().nullable() }).nullable(),
});
export type PromptStory = z.infer<typeof promptStory>;

export const dashboardSession = z.strictObject({
  ...sessionShowView.shape,
  prompts: z.array(promptStory),
  /** There are more than are listed: the last ones are. */
  prompts_left_out: count,
});
export type DashboardSession = z.infer<typeof dashboardSession>;

/** What was asked on each of the last days, by what became of it. */
export const daysView = z.strictObject({
  days: z.array(
    z.strictObject({
      /** Its first moment in UTC. */
      from: moment,
      outcomes: z.partialRecord(promptOutcome, count),
    }),
  ),
});
export type DaysView = z.infer<typeof daysView>;

/** A change of the machine-wide brake. */
export const autopilotChange = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("pause") }),
  z.strictObject({ do: z.literal("resume") }),
  z.strictObject({ do: z.literal("limit"), mode: autonomyMode }),
]);
export type AutopilotChange = z.infer<typeof autopilotChange>;

/** What a running session is as one glances at it: whether it is held, and the last lines of its screen. */
export const sessionGlance = z.strictObject({
  session_id: sessionId,
  paused: sessionState.shape.paused,
  cols: z.int(),
  rows: z.int(),
  /** From the top; without secrets, and without the blank lines below the last that is written on. */
  lines: z.array(z.string()),
});
export type SessionGlance = z.infer<typeof sessionGlance>;

/** `freeze`: its processes stand still as well. `kill`: it is not asked first. */
export const dashboardSteer = z.strictObject({
  session_id: sessionId,
  do: z.enum(["pause", "freeze", "resume", "stop", "kill"]),
});
export type DashboardSteer = z.infer<typeof dashboardSteer>;

/** Whether a proof holds, of an entry or of a whole session. */
export const dashboardProof = z.union([traceProofView, traceSessionProofView]);
export type DashboardProof = z.infer<typeof dashboardProof>;

/** What is to be said of it. */
export type DashboardSteered = { done: boolean; text: string };

/** A prompt made up to see what policy says of it; what is left out is plain. */
export const madeUpPrompt = z.strictObject({
  question: z.string().min(1).max(limits.questionCharsMax),
  kind: promptKind.optional(),
  confidence: confidence.optional(),
  tool: z.string().max(200).optional(),
  cwd: z.string().max(limits.policyPathCharsMax).optional(),
  command: z.string().max(limits.shellCharsMax).optional(),
  path: z.string().max(limits.policyPathCharsMax).optional(),
  options: z.string().max(limits.questionCharsMax).optional(),
});
export type MadeUpPrompt = z.infer<typeof madeUpPrompt>;
