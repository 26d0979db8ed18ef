/** The trace entry and its closed union of kinds: what one record of the log holds (`docs/trace.md`). */
import * as z from "zod";
import { auditMode } from "./config.ts";
import { decisionAction, policyLayer, risk } from "./decision.ts";
import { agentId, promptId, sessionId, sha256Hex } from "./ids.ts";
import { moment } from "./moment.ts";
import { autonomyMode } from "./policy.ts";
import { confidence, promptKind, subject } from "./prompt.ts";
import { recordingCut } from "./recording.ts";
import { secretName } from "./secret.ts";

/** Who produced a reply. */
export const actor = z.enum(["policy", "terminal", "cli", "console", "dashboard"]);
export type Actor = z.infer<typeof actor>;

/** How a prompt ended: each prompt ends in exactly one of these. */
export const promptOutcome = z.enum([
  "answered",
  "denied",
  "person",
  "expired",
  "withdrawn",
  "no_effect",
  "interrupted",
  "session_ended",
]);
export type PromptOutcome = z.infer<typeof promptOutcome>;

/** Whether the tool asks before it acts: `yes` by its launch profile, `unknown` as started by hand, `no` once seen. */
export const asking = z.enum(["yes", "unknown", "no"]);
export type Asking = z.infer<typeof asking>;

const count = z.int().min(0);
const ofPrompt = { prompt_id: promptId };

const ofLayer = z.strictObject({ layer: policyLayer, policy_hash: sha256Hex, rules: count });

/** A trace that could not be gone on with: it was set aside, and is named by the one begun in its place. */
export const previousTrace = z.strictObject({
  /** When, in the name of the files that hold it now: `trace.db.broken-20261130T071200123Z`. */
  set_aside: z.string().regex(/^\d{8}T\d{9}Z$/),
  /** `damaged`: it cannot be read or written any more. `tampered`: what stands there is not what was written. */
  why: z.enum(["damaged", "tampered"]),
  /** Its last entry as it stood there; null where none could be read. */
  head: z.strictObject({ seq: z.int().min(1), hash: sha256Hex }).nullable(),
  /** What was signed of it last, as it lay beside it; null where nothing did. */
  signed: z.strictObject({ size: z.int().min(1), root: sha256Hex }).nullable(),
});
export type PreviousTrace = z.infer<typeof previousTrace>;

