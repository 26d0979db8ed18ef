/** Sessions of a tenant: filtered, sorted, a page at a time, without ever counting what comes after it. */
import * as z from "zod";
import {
  type SessionFilters,
  type SessionRow,
  type SessionsInput,
  type SessionSort,
  type SessionsView,
} from "../../contracts/cloud-views.ts";
import { beginningWith, containing } from "../store/columns.ts";
import { cursorOf, pageOf, readCursor } from "../store/cursor.ts";
import { leastId } from "../store/period.ts";
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
  const found = await findSessions(sql, tenantId, input);
  const name = nameOf(input);
  return pageOf(found, input.rows, (row) =>
    cursorOf(name, [sortValue(row, input.sort), row.session_id, row.agent_id]),
  );
}

const nameOf = ({ sort, order }: Pick<SessionsInput, "sort" | "order">): string =>
  `sessions ${sort} ${order}`;

/** The row's own value by which it is sorted; the id tells the rest. */
const sortValue = ({ last_entry_at, ...row }: SessionRow, sort: SessionSort): number => {
  if (sort === "started") return row.started_at;
  return sort === "last_active" ? last_entry_at : row[sort];
};

/** One more than a page holds, so that it is known whether there is another. */
async function findSessions(
  sql: Transaction,
  tenantId: string,
  { sort, order, cursor, rows, ...filters }: SessionsInput,
): Promise<SessionRow[]> {
  const after = readCursor(cursor, nameOf({ sort, order }), place);
  const column = sortColumns[sort];
  const [direction, beyond] = order === "descending" ? ["DESC", "<"] : ["ASC", ">"];
  const by = column === null ? "" : `s.${column} ${direction}, `;
  const beyondLast = () => {
    if (after === null) return sql``;
    const [value, session, agent] = after;
    if (column === null) {
      return sql`AND (s.session_id, s.agent_id) ${sql.unsafe(beyond)} (${session}, ${agent})`;
    }
    const last =
      column === "last_entry_at"
        ? sql`to_timestamp(${value}::float8 / 1000.0)`
        : sql`${value}::float8::bigint`;
    return sql`AND (s.${sql.unsafe(column)}, s.session_id, s.agent_id)
      ${sql.unsafe(beyond)} (${last}, ${session}, ${agent})`;
  };
  const found = await sql<SessionFound[]>`
    SELECT ${sql.unsafe(sessionColumns)}
    FROM atlasbridge.trace_sessions s
    LEFT JOIN atlasbridge.agents a ON a.tenant_id = s.tenant_id AND a.agent_id = s.agent_id
    WHERE s.tenant_id = ${tenantId} ${where(sql, filters)} ${beyondLast()}
    ORDER BY s.tenant_id, ${sql.unsafe(`${by}s.session_id ${direction}, s.agent_id ${direction}`)}
    LIMIT ${rows + 1}`;
  return found.map(sessionOf);
}

function where(sql: Transaction, { from, to, agent_id, tool, state, text }: SessionFilters) {
  const all = [
    ...(from === undefined ? [] : [sql`AND s.session_id >= ${leastId(from)}`]),
    ...(to === undefined ? [] : [sql`AND s.session_id < ${leastId(to)}`]),
    ...(agent_id === undefined ? [] : [sql`AND s.agent_id = ${agent_id}`]),
    ...(tool === undefined ? [] : [sql`AND s.tool = ${tool}`]),
    ...(state === undefined ? [] : [sql.unsafe(states[state])]),
    ...(text === undefined ? [] : [mentioning(sql, text)]),
  ];
  return all.reduce((before, one) => sql`${before} ${one}`, sql``);
}

const states = {
  ended: "AND s.ended_at IS NOT NULL",
  open: "AND s.ended_at IS NULL AND s.prompts <= s.closed",
  waiting: "AND s.ended_at IS NULL AND s.prompts > s.closed",
} as const;

function mentioning(sql: Transaction, text: string) {
  const pattern = containing(text);
  return sql`AND (s.session_id::text LIKE ${beginningWith(text.toLowerCase())}
    OR concat_ws(' ', s.tool, a.label, s.label, s.command, s.cwd) ILIKE ${pattern})`;
}

/** What filters can be set to: tools that were governed, and agents. */
export async function sessionFacets(sql: Transaction, tenantId: string) {
  const [tools, agents] = await Promise.all([
    sql<{ tool: string; sessions: number }[]>`
      SELECT tool, count(*)::float8 AS sessions FROM atlasbridge.trace_sessions
      WHERE tenant_id = ${tenantId} AND tool IS NOT NULL GROUP BY tool ORDER BY sessions DESC, tool
      LIMIT 100`,
    sql<{ agent_id: string; label: string | null }[]>`
      SELECT agent_id, label FROM atlasbridge.agents WHERE tenant_id = ${tenantId}
      ORDER BY tenant_id, agent_id LIMIT 1000`,
  ]);
  return { tools: [...tools], agents: [...agents] };
}
