/** Tenants are apart in the database itself: whatever the service asks, it sees and touches one tenant's rows alone. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { pictureOf, tablesOf } from "../testing/picture.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../testing/service.ts";
import type { Transaction } from "./pool.ts";

let database: TestDatabase;
let service: TestService;
/** Three, with agents of the same ids. */
const tenants: { id: string; key: TestKey }[] = [];
const agentIds = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
const directories = ["tenants", "key_directory", "secret_directory", "member_directory"];
const personId = Bun.randomUUIDv7();
let tables: string[] = [];

beforeAll(async () => {
  database = await startDatabase();
  service = await startService(database);
  for (const _ of [1, 2, 3]) {
    const id = await service.newTenant();
    const key = await service.newKey(id);
    tenants.push({ id, key });
    for (const agentId of agentIds) {
      const agent = new TestAgent(agentId);
      agent.session(2);
      const batch = agent.batch({ from: 1, to: agent.seq, key });
      const response = await service.post(signedRequest(batch, { key }));
      if (response.status !== 202) throw new Error(await response.text());
      // A fork and a gap, for a row in the tables that tell of them.
      const fork = new TestAgent(agentId);
      await service.post(signedRequest(fork.batch({ from: 1, to: 2, key }), { key }));
    }
    await service.parts.pool.withTenant(id, (sql) => inhabit(sql, id));
    const admin = service.client(await service.newToken(id, "admin"));
    await admin.tokens.create.mutate({ label: "same", role: "viewer" });
  }
  await service.parts.tally.flush();
  tables = (await tablesOf(database.sql)).filter(
    (name) => ![...directories, "migrations"].includes(name),
  );
}, 60_000);

afterAll(async () => {
  await service.stop();
  await database.stop();
}, 30_000);

/** The same person, signed in and invited in each. */
async function inhabit(sql: Transaction, id: string): Promise<void> {
  await sql`INSERT INTO atlasbridge.tenant_settings (tenant_id) VALUES (${id})`;
  await sql`
    INSERT INTO atlasbridge.memberships
      (tenant_id, person_id, provider, email, name, role, created_at)
    VALUES (${id}, ${personId}, 'google', 'ada@example.com', 'Ada', 'admin', now())`;
  await sql`
    INSERT INTO atlasbridge.web_sessions
      (tenant_id, session_id, person_id, secret_hash, role, browser, signed_in_at, last_seen_at, checked_at)
    VALUES (${id}, ${personId}, ${personId}, sha256(${`s${id}`}), 'admin', '', now(), now(), now())`;
  await sql`
    INSERT INTO atlasbridge.invitations
      (tenant_id, invitation_id, email, role, secret_hash, created_at, created_by, expires_at)
    VALUES (${id}, ${personId}, 'bob@example.com', 'viewer', sha256(${`i${id}`}), now(), 'ada', now())`;
}

const first = () => tenants[0]?.id ?? "";
const second = () => tenants[1]?.id ?? "";
const as = <T>(tenantId: string, work: (sql: Transaction) => Promise<T>) =>
  service.parts.pool.withTenant(tenantId, work);

/** The SQLSTATE with which it was refused; `none` when it was not. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "other";
  }
}

/** insufficient_privilege: also what row level security says to a row of somebody else's. */
const denied = "42501";

