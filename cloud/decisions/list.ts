/** Prompts of a tenant with what was decided of each and how it ended, newest first. */
import * as z from "zod";
import type { DecisionRow, DecisionsInput, DecisionsView } from "../../contracts/cloud-views.ts";
import { columnsOf, millis } from "../store/columns.ts";
import { cursorOf, pageOf, readCursor } from "../store/cursor.ts";
import { leastId } from "../store/period.ts";
import type { Transaction } from "../store/pool.ts";

const columns = columnsOf(
  ["p.agent_id", "p.session_id", "p.prompt_id", "a.label AS agent_label", "s.tool"],
  ["p.seq::float8 AS seq", "p.prompt_kind", "p.confidence", "p.action", "p.rule_id", "p.reason"],
  ["p.risk", "p.replied_by", "p.outcome", "p.latency_ms"],
  ["p.at", "p.escalated_at", "p.replied_at", "p.closed_at"].map(millis),
);

const sort = "decisions";
const place = z.tuple([z.uuid(), z.uuid()]);

export async function listDecisions(
  sql: Transaction,
  tenantId: string,
  input: DecisionsInput,
): Promise<DecisionsView> {
  const after = readCursor(input.cursor, sort, place);
  const beyond =
    after === null ? sql`` : sql`AND (p.prompt_id, p.agent_id) < (${after[0]}, ${after[1]})`;
  const rows = await sql<DecisionRow[]>`
    SELECT ${sql.unsafe(columns)}
    FROM atlasbridge.trace_prompts p
    LEFT JOIN atlasbridge.agents a ON a.tenant_id = p.tenant_id AND a.agent_id = p.agent_id
    LEFT JOIN atlasbridge.trace_sessions s
      ON s.tenant_id = p.tenant_id AND s.agent_id = p.agent_id AND s.session_id = p.session_id
    WHERE p.tenant_id = ${tenantId} ${where(sql, input)} ${beyond}
    ORDER BY p.tenant_id, p.prompt_id DESC, p.agent_id DESC LIMIT ${input.rows + 1}`;
  return pageOf(rows, input.rows, ({ prompt_id, agent_id }) =>
    cursorOf(sort, [prompt_id, agent_id]),
  );
}

function where(sql: Transaction, input: DecisionsInput) {
  const { from, to, agent_id, action, rule_id, risk, escalated } = input;
  const ofRule =
    rule_id === null ? sql`AND p.rule_id IS NULL` : sql`AND p.rule_id = ${rule_id ?? ""}`;
  const all = [
    ...(from === undefined ? [] : [sql`AND p.prompt_id >= ${leastId(from)}`]),
    ...(to === undefined ? [] : [sql`AND p.prompt_id < ${leastId(to)}`]),
    ...(agent_id === undefined ? [] : [sql`AND p.agent_id = ${agent_id}`]),
    ...(action === undefined ? [] : [sql`AND p.action = ${action}`]),
    ...(rule_id === undefined ? [] : [ofRule]),
    ...(risk === undefined ? [] : [sql`AND p.risk = ${risk}`]),
    ...(escalated === undefined ? [] : [sql.unsafe(byPerson(escalated))]),
  ];
  return all.reduce((before, one) => sql`${before} ${one}`, sql``);
}

const byPerson = (isSo: boolean): string =>
  `AND p.escalated_at IS ${isSo ? "NOT NULL" : "NULL"} AND p.action IS NOT NULL`;
