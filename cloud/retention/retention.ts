/** Lets go of what tenants keep no longer, and of tenants that are to go: in small steps, on one replica at a time for each. */
import type { Clock, Timer } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf, type Log } from "../log.ts";
import type { Pool, Transaction } from "../store/pool.ts";

export type RetentionParts = { pool: Pool; clock: Clock; log: Log };

const nobody = "00000000-0000-0000-0000-000000000000";

/** Goes through all tenants once. `isOver`: nothing more is begun. What fails for one tenant fails for that one. */
export async function runRetention(
  parts: RetentionParts,
  isOver: () => boolean = () => false,
): Promise<void> {
  const { pool, log } = parts;
  let last = nobody;
  while (!isOver()) {
    const [tenant] = await pool.ask(
      (sql) => sql<{ tenant_id: string; deleting_at: Date | null }[]>`
        SELECT tenant_id, deleting_at FROM atlasbridge.tenant_after(${last})`,
    );
    if (tenant === undefined) return;
    last = tenant.tenant_id;
    const work = tenant.deleting_at === null ? expire : erase;
    await work(parts, last, isOver).catch((error: unknown) => {
      log.error("retention_failed", { tenant_id: last, ...faultOf(error) });
    });
  }
}

/**
 * One step in a transaction of its own. Another replica at this tenant is waited for: were it left to do the rest, two
 * that took turns could each leave to the other what neither did.
 */
async function step(
  { pool }: RetentionParts,
  tenantId: string,
  work: (sql: Transaction) => Promise<number>,
): Promise<number> {
  return await pool.withTenant(tenantId, async (sql) => {
    await sql`
      SELECT pg_advisory_xact_lock(hashtextextended(${`atlasbridge.retention ${tenantId}`}, 0))`;
    return await work(sql);
  });
}

/** Until a step has found nothing more to do. */
async function steps(one: () => Promise<number>, isOver: () => boolean): Promise<number> {
  let all = 0;
  for (let at = 0; at < bounds.retentionStepsMax && !isOver(); at += 1) {
    const gone = await one();
    if (gone === 0) break;
    all += gone;
  }
  return all;
}

const rowsMax = bounds.retentionRowsMax;

async function expire(
  parts: RetentionParts,
  tenantId: string,
  isOver: () => boolean,
): Promise<void> {
  let entries = 0;
  let after = nobody;
  for (;;) {
    const agents = await agentsOf(parts, tenantId, after);
    for (const agent of agents) {
      const going = (what: "content" | "entries") => () =>
        step(parts, tenantId, (sql) => expireOf(sql, agent, what));
      await steps(going("content"), isOver);
      entries += await steps(going("entries"), isOver);
      after = agent;
    }
    if (agents.length < bounds.retentionAgentsMax || isOver()) break;
  }
  await steps(() => step(parts, tenantId, (sql) => restOf(sql)), isOver);
  if (entries > 0) parts.log.info("retention", { tenant_id: tenantId, entries });
}

async function agentsOf({ pool }: RetentionParts, tenantId: string, after: string) {
  const rows = await pool.withTenant(
    tenantId,
    (sql) => sql<{ agent_id: string }[]>`
      SELECT agent_id FROM atlasbridge.agents
      WHERE tenant_id = ${tenantId} AND agent_id > ${after}::uuid
      ORDER BY tenant_id, agent_id LIMIT ${bounds.retentionAgentsMax}`,
  );
  return rows.map(({ agent_id }) => agent_id);
}

type Gone = { gone: number }[];

async function expireOf(
  sql: Transaction,
  agent: string,
  what: "content" | "entries",
): Promise<number> {
  const [row] =
    what === "content"
      ? await sql<Gone>`SELECT atlasbridge.expire_content(${agent}, ${rowsMax})::float8 AS gone`
      : await sql<Gone>`SELECT atlasbridge.expire_entries(${agent}, ${rowsMax})::float8 AS gone`;
  return row?.gone ?? 0;
}

async function restOf(sql: Transaction): Promise<number> {
  const [row] = await sql<Gone>`SELECT atlasbridge.expire_rest(${rowsMax})::float8 AS gone`;
  return row?.gone ?? 0;
}

async function erase(
  parts: RetentionParts,
  tenantId: string,
  isOver: () => boolean,
): Promise<void> {
  const one = () =>
    step(parts, tenantId, async (sql) => {
      const [row] = await sql<Gone>`SELECT atlasbridge.erase_tenant(${rowsMax})::float8 AS gone`;
      return row?.gone ?? 0;
    });
  const rows = await steps(one, isOver);
  if (rows > 0) parts.log.info("tenant_erased", { tenant_id: tenantId, rows });
}

/** At once and then every so often, while the service runs. */
export function keepRetention(parts: RetentionParts): { stop(): Promise<void> } {
  let stopped = false;
  let timer: Timer | null = null;
  const look = async (): Promise<void> => {
    try {
      await runRetention(parts, () => stopped);
    } catch (error) {
      parts.log.error("retention_failed", faultOf(error));
    }
    if (stopped) return;
    timer = parts.clock.after(bounds.retentionEveryMs, () => {
      under = look();
    });
  };
  let under = look();
  return {
    async stop() {
      stopped = true;
      timer?.cancel();
      await under;
    },
  };
}
