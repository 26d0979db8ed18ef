/** Where a person is called besides at this machine, what is said there, and what became of it. No secret is in here. */
import * as z from "zod";
import { promptId, sessionId } from "./ids.ts";
import { limits } from "./limits.ts";
import { moment } from "./moment.ts";
import { promptKind } from "./prompt.ts";
import { outputFormat } from "./version.ts";

export const targetName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,31}$/,
    "may hold small letters, digits, _ and - only, beginning with a letter or digit, 32 at most",
  );

const address = z
  .url({ protocol: /^https?$/ })
  .max(limits.notifyUrlCharsMax)
  .refine((text) => isPrivate(text), "has to begin with https://, but for this machine's own")
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), "may hold no user or password");

/** Nobody on the way can read what is sent there. */
function isPrivate(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  const isLoopback = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(hostname);
  return protocol === "https:" || isLoopback;
}

/** What Slack's address has to be, which is a secret and so in no settings. */
export const secretAddress = address;

/** Slack's address and Telegram's token are secrets, and so in the keychain, as is what signs a webhook. */
export const notifyTarget = z.discriminatedUnion("type", [
  /** JSON, signed by Standard Webhooks. */
  z.strictObject({ name: targetName, type: z.literal("webhook"), url: address }),
  /** The address of a topic: `https://ntfy.sh/TOPIC`. `token`: there is one, which is a secret too. */
  z.strictObject({
    name: targetName,
    type: z.literal("ntfy"),
    url: address,
    token: z.boolean().optional(),
  }),
  /** An incoming webhook of Slack, or of a service that takes the same. */
  z.strictObject({ name: targetName, type: z.literal("slack") }),
  /** `url`: of a Bot API server of one's own. */
  z.strictObject({
    name: targetName,
    type: z.literal("telegram"),
    chat: z.string().regex(/^(?:-?\d{1,20}|@\w{1,64})$/, "is a number, or @ and a channel's name"),
    url: address.optional(),
  }),
]);
export type NotifyTarget = z.infer<typeof notifyTarget>;

/** `none`: metadata alone. `label`: the session's label too. `redacted`: also the question and its options. */
export const notifyContent = z.enum(["none", "label", "redacted"]);
export type NotifyContent = z.infer<typeof notifyContent>;

/** What is told of a prompt that waits. Everything but the last three is metadata. */
export const notifyMessage = z.strictObject({
  type: z.enum(["prompt.waiting", "test"]),
  /** `first`: nobody has come. `again`: nor since then. `long`: it has waited for longer than the operator wants. */
  urgency: z.enum(["first", "again", "long"]),
  at: moment,
  session_id: sessionId.nullable(),
  prompt_id: promptId.nullable(),
  tool: z.string(),
  prompt_kind: promptKind.nullable(),
  waited_seconds: z.int().min(0),
  label: z.string().nullable(),
  question: z.string().nullable(),
  options: z.array(z.string()),
});
export type NotifyMessage = z.infer<typeof notifyMessage>;

/** What the process that sends is given on its standard input. */
export const notifyJob = z.strictObject({
  targets: z.array(notifyTarget),
  message: notifyMessage,
  /** Where secrets are that no keychain took. */
  secretsFile: z.string(),
  /** Where it is kept how each target was last reached. */
  resultsFolder: z.string(),
  triesMax: z.int().min(1),
});
export type NotifyJob = z.infer<typeof notifyJob>;

/** Why something was not delivered. */
export const notifyProblem = z.enum([
  "no-secret",
  "unreachable",
  "timed-out",
  "redirected",
  "refused",
  "failing",
]);

/** How one target was last reached. */
export const notifyResult = z.strictObject({
  at: moment,
  delivered: z.boolean(),
  tries: z.int().min(1),
  /** The answer's status; null where there was none. */
  status: z.int().nullable(),
  problem: notifyProblem.nullable(),
  /** One line for the operator; null where it was delivered. */
  detail: z.string().nullable(),
});
export type NotifyResult = z.infer<typeof notifyResult>;

/** What the process that sends says on its standard output, a line for each target. */
export const notifyReport = z.strictObject({ target: targetName, ...notifyResult.shape });
export type NotifyReport = z.infer<typeof notifyReport>;

const format = z.literal(outputFormat);
/** Where its secret is; `none`: it needs none, `missing`: it cannot be used without. */
const kept = z.enum(["keychain", "file", "none", "missing"]);
export type SecretKept = z.infer<typeof kept>;

/** `notify add --json`. `secret`: what was made here for the receiver to check signatures by; told this once. */
export const notifyAddView = z.strictObject({
  format,
  target: notifyTarget,
  kept,
  secret: z.string().nullable(),
});
export type NotifyAddView = z.infer<typeof notifyAddView>;

/** `notify list --json`. */
export const notifyListView = z.strictObject({
  format,
  bell: z.boolean(),
  /** The program that tells the desktop; null where there is none, or it was switched off. */
  desktop: z.string().nullable(),
  content: notifyContent,
  targets: z.array(z.strictObject({ target: notifyTarget, last: notifyResult.nullable() })),
});
export type NotifyListView = z.infer<typeof notifyListView>;

/** `notify test --json`. */
export const notifyTestView = z.strictObject({ format, results: z.array(notifyReport) });
export type NotifyTestView = z.infer<typeof notifyTestView>;

/** `notify remove --json`. `forgotten`: its secret is gone from this machine. */
export const notifyRemoveView = z.strictObject({
  format,
  name: targetName,
  forgotten: z.boolean(),
});
export type NotifyRemoveView = z.infer<typeof notifyRemoveView>;
