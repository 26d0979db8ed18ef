/** The service does not start where the database would not keep tenants apart: each way to get there is told by name. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startDatabase, type TestDatabase } from "../testing/service.ts";
import { appliedIn, migrate } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import { openPool, type Pool } from "./pool.ts";
import { faultsOf, requireSound } from "./validate.ts";

let database: TestDatabase;
let app: Pool;
let superuser: Pool;

beforeAll(async () => {
  database = await startDatabase();
  app = openPool({ url: database.embedded.urls.app, name: "test-app", connectionsMax: 2 });
  superuser = openPool({ url: database.embedded.superuserUrl, name: "test", connectionsMax: 1 });
}, 60_000);

afterAll(async () => {
  await app.end();
  await superuser.end();
  await database.stop();
}, 30_000);

afterEach(async () => {
  expect(await faultsOf(app)).toEqual([]);
});

const run = (text: string) => superuser.sql.unsafe(text);

describe("a database as it was migrated", () => {
  test("is sound for the service's role", async () => {
    await requireSound(app);
  });
});

describe("the service does not start", () => {
  test.each([
    [
      "where nobody listens",
      "postgres://atlasbridge_app@127.0.0.1:1/atlasbridge",
      "CONNECTION_LOST",
    ],
    ["with another password", null, "28P01"],
  ])("%s, and says that rather than what it could not see", async (_, given, code) => {
    const wrong = new URL(database.embedded.urls.app);
    wrong.password = "wrong";
    const url = given ?? wrong.href;
    const pool = openPool({ url, name: "test-unasked", connectionsMax: 1 });
    const told = await requireSound(pool).then(() => "", String);
    expect(told).toContain(`the database cannot be asked (${code})`);
    expect(told).not.toContain("migrations");
    expect(migrate({ ownerUrl: url })).rejects.toThrow(
      "are the address, name and password in OWNER",
    );
    await pool.end();
  });

  test.each([
    ["as the owner of the tables", () => database.embedded.urls.owner, "owns the tables"],
    ["as a superuser", () => database.embedded.superuserUrl, "is a superuser"],
  ])("%s", async (_, url, fault) => {
    const pool = openPool({ url: url(), name: "test-role", connectionsMax: 2 });
    expect((await faultsOf(pool)).join("\n")).toContain(fault);
    expect(requireSound(pool)).rejects.toThrow("the service does not start");
    await pool.end();
  });

  test.each([
    [
      "a role that bypasses row level security",
      "ALTER ROLE atlasbridge_app BYPASSRLS",
      "ALTER ROLE atlasbridge_app NOBYPASSRLS",
      "bypasses row level security",
    ],
    [
      "a role that may become the owner",
      "GRANT atlasbridge_owner TO atlasbridge_app",
      "REVOKE atlasbridge_owner FROM atlasbridge_app",
      "owns the tables or may become their owner",
    ],
    [
      "a role that may make tables",
      "GRANT CREATE ON SCHEMA atlasbridge TO atlasbridge_app",
      "REVOKE CREATE ON SCHEMA atlasbridge FROM atlasbridge_app",
      "may create tables",
    ],
    [
      "a table whose boundary is off",
      "ALTER TABLE atlasbridge.agents DISABLE ROW LEVEL SECURITY",
      "ALTER TABLE atlasbridge.agents ENABLE ROW LEVEL SECURITY",
      "not enabled on agents",
    ],
    [
      "a table whose boundary is not for its owner",
      "ALTER TABLE atlasbridge.agents NO FORCE ROW LEVEL SECURITY",
      "ALTER TABLE atlasbridge.agents FORCE ROW LEVEL SECURITY",
      "not forced on agents",
    ],
    [
      "a second policy that lets more through",
      "CREATE POLICY open ON atlasbridge.agents USING (true)",
      "DROP POLICY open ON atlasbridge.agents",
      "agents has another policy",
    ],
    [
      "a policy for one role",
      "ALTER POLICY tenant_boundary ON atlasbridge.agents TO atlasbridge_app",
      "ALTER POLICY tenant_boundary ON atlasbridge.agents TO PUBLIC",
      "agents has another policy",
    ],
    [
      "a new table without a boundary",
      "CREATE TABLE atlasbridge.notes (tenant_id uuid PRIMARY KEY)",
      "DROP TABLE atlasbridge.notes",
      "not enabled on notes",
    ],
    [
      "a new table without a tenant",
      "CREATE TABLE atlasbridge.notes (id uuid PRIMARY KEY)",
      "DROP TABLE atlasbridge.notes",
      "notes has no tenant_id",
    ],
    [
      "an index that begins with something else",
      "CREATE INDEX by_version ON atlasbridge.agents (version)",
      "DROP INDEX atlasbridge.by_version",
      "index atlasbridge.by_version does not begin with tenant_id",
    ],
    [
      "a foreign key that leaves the tenant",
      "ALTER TABLE atlasbridge.agents ADD CONSTRAINT astray FOREIGN KEY (agent_id) REFERENCES atlasbridge.tenants (tenant_id) NOT VALID",
      "ALTER TABLE atlasbridge.agents DROP CONSTRAINT astray",
      "foreign key astray does not begin with tenant_id",
    ],
    [
      "a directory that is open",
      "GRANT SELECT ON atlasbridge.key_directory TO atlasbridge_app",
      "REVOKE SELECT ON atlasbridge.key_directory FROM atlasbridge_app",
      "has rights on key_directory",
    ],
    [
      "a migration that is missing",
      "UPDATE atlasbridge.migrations SET number = 9999 WHERE number = 2",
      "UPDATE atlasbridge.migrations SET number = 2 WHERE number = 9999",
      "lacks 1 migrations; run atlasbridge-cloud migrate",
    ],
  ])("with %s", async (...[, breaking, mending, fault]) => {
    await run(breaking);
    const found = (await faultsOf(app)).join("\n");
    await run(mending);
    expect(found).toContain(fault);
  });
});

describe("migrating", () => {
  const ownerUrl = () => database.embedded.urls.owner;

  test("again does nothing, also by several at once", async () => {
    const all = await Promise.all([1, 2, 3].map(() => migrate({ ownerUrl: ownerUrl() })));
    expect(all).toEqual([[], [], []]);
  });

  test("applies each one once when several begin at the same time", async () => {
    const text =
      "CREATE TABLE atlasbridge.once (tenant_id uuid PRIMARY KEY); SELECT atlasbridge.guard('atlasbridge.once')";
    const list = [...migrations, { number: 9_000, name: "once", text }];
    const all = await Promise.all([1, 2, 3].map(() => migrate({ ownerUrl: ownerUrl(), list })));
    expect(all.flat()).toEqual(["9000-once"]);
    await run(
      "DROP TABLE atlasbridge.once; DELETE FROM atlasbridge.migrations WHERE number = 9000",
    );
  });

  test("that fails half way leaves nothing behind", async () => {
    const text = "CREATE TABLE atlasbridge.half (tenant_id uuid PRIMARY KEY); SELECT 1 / 0";
    const list = [...migrations, { number: 9_001, name: "half", text }];
    expect(migrate({ ownerUrl: ownerUrl(), list })).rejects.toThrow(
      "migration 9001-half failed and left nothing behind",
    );
    await migrate({ ownerUrl: ownerUrl() });
    expect(
      (await superuser.sql`SELECT to_regclass('atlasbridge.half') AS is`)[0]?.["is"],
    ).toBeNull();
    expect(new Set((await appliedIn(app.sql)).keys())).toEqual(
      new Set(migrations.map(({ number }) => number)),
    );
  });

  test("refuses a migration that was changed after it was applied", async () => {
    const list = migrations.map((one) =>
      one.number === 1 ? { ...one, text: `${one.text}\n` } : one,
    );
    expect(migrate({ ownerUrl: ownerUrl(), list })).rejects.toThrow(
      "is not the one that was applied",
    );
    // The newest migrator waits for the lock that the failed one has given back.
    expect(await migrate({ ownerUrl: ownerUrl() })).toEqual([]);
  });
});
