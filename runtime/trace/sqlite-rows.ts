/** Between rows of the `entries` table and entries: reading in pages, and writing one. */
import { canonicalJson } from "../../contracts/canonical.ts";
import { type ChainHead, emptyHead } from "../../contracts/chain.ts";
import { entry, type StoredEntry } from "../../contracts/trace.ts";
import { TraceBroken } from "./broken.ts";
import { type Connection, explained, type SqlRow, type SqlValue } from "./sqlite-connection.ts";
import { contentColumns } from "./erased.ts";
import { type Glimpse, glimpseColumns } from "./quick.ts";
import type { EntryQuery } from "./store.ts";

/** Rows held in memory at once while reading: a page of the largest entries stays below 64 MiB. */
const pageRows = 256;

const columns =
  "seq, v, agent_id, at, session_id, kind, data, content_hash, prev, hash, content, salt";

const readColumns = columns.replace("content, salt", contentColumns);

/** One row as it lies in the file, believed in nothing but its column types. */
export type EntryRow = SqlRow & {
  seq: number;
  v: number;
  agent_id: string;
  at: number;
  session_id: string | null;
  kind: string;
  data: string;
  content_hash: string | null;
  prev: string;
  hash: string;
  content: string | null;
  salt: string | null;
};

/** The row that holds an entry: what is hashed beside what is not. */
export function toRow(stored: StoredEntry): EntryRow {
  return {
    ...stored,
    data: canonicalJson(stored.data),
    content: stored.content === null ? null : canonicalJson(stored.content),
  };
}

/** An entry, and the canonical texts of its data and content as they lie in the file. */
export type Linked = { stored: StoredEntry; data: string; content: string | null };

export function insertEntry(connection: Connection, { stored, data, content }: Linked): void {
  insertRow(connection, { ...stored, data, content });
}

/** As they lie in the file, with what stands in place of what was erased. Ascending, `max` of them. */
export function readRawRows(
  connection: Connection,
  { from, to, max }: { from: number; to: number; max: number },
): EntryRow[] {
  const sql = `SELECT ${columns} FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?`;
  return connection.rows<EntryRow>(sql, from, to, max);
}

