/** What the database's own catalogue says of every table, function, view, sequence and right: nothing is there by accident. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startDatabase, type TestDatabase } from "../testing/service.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.stop(), 30_000);

type Named = { name: string };
const namesOf = async (rows: Promise<Named[]> | PromiseLike<Named[]>): Promise<string[]> =>
  (await rows).map(({ name }) => name);

/** Tables that hold no tenant's rows. */
const directories = [
  "key_directory",
  "member_directory",
  "migrations",
  "secret_directory",
  "tenants",
];

describe("in the catalogue", () => {
  test("there are tables and indexes alone: nothing reads around the boundary", async () => {
    const others = await namesOf(database.sql<Named[]>`
      SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'atlasbridge'::regnamespace
        AND c.relkind NOT IN ('r', 'p', 'i', 'I') AND c.relname NOT LIKE 'pg_toast%'`);
    expect(others).toEqual([]);
    const elsewhere = await namesOf(database.sql<Named[]>`
      SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.oid >= 16384
        AND c.relnamespace <> 'atlasbridge'::regnamespace`);
    expect(elsewhere).toEqual([]);
  });

  test("every table is guarded, partitions too, but for those that hold no tenant's rows", async () => {
    const open = await namesOf(database.sql<Named[]>`
      SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'atlasbridge'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1`);
    expect(open).toEqual(directories);
    const rows = await database.sql<{ table: string; n: number }[]>`
      SELECT c.relname AS table, count(p.polname)::int AS n FROM pg_class c
      LEFT JOIN pg_policy p ON p.polrelid = c.oid
      WHERE c.relnamespace = 'atlasbridge'::regnamespace AND c.relkind IN ('r', 'p')
      GROUP BY 1 ORDER BY 1`;
    for (const { table, n } of rows) {
      expect([table, n]).toEqual([table, directories.includes(table) ? 0 : 1]);
    }
  });

  test("everything is the owner's, who serves nobody, and who is no superuser", async () => {
    const owners = await namesOf(database.sql<Named[]>`
      SELECT DISTINCT pg_get_userbyid(c.relowner) AS name FROM pg_class c
      WHERE c.relnamespace = 'atlasbridge'::regnamespace
      UNION SELECT DISTINCT pg_get_userbyid(p.proowner) FROM pg_proc p
      WHERE p.pronamespace = 'atlasbridge'::regnamespace`);
    expect(owners).toEqual(["atlasbridge_owner"]);
    const [role] = await database.sql`
      SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'atlasbridge_owner'`;
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false });
  });

  test("the public has no right on anything", async () => {
    const granted = await namesOf(database.sql<Named[]>`
      SELECT c.relname AS name FROM pg_class c, aclexplode(c.relacl) a
      WHERE c.relnamespace = 'atlasbridge'::regnamespace AND a.grantee = 0
      UNION ALL SELECT p.proname FROM pg_proc p, aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
      WHERE p.pronamespace = 'atlasbridge'::regnamespace AND a.grantee = 0
      UNION ALL SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a
      WHERE n.nspname = 'atlasbridge' AND a.grantee = 0`);
    expect(granted).toEqual([]);
  });

  test("the service deletes from nothing that tells what happened, and truncates nothing", async () => {
    const rights = await database.sql<{ table: string; rights: string }[]>`
      SELECT c.relname AS table, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS rights
      FROM pg_class c, aclexplode(c.relacl) a
      WHERE c.relnamespace = 'atlasbridge'::regnamespace
        AND a.grantee = 'atlasbridge_app'::regrole GROUP BY 1`;
    const of = Object.fromEntries(rights.map((row) => [row.table, row.rights]));
    for (const [table, words] of Object.entries(of)) {
      expect([table, /TRUNCATE|REFERENCES|TRIGGER|MAINTAIN/.test(words)]).toEqual([table, false]);
    }
    for (const table of ["trace_entries", "trace_checkpoints", "audit_entries"]) {
      expect([table, of[table]]).toEqual([table, "INSERT SELECT"]);
    }
    const may = Object.keys(of).filter((table) => of[table]?.includes("DELETE"));
    expect(may.sort()).toEqual(["memberships", "request_nonces", "web_sessions"]);
    // Partitions are reached through the table above them alone.
    expect(Object.keys(of).filter((table) => table.startsWith("trace_entries_"))).toEqual([]);
  });

  test("platform staff have rights on the list of tenants alone", async () => {
    const names = await namesOf(database.sql<Named[]>`
      SELECT DISTINCT c.relname AS name FROM pg_class c, aclexplode(c.relacl) a
      WHERE c.relnamespace = 'atlasbridge'::regnamespace
        AND a.grantee = 'atlasbridge_platform'::regrole ORDER BY 1`);
    expect(names).toEqual(["migrations", "tenants"]);
  });

  test("whatever runs with rights of its own has a path of its own, and tests the tenant itself", async () => {
    const rows = await database.sql<{ name: string; config: string | null; definer: boolean }[]>`
      SELECT p.proname AS name, array_to_string(p.proconfig, ' ') AS config, p.prosecdef AS definer
      FROM pg_proc p WHERE p.pronamespace = 'atlasbridge'::regnamespace`;
    for (const { name, config, definer } of rows) {
      if (definer)
        expect([name, config]).toEqual([
          name,
          expect.stringContaining("search_path=pg_catalog, pg_temp"),
        ]);
    }
  });

  test("every key, index and foreign key of a tenant's table begins with the tenant", async () => {
    const wrong = await namesOf(database.sql<Named[]>`
      SELECT i.indexrelid::regclass::text AS name FROM pg_index i
      JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
      WHERE c.relnamespace = 'atlasbridge'::regnamespace
        AND c.relname NOT IN ${database.sql(directories)} AND a.attname <> 'tenant_id'
      UNION ALL SELECT f.conname FROM pg_constraint f
      JOIN pg_class c ON c.oid = f.conrelid
      JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
      JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
      WHERE f.contype = 'f' AND c.relnamespace = 'atlasbridge'::regnamespace
        AND (a.attname <> 'tenant_id' OR b.attname <> 'tenant_id')`);
    expect(wrong).toEqual([]);
  });
});
