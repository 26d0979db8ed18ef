/** The shapes of `--json`: what the trace and session commands print for programs, one value each. */
import * as z from "zod";
import { activity } from "./activity.ts";
import { decisionAction } from "./decision.ts";
import { agentId, promptId, sessionId, sha256Hex } from "./ids.ts";
import { moment } from "./moment.ts";
import { confidence, promptKind } from "./prompt.ts";
import { secretName } from "./secret.ts";
import { actor, entry, previousTrace, promptOutcome } from "./trace.ts";
import { recordingState, recordingView } from "./recording.ts";
import { outputFormat } from "./version.ts";

const count = z.int().min(0);
const format = z.literal(outputFormat);

/** An entry with what stands beside it. Everything but `content` and `salt` is what was hashed. */
export const storedEntryView = z
  .looseObject({ content: z.unknown(), salt: z.string().nullable() })
  .superRefine(({ content: _content, salt: _salt, ...hashed }, context) => {
    const result = entry.safeParse(hashed);
    if (!result.success) context.addIssue(z.prettifyError(result.error));
  });

/** `trace tail --json`. With `--follow` each entry is printed by itself instead, one a line. */
export const traceTailView = z.strictObject({ format, entries: z.array(storedEntryView) });

/** `trace show SEQ --json`. */
export const traceShowView = z.strictObject({ format, entry: storedEntryView });

/** What can be wrong with a trace. */
export const traceFaultKind = z.enum([
  "empty",
  "unreadable",
  "schema",
  "gap",
  "order",
  "agent_mismatch",
  "prev_mismatch",
  "hash_mismatch",
  "content_mismatch",
  "claim_mismatch",
  "injected_twice",
  "closed_twice",
  "not_closed",
  "ended_twice",
  "session",
  "prompt",
  "checkpoint_invalid",
  "checkpoint_mismatch",
  "truncated",
  "tree_mismatch",
  "key_mismatch",
  "key_unvouched",
  "content_missing",
  "content_left",
  "archive_missing",
  "archive_mismatch",
  "cosignature_invalid",
  "witness_contradicted",
]);

export const traceFault = z.strictObject({
  /** The entry that is wrong; for missing entries the first of them. */
  seq: z.int(),
  fault: traceFaultKind,
  message: z.string(),
});
export type TraceFault = z.infer<typeof traceFault>;

export const traceReport = z.strictObject({
  ok: z.boolean(),
  agent_id: z.string().nullable(),
  entries: count,
  head: z.strictObject({ seq: z.int(), hash: z.string() }),
  sessions: count,
  prompts: count,
  replies: count,
  /** Entries whose content was erased, as another entry says; their hashes still stand. */
  content_erased: count,
  /** Signed statements of size and root that were checked. */
  checkpoints: count,
  /** The last entry that a true checkpoint covers; what comes after it could be cut off unseen. */
  signed_to: count,
  /** The agent's verifier key (C2SP signed-note) that is in force at the end; null where nothing is signed. */
  key: z.string().nullable(),
  /** Every key that was in force. `vouched`: the one before it has signed that it comes next, or was lost by then. */
  keys: z.array(
    z.strictObject({
      from_seq: count,
      key: z.string(),
      vouched: z.enum(["first", "yes", "lost", "no"]),
    }),
  ),
  /** Up to which entry each witness that is trusted vouches. */
  witnesses: z.array(z.strictObject({ name: z.string(), to_seq: count })),
  /** The files in which older entries lie. `missing`: their entries were not checked. */
  archives: z.array(
    z.strictObject({
      file: z.string(),
      from_seq: count,
      to_seq: count,
      state: z.enum(["checked", "missing"]),
    }),
  ),
  /** The last entry up to which nothing is wrong; 0 when entry 1 already is. */
  sound_to: z.int(),
  /** What this trace was begun in place of; null where it is the first. */
  previous: previousTrace.nullable(),
  faults_count: count,
  /** The first of the faults, ascending by entry. */
  faults: z.array(traceFault),
});
export type TraceReport = z.infer<typeof traceReport>;

/** `trace verify --json`. `trace` is false when there is none yet. */
export const traceVerifyView = z.strictObject({
  format,
  trace: z.boolean(),
  report: traceReport.nullable(),
});
export type TraceVerifyView = z.infer<typeof traceVerifyView>;

/** `trace verify --proof FILE --json`. */
export const traceProofView = z.strictObject({
  format,
  ok: z.boolean(),
  /** The entry that is, or is not, proved. */
  seq: count,
  /** The verifier key that it was checked with. */
  key: z.string(),
  /** Given with `--key`, or this machine's own; false: taken from the proof itself, and so to be compared. */
  key_known: z.boolean(),
  why: z.string().nullable(),
});
export type TraceProofView = z.infer<typeof traceProofView>;

/** `trace verify --proof FILE --json` of a whole session. */
export const traceSessionProofView = z.strictObject({
  format,
  ok: z.boolean(),
  agent_id: agentId,
  session_id: sessionId,
  entries: count,
  /** From its start to its end, with as many prompts as the end entry says. */
  whole: z.boolean(),
  key: z.string(),
  key_known: z.boolean(),
  why: z.string().nullable(),
});
export type TraceSessionProofView = z.infer<typeof traceSessionProofView>;

/** `trace key show --json`, and what `move` and `rotate` print. */
export const traceKeyView = z.strictObject({
  format,
  kept_in: z.enum(["file", "keychain"]),
  /** Holds the key, or says that the keychain does. */
  file: z.string(),
  /** 64 hex digits. */
  public_key: sha256Hex,
  /** Of the public key, as ssh-keygen(1) writes one. */
  fingerprint: z.string(),
  /** Verifier key (C2SP signed-note), for `verify --key`; null where there is no trace yet. */
  key: z.string().nullable(),
});
export type TraceKeyView = z.infer<typeof traceKeyView>;

