/** Sessions of a tenant: filtered, sorted, a page at a time, without ever counting what comes after it. */
import * as z from "zod";
import {
  type SessionFilters,
  type SessionRow,
  type SessionsInput,
  type SessionSort,
  type SessionsView,
} from "../../contracts/cloud-views.ts";
import { bounds } from "../limits/bounds.ts";
import { containing } from "../store/columns.ts";
import { cursorOf, pageOf, readCursor } from "../store/cursor.ts";
import { all } from "../store/parts.ts";
import { idsBeginning, leastId } from "../store/period.ts";
import type { Transaction } from "../store/pool.ts";
import { sessionColumns, type SessionFound, sessionOf } from "./row.ts";

const sortColumns: Readonly<Record<SessionSort, string | null>> = {
  // The id alone: it begins with the time.
  started: null,
  last_active: "last_entry_at",
  prompts: "prompts",
  escalated: "escalated",
};

const place = z.tuple([z.number(), z.uuid(), z.uuid()]);

export async function listSessions(
  sql: Transaction,
  tenantId: string,
  input: SessionsInput,
): Promise<SessionsView> {
  const found = await findSessions(sql, tenantId, { ...input, rows: input.rows + 1 });
  const name = nameOf(input);
  const page = pageOf(found, input.rows, (row) =>
    cursorOf(name, [sortValue(row, input.sort), row.session_id, row.agent_id]),
  );
  if (page.next !== null || !isWalked(input)) return page;
  // Not as many as a page holds, in as many as were looked through: there may be more after them.
  const last = await lastWalked(sql, tenantId, input);
  return last === null ? page : { ...page, next: cursorOf(name, [...last]) };
}

const nameOf = ({ sort, order }: Pick<SessionsInput, "sort" | "order">): string =>
  `sessions ${sort} ${order}`;

/** The row's own value by which it is sorted; the id tells the rest. */
const sortValue = ({ last_entry_at, ...row }: SessionRow, sort: SessionSort): number => {
  if (sort === "started") return row.started_at;
  return sort === "last_active" ? last_entry_at : row[sort];
};

type Place = z.infer<typeof place>;

/** So many at most. Where no index filters, the first that the walk comes to, of as many as it looks through. */
export async function findSessions(
  sql: Transaction,
  tenantId: string,
  input: SessionsInput,
): Promise<SessionRow[]> {
  const { walked, order, table } = walkOf(sql, tenantId, input);
  const ofTenant = sql`SELECT * FROM ${table} s ${walked} ORDER BY s.tenant_id, ${sql.unsafe(order)}`;
  const inOrder = sql`ORDER BY ${sql.unsafe(order)} LIMIT ${input.rows}`;
  // One table alone in each, and the order that it has already, so that the walk ends as soon as there are enough.
  const from = isWalked(input)
    ? sql`(
        SELECT s.tenant_id, s.agent_id, s.session_id
        FROM (${ofTenant} LIMIT ${bounds.walkRowsMax}) s
        WHERE true ${picked(sql, tenantId, input)} ${inOrder}
      ) f JOIN atlasbridge.trace_sessions s ON s.tenant_id = f.tenant_id
        AND s.agent_id = f.agent_id AND s.session_id = f.session_id`
    : sql`(${ofTenant} LIMIT ${input.rows}) s`;
  const found = await sql<SessionFound[]>`
    SELECT ${sql.unsafe(sessionColumns)}
    FROM ${from}
    LEFT JOIN atlasbridge.agents a ON a.tenant_id = s.tenant_id AND a.agent_id = s.agent_id
    ${inOrder}`;
  return found.map(sessionOf);
}

/** Up to where a page that no index filters is looked for; null where that is the end. */
async function lastWalked(
  sql: Transaction,
  tenantId: string,
  input: SessionsInput,
): Promise<Place | null> {
  const { walked, order, table } = walkOf(sql, tenantId, input);
  const [row] = await sql<{ value: number; session_id: string; agent_id: string }[]>`
    SELECT ${sql.unsafe(valueColumns[input.sort])} AS value, s.session_id, s.agent_id
    FROM ${table} s ${walked} ORDER BY s.tenant_id, ${sql.unsafe(order)}
    LIMIT 1 OFFSET ${bounds.walkRowsMax - 1}`;
  return row === undefined ? null : [row.value, row.session_id, row.agent_id];
}

