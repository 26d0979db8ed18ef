/** How the ingestion of each agent is going: what is missing, what contradicts, what was refused and why, how late it comes. */
import type { Moment } from "../../contracts/moment.ts";
import type { ProblemName } from "../../contracts/problem.ts";
import { bounds } from "../limits/bounds.ts";
import { epochMs, millis } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";
import { nobody } from "./tally.ts";

/** Refusals of one reason. */
export type Refusals = { reason: ProblemName; times: number; first_at: Moment; last_at: Moment };

/** What somebody should look at. `silent`: nothing has come for long; `late`: what comes was written long before. */
export type Concern = "incident" | "refused" | "skewed" | "silent" | "late";

export type AgentHealth = {
  agent_id: string;
  label: string | null;
  version: string;
  platform: string;
  revoked_at: Moment | null;
  /** The last entry that is here. */
  head_seq: number;
  /** When a batch of it was last taken; null: never. */
  last_seen_at: Moment | null;
  last_entry_at: Moment | null;
  /** Of the clock that signs its requests, against ours; positive when it is ahead. */
  skew_seconds: number | null;
  /** How old its newest entry was when it arrived, by our clock. */
  lag_seconds: number | null;
  /** Batches that began behind what was here. Each is answered with where to go on. */
  gaps: number;
  /** Second histories that came, and of these how many nobody has acknowledged. */
  forks: number;
  inconsistent_checkpoints: number;
  open_incidents: number;
  /** Most recent first. Where a request was not believed, it counts for the one agent that its key is for. */
  refusals: Refusals[];
  concerns: Concern[];
};

/** Refusals of requests of which nobody knows the agent: their key is for any, and they were not believed. */
export type KeyRefusals = Refusals & { key_id: string };

type AgentRow = Omit<AgentHealth, "lag_seconds" | "concerns" | "gaps" | "refusals"> & {
  refusals: Refusals[];
};

export type HealthPage = {
  tenantId: string;
  nowMs: Moment;
  /** At most `bounds.healthRowsMax`. */
  rowsMax?: number;
  /** The last agent of the page before this one. */
  after?: string | undefined;
  /** This one alone. */
  agentId?: string | undefined;
};

const zero = "00000000-0000-0000-0000-000000000000";

/** Agents by their id, which is the order in which they were first started. Within `withTenant`. */
export async function ingestHealth(sql: Transaction, page: HealthPage): Promise<AgentHealth[]> {
  const { tenantId, nowMs, after = zero, agentId } = page;
  const rowsMax = Math.min(page.rowsMax ?? bounds.healthRowsMax, bounds.healthRowsMax);
  const wanted = agentId ?? null;
  const rows = await sql<AgentRow[]>`
    WITH page AS (
      SELECT * FROM atlasbridge.agents
      WHERE tenant_id = ${tenantId} AND agent_id > ${after}::uuid
        AND (${wanted}::uuid IS NULL OR agent_id = ${wanted}::uuid)
      ORDER BY tenant_id, agent_id LIMIT ${rowsMax}
    ), refused AS (
      SELECT CASE WHEN r.agent_id = ${nobody}::uuid THEN k.agent_id ELSE r.agent_id END AS agent_id,
        r.reason, sum(r.times)::float8 AS times, min(r.first_at) AS first_at, max(r.last_at) AS last_at
      FROM atlasbridge.ingest_refusals r
      JOIN atlasbridge.api_keys k ON k.tenant_id = r.tenant_id AND k.key_id = r.key_id
      WHERE r.tenant_id = ${tenantId} GROUP BY 1, 2
    ), incidents AS (
      SELECT agent_id, count(*) FILTER (WHERE kind = 'chain-fork')::float8 AS forks,
        count(*) FILTER (WHERE kind = 'inconsistent-checkpoint')::float8 AS inconsistent,
        count(*) FILTER (WHERE acknowledged_at IS NULL)::float8 AS open
      FROM atlasbridge.trace_incidents
      WHERE tenant_id = ${tenantId} AND agent_id IN (SELECT agent_id FROM page) GROUP BY 1
    )
    SELECT p.agent_id, p.label, p.version, p.platform, p.head_seq::float8 AS head_seq,
      p.skew_seconds, ${sql.unsafe(
        ["revoked_at", "last_seen_at", "last_entry_at"]
          .map((name) => millis(`p.${name}`))
          .join(", "),
      )},
      COALESCE(i.forks, 0) AS forks, COALESCE(i.inconsistent, 0) AS inconsistent_checkpoints,
      COALESCE(i.open, 0) AS open_incidents,
      COALESCE((
        SELECT json_agg(json_build_object('reason', r.reason, 'times', r.times,
          'first_at', ${sql.unsafe(epochMs("r.first_at"))},
          'last_at', ${sql.unsafe(epochMs("r.last_at"))}) ORDER BY r.last_at DESC, r.reason)
        FROM refused r WHERE r.agent_id = p.agent_id), '[]') AS refusals
    FROM page p LEFT JOIN incidents i USING (agent_id) ORDER BY p.agent_id`;
  return rows.map((row) => healthOf(row, nowMs));
}

