/** How soon a tenant with a million entries reads its pages, among a hundred tenants: every read procedure, over HTTP. */
import { parseArgs } from "node:util";
import { openPool } from "../cloud/store/pool.ts";
import { type Asked, askedPool, planOf, walksIn } from "../cloud/testing/explain.ts";
import { proceduresOf, sampleOf } from "../cloud/testing/sample.ts";
import { seedTenant } from "../cloud/testing/seed.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../cloud/testing/service.ts";
import { beside, type Figure, judge, median, table } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const { values } = parseArgs({
  options: {
    tenants: { type: "string", default: "100" },
    /** Of the tenant that is measured: with five prompts each, 27 entries. */
    sessions: { type: "string", default: "38000" },
    /** Of each other tenant. */
    others: { type: "string", default: "370" },
    calls: { type: "string", default: "100" },
    quick: { type: "boolean", default: false },
  },
});
const quick = values.quick;
const tenantsCount = quick ? 5 : Number(values.tenants);
const sessions = quick ? 500 : Number(values.sessions);
const calls = quick ? 5 : Number(values.calls);
const growthRounds = quick ? 3 : 30;
const say = (line: string): void => console.log(line);
const dayMs = 86_400_000;
const atMostMs = 50;
const promptsEach = 5;

type Case = readonly [name: string, path: string, input: object];

function casesOf(known: Record<string, unknown>): Case[] {
  const reads = ["fleet", "sessions", "decisions", "integrity", "incidents", "ingestion"];
  const all = proceduresOf()
    .filter(({ kind, path }) => kind === "query" && reads.includes(path.split(".")[0] ?? ""))
    // A file of ten thousand rows is no page.
    .filter(({ path }) => !path.endsWith(".export") && path !== "sessions.proof")
    .map(({ path, schema }): Case => {
      const input = schema === null ? {} : (sampleOf(schema, known) as object);
      return [path, path, input];
    });
  const from = Date.now() - 80 * dayMs;
  return [
    ...all,
    ["sessions.list by prompts", "sessions.list", { sort: "prompts" }],
    ["sessions.list by escalations", "sessions.list", { sort: "escalated" }],
    ["sessions.list by activity", "sessions.list", { sort: "last_active" }],
    ["sessions.list waiting", "sessions.list", { state: "waiting" }],
    ["sessions.list of a text", "sessions.list", { text: "--flag 123" }],
    ["sessions.list of a text that is nowhere", "sessions.list", { text: "nowhere" }],
    [
      "sessions.list by activity, of a text that is nowhere",
      "sessions.list",
      { text: "nowhere", sort: "last_active" },
    ],
    ["fleet.search of a text that is nowhere", "fleet.search", { text: "nowhere" }],
    ["decisions.list of a rule that is nowhere", "decisions.list", { rule_id: "nowhere" }],
    ["decisions.list of a rule", "decisions.list", { rule_id: "rule-3", escalated: true }],
    ["fleet.overview of 80 days", "fleet.overview", { from }],
    ["decisions.rules of 80 days", "decisions.rules", { from }],
  ];
}

type Tenant = { tenantId: string; entries: number; known: object; token: string };

type Size = { agents: number; sessions: number };

async function seeded({ service, database }: Stand, size: Size): Promise<Tenant> {
  const tenantId = await service.newTenant();
  await seedTenant(database.sql, { tenantId, ...size, prompts: promptsEach });
  const [row] = await database.sql`
    SELECT agent_id, session_id FROM atlasbridge.trace_sessions
    WHERE tenant_id = ${tenantId} ORDER BY session_id OFFSET ${size.sessions >> 1} LIMIT 1`;
  const token = await service.newToken(tenantId, "admin");
  const entries = size.sessions * (2 + 5 * promptsEach);
  return { tenantId, entries, known: { ...row }, token };
}

async function measured(
  { service: { url }, token }: { service: TestService; token: string },
  [, path, input]: Case,
  many = calls,
): Promise<number[]> {
  const address = `${url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const headers = { authorization: `Bearer ${token}` };
  const times: number[] = [];
  for (let at = 0; at < many; at += 1) {
    const from = performance.now();
    const response = await fetch(address, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${text}`);
    times.push(performance.now() - from);
  }
  return times;
}

type Stand = { database: TestDatabase; service: TestService };

