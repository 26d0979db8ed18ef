/** One session from its begin to its end: its row, and its entries a page at a time. */
import type { SessionKey, SessionRow, TimelineEntry } from "../../contracts/cloud-views.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { bounds } from "../limits/bounds.ts";
import { millis } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";
import { sessionColumns, type SessionFound, sessionOf } from "./row.ts";

export type Timeline = {
  session: SessionRow;
  entries: TimelineEntry[];
  next_seq: number | null;
  is_cut: boolean;
};

/** Throws `AtlasError` (`not_found`) where this tenant has no such session. */
export async function findSession(
  sql: Transaction,
  tenantId: string,
  { agent_id, session_id }: SessionKey,
): Promise<{ session: SessionRow; keptFromSeq: number }> {
  const [row] = await sql<(SessionFound & { kept: number })[]>`
    SELECT ${sql.unsafe(sessionColumns)}, a.kept_from_seq::float8 AS kept
    FROM atlasbridge.trace_sessions s
    JOIN atlasbridge.agents a ON a.tenant_id = s.tenant_id AND a.agent_id = s.agent_id
    WHERE s.tenant_id = ${tenantId} AND s.agent_id = ${agent_id} AND s.session_id = ${session_id}`;
  if (row === undefined) throw new AtlasError("not_found", `there is no session ${session_id}`);
  const { kept, ...found } = row;
  return { session: sessionOf(found), keptFromSeq: kept };
}

export async function sessionTimeline(
  sql: Transaction,
  tenantId: string,
  { after_seq, ...key }: SessionKey & { after_seq: number },
): Promise<Timeline> {
  const { session, keptFromSeq } = await findSession(sql, tenantId, key);
  const from = Math.max(after_seq + 1, session.first_seq, keptFromSeq);
  const rows: EntryFound[] = [];
  let at = from;
  // Other sessions of the agent lie in between: a page looks through so many entries, and no more.
  for (let windows = 0; windows < bounds.timelineWindowsMax; windows += 1) {
    if (at > session.last_seq || rows.length > bounds.timelineRowsMax) break;
    const to = Math.min(at + bounds.timelineWindowRows - 1, session.last_seq);
    rows.push(...(await entriesOf(sql, tenantId, { ...key, from: at, to })));
    at = to + 1;
  }
  const page = rows.slice(0, bounds.timelineRowsMax);
  const isFull = rows.length > page.length;
  const reached = isFull ? (page.at(-1)?.seq ?? 0) : at - 1;
  return {
    session,
    entries: page.map(entryOf),
    next_seq: isFull || at <= session.last_seq ? reached : null,
    is_cut: keptFromSeq > session.first_seq,
  };
}

type EntryFound = {
  seq: number;
  at: number;
  received_at: number;
  kind: string;
  data: string;
  content: string | null;
  shown: string | null;
  has_content: boolean;
  hash: string;
};

function entriesOf(
  sql: Transaction,
  tenantId: string,
  { agent_id, session_id, from, to }: SessionKey & { from: number; to: number },
) {
  return sql<EntryFound[]>`
    SELECT seq::float8 AS seq, ${sql.unsafe([millis("at"), millis("received_at")].join(", "))},
      kind, data, content, shown, content_hash IS NOT NULL AS has_content,
      encode(hash, 'hex') AS hash
    FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} AND agent_id = ${agent_id} AND seq BETWEEN ${from} AND ${to}
      AND session_id = ${session_id}
    ORDER BY seq LIMIT ${bounds.timelineRowsMax + 1}`;
}

function entryOf({ data, content, shown, has_content, ...row }: EntryFound): TimelineEntry {
  const text = content ?? shown;
  const withheld = has_content ? "withheld" : "none";
  const state = content !== null ? "proved" : shown !== null ? "shown" : withheld;
  return {
    ...row,
    data: JSON.parse(data),
    content_state: state,
    content: text === null ? null : JSON.parse(text),
  };
}
