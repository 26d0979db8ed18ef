/** What lies in every table, as one digest each: to see that nothing has changed. */
import { sha256Hex } from "../crypto.ts";
import type { Sql } from "../store/pool.ts";

/** Where it is written down that something was refused. */
const ledgers = ["request_nonces", "ingest_refusals", "trace_incidents"];

export async function tablesOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'atlasbridge' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ORDER BY 1`;
  return rows.map(({ name }) => name);
}

/** As the superuser, so of all tenants, of one alone, or of all but one. */
export async function pictureOf(
  sql: Sql,
  { only, except }: { only?: string; except?: string } = {},
): Promise<Record<string, string>> {
  const picture: Record<string, string> = {};
  for (const table of await tablesOf(sql)) {
    const isOfTenants = only !== undefined || except !== undefined;
    if (ledgers.includes(table) || (isOfTenants && table === "migrations")) continue;
    const rows = await sql<{ row: string }[]>`
      SELECT t::text AS row FROM ${sql(`atlasbridge.${table}`)} t
      WHERE true
        ${only === undefined ? sql`` : sql`AND tenant_id = ${only}`}
        ${except === undefined ? sql`` : sql`AND tenant_id <> ${except}`} ORDER BY 1`;
    picture[table] = `${rows.length} rows ${sha256Hex(rows.map(({ row }) => row).join("\n"))}`;
  }
  return picture;
}
