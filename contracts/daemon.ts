/** What the daemon is asked over its socket, what it answers, and what `daemon status` prints. */
import * as z from "zod";
import { moment } from "./moment.ts";
import { outputFormat } from "./version.ts";

const count = z.int().min(0);

/** Closed: what is not here is refused. */
export const daemonRequest = z.discriminatedUnion("ask", [
  z.strictObject({ ask: z.literal("status") }),
  /** It ends what it is doing, and itself; sessions in the background go on. */
  z.strictObject({ ask: z.literal("stop") }),
  /** Sends nothing until it is started again, or the daemon is; `start` also tries again what had stopped by itself. */
  z.strictObject({ ask: z.literal("upload"), do: z.enum(["start", "stop"]) }),
  /** Where it serves the dashboard, it does not any more until it is started again. */
  z.strictObject({ ask: z.literal("end_dashboard") }),
]);
export type DaemonRequest = z.infer<typeof daemonRequest>;

/** `off`: enrolled nowhere. `stopped`: the operator has to see to it first. */
export const daemonUpload = z.strictObject({
  state: z.enum(["off", "sending", "stopped"]),
  /** Why it does not send, or what it has had trouble with last. */
  detail: z.string().nullable(),
  /** The newest entry, and the newest that the service has; null where that is not known. */
  newest_seq: count.nullable(),
  acked_seq: count.nullable(),
});
export type DaemonUpload = z.infer<typeof daemonUpload>;

export const daemonState = z.strictObject({
  pid: z.int().min(1),
  version: z.string(),
  started_at: moment,
  /** Sessions that run. */
  sessions: count,
  /** Sessions whose process had died, and whose end it has recorded since it runs. */
  recovered: count,
  upload: daemonUpload,
  /** Where it serves the dashboard; null: it does not. */
  dashboard: z.url().nullable().default(null),
  log: z.string(),
});
export type DaemonState = z.infer<typeof daemonState>;

export const daemonReply = z.discriminatedUnion("reply", [
  z.strictObject({ reply: z.literal("status"), ...daemonState.shape }),
  z.strictObject({ reply: z.literal("stopping") }),
  z.strictObject({ reply: z.literal("refused"), why: z.string() }),
]);
export type DaemonReply = z.infer<typeof daemonReply>;

/** `daemon start|stop|status --json`. `silent`: it holds its lock and does not answer. */
export const daemonStatusView = z.strictObject({
  format: z.literal(outputFormat),
  state: z.enum(["running", "silent", "stopped"]),
  daemon: daemonState.nullable(),
  /** Why it is silent, where that is known. */
  why: z.string().optional(),
});
export type DaemonStatusView = z.infer<typeof daemonStatusView>;

/** `daemon install|uninstall --json`: the file, and what is to be run by hand to make it count. */
export const daemonServiceView = z.strictObject({
  format: z.literal(outputFormat),
  file: z.string(),
  done: z.enum(["written", "removed", "absent", "printed"]),
  next: z.array(z.string()),
});
export type DaemonServiceView = z.infer<typeof daemonServiceView>;
