/** What must be true of the database before a single request is taken: who we are in it, and that tenants are apart. */
import { AtlasError } from "../../contracts/errors.ts";
import { faultOf } from "../log.ts";
import { appliedIn, unasked } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import type { Pool, Sql } from "./pool.ts";

/** Tables that name tenants without being one's own: the service has no right on them. */
const directories = ["tenants", "key_directory", "secret_directory", "member_directory"];
const boundary =
  "(tenant_id = (NULLIF(current_setting('atlasbridge.tenant_id'::text, true), ''::text))::uuid)";

/** One sentence for each thing that is wrong; none when the service may start. */
export async function faultsOf(pool: Pool): Promise<string[]> {
  const { sql } = pool;
  const behind = await missingMigrations(sql);
  if (behind.length > 0) return behind;
  const checks = [roleFaults, tableFaults, keyFaults, directoryFaults];
  const found = await Promise.all(checks.map((check) => check(sql)));
  return [...found.flat(), ...(await leakFaults(pool))];
}

/** Throws `AtlasError` with all that is wrong. */
export async function requireSound(pool: Pool): Promise<void> {
  const faults = await faultsOf(pool);
  if (faults.length === 0) return;
  throw new AtlasError("database_unusable", `the service does not start: ${faults.join("; ")}`);
}

async function missingMigrations(sql: Sql): Promise<string[]> {
  const applied = await appliedIn(sql).catch((error: unknown) => {
    const { code } = faultOf(error);
    // No table, no schema, or no right to look: whoever migrates makes all three.
    if (["42P01", "3F000", "42501"].includes(code ?? "")) return new Map<number, string>();
    throw unasked(error, "DATABASE_URL");
  });
  const missing = migrations.filter(({ number }) => !applied.has(number));
  if (missing.length === 0) return [];
  return [`the database lacks ${missing.length} migrations; run atlasbridge-cloud migrate`];
}

async function roleFaults(sql: Sql): Promise<string[]> {
  const [role] = await sql<
    { name: string; is_super: boolean; bypasses: boolean; owns: boolean; creates: boolean }[]
  >`
    SELECT current_user AS name, r.rolsuper AS is_super, r.rolbypassrls AS bypasses,
      (EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid
               AND pg_has_role(current_user, c.relowner, 'MEMBER'))
       OR pg_has_role(current_user, n.nspowner, 'MEMBER')) AS owns,
      has_schema_privilege(current_user, n.oid, 'CREATE') AS creates
    FROM pg_roles r, pg_namespace n
    WHERE r.rolname = current_user AND n.nspname = 'atlasbridge'`;
  if (role === undefined) return ["the schema atlasbridge is missing"];
  const faults: string[] = [];
  const say = (what: string): number => faults.push(`the role ${role.name} ${what}`);
  if (role.is_super) say("is a superuser, for whom tenants are not apart");
  if (role.bypasses) say("bypasses row level security");
  if (role.owns && !role.is_super) say("owns the tables or may become their owner");
  if (role.creates && !role.is_super) say("may create tables");
  return faults;
}

type TableRow = {
  name: string;
  has_tenant: boolean;
  enabled: boolean;
  forced: boolean;
  sound: boolean;
};

async function tableFaults(sql: Sql): Promise<string[]> {
  const rows = await sql<TableRow[]>`
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant,
      (SELECT count(*) = 1 AND bool_and(
          p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}'::oid[]
          AND pg_get_expr(p.polqual, p.polrelid) = ${boundary}
          AND pg_get_expr(p.polwithcheck, p.polrelid) = ${boundary})
       FROM pg_policy p WHERE p.polrelid = c.oid) AS sound
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'atlasbridge' AND c.relkind IN ('r', 'p', 'f', 'm', 'v')`;
  return rows.flatMap(({ name, has_tenant, enabled, forced, sound }) => {
    if (directories.includes(name) || name === "migrations") return [];
    if (!has_tenant) return [`the table ${name} has no tenant_id`];
    if (!enabled) return [`row level security is not enabled on ${name}`];
    if (!forced) return [`row level security is not forced on ${name}`];
    return sound ? [] : [`${name} has another policy than the tenant's boundary alone`];
  });
}

/** Primary keys, indexes and both sides of foreign keys begin with the tenant. */
async function keyFaults(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string; what: string }[]>`
    WITH tenant_tables AS (
      SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'atlasbridge' AND c.relkind IN ('r', 'p')
        AND c.relname NOT IN ${sql(["migrations", ...directories])}
    )
    SELECT i.indexrelid::regclass::text AS name, 'index' AS what
    FROM pg_index i JOIN tenant_tables t ON t.oid = i.indrelid
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE a.attname IS DISTINCT FROM 'tenant_id'
    UNION ALL
    SELECT f.conname, 'foreign key'
    FROM pg_constraint f JOIN tenant_tables t ON t.oid = f.conrelid
    LEFT JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
    LEFT JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
    WHERE f.contype = 'f'
      AND (a.attname IS DISTINCT FROM 'tenant_id' OR b.attname IS DISTINCT FROM 'tenant_id')
    UNION ALL
    SELECT t.relname, 'table without primary key'
    FROM tenant_tables t
    WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)`;
  return rows.map(({ name, what }) => `the ${what} ${name} does not begin with tenant_id`);
}

async function directoryFaults(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'atlasbridge' AND c.relname IN ${sql(directories)}
      AND has_table_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')`;
  return rows.map(({ name }) => `the role of the service has rights on ${name}`);
}

/** A pooler between us and the database that shares sessions would show one tenant the rows of another. */
async function leakFaults(pool: Pool): Promise<string[]> {
  const tenant = "00000000-0000-0000-0000-00000000feed";
  const connection = await pool.sql.reserve();
  try {
    await connection`BEGIN`;
    const [set] =
      await connection`SELECT set_config('atlasbridge.tenant_id', ${tenant}, true) AS is`;
    const [kept] = await connection`SELECT current_setting('atlasbridge.tenant_id', true) AS is`;
    await connection`COMMIT`;
    const [after] = await connection`SELECT current_setting('atlasbridge.tenant_id', true) AS is`;
    if (set?.["is"] !== tenant || kept?.["is"] !== tenant) {
      return [
        "a setting does not last for its transaction; is there a pooler that shares statements?",
      ];
    }
    return after?.["is"] ? ["a setting outlives its transaction"] : [];
  } finally {
    connection.release();
  }
}