/** Metadata of each kind, without content: this much may leave the machine. */
export const entryData = {
  "trace.opened": z.strictObject({
    runtime_version: z.string(),
    previous: previousTrace.optional(),
  }),
  "session.started": z.strictObject({
    tool: z.string(),
    pid: count,
    cols: count,
    rows: count,
    pty: z.enum(["native", "bun-pty", "recorded"]),
    mode: autonomyMode,
    policy_hash: sha256Hex,
    headless: z.boolean().optional(),
    asks: asking.optional(),
    /** It began in a trace that was set aside, and goes on in this one. */
    continued: z.literal(true).optional(),
  }),
  "session.ended": z.strictObject({
    exit_code: z.int().nullable(),
    signal: z.string().nullable(),
    reason: z.enum(["exited", "signaled", "denied", "interrupted", "runtime_died", "failed"]),
    prompts: count,
    answered: count,
    escalated: count,
  }),
  /** The recording of the session's terminal as it lies in its file: size and hash of the compressed bytes. */
  "recording.closed": z.strictObject({
    bytes: count,
    sha256: sha256Hex,
    cut: recordingCut.nullable(),
  }),
  "prompt.detected": z.strictObject({
    ...ofPrompt,
    prompt_kind: promptKind,
    confidence,
    evidence: z.array(z.string()),
    options_count: count,
    has_default: z.boolean(),
    single_key: z.boolean(),
    cut: z.boolean(),
  }),
  "decision.made": z.strictObject({
    ...ofPrompt,
    action: decisionAction,
    rule_id: z.string().nullable(),
    /** Whose rule it was, where there is more than one policy. */
    layer: policyLayer.optional(),
    reason: z.string(),
    risk,
    risk_factors: z.array(z.string()),
    policy_hash: sha256Hex,
    duration_us: count,
  }),
  "prompt.escalated": z.strictObject({ ...ofPrompt, by: actor, reason: z.string().optional() }),
  "reply.received": z.strictObject({
    ...ofPrompt,
    by: actor,
    /** The person confirmed what policy suggested: by this rule, or by `defaults`. */
    rule_id: z.string().nullable().optional(),
    layer: policyLayer.optional(),
  }),
  "reply.injected": z.strictObject({
    ...ofPrompt,
    by: actor,
    bytes: count,
    /** Keys that are chosen one by one from what the screen shows: `bytes` is the most that will be typed. */
    steered: z.literal(true).optional(),
    /** A secret of the keychain: `bytes` is 0, since how long it is is no business of the record's. */
    secret: z.literal(true).optional(),
    /** From the last output byte to the moment of recording, just before the keystroke. */
    latency_ms: z.number().min(0),
    /** `audit_mode: best_effort`: the trace could not be written then, and the keys came so long before this entry. */
    late_ms: count.optional(),
  }),
  "prompt.closed": z.strictObject({
    ...ofPrompt,
    outcome: promptOutcome,
    /** False when an injection was recorded but the check after it forbade the keystroke. */
    typed: z.boolean().optional(),
    /** How much of a steered reply was typed. */
    bytes: count.optional(),
    reason: z.string().optional(),
  }),
  "policy.loaded": z.strictObject({
    policy_hash: sha256Hex,
    name: z.string(),
    rules: count,
    layers: z.array(ofLayer).optional(),
    /** It is not read again while the session runs. */
    pinned: z.literal(true).optional(),
  }),
  /** The policy of a running session was read anew: from here on it decides. */
  "policy.changed": z.strictObject({
    old_hash: sha256Hex,
    policy_hash: sha256Hex,
    name: z.string(),
    rules: count,
    layers: z.array(ofLayer).optional(),
  }),
  /** It was changed, and what stands there now is no policy: the one of this hash goes on deciding. */
  "policy.kept": z.strictObject({ policy_hash: sha256Hex, reason: z.string() }),
  "autopilot.changed": z.strictObject({
    mode: autonomyMode,
    by: actor,
    /** What was done; absent where a session's own mode changed. */
    action: z.enum(["paused", "resumed", "limited"]).optional(),
  }),
  "operator.acted": z.strictObject({ action: z.string(), by: actor }),
  /** The screen and what the tool says of itself out of band tell different things: names of states, no content. */
  "detector.disagreed": z.strictObject({
    screen: z.string(),
    announced: z.string(),
    prompt_id: promptId.optional(),
  }),
  /** The tool was seen to enter or leave the mode in which it asks. */
  "asking.changed": z.strictObject({ asks: asking, reason: z.string() }),
  "runtime.recovered": z.strictObject({ sessions: count, prompts: count }),
  /** The content of these entries is gone from the files; their hashes stay. */
  "content.erased": z.strictObject({
    from_seq: count,
    to_seq: count,
    /** Of the entries in between only those of this session. */
    of_session: sessionId.optional(),
    reason: z.enum(["asked", "retention", "room"]).optional(),
  }),
  "upload.dropped": z.strictObject({ from_seq: count, to_seq: count }),
  /** What the service said, or was, is not to be had honestly: nothing more is sent until the operator has acted. */
  "upload.incident": z.strictObject({
    problem: z.enum(["chain-fork", "inconsistent-checkpoint", "false-acknowledgement"]),
    /** The first entry that it is about. */
    seq: count,
  }),
  /**
   * From here on another key signs. The checkpoint over the entries up to this one is signed by the key before it too,
   * which so vouches for its successor.
   */
  "key.changed": z.strictObject({
    public_key: z.string(),
    /** The key before it was lost: nobody vouches for this one. */
    lost: z.literal(true).optional(),
  }),
  /** These entries lie in a file of their own from now on, in the folder of archives. */
  "trace.archived": z.strictObject({ from_seq: count, to_seq: count, file: z.string() }),
  "trace.closed": z.strictObject({ reason: z.string() }),
  /** What a session does about a reply that cannot be recorded, where that is not `strict`. */
  "audit.chosen": z.strictObject({ audit_mode: auditMode }),
} as const;

