/** What of a tenant has changed since a moment, from its rows alone: for whoever comes back, and for what NOTIFY has lost. */
import type { Change } from "../../contracts/cloud-fleet.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Transaction } from "../store/pool.ts";

/** At most so many; more are told as one. */
const rowsMax = 100;

type Found = Pick<Change, "what" | "agent_id" | "at">;

export async function changesSince(
  sql: Transaction,
  tenantId: string,
  sinceMs: number,
): Promise<Change[]> {
  const since = momentToIso(Math.max(sinceMs, 0));
  const [agents, incidents] = await Promise.all([
    sql<Found[]>`
      SELECT 'entries' AS what, agent_id,
        floor(extract(epoch FROM last_seen_at) * 1000)::float8 AS at
      FROM atlasbridge.agents WHERE tenant_id = ${tenantId} AND last_seen_at >= ${since}
      LIMIT ${rowsMax + 1}`,
    sql<Found[]>`
      SELECT 'incident' AS what, agent_id,
        floor(extract(epoch FROM max(last_at)) * 1000)::float8 AS at
      FROM atlasbridge.trace_incidents
      WHERE tenant_id = ${tenantId} AND (last_at >= ${since} OR acknowledged_at >= ${since})
      GROUP BY agent_id LIMIT ${rowsMax + 1}`,
  ]);
  const found = [...agents, ...incidents];
  if (agents.length > rowsMax || incidents.length > rowsMax) {
    const at = Math.max(...found.map((one) => one.at));
    return [{ at, what: "resync", agent_id: null, session_ids: null }];
  }
  return found.map(({ what, agent_id, at }) => ({ what, agent_id, at, session_ids: null }));
}
