/** What the cloud shows of agents, of the integrity of their traces, and of what changes while somebody looks. */
import * as z from "zod";
import { cursor, pageRowsMax, sessionRow } from "./cloud-views.ts";
import { agentId, sessionId, sha256Hex } from "./ids.ts";
import { moment } from "./moment.ts";

const count = z.number().min(0);
const label = z.string().nullable();

/** How an agent's trace stands here. */
export const integrityRow = z.strictObject({
  agent_id: agentId,
  label,
  /** The last entry that is here, and its hash; null: none is. */
  head_seq: count,
  head_hash: sha256Hex.nullable(),
  /** Entries before it were removed by retention; the checkpoint over them stays. */
  kept_from_seq: count,
  last_entry_at: moment.nullable(),
  /** Verifier key (C2SP signed-note) that the trace names. Compare it with what the agent's owner says. */
  key: z.string().nullable(),
  checkpoint: z
    .strictObject({
      size: count,
      root: sha256Hex,
      received_at: moment,
      /** The signed note with the witness's cosignature. */
      note: z.string(),
    })
    .nullable(),
  /**
   * What is found when it is looked at now: `verified`: the last checkpoint covers the head, has the tree's root, and is
   * signed by the agent and by the witness. `unsigned`: nothing has come yet. Else what is wrong.
   */
  standing: z.enum(["verified", "unsigned", "uncovered", "root_mismatch", "signature_invalid"]),
  incidents_open: count,
});
export type IntegrityRow = z.infer<typeof integrityRow>;
export const integrityView = z.strictObject({
  /** Verifier key of the witness: this service. */
  witness: z.string(),
  agents: z.array(integrityRow),
  /** What to give as `after`; null at the end. */
  next: agentId.nullable(),
});
export type IntegrityView = z.infer<typeof integrityView>;

export const agentsPage = z.strictObject({
  /** This one alone. */
  agent_id: agentId.optional(),
  after: agentId.optional(),
  rows: z.int().min(1).max(pageRowsMax).default(50),
});

/** A walk over an agent's stored entries: their hashes, their order, their content, and the tree above them. */
export const recheckInput = z.strictObject({
  agent_id: agentId,
  /** As `checked_to` of the answer before it; missing at the begin. */
  after: z.int().min(0).optional(),
});
export const recheckView = z.strictObject({
  checked_to: count,
  head_seq: count,
  /** Null: nothing is wrong up to here. */
  fault: z.strictObject({ seq: count, what: z.string() }).nullable(),
  /** It has come to the end, or found a fault. */
  done: z.boolean(),
});
export type RecheckView = z.infer<typeof recheckView>;

export const incidentKind = z.enum(["chain-fork", "inconsistent-checkpoint"]);
export const incidentKey = z.strictObject({
  agent_id: agentId,
  kind: incidentKind,
  seq: z.int().min(0),
  came: sha256Hex,
});
export type IncidentKey = z.infer<typeof incidentKey>;
export const incidentRow = incidentKey.extend({
  label,
  seq: count,
  known: sha256Hex.nullable(),
  key_id: z.string(),
  detail: z.string(),
  times: count,
  first_at: moment,
  last_at: moment,
  acknowledged_at: moment.nullable(),
  acknowledged_by: z.string().nullable(),
});
export type IncidentRow = z.infer<typeof incidentRow>;
export const incidentsInput = z.strictObject({
  agent_id: agentId.optional(),
  open: z.boolean().optional(),
  cursor: cursor.optional(),
  rows: z.int().min(1).max(pageRowsMax).default(50),
});
export const incidentsView = z.strictObject({
  rows: z.array(incidentRow),
  next: cursor.nullable(),
});
export type IncidentsView = z.infer<typeof incidentsView>;

/** One box for everything: ids (their start is enough), labels, tools, rules, and shared content. */
export const searchInput = z.strictObject({ text: z.string().trim().min(1).max(200) });
export const searchView = z.strictObject({
  agents: z.array(z.strictObject({ agent_id: agentId, label })),
  sessions: z.array(sessionRow),
  rules: z.array(z.string()),
});
export type SearchView = z.infer<typeof searchView>;

/** Something came or changed: what to ask for again. It says nothing of what it now is. */
export const change = z.strictObject({
  at: moment,
  /** `resync`: more than can be told one by one, or some may have been missed; ask for everything again. */
  what: z.enum(["entries", "incident", "agent", "resync"]),
  agent_id: agentId.nullable(),
  /** Null: more than can be told. */
  session_ids: z.array(sessionId).nullable(),
});
export type Change = z.infer<typeof change>;