export type EntryKind = keyof typeof entryData;
export const entryKinds = Object.keys(entryData) as EntryKind[];
export type EntryData = { [K in EntryKind]: z.infer<(typeof entryData)[K]> };

/** Content of the kinds that have any: text from the terminal or the operator's files. Stays local unless shared. */
export const entryContent = {
  "session.started": z.strictObject({
    command: z.array(z.string()),
    cwd: z.string(),
    label: z.string().nullable(),
  }),
  "prompt.detected": z.strictObject({
    question: z.string(),
    options: z.array(z.strictObject({ label: z.string(), key: z.string().nullable() })),
    default: z.string().nullable(),
    subject: subject.nullable(),
  }),
  /** The keychain's entry whose secret is to be typed: its name, never the secret. */
  "decision.made": z.strictObject({ secret: secretName }),
  "prompt.escalated": z.strictObject({ reply: z.string() }),
  /** What it is about: the folder, the file, or the name of a secret. */
  "operator.acted": z.strictObject({
    folder: z.string().optional(),
    file: z.string().optional(),
    secret: secretName.optional(),
  }),
  "reply.received": z.strictObject({ reply: z.string() }),
} as const;
export type EntryContent = { [K in keyof typeof entryContent]: z.infer<(typeof entryContent)[K]> };

/** One thing to record, before it has a number, a time and a hash. Content only where the kind has any. */
export type EntryDraft = {
  [K in EntryKind]: {
    kind: K;
    data: EntryData[K];
    content?: K extends keyof EntryContent ? EntryContent[K] : never;
  };
}[EntryKind];

const envelope = {
  v: z.literal(1),
  agent_id: agentId,
  seq: z.int().min(1),
  at: moment,
  session_id: sessionId.nullable(),
  content_hash: sha256Hex.nullable(),
  prev: sha256Hex,
  hash: sha256Hex,
};

function ofKind<K extends EntryKind>(kind: K) {
  return z.strictObject({ ...envelope, kind: z.literal(kind), data: entryData[kind] });
}

/** One record of the log: exactly what is hashed (with `hash` itself left out). */
export const entry = z.discriminatedUnion("kind", [
  ofKind("trace.opened"),
  ofKind("session.started"),
  ofKind("session.ended"),
  ofKind("recording.closed"),
  ofKind("prompt.detected"),
  ofKind("decision.made"),
  ofKind("prompt.escalated"),
  ofKind("reply.received"),
  ofKind("reply.injected"),
  ofKind("prompt.closed"),
  ofKind("policy.loaded"),
  ofKind("policy.changed"),
  ofKind("policy.kept"),
  ofKind("autopilot.changed"),
  ofKind("operator.acted"),
  ofKind("detector.disagreed"),
  ofKind("asking.changed"),
  ofKind("runtime.recovered"),
  ofKind("content.erased"),
  ofKind("upload.dropped"),
  ofKind("upload.incident"),
  ofKind("key.changed"),
  ofKind("trace.archived"),
  ofKind("trace.closed"),
  ofKind("audit.chosen"),
]);
export type Entry = z.infer<typeof entry>;

/** What stands beside an entry, outside its hash: content and its salt can be erased and the chain still verifies. */
export type EntryBeside = {
  /** The content's canonical JSON value; null where there is none or it was erased. */
  content: unknown;
  /** 16 random bytes in lower-case hex; null exactly when content is. */
  salt: string | null;
};

export type StoredEntry = Entry & EntryBeside;
