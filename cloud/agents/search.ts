/** One box for everything: the start of an id, a label, a tool, a rule, or what was shared of a session. */
import type { SearchView } from "../../contracts/cloud-fleet.ts";
import { sessionsInput } from "../../contracts/cloud-views.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { findSessions } from "../sessions/list.ts";
import { beginningWith, containing } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";

const foundMax = 10;
const rulesOfMs = 30 * 86_400_000;

export async function search(
  sql: Transaction,
  { tenantId, nowMs }: { tenantId: string; nowMs: number },
  text: string,
): Promise<SearchView> {
  const pattern = containing(text);
  const [agents, sessions, rules] = await Promise.all([
    sql<SearchView["agents"]>`
      SELECT agent_id, label FROM atlasbridge.agents
      WHERE tenant_id = ${tenantId}
        AND (label ILIKE ${pattern} OR agent_id::text LIKE ${beginningWith(text.toLowerCase())})
      ORDER BY tenant_id, agent_id LIMIT ${foundMax}`,
    findSessions(sql, tenantId, sessionsInput.parse({ text, rows: foundMax })),
    sql<{ rule: string }[]>`
      SELECT DISTINCT substring(r.key FROM '^[^ ]* (.+)$') AS rule
      FROM atlasbridge.trace_days h, jsonb_object_keys(h.rules) r (key)
      WHERE h.tenant_id = ${tenantId}
        AND h.day >= ${momentToIso(Math.max(nowMs - rulesOfMs, 0))}
        AND substring(r.key FROM '^[^ ]* (.+)$') ILIKE ${pattern}
      ORDER BY 1 LIMIT ${foundMax}`,
  ]);
  return {
    agents: [...agents],
    sessions,
    rules: rules.map(({ rule }) => rule),
  };
}
