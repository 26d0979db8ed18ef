/** How often each rule decided in a span of time, and what. */
import type { RuleRow, RulesView } from "../../contracts/cloud-views.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { columnOf } from "../ingest/project.ts";
import { dayMs } from "../ingest/project-sums.ts";
import { sumTables } from "../ingest/write-reading.ts";
import { shareOf } from "../sessions/row.ts";
import { type Period, periodOf } from "../store/period.ts";
import type { Transaction } from "../store/pool.ts";

const hoursMaxMs = 8 * dayMs;

export async function ruleRates(
  sql: Transaction,
  { tenantId, nowMs }: { tenantId: string; nowMs: number },
  { agent_id, ...asked }: Period & { agent_id?: string | undefined },
): Promise<RulesView> {
  const period = periodOf(asked, nowMs);
  // Of many days, whole ones: a twenty-fourth of the rows.
  const isLong = period.to - period.from > hoursMaxMs;
  const { table, start } = sumTables[isLong ? "day" : "hour"];
  const { to } = period;
  const from = isLong ? Math.floor(period.from / dayMs) * dayMs : period.from;
  const begun = sql.unsafe(`h.${start}`);
  const counted = await sql<{ name: string; times: number }[]>`
    SELECT r.key AS name, sum(r.value::bigint)::float8 AS times
    FROM ${sql.unsafe(table)} h, jsonb_each_text(h.rules) r
    WHERE h.tenant_id = ${tenantId}
      AND ${begun} >= ${momentToIso(from)} AND ${begun} < ${momentToIso(to)}
      ${agent_id === undefined ? sql`` : sql`AND h.agent_id = ${agent_id}`}
    GROUP BY 1`;
  const all = counted.reduce((sum, { times }) => sum + times, 0);
  const rules = new Map<string, RuleRow>();
  for (const { name, times } of counted) {
    // "auto_reply rule-1": an action is a word, a rule's name may be anything.
    const split = name.indexOf(" ");
    const rule = name.slice(split + 1);
    const row = rules.get(rule) ?? emptyRule(rule);
    const column = columnOf(name.slice(0, split));
    row.decisions += times;
    if (column !== null) row[column] += times;
    rules.set(rule, row);
  }
  const sorted = [...rules.values()].sort(
    (a, b) => b.decisions - a.decisions || (a.rule_id ?? "").localeCompare(b.rule_id ?? ""),
  );
  return { from, to, rules: sorted.map((row) => ({ ...row, share: shareOf(row.decisions, all) })) };
}

function emptyRule(rule: string): RuleRow {
  const counts = { decisions: 0, auto_replied: 0, denied: 0, left_to_person: 0, notified: 0 };
  return { rule_id: rule === "" ? null : rule, ...counts, share: null };
}
