/** All data of a tenant, a page of lines at a time: whatever tables there are, without the secrets that lie in them. */
import { AtlasError } from "../../contracts/errors.ts";
import { bounds } from "../limits/bounds.ts";
import type { Transaction } from "../store/pool.ts";
import { cursorOf, readCursor } from "../store/cursor.ts";
import * as z from "zod";

const tenantExportFormat = "atlasbridge.tenant-export/1";

/** Sealed, hashed or spent: of no use to anybody who may have them. */
const secretColumns = ["sealed_secret", "sealed_grant", "secret_hash"];
/** Made of other columns. */
const derivedColumns = ["mentions"];
const withoutUse = ["request_nonces", "trace_mentions"];
/** What others refer to first: an entry is not there before its agent, nor its checkpoint after it. */
const first = ["agents", "trace_checkpoints", "trace_entries"];

type Table = { name: string; keys: string[]; types: string[] };

export type ExportPage = { lines: string[]; next: string | null };

const place = z.tuple([z.string(), z.array(z.string())]);

/**
 * Without a cursor, the line that tells what it is. Each page is of its own moment: a trace only grows, so that what is
 * there once all pages are is at least what was there at the begin.
 */
export async function exportPage(
  sql: Transaction,
  { tenantId, witness, atMs }: { tenantId: string; witness: string; atMs: number },
  cursor: string | undefined,
): Promise<ExportPage> {
  const tables = await tablesOf(sql);
  const at = readCursor(cursor, "export", place);
  if (at === null) {
    const names = tables.map(({ name }) => name);
    const head = {
      format: tenantExportFormat,
      tenant_id: tenantId,
      at: atMs,
      witness,
      tables: names,
    };
    return { lines: [JSON.stringify(head)], next: nextTable(tables, -1) };
  }
  const [name, after] = at;
  const index = tables.findIndex((table) => table.name === name);
  const table = tables[index];
  if (table === undefined || (after.length > 0 && after.length !== table.keys.length)) {
    throw new AtlasError("usage", "the cursor is of another export; begin again without one");
  }
  const rows = await rowsOf(sql, { tenantId, table, after });
  const last = rows.at(-1);
  const isFull = rows.length === bounds.exportPageRows && last !== undefined;
  return {
    lines: rows.map(({ row }) => `{"table":${JSON.stringify(name)},"row":${row}}`),
    next: isFull ? cursorFor(name, last.keys) : nextTable(tables, index),
  };
}

const cursorFor = (name: string, keys: readonly string[]): string =>
  cursorOf("export", [name, [...keys]]);

function nextTable(tables: readonly Table[], index: number): string | null {
  const next = tables[index + 1];
  return next === undefined ? null : cursorFor(next.name, []);
}

/** Every table with a tenant that this role may read, with its primary key behind the tenant. */
async function tablesOf(sql: Transaction): Promise<Table[]> {
  const rows = await sql<Table[]>`
    SELECT c.relname AS name,
      array_to_json(array_agg(a.attname ORDER BY k.place)) AS keys,
      array_to_json(array_agg(format_type(a.atttypid, NULL) ORDER BY k.place)) AS types
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
    WHERE n.nspname = 'atlasbridge' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relrowsecurity AND has_table_privilege(c.oid, 'SELECT')
    GROUP BY c.oid, c.relname`;
  const rank = (name: string): number =>
    first.includes(name) ? first.indexOf(name) : first.length;
  return rows
    .filter(({ name }) => !withoutUse.includes(name))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

/** Names are those of the catalogue, never of a caller; what is in a cursor is a parameter. */
async function rowsOf(
  sql: Transaction,
  { tenantId, table, after }: { tenantId: string; table: Table; after: readonly string[] },
) {
  const { name, keys, types } = table;
  const quoted = keys.map((key) => `t."${key}"`);
  const beyond = (): string => {
    if (after.length === 0) return "";
    const values = types.map((type, at) => `$${at + 2}::text::${type}`);
    return `AND (${quoted.join(", ")}) > (${values.join(", ")})`;
  };
  const leftOut = [...secretColumns, ...derivedColumns].map((column) => ` - '${column}'`).join("");
  return await sql.unsafe<{ row: string; keys: string[] }[]>(
    `SELECT (to_jsonb(t)${leftOut})::text AS row,
      array_to_json(ARRAY[${quoted.map((key) => `${key}::text`).join(", ")}]) AS keys
     FROM atlasbridge."${name}" t
     WHERE t.tenant_id = $1 ${beyond()}
     ORDER BY ${quoted.join(", ")} LIMIT ${bounds.exportPageRows}`,
    [tenantId, ...after],
  );
}
