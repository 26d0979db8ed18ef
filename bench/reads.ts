/** How soon a tenant with a million entries reads its pages, among a hundred tenants: every read procedure, over HTTP. */
import { parseArgs } from "node:util";
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
    ["decisions.list of a rule", "decisions.list", { rule_id: "rule-3", escalated: true }],
    ["fleet.overview of 80 days", "fleet.overview", { from }],
    ["decisions.rules of 80 days", "decisions.rules", { from }],
  ];
}

type Tenant = { tenantId: string; entries: number; known: object; token: string };

type Size = { agents: number; sessions: number };

async function seeded(service: TestService, database: TestDatabase, size: Size): Promise<Tenant> {
  const tenantId = await service.newTenant();
  await seedTenant(database.sql, { tenantId, ...size, prompts: promptsEach });
  const [row] = await database.sql`
    SELECT agent_id, session_id FROM atlasbridge.trace_sessions
    WHERE tenant_id = ${tenantId} ORDER BY session_id OFFSET ${size.sessions >> 1} LIMIT 1`;
  const token = await service.newToken(tenantId, "admin");
  const entries = size.sessions * (2 + 5 * promptsEach);
  return { tenantId, entries, known: { ...row }, token };
}

/** The sum of every read's median: one figure that grows when any of them does. */
async function allReadsMs(service: TestService, { known, token }: Tenant): Promise<number> {
  let sum = 0;
  for (const one of casesOf({ ...known })) sum += median(await measured(service, token, one));
  return sum;
}

async function measured({ url }: TestService, token: string, [, path, input]: Case) {
  const address = `${url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const headers = { authorization: `Bearer ${token}` };
  const times: number[] = [];
  for (let at = 0; at < calls; at += 1) {
    const from = performance.now();
    const response = await fetch(address, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${text}`);
    times.push(performance.now() - from);
  }
  return times;
}

async function run(): Promise<Figure[]> {
  const database = await startDatabase([
    ...["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
    ...["shared_buffers=512MB", "max_wal_size=4GB"],
  ]);
  const service = await startService(database);
  try {
    const analyze = () => database.sql.unsafe("SET statement_timeout = 0; ANALYZE").simple();
    const other: Size = { agents: 4, sessions: Number(values.others) };
    const small = await seeded(service, database, other);
    await analyze();
    // Once for the plans and the pages, then to count.
    await allReadsMs(service, small);
    const alone = await allReadsMs(service, small);
    for (let at = 2; at < tenantsCount; at += 1) {
      await seeded(service, database, other);
      if (at % 25 === 0) say(`seeded ${at} tenants`);
    }
    const large = await seeded(service, database, { agents: 40, sessions });
    say(`seeded ${tenantsCount} tenants`);
    await analyze();
    const figures: Figure[] = [];
    for (const one of casesOf({ ...large.known })) {
      const times = await measured(service, large.token, one);
      const target = { of: "value", atMost: atMostMs } as const;
      figures.push({ what: `${one[0]}, p50`, unit: "ms", ...beside(times), target: null });
      const p95 = beside(times, undefined, 0.95);
      figures.push({ what: `${one[0]}, p95`, unit: "ms", ...p95, target });
    }
    await allReadsMs(service, small);
    const stored = small.entries * (tenantsCount - 1) + large.entries;
    const among = await allReadsMs(service, small);
    return [...figures, growth({ ours: among, alone }, { stored, own: small.entries })];
  } finally {
    await service.stop();
    await database.stop();
  }
}

/** All reads of one tenant, when it was alone and among all others: of logarithmic growth this is the most. */
function growth(
  { ours, alone }: { ours: number; alone: number },
  { stored, own }: { stored: number; own: number },
): Figure {
  return {
    what: `all reads of a tenant, among ${(stored / own).toFixed(0)} times its own entries`,
    unit: "ms",
    ours,
    peer: { name: "alone", value: alone },
    target: { of: "ratio", atMost: Math.log(stored) / Math.log(own) },
    runs: calls,
  };
}

const before = load();
const judged = (await run()).map(judge);
say(table(judged));
if (!quick) keepResult("reads", { before, figures: judged });
process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
