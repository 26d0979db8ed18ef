/** The operator's `config.yaml`: every key, its default and its bounds. It holds no secret. */
import * as z from "zod";
import { isKeyId } from "./api-key.ts";
import { contentFields, contentLevel } from "./content-level.ts";
import { limits } from "./limits.ts";
import { notifyContent, notifyTarget } from "./notify.ts";
import { outputFormat } from "./version.ts";

/**
 * `strict`: what cannot be made durable is not typed, the prompt goes to the person. `best_effort`: it is typed all
 * the same, and the trace says so as soon as it can be written.
 */
export const auditMode = z.enum(["strict", "best_effort"]);
export type AuditMode = z.infer<typeof auditMode>;

const flag = (description: string, value: boolean) =>
  z.boolean().default(value).describe(description);

const days = z.int().min(1).max(limits.retentionDaysMax);

/** One of the operator's own: RE2 syntax, matched in linear time; every match is replaced. */
export const redactionPattern = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
  pattern: z.string().min(1).max(limits.patternCharsMax),
});
export type RedactionPattern = z.infer<typeof redactionPattern>;

const recording = z.strictObject({
  enabled: flag("keep what each session's terminal showed, for replay", true),
  input: flag("keep what was typed too, except at password prompts", false),
  bytes_max: z
    .int()
    .min(limits.recordingBytesMin)
    .max(limits.recordingBytesMax)
    .default(limits.recordingBytesDefault)
    .describe("how much of one session's output is kept, in bytes before compression"),
  keep_days: days.default(30).describe("recordings older than this are removed"),
});

const retention = z.strictObject({
  content_days: days
    .nullable()
    .default(null)
    .describe(
      "content of trace entries older than this is erased, their hashes stay; null keeps it",
    ),
});

const redaction = z.strictObject({
  enabled: flag("replace secrets before content is recorded", true),
  patterns: z
    .array(redactionPattern)
    .max(limits.redactionPatternsMax)
    .default([])
    .describe("your own patterns, each with a name and an RE2 pattern"),
});

/** By `cloud enroll`. Without `url` and `key_id` nothing is ever sent, and no code runs that could. */
const cloud = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(limits.cloudUrlCharsMax)
    .nullable()
    .default(null)
    .describe("where the trace is sent; null: nowhere"),
  key_id: z
    .string()
    .refine(isKeyId, 'a key id begins with "abk_" and has 21 characters')
    .nullable()
    .default(null)
    .describe("which key signs what is sent; its secret is in the keychain"),
  witness_key: z
    .string()
    .max(1_024)
    .nullable()
    .default(null)
    .describe("whose signatures under the trace are believed (C2SP verifier key)"),
  content: contentLevel
    .default("none")
    .describe("what is sent of questions, commands, paths and replies"),
  content_fields: z
    .partialRecord(z.enum(contentFields), contentLevel)
    .default({})
    .describe(`the same for single fields, before it: ${contentFields.join(", ")}`),
  auto_rotate: flag("fetch the next key by itself once this one was rotated", false),
  disk_budget_bytes: z
    .int()
    .min(limits.diskBudgetBytesMin)
    .max(limits.diskBudgetBytesMax)
    .default(limits.diskBudgetBytesDefault)
    .describe("how large the trace may grow while it cannot be sent"),
});

const daemon = z.strictObject({
  dashboard: flag("serve the dashboard for as long as the daemon runs; read when it starts", false),
});

const notify = z.strictObject({
  bell: flag("ring the terminal's bell when a prompt waits for you", true),
  desktop: flag("show a desktop notification when a prompt waits and nobody comes", true),
  after_seconds: z
    .int()
    .min(0)
    .max(limits.notifySecondsMax)
    .default(10)
    .describe("how long a prompt waits before the desktop is told, in seconds"),
  again_seconds: z
    .int()
    .min(0)
    .max(limits.notifySecondsMax)
    .default(60)
    .describe("how long after that it is told once more, louder, in seconds; 0: not"),
  long_seconds: z
    .int()
    .min(0)
    .max(limits.notifySecondsMax)
    .default(900)
    .describe("a prompt that has waited for this long is told of once more, in seconds; 0: not"),
  content: notifyContent
    .default("none")
    .describe("what targets are told besides that a tool waits: none, label, redacted"),
  targets: z
    .array(notifyTarget)
    .max(limits.notifyTargetsMax)
    .refine(
      (targets) => new Set(targets.map(({ name }) => name)).size === targets.length,
      "two targets have the same name",
    )
    .default([])
    .describe("where you are called besides at this machine: atlasbridge notify add --help"),
});

export const config = z.strictObject({
  audit_mode: auditMode
    .default("strict")
    .describe(
      "whether a reply that cannot be recorded is left to you (strict) or typed (best_effort)",
    ),
  recording: recording.prefault({}),
  retention: retention.prefault({}),
  redaction: redaction.prefault({}),
  notify: notify.prefault({}),
  cloud: cloud.prefault({}),
  daemon: daemon.prefault({}),
});
export type Config = z.infer<typeof config>;

export const defaultConfig: Config = config.parse({});

/** `config list --json`. */
export const configListView = z.strictObject({
  format: z.literal(outputFormat),
  file: z.string(),
  settings: z.array(
    z.strictObject({
      key: z.string(),
      value: z.unknown(),
      default: z.unknown(),
      from: z.enum(["default", "file", "variable"]),
      /** The environment variable that goes before the file. */
      variable: z.string(),
      description: z.string(),
    }),
  ),
});
export type ConfigListView = z.infer<typeof configListView>;