/** Of this tenant. Within `withTenant`. */
export async function unattributedRefusals(
  sql: Transaction,
  { tenantId, rowsMax = bounds.healthRowsMax }: { tenantId: string; rowsMax?: number },
): Promise<KeyRefusals[]> {
  const rows = await sql<KeyRefusals[]>`
    SELECT r.key_id, r.reason, r.times::float8 AS times,
      ${sql.unsafe(["first_at", "last_at"].map((name) => millis(`r.${name}`)).join(", "))}
    FROM atlasbridge.ingest_refusals r
    JOIN atlasbridge.api_keys k ON k.tenant_id = r.tenant_id AND k.key_id = r.key_id
    WHERE r.tenant_id = ${tenantId} AND r.agent_id = ${nobody}::uuid AND k.agent_id IS NULL
    ORDER BY r.last_at DESC, r.key_id, r.reason LIMIT ${Math.min(rowsMax, bounds.healthRowsMax)}`;
  return [...rows];
}

const msPerSecond = 1_000;

function healthOf(row: AgentRow, nowMs: Moment): AgentHealth {
  const { last_seen_at, last_entry_at, skew_seconds, refusals } = row;
  const lag_seconds =
    last_seen_at === null || last_entry_at === null
      ? null
      : // Its entries are dated by its own clock.
        Math.max((last_seen_at - last_entry_at) / msPerSecond + (skew_seconds ?? 0), 0);
  const gaps = refusals.find(({ reason }) => reason === "sequence-gap")?.times ?? 0;
  const health = { ...row, refusals: [...refusals], lag_seconds, gaps };
  return { ...health, concerns: concernsOf(health, nowMs) };
}

/** What is answered by itself, as a gap or a full limit is, concerns nobody. */
const healed: ReadonlySet<ProblemName> = new Set(["sequence-gap", "rate-limited", "unavailable"]);

/** The worst first. Pure. */
export function concernsOf(
  health: Pick<
    AgentHealth,
    "open_incidents" | "refusals" | "last_seen_at" | "skew_seconds" | "lag_seconds" | "revoked_at"
  >,
  nowMs: Moment,
): Concern[] {
  const { open_incidents, refusals, last_seen_at, skew_seconds, lag_seconds, revoked_at } = health;
  const isRefused = refusals.some(
    ({ reason, last_at }) => !healed.has(reason) && last_at > (last_seen_at ?? 0),
  );
  const silentMs = last_seen_at === null ? 0 : nowMs - last_seen_at;
  const all: readonly (readonly [Concern, boolean])[] = [
    ["incident", open_incidents > 0],
    ["refused", isRefused && revoked_at === null],
    ["skewed", Math.abs(skew_seconds ?? 0) > bounds.healthSkewSeconds],
    ["silent", revoked_at === null && silentMs > bounds.healthSilentSeconds * msPerSecond],
    ["late", (lag_seconds ?? 0) > bounds.healthLagSeconds],
  ];
  return all.filter(([, isSo]) => isSo).map(([concern]) => concern);
}
