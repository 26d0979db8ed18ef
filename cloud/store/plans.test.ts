/** No read procedure walks over a table: each finds its rows by an index that begins with the tenant. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bounds } from "../limits/bounds.ts";
import { type Asked, askedPool, planOf, walksIn } from "../testing/explain.ts";
import { proceduresOf, sampleOf } from "../testing/sample.ts";
import { seedTenant } from "../testing/seed.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../testing/service.ts";
import { openPool, type Pool } from "./pool.ts";

let database: TestDatabase;
let service: TestService;
let app: Pool;
let token: string;
let big = "";
const asked: Asked[] = [];
const known: Record<string, unknown> = {};

/** Tables, and partitions of them, in which a walk would be long. */
let large: ReadonlySet<string> = new Set();

beforeAll(async () => {
  database = await startDatabase();
  const { app: url } = database.embedded.urls;
  app = openPool({ url, name: "test-plans", connectionsMax: 2 });
  service = await startService(database, { pooled: (pool) => askedPool(pool, url, asked) });
  // Of all rows each has a twentieth: whoever had half of them would rightly be walked over.
  for (let at = 0; at < 20; at += 1) {
    big = await service.newTenant();
    await seedTenant(database.sql, { tenantId: big, agents: 4, sessions: 400, prompts: 2 });
  }
  await database.sql.unsafe("SET statement_timeout = 0; ANALYZE; RESET statement_timeout").simple();
  const tables = await database.sql<{ name: string }[]>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'atlasbridge'::regnamespace AND relkind = 'r' AND reltuples > 2000`;
  large = new Set(tables.map(({ name }) => name));
  token = await service.newToken(big, "admin");
  const [session] = await database.sql`
    SELECT agent_id, session_id FROM atlasbridge.trace_sessions
    WHERE tenant_id = ${big} ORDER BY session_id OFFSET 200 LIMIT 1`;
  Object.assign(known, session, { format: "csv" });
}, 60_000);

afterAll(async () => {
  await service.stop();
  await app.end();
  await database.stop();
}, 30_000);

async function call(path: string, input: object): Promise<Asked[]> {
  asked.length = 0;
  const url = `${service.url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  // What the seed has no tree for is still asked for.
  const isAnswer = response.status === 200 || /there is no checkpoint/.test(text);
  expect([path, isAnswer ? "" : text]).toEqual([path, ""]);
  return [...asked];
}

const reads = ["fleet", "sessions", "decisions", "integrity", "incidents", "ingestion"];
const queries = proceduresOf().filter(
  ({ kind, path }) => kind === "query" && reads.includes(path.split(".")[0] ?? ""),
);
const dayMs = 86_400_000;
/** Beside the least that each takes. */
const more: readonly (readonly [string, object])[] = [
  ...(["last_active", "prompts", "escalated"] as const).map(
    (sort) => ["sessions.list", { sort }] as const,
  ),
  ["sessions.list", { state: "waiting" }],
  ["sessions.list", { tool: "codex", from: Date.now() - 20 * dayMs }],
  ["sessions.list", { text: "flag 12" }],
  ["decisions.list", { rule_id: "rule-3", escalated: true }],
  ["decisions.list", { from: Date.now() - 9 * dayMs, to: Date.now() - 8 * dayMs }],
  ["fleet.overview", { from: Date.now() - 80 * dayMs }],
  ["decisions.suggestions", { from: Date.now() - 80 * dayMs }],
];
const cases = [...queries.map(({ path, schema }) => [path, schema] as const), ...more];

test("there is enough in the tables for a plan to matter", () => {
  for (const table of [
    "trace_sessions",
    "trace_prompts",
    "trace_hours",
    "trace_days",
    "trace_checkpoints",
  ]) {
    expect([table, large.has(table)]).toEqual([table, true]);
  }
  expect([...large].join()).toContain("trace_entries_");
});

describe("the plan of", () => {
  test.each(cases.map(([path, what], at) => [`${path} (${at})`, path, what] as const))(
    "%s uses an index that begins with the tenant",
    async (_, path, what) => {
      const isSample = queries.some(({ schema }) => schema === what);
      const input = isSample && what !== null ? sampleOf(what, known) : (what ?? {});
      const statements = await call(path, input as object);
      expect(statements.length).toBeGreaterThan(0);
      for (const statement of statements.filter(({ text }) => /^\s*(SELECT|WITH)/.test(text))) {
        expect([path, walksIn(await planOf(app.sql, statement), large)]).toEqual([path, []]);
      }
    },
  );
});

test("a list that no index filters looks through so many rows for a page, and tells where to go on", async () => {
  // Ten more than that: the page after the one that finds nothing finds the oldest.
  await database.sql.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    await sql`SET LOCAL statement_timeout = 0`;
    await sql.unsafe(`
      INSERT INTO atlasbridge.trace_sessions
        (tenant_id, agent_id, session_id, first_seq, last_seq, last_entry_at, tool)
      SELECT '${big}', '019392bd-2d21-7000-8000-000000000000',
        ('00000000-0001-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 2, '1970-01-01',
        CASE WHEN n < 3 THEN 'oldest' ELSE 'other' END
      FROM generate_series(1, ${bounds.walkRowsMax}) n`);
    await sql.unsafe(`
      INSERT INTO atlasbridge.trace_mentions (tenant_id, session_id, agent_id, tool, mentions)
      SELECT tenant_id, session_id, agent_id, tool, mentions FROM atlasbridge.trace_sessions
      WHERE tenant_id = '${big}' AND last_entry_at = '1970-01-01'`);
    await sql.unsafe(`
      INSERT INTO atlasbridge.trace_prompts
        (tenant_id, prompt_id, agent_id, seq, at, action, rule_id, escalated_at, received_at)
      SELECT '${big}', ('00000000-0001-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        '019392bd-2d21-7000-8000-000000000000', n, '1970-01-01', 'require_human',
        CASE WHEN n < 3 THEN 'oldest' ELSE 'other' END, '1970-01-01', now()
      FROM generate_series(1, ${bounds.walkRowsMax}) n`);
  });
  const client = service.client(token);
  for (const filters of [{ rule_id: "oldest" }, { rule_id: "oldest", escalated: true }]) {
    const first = await client.decisions.list.query(filters);
    expect({ filters, rows: first.rows }).toEqual({ filters, rows: [] });
    const second = await client.decisions.list.query({ ...filters, cursor: first.next ?? "" });
    expect(second.rows.map(({ rule_id }) => rule_id)).toEqual(["oldest", "oldest"]);
    expect(second.next).toBeNull();
    // A page that is full before the walk ends goes on right behind its last row.
    const full = await client.decisions.list.query({ ...filters, rule_id: "other", rows: 2 });
    const more = await client.decisions.list.query({
      ...{ ...filters, rule_id: "other", rows: 2, cursor: full.next ?? "" },
    });
    const ids = [...full.rows, ...more.rows].map(({ prompt_id }) => prompt_id);
    expect(new Set(ids).size).toBe(4);
    expect(ids).toEqual(ids.toSorted().toReversed());
  }
  for (const filters of [{ tool: "oldest" }, { text: "OLDEST" }]) {
    for (const sort of ["started", "last_active"] as const) {
      const first = await client.sessions.list.query({ ...filters, sort });
      expect({ sort, rows: first.rows }).toEqual({ sort, rows: [] });
      expect(first.next).toBeString();
      const cursor = first.next ?? "";
      const second = await client.sessions.list.query({ ...filters, sort, cursor });
      expect(second.rows.map(({ tool }) => tool)).toEqual(["oldest", "oldest"]);
      expect(second.next).toBeNull();
    }
  }
}, 30_000);
