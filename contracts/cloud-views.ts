/** What the cloud shows of sessions, prompts and decisions: what may be asked, and what comes back. */
import * as z from "zod";
import { decisionAction, risk } from "./decision.ts";
import { agentId, promptId, sessionId, sha256Hex } from "./ids.ts";
import { moment } from "./moment.ts";
import { actor } from "./trace.ts";

const count = z.number().min(0);
/** Of a whole; null where there is no whole yet. */
const rate = z.number().min(0).max(1).nullable();
/** What an agent says of itself may be of a newer version: words, not lists of ours. */
const word = z.string().max(64);
/**
 * Where the next page begins; null at the end. Only what an answer gave can be given back. A page that is not full, even
 * one without a row, may have a next one: so many rows were looked through for it, and none of the others yet.
 */
export const cursor = z.string().min(1).max(512);
const nextCursor = cursor.nullable();
export const pageRowsMax = 200;
const pageRows = z.int().min(1).max(pageRowsMax).default(50);
const period = { from: moment.optional(), to: moment.optional() };

/** Charts have at most so many points. */
export const bucketsMax = 400;
export const bucket = z.enum(["hour", "day", "week"]);
export type Bucket = z.infer<typeof bucket>;

/** `from` up to before `to`; the last seven days where they are missing. */
export const overviewInput = z.strictObject({
  ...period,
  /** Where it is missing: the finest that gives at most `bucketsMax` points. */
  bucket: bucket.optional(),
  agent_id: agentId.optional(),
});

export const activity = z.strictObject({
  entries: count,
  sessions: count,
  prompts: count,
  decisions: count,
  auto_replied: count,
  denied: count,
  left_to_person: count,
  notified: count,
  /** Decided by a rule, of all decisions. */
  matched: count,
  escalated: count,
  injected: count,
  /** `matched` of `decisions`. */
  match_rate: rate,
  /** `escalated` of `prompts`. */
  escalation_rate: rate,
});
export type Activity = z.infer<typeof activity>;

export const overviewView = z.strictObject({
  from: moment,
  to: moment,
  bucket,
  agents: z.strictObject({ known: count, seen: count, revoked: count }),
  sessions: z.strictObject({ open: count, waiting: count }),
  incidents_open: count,
  total: activity,
  /** The same span of time before it, to compare with. */
  before: activity,
  /** One for each span of time, also where nothing happened. `at`: its begin, in UTC. */
  points: z.array(activity.extend({ at: moment })).max(bucketsMax),
});
export type OverviewView = z.infer<typeof overviewView>;

/** `waiting`: open, with a question that nobody has answered. */
export const sessionState = z.enum(["open", "waiting", "ended"]);
export type SessionState = z.infer<typeof sessionState>;

export const sessionSort = z.enum(["started", "last_active", "prompts", "escalated"]);
export type SessionSort = z.infer<typeof sessionSort>;

export const sessionFilters = z.strictObject({
  ...period,
  agent_id: agentId.optional(),
  tool: word.optional(),
  state: sessionState.optional(),
  /** In ids, tool, agent's label, and in label, command and folder where these were shared. */
  text: z.string().trim().min(1).max(200).optional(),
});
export type SessionFilters = z.infer<typeof sessionFilters>;

export const sessionsInput = sessionFilters.extend({
  sort: sessionSort.default("started"),
  order: z.enum(["descending", "ascending"]).default("descending"),
  cursor: cursor.optional(),
  rows: pageRows,
});
export type SessionsInput = z.infer<typeof sessionsInput>;

export const sessionRow = z.strictObject({
  agent_id: agentId,
  session_id: sessionId,
  agent_label: z.string().nullable(),
  state: sessionState,
  tool: word.nullable(),
  mode: word.nullable(),
  started_at: moment,
  ended_at: moment.nullable(),
  last_entry_at: moment,
  end_reason: word.nullable(),
  exit_code: z.int().nullable(),
  first_seq: count,
  last_seq: count,
  entries: count,
  prompts: count,
  open_prompts: count,
  decisions: count,
  auto_replied: count,
  denied: count,
  left_to_person: count,
  notified: count,
  escalated: count,
  injected: count,
  match_rate: rate,
  /** Content: null where it was not shared. */
  label: z.string().nullable(),
  command: z.string().nullable(),
  cwd: z.string().nullable(),
});
export type SessionRow = z.infer<typeof sessionRow>;

export const sessionsView = z.strictObject({ rows: z.array(sessionRow), next: nextCursor });
export type SessionsView = z.infer<typeof sessionsView>;

/** What filters can be set to. */
export const facetsView = z.strictObject({
  tools: z.array(z.strictObject({ tool: word, sessions: count })),
  agents: z.array(z.strictObject({ agent_id: agentId, label: z.string().nullable() })),
});

