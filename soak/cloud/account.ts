/** What must be true of the cloud's tables once all is sent, asked from outside: as the superuser, who sees every tenant. */
import type { Sql } from "../../cloud/store/pool.ts";
import type { Acked } from "./sender.ts";
import type { Tenant } from "./estate.ts";

/** What one agent knows of itself. */
export type Own = {
  tenant: string;
  agent: { id: string };
  entries: readonly { hash: string }[];
  acked: Acked;
  told: readonly Acked[];
};

/** One line for each thing that is not as it must be. */
export async function account(
  sql: Sql,
  { agents, tenants }: { agents: readonly Own[]; tenants: readonly Tenant[] },
): Promise<string[]> {
  const wrong: string[] = [];
  for (const agent of agents) wrong.push(...(await ofAgent(sql, agent)));
  for (const { id } of tenants) {
    const own = agents.filter(({ tenant }) => tenant === id);
    wrong.push(...(await ofTenant(sql, id, own)));
  }
  return wrong;
}

async function ofAgent(sql: Sql, { tenant, agent, entries, acked, told }: Own): Promise<string[]> {
  const who = `agent ${agent.id} of ${tenant}`;
  const rows = await sql<{ seq: number; hash: string }[]>`
    SELECT seq::int AS seq, encode(hash, 'hex') AS hash FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenant} AND agent_id = ${agent.id} ORDER BY seq, received_at`;
  const wrong: string[] = [];
  if (acked.seq !== entries.length) {
    wrong.push(`${who}: ${acked.seq} of ${entries.length} entries are acknowledged`);
  }
  const differs = rows.findIndex(
    ({ seq, hash }, at) => seq !== at + 1 || hash !== entries[at]?.hash,
  );
  if (differs !== -1) wrong.push(`${who}: row ${differs + 1} is not entry ${differs + 1}`);
  if (rows.length !== entries.length) {
    wrong.push(`${who}: ${rows.length} rows of ${entries.length} entries`);
  }
  const lost = told.filter(({ seq, hash }) => seq > 0 && rows[seq - 1]?.hash !== hash);
  if (lost.length > 0) wrong.push(`${who}: ${lost.length} acknowledgements name what is not there`);
  const [head] = await sql<{ seq: number; hash: string }[]>`
    SELECT head_seq::int AS seq, encode(head_hash, 'hex') AS hash FROM atlasbridge.agents
    WHERE tenant_id = ${tenant} AND agent_id = ${agent.id}`;
  const last = entries.at(-1)?.hash;
  if (head?.seq !== entries.length || head.hash !== last) wrong.push(`${who}: another head`);
  return wrong;
}

/** What belongs to no agent of it, is of another's key, or was counted twice. */
async function ofTenant(sql: Sql, tenant: string, own: readonly Own[]): Promise<string[]> {
  const expected = own.reduce((sum, { entries }) => sum + entries.length, 0);
  const [found] = await sql<{ rows: number; agents: number; strangers: number }[]>`
    SELECT count(*)::int AS rows, count(DISTINCT e.agent_id)::int AS agents,
      count(*) FILTER (WHERE k.tenant_id IS DISTINCT FROM e.tenant_id)::int AS strangers
    FROM atlasbridge.trace_entries e
    LEFT JOIN atlasbridge.key_directory k ON k.key_id = e.key_id
    WHERE e.tenant_id = ${tenant}`;
  const [counted] = await sql<{ entries: number; inSessions: number }[]>`
    SELECT (SELECT sum(entries)::int FROM atlasbridge.trace_sessions WHERE tenant_id = ${tenant})
        AS entries,
      (SELECT count(*)::int FROM atlasbridge.trace_entries
        WHERE tenant_id = ${tenant} AND session_id IS NOT NULL) AS "inSessions"`;
  const [incidents] = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM atlasbridge.trace_incidents WHERE tenant_id = ${tenant}`;
  const facts: readonly (readonly [string, number | undefined, number])[] = [
    ["entries", found?.rows, expected],
    ["agents", found?.agents, own.length],
    ["entries under another tenant's key", found?.strangers, 0],
    ["entries that its sessions count", counted?.entries, counted?.inSessions ?? -1],
    ["incidents", incidents?.n, 0],
  ];
  return facts
    .filter(([, have, want]) => have !== want)
    .map(([what, have, want]) => `tenant ${tenant}: ${what}: ${have}, should be ${want}`);
}
