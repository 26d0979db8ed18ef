/** What the local dashboard is told, beyond the shapes that commands print: the state of this machine, as it changes. */
import * as z from "zod";
import { autopilot } from "./autopilot.ts";
import { promptId, sessionId, sha256Hex } from "./ids.ts";
import { limits } from "./limits.ts";
import { promptsListView } from "./operator.ts";
import { outputFormat } from "./version.ts";
import { sessionSummary } from "./views.ts";

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
  entries: z.int().min(0),
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