async function open(): Promise<Stand> {
  const database = await startDatabase([
    ...["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
    ...["shared_buffers=512MB", "max_wal_size=4GB"],
  ]);
  return { database, service: await startService(database) };
}

async function close({ database, service }: Stand): Promise<void> {
  await service.stop();
  await database.stop();
}

const analyze = ({ database }: Stand) =>
  database.sql.unsafe("SET statement_timeout = 0; ANALYZE").simple();

async function run(): Promise<Figure[]> {
  const stand = await open();
  // Nobody else's entries lie here.
  const apart = await open();
  try {
    const other: Size = { agents: 4, sessions: Number(values.others) };
    const among = await seeded(stand, other);
    for (let at = 2; at < tenantsCount; at += 1) {
      await seeded(stand, other);
      if (at % 25 === 0) say(`seeded ${at} tenants`);
    }
    const large = await seeded(stand, { agents: 40, sessions });
    const alone = await seeded(apart, other);
    say(`seeded ${tenantsCount} tenants, and one of its own`);
    await Promise.all([stand, apart].map(analyze));
    const walks = await walksOf(stand, large);
    const stored = among.entries * (tenantsCount - 1) + large.entries;
    const grown = await growth({ among, alone, stand, apart, stored });
    return [...(await readsOf(stand, large)), grown, walks];
  } finally {
    await close(stand);
    await close(apart);
  }
}

/** Of tables that are large, and partitions of them: what is read of them other than by an index that begins with the tenant. */
async function walksOf({ database }: Stand, { known, token }: Tenant): Promise<Figure> {
  const { app: url } = database.embedded.urls;
  const asked: Asked[] = [];
  const app = openPool({ url, name: "bench-plans", connectionsMax: 1 });
  const service = await startService(database, { pooled: (pool) => askedPool(pool, url, asked) });
  const tables = await database.sql<{ name: string }[]>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'atlasbridge'::regnamespace AND relkind = 'r' AND reltuples > 100000`;
  const large = new Set(tables.map(({ name }) => name));
  let walks = 0;
  for (const one of casesOf({ ...known })) {
    asked.length = 0;
    await measured({ service, token }, one, 1);
    for (const statement of asked.filter(({ text }) => /^\s*(SELECT|WITH)/.test(text))) {
      const found = walksIn(await planOf(app.sql, statement), large);
      for (const { table, how } of found) say(`${one[0]} walks over ${table}: ${how}`);
      walks += found.length;
    }
  }
  await service.stop();
  await app.end();
  const what = `walks over ${large.size} large tables in the plans of all reads`;
  const target = { of: "value", atMost: 0 } as const;
  return { what, unit: "", ours: walks, peer: null, target, runs: 1 };
}

async function readsOf({ service }: Stand, { known, token }: Tenant): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const one of casesOf({ ...known })) {
    const times = await measured({ service, token }, one);
    const target = { of: "value", atMost: atMostMs } as const;
    figures.push({ what: `${one[0]}, p50`, unit: "ms", ...beside(times), target: null });
    const p95 = beside(times, undefined, 0.95);
    figures.push({ what: `${one[0]}, p95`, unit: "ms", ...p95, target });
  }
  return figures;
}

type Pair = { stand: Stand; apart: Stand; among: Tenant; alone: Tenant; stored: number };

/** Every read of one tenant once, read by read in turns among all others and alone: of logarithmic growth this is the most. */
async function growth({ stand, apart, among, alone, stored }: Pair): Promise<Figure> {
  const sums = { among: [] as number[], alone: [] as number[] };
  const sides = [
    { name: "among", ...stand, ...among, cases: casesOf({ ...among.known }) },
    { name: "alone", ...apart, ...alone, cases: casesOf({ ...alone.known }) },
  ] as const;
  const turns = sides[0].cases.flatMap((one, at) => {
    const pair = sides.map((side) => ({ side, one: side.cases[at] ?? one }));
    // Whoever is second finds the processor as the first has left it.
    return at % 2 === 0 ? pair : pair.toReversed();
  });
  for (let round = 0; round <= growthRounds; round += 1) {
    const spent = { among: 0, alone: 0 };
    for (const { side, one } of turns) spent[side.name] += median(await measured(side, one, 1));
    // The first one is for plans and pages.
    if (round === 0) continue;
    sums.among.push(spent.among);
    sums.alone.push(spent.alone);
  }
  return {
    what: `all reads of a tenant, among ${(stored / among.entries).toFixed(0)} times its own entries`,
    unit: "ms",
    ...beside(sums.among, ["alone", sums.alone]),
    target: { of: "ratio", atMost: Math.log(stored) / Math.log(among.entries) },
  };
}

const before = load();
const judged = (await run()).map(judge);
say(table(judged));
if (!quick) keepResult("reads", { before, figures: judged });
process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
