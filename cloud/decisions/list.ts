/** Prompts of a tenant with what was decided of each and how it ended, newest first. */
import * as z from "zod";
import type { DecisionRow, DecisionsInput, DecisionsView } from "../../contracts/cloud-views.ts";
import { bounds } from "../limits/bounds.ts";
import { all } from "../store/parts.ts";
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
  const rows = await findDecisions(sql, tenantId, input);
  const cursor = ({ prompt_id, agent_id }: Last): string => cursorOf(sort, [prompt_id, agent_id]);
  const page = pageOf(rows, input.rows, cursor);
  if (page.next !== null || !isWalked(input)) return page;
  // Not as many as a page holds, in as many as were looked through: there may be more after them.
  const last = await lastWalked(sql, tenantId, input);
  return last === null ? page : { ...page, next: cursor(last) };
}

type Last = Pick<DecisionRow, "prompt_id" | "agent_id">;

const order = "p.prompt_id DESC, p.agent_id DESC";
/** The index of those that were escalated has the prompt alone, of whose ids there are no two. */
const walkOrder = ({ escalated }: DecisionsInput): string =>
  escalated === true ? "p.prompt_id DESC" : order;

/** One more than a page holds. Where no index filters, the first that the walk comes to, of as many as it looks through. */
async function findDecisions(
  sql: Transaction,
  tenantId: string,
  input: DecisionsInput,
): Promise<DecisionRow[]> {
  const rowsMax = input.rows + 1;
  const walk = sql.unsafe(isWalked(input) ? walkOrder(input) : order);
  const ofTenant = sql`
    SELECT * FROM atlasbridge.trace_prompts p
    WHERE p.tenant_id = ${tenantId} ${walkedBy(sql, input)}
      ${isWalked(input) ? sql`` : picked(sql, input)}
    ORDER BY p.tenant_id, ${walk}`;
  // One table alone in each, and the order that it has already, so that the walk ends as soon as there are enough.
  const from = isWalked(input)
    ? sql`SELECT * FROM (${ofTenant} LIMIT ${bounds.walkRowsMax}) p
        WHERE true ${picked(sql, input)} ORDER BY ${walk} LIMIT ${rowsMax}`
    : sql`${ofTenant} LIMIT ${rowsMax}`;
  return await sql<DecisionRow[]>`
    SELECT ${sql.unsafe(columns)}
    FROM (${from}) p
    LEFT JOIN atlasbridge.agents a ON a.tenant_id = p.tenant_id AND a.agent_id = p.agent_id
    LEFT JOIN atlasbridge.trace_sessions s
      ON s.tenant_id = p.tenant_id AND s.agent_id = p.agent_id AND s.session_id = p.session_id
    ORDER BY ${sql.unsafe(order)} LIMIT ${rowsMax}`;
}

/** Up to where a page that no index filters is looked for; null where that is the end. */
async function lastWalked(
  sql: Transaction,
  tenantId: string,
  input: DecisionsInput,
): Promise<Last | null> {
  const [last] = await sql<Last[]>`
    SELECT p.prompt_id, p.agent_id FROM atlasbridge.trace_prompts p
    WHERE p.tenant_id = ${tenantId} ${walkedBy(sql, input)}
    ORDER BY p.tenant_id, ${sql.unsafe(walkOrder(input))} LIMIT 1 OFFSET ${bounds.walkRowsMax - 1}`;
  return last ?? null;
}

/** Those that were escalated have an index of their own. */
const isWalked = ({ agent_id, action, rule_id, risk, escalated }: DecisionsInput): boolean =>
  escalated === false || [agent_id, action, rule_id, risk].some((one) => one !== undefined);

/** Which prompts are looked through: all of it from an index. */
function walkedBy(sql: Transaction, { from, to, escalated, cursor }: DecisionsInput) {
  const after = readCursor(cursor, sort, place);
  return all(sql, [
    ...(from === undefined ? [] : [sql`AND p.prompt_id >= ${leastId(from)}`]),
    ...(to === undefined ? [] : [sql`AND p.prompt_id < ${leastId(to)}`]),
    ...(escalated === true ? [sql`AND p.escalated_at IS NOT NULL`] : []),
    ...(after === null ? [] : [sql`AND (p.prompt_id, p.agent_id) < (${after[0]}, ${after[1]})`]),
  ]);
}

/** Of those. */
function picked(sql: Transaction, input: DecisionsInput) {
  const { agent_id, action, rule_id, risk, escalated } = input;
  const ofRule =
    rule_id === null ? sql`AND p.rule_id IS NULL` : sql`AND p.rule_id = ${rule_id ?? ""}`;
  return all(sql, [
    ...(agent_id === undefined ? [] : [sql`AND p.agent_id = ${agent_id}`]),
    ...(action === undefined ? [] : [sql`AND p.action = ${action}`]),
    ...(rule_id === undefined ? [] : [ofRule]),
    ...(risk === undefined ? [] : [sql`AND p.risk = ${risk}`]),
    ...(escalated === undefined ? [] : [sql.unsafe(byPerson(escalated))]),
  ]);
}

const byPerson = (isSo: boolean): string =>
  `AND p.escalated_at IS ${isSo ? "NOT NULL" : "NULL"} AND p.action IS NOT NULL`;
