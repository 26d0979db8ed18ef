/** Agents as far as a tenant administers them: known before they send, called by a name, and shut out. */
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { requireRoom } from "../limits/room.ts";
import { millis } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";

export type AgentStanding = {
  agent_id: string;
  label: string | null;
  created_at: number;
  revoked_at: number | null;
};

type Which = { tenantId: string; agentId: string };
type Changed = { before: AgentStanding | null; after: AgentStanding };

const columns = `agent_id, label, ${["created_at", "revoked_at"].map(millis).join(", ")}`;

async function lockedAgent(
  sql: Transaction,
  { tenantId, agentId }: Which,
): Promise<AgentStanding | null> {
  const [agent] = await sql<AgentStanding[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.agents
    WHERE tenant_id = ${tenantId} AND agent_id = ${agentId} FOR NO KEY UPDATE`;
  return agent ?? null;
}

async function agentOf(sql: Transaction, which: Which): Promise<AgentStanding> {
  const agent = await lockedAgent(sql, which);
  if (agent !== null) return agent;
  throw new AtlasError("not_found", `this organisation has no agent ${which.agentId}`);
}

/** Where it is not there yet. Throws `AtlasError` where the organisation has as many as it may. */
export async function addAgent(sql: Transaction, which: Which & { nowMs: number }): Promise<void> {
  const { tenantId, agentId, nowMs } = which;
  if ((await lockedAgent(sql, which)) !== null) return;
  await requireRoom(sql, { what: "agents", tenantId, nowMs });
  await sql`
    INSERT INTO atlasbridge.agents (tenant_id, agent_id) VALUES (${tenantId}, ${agentId})
    ON CONFLICT DO NOTHING`;
}

/** Before it has sent anything. Doing it again changes the label alone. */
export async function registerAgent(
  sql: Transaction,
  { label, now, ...which }: Which & { label: string | null; now: number },
): Promise<Changed> {
  const { tenantId, agentId } = which;
  const before = await lockedAgent(sql, which);
  if (before === null) await addAgent(sql, { ...which, nowMs: now });
  const [after] = await sql<AgentStanding[]>`
    INSERT INTO atlasbridge.agents AS a (tenant_id, agent_id, label)
    VALUES (${tenantId}, ${agentId}, ${label})
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET label = COALESCE(EXCLUDED.label, a.label)
    RETURNING ${sql.unsafe(columns)}`;
  if (after === undefined) throw new Error("the database gave nothing back");
  return { before, after };
}

/** Null takes the label away. */
export async function labelAgent(
  sql: Transaction,
  { label, ...which }: Which & { label: string | null },
): Promise<Changed> {
  const before = await agentOf(sql, which);
  await sql`
    UPDATE atlasbridge.agents SET label = ${label}
    WHERE tenant_id = ${which.tenantId} AND agent_id = ${which.agentId}`;
  return { before, after: { ...before, label } };
}

/** Nothing of it is taken any more, whatever key it signs with; what it has sent stays. Undone by `isRevoked` false. */
export async function revokeAgent(
  sql: Transaction,
  { isRevoked, now, ...which }: Which & { isRevoked: boolean; now: number },
): Promise<Changed> {
  const before = await agentOf(sql, which);
  if (!isRevoked && before.revoked_at !== null) {
    await requireRoom(sql, { what: "agents", tenantId: which.tenantId, nowMs: now });
  }
  const revoked_at = isRevoked ? (before.revoked_at ?? now) : null;
  await sql`
    UPDATE atlasbridge.agents
    SET revoked_at = ${revoked_at === null ? null : momentToIso(revoked_at)}
    WHERE tenant_id = ${which.tenantId} AND agent_id = ${which.agentId}`;
  return { before, after: { ...before, revoked_at } };
}
