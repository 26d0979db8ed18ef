/** Services of versions before this one, at the database of this one: what they write is counted once, by day too. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startDatabase, type TestDatabase } from "../testing/service.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import { connect, type Sql, type Transaction } from "./pool.ts";

let database: TestDatabase;
const open: Sql[] = [];

beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => {
  for (const sql of open) await sql.end();
  await database.stop();
}, 30_000);

const tenant = "019392bd-2d21-7000-8000-0000000000aa";
const agent = "019392bd-2d21-7000-8000-0000000000bb";

/** An empty database with the migrations up to that one, and what comes after it. */
async function databaseAt(number: number) {
  const name = `at_${number}`;
  await database.sql.unsafe(`CREATE DATABASE ${name} OWNER atlasbridge_owner`);
  const at = (address: string): string => {
    const url = new URL(address);
    url.pathname = `/${name}`;
    return url.href;
  };
  const ownerUrl = at(database.embedded.urls.owner);
  await migrate({ ownerUrl, list: migrations.slice(0, number) });
  const connected = (url: string): Sql => {
    const sql = connect({ url: at(url), name: "test", connectionsMax: 1 });
    open.push(sql);
    return sql;
  };
  const all = connected(database.embedded.superuserUrl);
  await all`INSERT INTO atlasbridge.tenants (tenant_id, name) VALUES (${tenant}, 'One')`;
  await all`INSERT INTO atlasbridge.agents (tenant_id, agent_id) VALUES (${tenant}, ${agent})`;
  return { all, app: connected(database.embedded.urls.app), ownerUrl };
}

/** As the services of those versions add to sums; what else they write of a batch, this version writes alike. */
async function add(app: Sql, table: "hour" | "day", start: string): Promise<void> {
  await app.begin(async (sql: Transaction) => {
    await sql`SELECT set_config('atlasbridge.tenant_id', ${tenant}, true)`;
    await sql.unsafe(
      `INSERT INTO atlasbridge.trace_${table}s AS t (tenant_id, agent_id, ${table}, rules, entries, prompts)
       VALUES ($1, $2, $3, '{"deny r": 2, "auto_reply s": 1}', 20, 3)
       ON CONFLICT (tenant_id, ${table}, agent_id) DO UPDATE SET
         entries = t.entries + EXCLUDED.entries, prompts = t.prompts + EXCLUDED.prompts,
         rules = atlasbridge.counts_added(t.rules, EXCLUDED.rules)`,
      [tenant, agent, start],
    );
  });
}

const daysOf = (all: Sql) => all`
  SELECT day, entries::int, prompts::int, rules FROM atlasbridge.trace_days ORDER BY day`;

const [today, yesterday] = ["2026-01-02T00:00:00.000Z", "2026-01-01T00:00:00.000Z"];
const batch = { entries: 20, prompts: 3, rules: { "deny r": 2, "auto_reply s": 1 } };
const twice = { entries: 40, prompts: 6, rules: { "deny r": 4, "auto_reply s": 2 } };

test("a service from before there were days adds to days by its hours alone", async () => {
  const { all, app } = await databaseAt(migrations.length);
  await add(app, "hour", "2026-01-02T03:00:00Z");
  await add(app, "hour", "2026-01-02T03:00:00Z");
  await add(app, "hour", "2026-01-01T23:00:00Z");
  expect(await daysOf(all)).toEqual([
    { day: new Date(yesterday), ...batch },
    { day: new Date(today), ...twice },
  ] as never);
});

test("a service that adds to hours and to days itself is counted once", async () => {
  const { all, app, ownerUrl } = await databaseAt(9);
  await migrate({ ownerUrl });
  for (let at = 0; at < 2; at += 1) {
    await add(app, "hour", "2026-01-02T03:00:00Z");
    await add(app, "day", today);
  }
  expect(await daysOf(all)).toEqual([{ day: new Date(today), ...twice }] as never);
});

test("days that were left short while versions ran beside each other are made whole; those with more stay", async () => {
  const { all, app, ownerUrl } = await databaseAt(8);
  await add(app, "hour", "2026-01-02T03:00:00Z");
  await add(app, "day", today);
  // By a service that knows of no days.
  await add(app, "hour", "2026-01-02T04:00:00Z");
  await add(app, "hour", "2026-01-01T04:00:00Z");
  // Of which retention took the hours.
  await add(app, "day", "2025-12-31T00:00:00Z");
  await add(app, "day", "2025-12-31T00:00:00Z");
  await add(app, "hour", "2025-12-31T23:00:00Z");
  await migrate({ ownerUrl });
  expect(await daysOf(all)).toEqual([
    { day: new Date("2025-12-31T00:00:00Z"), ...twice },
    { day: new Date(yesterday), ...batch },
    { day: new Date(today), ...twice },
  ] as never);
});