export function insertRow(connection: Connection, row: EntryRow): void {
  connection.run(
    `INSERT INTO entries (${columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
    row.seq,
    row.v,
    row.agent_id,
    row.at,
    row.session_id,
    row.kind,
    row.data,
    row.content_hash,
    row.prev,
    row.hash,
    row.content,
    row.salt,
  );
}

export function readHead(connection: Connection): ChainHead {
  type Row = { seq: number; hash: string };
  const rows = connection.rows<Row>("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1");
  return rows[0] ?? emptyHead;
}

/**
 * Rows ascending by number, as of the moment of the call: what is appended meanwhile is not seen. No transaction
 * stays open between pages, so a slow reader holds up no writer and no checkpoint. `isStale` is asked behind each page:
 * where it says so, that page is left out, and the number behind which it would have begun is returned.
 */
export function* readRows(
  connection: Connection,
  query: EntryQuery = {},
  isStale = never,
): Generator<EntryRow, number | null> {
  const bounds = boundsOf(connection, query);
  if (bounds === null) return null;
  const { where, values } = conditions(query);
  const sql = `SELECT ${readColumns} FROM entries WHERE ${where} AND seq <= ? ORDER BY seq LIMIT ${pageRows}`;
  let after = bounds.first - 1;
  for (;;) {
    const page = connection.rows<EntryRow>(sql, after, ...values, bounds.last);
    if (isStale()) return after;
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return null;
    after = last.seq;
  }
}

const never = (): boolean => false;

/** The row of this number, as a list of one or none. */
export function readRowAt(connection: Connection, seq: number): EntryRow[] {
  return connection.rows<EntryRow>(`SELECT ${readColumns} FROM entries WHERE seq = ?`, seq);
}

/** The rows of a whole trace at a glance, for a check of them: as `readRows`, but a page at a time. */
export function* readGlimpses(
  connection: Connection,
  { agent, ...query }: { agent: string } & Pick<EntryQuery, "afterSeq">,
  isStale = never,
): Generator<readonly Glimpse[], number | null> {
  const { seq: last } = readHead(connection);
  const sql = `SELECT ${glimpseColumns} FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${pageRows}`;
  let after = afterOf(query);
  for (;;) {
    const page = connection.rows<Glimpse>(sql, agent, after, last);
    if (isStale()) return after;
    yield page;
    const [end] = page.slice(-1);
    if (end === undefined || page.length < pageRows) return null;
    after = end.seq;
  }
}

/** The first and the last number that can be among the answers; null when there are none. */
function boundsOf(
  connection: Connection,
  query: EntryQuery,
): { first: number; last: number } | null {
  if (query.last === undefined) {
    return { first: afterOf(query) + 1, last: readHead(connection).seq };
  }
  const { where, values } = conditions(query);
  const inner = `SELECT seq FROM entries WHERE ${where} ORDER BY seq DESC LIMIT ?`;
  const row = connection.rows<{ first: number | null; last: number | null }>(
    `SELECT min(seq) AS first, max(seq) AS last FROM (${inner})`,
    afterOf(query),
    ...values,
    Math.max(0, Math.trunc(query.last)),
  )[0];
  if (row === undefined || row.first === null || row.last === null) return null;
  return { first: row.first, last: row.last };
}

/** Numbers below 1 are none of ours, and so what a check of the file has to see. */
function afterOf({ afterSeq }: EntryQuery): number {
  return afterSeq ?? Number.MIN_SAFE_INTEGER;
}

/** The first value, `seq >`, is the caller's: with two lower bounds SQLite would start each page at the lower one. */
function conditions(query: EntryQuery): { where: string; values: SqlValue[] } {
  const parts = ["seq > ?"];
  const values: SqlValue[] = [];
  if (query.sessionId !== undefined) {
    parts.push("session_id = ?");
    values.push(query.sessionId);
  }
  if (query.kinds !== undefined) {
    parts.push(`kind IN (${query.kinds.map(() => "?").join(", ")})`);
    values.push(...query.kinds);
  }
  return { where: parts.join(" AND "), values };
}

export type ClaimRow = SqlRow & { prompt_id: string; seq: number };

/** All claims, in pages, ascending by prompt. */
export function* readClaims(connection: Connection): Generator<ClaimRow> {
  const sql = `SELECT prompt_id, seq FROM claims WHERE prompt_id > ? ORDER BY prompt_id LIMIT ${pageRows}`;
  let after = "";
  for (;;) {
    const page = connection.rows<ClaimRow>(sql, after);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = last.prompt_id;
  }
}

/** Of every session that is held by a process: what its id's column holds, be it an id or not. */
export function readHeldIds(connection: Connection): string[] {
  const sql = "SELECT session_id FROM holders";
  return connection.rows<{ session_id: string }>(sql).map((row) => row.session_id);
}

/** Entries of the rows. Throws `trace_corrupt` naming the first row that is not an entry. */
export function* readEntries(
  connection: Connection,
  file: string,
  query?: EntryQuery,
): Generator<StoredEntry> {
  try {
    for (const row of readRows(connection, query)) yield entryOf(row, file);
  } catch (error) {
    throw explained(error, file);
  }
}

export function entryOf(row: EntryRow, file: string): StoredEntry {
  try {
    return toEntry(row);
  } catch (cause) {
    throw new TraceBroken(
      file,
      { why: "damaged", found: `entry ${row.seq} is not one` },
      { cause },
    );
  }
}

/** Throws when the row's texts are not JSON or its fields are not those of its kind. */
function toEntry(row: EntryRow): StoredEntry {
  const { content, salt, ...hashed } = row;
  const parsed = entry.parse({ ...hashed, data: JSON.parse(row.data) });
  return { ...parsed, content: content === null ? null : JSON.parse(content), salt };
}