describe("three tenants with the same agents", () => {
  test("each have the same entries, sessions and incidents of their own", async () => {
    for (const table of tables) {
      const rows = await database.sql<{ tenant_id: string; n: number }[]>`
        SELECT tenant_id, count(*)::int AS n FROM ${database.sql(`atlasbridge.${table}`)}
        GROUP BY 1`;
      expect([table, rows.length]).toEqual([table, 3]);
      expect(new Set(rows.map(({ n }) => n)).size).toBe(1);
    }
    expect(tables).toContain("trace_entries");
    expect(tables.length).toBeGreaterThanOrEqual(9);
  });

  test("see their own rows alone in every table, without any WHERE", async () => {
    for (const table of tables) {
      for (const { id } of tenants) {
        const rows = await as(id, (sql) => sql`SELECT * FROM ${sql(`atlasbridge.${table}`)}`);
        expect(rows.length).toBeGreaterThan(0);
        expect(new Set(rows.map((row) => row["tenant_id"]))).toEqual(new Set([id]));
      }
    }
  });

  test("see nothing of another when they ask for it by name, count it or join it", async () => {
    for (const table of tables) {
      const [row] = await as(
        first(),
        (sql) => sql`
          SELECT count(*)::int AS n FROM ${sql(`atlasbridge.${table}`)} WHERE tenant_id = ${second()}`,
      );
      expect(row?.["n"]).toBe(0);
    }
  });

  test("change nothing of another, by whatever verb", async () => {
    const before = await pictureOf(database.sql);
    for (const table of tables) {
      const name = `atlasbridge.${table}`;
      const verbs = [
        (sql: Transaction) =>
          sql`UPDATE ${sql(name)} SET tenant_id = tenant_id WHERE tenant_id = ${second()}`,
        (sql: Transaction) => sql`DELETE FROM ${sql(name)} WHERE tenant_id = ${second()}`,
      ];
      for (const verb of verbs) {
        const outcome = await as(first(), async (sql) => (await verb(sql)).count).catch(
          (error: unknown) => (error instanceof Error && "code" in error ? error.code : "other"),
        );
        // Either it may not at all, or there is nothing there to change.
        expect([0, denied]).toContain(outcome as string | number);
      }
      for (const statement of ["TRUNCATE", "DROP TABLE", "ALTER TABLE"]) {
        const rest = statement === "ALTER TABLE" ? " DISABLE ROW LEVEL SECURITY" : "";
        const work = as(first(), (sql) => sql.unsafe(`${statement} ${name}${rest}`));
        expect(await refusal(work)).toBe(denied);
      }
    }
    expect(await pictureOf(database.sql)).toEqual(before);
  });

  test("put no row into another's tables, and move none of their own there", async () => {
    for (const table of tables) {
      const name = `atlasbridge.${table}`;
      const copied = as(first(), async (sql) => {
        const [row] = await sql`SELECT * FROM ${sql(name)} LIMIT 1`;
        // What the database makes of other columns is not given to it.
        const { mentions: _, ...given } = { ...row };
        await sql`INSERT INTO ${sql(name)} ${sql({ ...given, tenant_id: second() })}`;
      });
      expect([table, await refusal(copied)]).toEqual([table, denied]);
      const moved = as(first(), (sql) => sql`UPDATE ${sql(name)} SET tenant_id = ${second()}`);
      expect([table, await refusal(moved)]).toEqual([table, denied]);
    }
  });

  test("refer to no row of another: foreign keys carry the tenant", async () => {
    const strange = await as(second(), (sql) =>
      sql`SELECT key_id FROM atlasbridge.api_keys`.then((rows) => rows[0]?.["key_id"]),
    );
    const rotated = as(
      first(),
      (sql) => sql`UPDATE atlasbridge.api_keys SET successor_id = ${strange}`,
    );
    expect(await refusal(rotated)).toBe("23503");
    const nonce = as(
      first(),
      (sql) => sql`
        INSERT INTO atlasbridge.request_nonces (tenant_id, key_id, nonce, expires_at)
        VALUES (${first()}, ${strange}, 'x', now())`,
    );
    expect(await refusal(nonce)).toBe("23503");
  });
});

describe("without a tenant", () => {
  test("there is no row in any table, and none can be put there", async () => {
    for (const table of tables) {
      const rows = await service.parts.pool.ask(
        (sql) => sql`SELECT 1 FROM ${sql(`atlasbridge.${table}`)}`,
      );
      expect([table, rows.length]).toEqual([table, 0]);
    }
    const put = service.parts.pool.ask(
      (sql) => sql`INSERT INTO atlasbridge.tenant_settings (tenant_id) VALUES (${first()})`,
    );
    expect(await refusal(put)).toBe(denied);
  });

  test("the directories are closed to the service", async () => {
    for (const table of directories) {
      const read = service.parts.pool.ask(
        (sql) => sql`SELECT 1 FROM ${sql(`atlasbridge.${table}`)}`,
      );
      expect(await refusal(read)).toBe(denied);
    }
  });

  test("and platform staff, who keep the list of tenants, see no table of theirs", async () => {
    const { platform } = service.parts;
    if (platform === null) throw new Error("no platform");
    for (const table of [...tables, ...directories.slice(1)]) {
      const read = platform.withTenant(
        first(),
        (sql) => sql`SELECT 1 FROM ${sql(`atlasbridge.${table}`)}`,
      );
      expect([table, await refusal(read)]).toEqual([table, denied]);
    }
    expect((await platform.sql`SELECT 1 FROM atlasbridge.tenants`).length).toBe(3);
  });
});