/** A table as a file. `text` has at most `exportRowsMax` rows; `is_whole` says whether these were all. */
export const exportRowsMax = 10_000;
export const exportFormat = z.enum(["csv", "jsonl"]);
export type ExportFormat = z.infer<typeof exportFormat>;
export const exportView = z.strictObject({
  name: z.string(),
  type: z.enum(["text/csv", "application/jsonl"]),
  rows: count,
  is_whole: z.boolean(),
  text: z.string(),
});
export type ExportView = z.infer<typeof exportView>;

export const sessionKey = z.strictObject({ agent_id: agentId, session_id: sessionId });
export type SessionKey = z.infer<typeof sessionKey>;

export const timelineInput = sessionKey.extend({ after_seq: z.int().min(0).default(0) });

/**
 * `none`: the entry has no content. `withheld`: it was not shared, or was removed since. `proved`: whole, and the
 * entry's hash commits to it. `shown`: a part or an image of it, which nothing proves.
 */
export const contentState = z.enum(["none", "withheld", "proved", "shown"]);

export const timelineEntry = z.strictObject({
  seq: count,
  at: moment,
  received_at: moment,
  kind: z.string(),
  data: z.record(z.string(), z.json()),
  content_state: contentState,
  content: z.json().nullable(),
  hash: sha256Hex,
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

/** Entries in their order. `next_seq`: what to give as `after_seq` for more; null at the end. */
export const timelineView = z.strictObject({
  session: sessionRow,
  entries: z.array(timelineEntry),
  next_seq: count.nullable(),
  /** Entries of it that retention has removed. */
  is_cut: z.boolean(),
});
export type TimelineView = z.infer<typeof timelineView>;

export const decisionsInput = z.strictObject({
  ...period,
  agent_id: agentId.optional(),
  action: decisionAction.optional(),
  /** Null: no rule matched. */
  rule_id: z.string().max(64).nullable().optional(),
  risk: risk.optional(),
  escalated: z.boolean().optional(),
  cursor: cursor.optional(),
  rows: pageRows,
});
export type DecisionsInput = z.infer<typeof decisionsInput>;

/** A prompt with what was decided of it and how it ended; newest first. */
export const decisionRow = z.strictObject({
  agent_id: agentId,
  session_id: sessionId.nullable(),
  prompt_id: promptId,
  agent_label: z.string().nullable(),
  tool: word.nullable(),
  seq: count,
  at: moment,
  prompt_kind: word.nullable(),
  confidence: word.nullable(),
  action: word.nullable(),
  rule_id: z.string().nullable(),
  reason: z.string().nullable(),
  risk: word.nullable(),
  /** When a person was called; null: nobody was. */
  escalated_at: moment.nullable(),
  replied_by: z.union([actor, word]).nullable(),
  replied_at: moment.nullable(),
  outcome: word.nullable(),
  closed_at: moment.nullable(),
  /** From the last byte on the screen to the keystroke, as the agent measured it. */
  latency_ms: z.number().nullable(),
});
export type DecisionRow = z.infer<typeof decisionRow>;

export const decisionsView = z.strictObject({ rows: z.array(decisionRow), next: nextCursor });
export type DecisionsView = z.infer<typeof decisionsView>;

export const rulesInput = z.strictObject({ ...period, agent_id: agentId.optional() });

/** How often each rule decided, and what; the most frequent first. */
export const ruleRow = z.strictObject({
  /** Null: no rule matched. */
  rule_id: z.string().nullable(),
  decisions: count,
  auto_replied: count,
  denied: count,
  left_to_person: count,
  notified: count,
  /** Of all decisions of that time. */
  share: rate,
});
export type RuleRow = z.infer<typeof ruleRow>;
export const rulesView = z.strictObject({ from: moment, to: moment, rules: z.array(ruleRow) });
export type RulesView = z.infer<typeof rulesView>;

/** Text for a person, read by nobody's machine: what policy left to people and people always answered alike. */
export const suggestion = z.strictObject({
  tool: word.nullable(),
  prompt_kind: word.nullable(),
  rule_id: z.string().nullable(),
  reason: z.string().nullable(),
  /** All of these prompts asked the same, as far as equal content can be told; else only their kind is the same. */
  same_question: z.boolean(),
  /** The replies were equal; else only what became of the prompts and how long the replies were. */
  same_reply: z.boolean(),
  outcome: word,
  times: count,
  agents: count,
  first_at: moment,
  last_at: moment,
  text: z.string(),
});
export type Suggestion = z.infer<typeof suggestion>;
export const suggestionsView = z.strictObject({
  from: moment,
  to: moment,
  suggestions: z.array(suggestion),
});
export type SuggestionsView = z.infer<typeof suggestionsView>;