/** `trace witness list --json`, and what `add` and `remove` print. */
export const traceWitnessesView = z.strictObject({
  format,
  witnesses: z.array(
    z.strictObject({
      name: z.string(),
      /** Verifier key (C2SP signed-note) with the algorithm of tlog-cosignature. */
      key: z.string(),
    }),
  ),
});
export type TraceWitnessesView = z.infer<typeof traceWitnessesView>;

/** `trace erase --json`. `gone`: not even the write-ahead log beside the trace holds it any more. */
export const traceEraseView = z.strictObject({ format, erased: count, gone: z.boolean() });
export type TraceEraseView = z.infer<typeof traceEraseView>;

/** `trace archive --json`. */
export const traceArchiveView = z.strictObject({
  format,
  folder: z.string(),
  archives: z.array(z.strictObject({ file: z.string(), from_seq: count, to_seq: count })),
  /** The open session that keeps further entries where they are. */
  held_by: z.string().nullable(),
  /** Whether the space was given back to the disk. */
  packed: z.boolean(),
});
export type TraceArchiveView = z.infer<typeof traceArchiveView>;

export const sessionState = z.enum(["running", "ended", "died"]);

export const sessionSummary = z.strictObject({
  session_id: sessionId,
  tool: z.string(),
  label: z.string().nullable(),
  command: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  mode: z.string(),
  pid: count,
  policy_hash: sha256Hex,
  started_at: moment,
  ended_at: moment.nullable(),
  /** `died`: the runtime was gone before the tool ended, whether or not recovery has written that down yet. */
  state: sessionState,
  /** What it is doing; null where that is not known, as of one that died. */
  activity: activity.nullable(),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  reason: z.string().nullable(),
  prompts: count,
  answered: count,
  escalated: count,
});
export type SessionSummary = z.infer<typeof sessionSummary>;

/** `sessions list --json`, newest first. */
export const sessionsListView = z.strictObject({
  format,
  sessions: z.array(
    z.strictObject({
      ...sessionSummary.shape,
      /** Size of the recording's file, compressed; null where there is none. */
      recording_bytes: count.nullable(),
      /** As it says itself, where it runs and answers; absent where it was not asked. */
      live: z
        .strictObject({
          /** In the background: no terminal's end is its end. */
          detached: z.boolean(),
          paused: z.enum(["running", "paused", "frozen"]),
          /** The terminal that writes, and how many are attached. */
          pen: z.string().nullable(),
          seats: count,
        })
        .nullable()
        .optional(),
    }),
  ),
});
export type SessionsListView = z.infer<typeof sessionsListView>;

/** `secrets list --json`: names alone, in order. */
export const secretsListView = z.strictObject({
  format,
  secrets: z.array(z.strictObject({ name: secretName })),
});
export type SecretsListView = z.infer<typeof secretsListView>;

/** One prompt's way from question to end. What has not happened yet is null. */
export const promptTimeline = z.strictObject({
  prompt_id: promptId,
  detected_at: moment,
  prompt_kind: promptKind,
  confidence,
  /** Null when there is no content: never recorded, or erased. */
  question: z.string().nullable(),
  decision: z
    .strictObject({
      action: decisionAction,
      rule_id: z.string().nullable(),
      reason: z.string(),
      at: moment,
    })
    .nullable(),
  escalated_at: moment.nullable(),
  reply: z
    .strictObject({
      by: actor,
      bytes: count,
      /** A secret of the keychain, of which not even the length is told: `bytes` is 0. */
      secret: z.literal(true).optional(),
      /** From the last output byte to the moment of recording, just before the keystroke. */
      latency_ms: z.number(),
      at: moment,
    })
    .nullable(),
  closed: z
    .strictObject({
      outcome: promptOutcome,
      reason: z.string().nullable(),
      /** False when a reply was recorded and then not typed after all; null when nothing is said about it. */
      typed: z.boolean().nullable(),
      at: moment,
    })
    .nullable(),
});
export type PromptTimeline = z.infer<typeof promptTimeline>;

/** `sessions show ID --json`. */
export const sessionShowView = z.strictObject({
  format,
  session: sessionSummary,
  agent_id: agentId,
  recording: recordingView,
  prompts: z.array(promptTimeline),
});
export type SessionShowView = z.infer<typeof sessionShowView>;

/** `sessions replay --json`: what stood on the screen at each prompt, and at the end. */
export const sessionReplayView = z.strictObject({
  format,
  /** Null for a file that is no session's of this machine. */
  session_id: sessionId.nullable(),
  file: z.string(),
  state: recordingState.nullable(),
  stills: z.array(
    z.strictObject({
      /** From the beginning of the recording. */
      at_ms: z.number(),
      cols: count,
      rows: count,
      /** The rows of the screen, without trailing blanks. */
      screen: z.array(z.string()),
      /** Null at the end, and where the trace knows nothing of it. */
      prompt: promptTimeline.nullable(),
    }),
  ),
});
export type SessionReplayView = z.infer<typeof sessionReplayView>;

/** `sessions prune --json`. */
export const sessionsPruneView = z.strictObject({
  format,
  keep_days: count,
  removed: z.array(z.strictObject({ session_id: sessionId, bytes: count })),
});
export type SessionsPruneView = z.infer<typeof sessionsPruneView>;