/** As a place has it. Of a moment the whole milliseconds, which are before it. */
const valueColumns: Readonly<Record<SessionSort, string>> = {
  started: "0::float8",
  last_active: "floor(extract(epoch FROM s.last_entry_at) * 1000)::float8",
  prompts: "s.prompts::float8",
  escalated: "s.escalated::float8",
};

/** Which sessions are looked through, and in what order: all of it from an index. */
function walkOf(sql: Transaction, tenantId: string, input: SessionsInput) {
  const { sort, order, cursor, from, to, agent_id, state } = input;
  const after = readCursor(cursor, nameOf({ sort, order }), place);
  const column = sortColumns[sort];
  const [direction, beyond] = order === "descending" ? ["DESC", "<"] : ["ASC", ">"];
  const by = column === null ? "" : `s.${column} ${direction}, `;
  const placed = (sign: string, [value, session, agent]: Place) => {
    if (column === null) {
      return sql`AND (s.session_id, s.agent_id) ${sql.unsafe(sign)} (${session}, ${agent})`;
    }
    const last =
      column === "last_entry_at"
        ? sql`to_timestamp(${value}::float8 / 1000.0)`
        : sql`${value}::float8::bigint`;
    return sql`AND (s.${sql.unsafe(column)}, s.session_id, s.agent_id)
      ${sql.unsafe(sign)} (${last}, ${session}, ${agent})`;
  };
  const filters = [
    ...(from === undefined ? [] : [sql`AND s.session_id >= ${leastId(from)}`]),
    ...(to === undefined ? [] : [sql`AND s.session_id < ${leastId(to)}`]),
    ...(agent_id === undefined ? [] : [sql`AND s.agent_id = ${agent_id}`]),
    ...(state === undefined ? [] : [sql.unsafe(states[state])]),
    ...(after === null ? [] : [placed(beyond, after)]),
  ];
  // Rows that hold no more than what a search looks for, where no more is asked of them.
  const isNarrow = isWalked(input) && column === null && state === undefined;
  return {
    table: sql.unsafe(isNarrow ? "atlasbridge.trace_mentions" : "atlasbridge.trace_sessions"),
    walked: sql`WHERE s.tenant_id = ${tenantId} ${all(sql, filters)}`,
    order: `${by}s.session_id ${direction}, s.agent_id ${direction}`,
  };
}

const isWalked = ({ tool, text }: SessionFilters): boolean =>
  tool !== undefined || text !== undefined;

/** Of those that are looked through. */
function picked(sql: Transaction, tenantId: string, { tool, text }: SessionFilters) {
  return all(sql, [
    ...(tool === undefined ? [] : [sql`AND s.tool = ${tool}`]),
    ...(text === undefined ? [] : [mentioning(sql, tenantId, text)]),
  ]);
}

const states = {
  ended: "AND s.ended_at IS NOT NULL",
  open: "AND s.ended_at IS NULL AND s.prompts <= s.closed",
  waiting: "AND s.ended_at IS NULL AND s.prompts > s.closed",
} as const;

function mentioning(sql: Transaction, tenantId: string, text: string) {
  const pattern = containing(text);
  const ids = idsBeginning(text);
  return sql`AND (s.mentions LIKE lower(${pattern})
    OR s.agent_id = ANY (ARRAY(
      SELECT o.agent_id FROM atlasbridge.agents o
      WHERE o.tenant_id = ${tenantId} AND o.label ILIKE ${pattern}))
    ${ids === null ? sql`` : sql`OR s.session_id BETWEEN ${ids.first} AND ${ids.last}`})`;
}

/** What filters can be set to: tools that were governed, of the newest sessions, and agents. */
export async function sessionFacets(sql: Transaction, tenantId: string) {
  const [tools, agents] = await Promise.all([
    sql<{ tool: string; sessions: number }[]>`
      SELECT s.tool, count(*)::float8 AS sessions FROM (
        SELECT n.tool FROM atlasbridge.trace_mentions n WHERE n.tenant_id = ${tenantId}
        ORDER BY n.tenant_id, n.session_id DESC, n.agent_id DESC LIMIT ${bounds.facetRowsMax}
      ) s
      WHERE s.tool IS NOT NULL GROUP BY s.tool ORDER BY sessions DESC, s.tool LIMIT 100`,
    sql<{ agent_id: string; label: string | null }[]>`
      SELECT agent_id, label FROM atlasbridge.agents WHERE tenant_id = ${tenantId}
      ORDER BY tenant_id, agent_id LIMIT 1000`,
  ]);
  return { tools: [...tools], agents: [...agents] };
}