describe("the way from a key to its tenant", () => {
  test("tells one row of exactly the key that was asked for", async () => {
    const keyId = tenants[1]?.key.key_id ?? "";
    const find = (id: string) =>
      service.parts.pool.ask((sql) => sql`SELECT * FROM atlasbridge.find_key(${id})`);
    const [row, ...more] = await find(keyId);
    expect([row?.["tenant_id"], more]).toEqual([second(), []]);
    for (const id of ["", "%", "abk_%", `${keyId}' OR '1'='1`, keyId.toLowerCase(), `${keyId} `]) {
      const [nothing] = await find(id);
      const { sealed_secret, ring_version, ...rest } = nothing ?? {};
      expect(new Set(Object.values(rest))).toEqual(new Set([null]));
      expect([new Set(sealed_secret), ring_version]).toEqual([new Set([0]), 0]);
    }
  });

  test("moves nobody into another tenant", async () => {
    const [inside] = await as(first(), async (sql) => {
      await sql`SELECT * FROM atlasbridge.find_key(${tenants[1]?.key.key_id ?? ""})`;
      return await sql`SELECT current_setting('atlasbridge.tenant_id') AS is`;
    });
    expect(inside?.["is"]).toBe(first());
    const [outside] = await service.parts.pool
      .sql`SELECT current_setting('atlasbridge.tenant_id', true) AS is`;
    expect(outside?.["is"] ?? "").toBe("");
  });

  test("shows no ciphertext that opens under another tenant or another key", async () => {
    const { ring } = service.parts;
    const { sealed, version } = ring.seal("abs_x", { tenantId: first(), keyId: "abk_a" });
    expect(ring.open(sealed, version, { tenantId: first(), keyId: "abk_a" })).toBe("abs_x");
    for (const whose of [
      { tenantId: second(), keyId: "abk_a" },
      { tenantId: first(), keyId: "abk_b" },
    ]) {
      expect(() => ring.open(sealed, version, whose)).toThrow();
    }
  });

  test("is one of four functions with rights of their own that the service may call", async () => {
    const rows = await database.sql<{ name: string; path: string }[]>`
      SELECT p.proname AS name, array_to_string(p.proconfig, ' ') AS path
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'atlasbridge' AND p.prosecdef
        AND has_function_privilege('atlasbridge_app', p.oid, 'EXECUTE')
      ORDER BY 1`;
    expect(rows.map(({ name }) => name)).toEqual([
      ...["ensure_entries_of", "erase_tenant", "expire_content", "expire_entries", "expire_rest"],
      ...["find_key", "find_secret", "tenant_after", "tenants_of"],
    ]);
    for (const { path } of rows) expect(path).toContain("search_path=pg_catalog, pg_temp");
  });

  test("makes no month but this one and the next two", async () => {
    const make = (when: string) =>
      refusal(service.parts.pool.ask((sql) => sql`SELECT atlasbridge.ensure_entries_of(${when})`));
    expect(await make(new Date(Date.now() - 40 * 86_400_000).toISOString())).toBe("P0001");
    expect(await make(new Date(Date.now() + 120 * 86_400_000).toISOString())).toBe("P0001");
    expect(await make(new Date().toISOString())).toBe("none");
  });
});

describe("many tenants at once over few connections", () => {
  test("never see each other, also after one of them has failed", async () => {
    const seen = await Promise.all(
      Array.from({ length: 120 }, async (_, at) => {
        const { id } = tenants[at % 3] ?? { id: "" };
        try {
          const rows = await as(id, async (sql) => {
            const found = await sql`SELECT DISTINCT tenant_id FROM atlasbridge.trace_entries`;
            if (at % 5 === 0) await sql`SELECT 1 / 0`;
            return found;
          });
          return rows.length === 1 && rows[0]?.["tenant_id"] === id;
        } catch (error) {
          return error instanceof Error && "code" in error && error.code === "22012";
        }
      }),
    );
    expect(seen.filter((isOwn) => isOwn)).toHaveLength(seen.length);
  });
});
