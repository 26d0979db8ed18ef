/** How the upload stands, as the trace keeps it and as `cloud status` tells it. */
import * as z from "zod";
import { contentFields, contentLevel } from "./content-level.ts";
import { agentId } from "./ids.ts";
import { moment } from "./moment.ts";
import { outputFormat } from "./version.ts";

const count = z.int().min(0);

/** Why the last request did not bring the upload on. */
export const uploadTrouble = z.strictObject({
  at: moment,
  /** A name of the list of problems, or of what went wrong on the way there. */
  problem: z.string().max(64),
  /** One line for the operator. */
  detail: z.string().max(2_048),
  /** Nothing more is sent until the operator has acted. */
  stopped: z.boolean(),
  /** When it will be tried again; null when it will not by itself. */
  again_at: moment.nullable(),
});
export type UploadTrouble = z.infer<typeof uploadTrouble>;

/** Troubles that a security incident stands behind: they stay until the same is sent and taken. */
export const uploadIncidents = [
  "chain-fork",
  "inconsistent-checkpoint",
  "false-acknowledgement",
] as const;

/** `cloud status --json`. */
export const cloudStatusView = z.strictObject({
  format: z.literal(outputFormat),
  /** False: nothing is ever sent. The rest is null or empty then. */
  enrolled: z.boolean(),
  url: z.string().nullable(),
  key_id: z.string().nullable(),
  agent_id: agentId.nullable(),
  content: contentLevel.nullable(),
  content_fields: z.partialRecord(z.enum(contentFields), contentLevel),
  /** Entries that the service has, and those that wait. */
  sent: count,
  waiting: count,
  last_sent_at: moment.nullable(),
  /** When the oldest entry that waits was recorded. */
  waiting_since: moment.nullable(),
  trouble: uploadTrouble.nullable(),
  key_expires_at: moment.nullable(),
  /** Up to which entry the service's witness has signed. */
  witnessed: count,
  witness: z.string().nullable(),
  /** Of the trace's files, and how large they may grow while it cannot be sent. */
  disk_bytes: count,
  disk_budget_bytes: count.nullable(),
});
export type CloudStatusView = z.infer<typeof cloudStatusView>;

/** `cloud sync --json`. */
export const cloudSyncView = z.strictObject({
  format: z.literal(outputFormat),
  /** Entries that were taken by the service now. */
  sent: count,
  batches: count,
  waiting: count,
  acked_seq: count,
  witnessed: count,
  trouble: uploadTrouble.nullable(),
});
export type CloudSyncView = z.infer<typeof cloudSyncView>;

const format = z.literal(outputFormat);

/** `cloud enroll --json`. */
export const cloudEnrollView = z.strictObject({
  format,
  url: z.string(),
  key_id: z.string(),
  /** Where the secret is: the system's keychain, or a private file where there is none. */
  kept: z.enum(["keychain", "file"]),
  /** The verifier key that is trusted from now on. */
  witness_key: z.string().nullable(),
});
export type CloudEnrollView = z.infer<typeof cloudEnrollView>;

/** `cloud rotate-key --json`. */
export const cloudRotateKeyView = z.strictObject({
  format,
  url: z.string(),
  key_id: z.string(),
  old_key_id: z.string(),
});
export type CloudRotateKeyView = z.infer<typeof cloudRotateKeyView>;

/** `cloud leave --json`. `forgotten`: the secret is gone from this machine. */
export const cloudLeaveView = z.strictObject({
  format,
  url: z.string(),
  key_id: z.string(),
  forgotten: z.boolean(),
});
export type CloudLeaveView = z.infer<typeof cloudLeaveView>;
