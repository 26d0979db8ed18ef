/** How soon a tenant with a million entries reads its pages, among a hundred tenants: every read procedure, over HTTP. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { proceduresOf, sampleOf } from "../cloud/testing/sample.ts";
import { seedTenant } from "../cloud/testing/seed.ts";
import { startDatabase, startService, type TestService } from "../cloud/testing/service.ts";
import { type Figure, judge, median, percentile, table } from "./figure.ts";
import { describeMachine, load } from "./machine.ts";

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
    let tenantId = "";
    for (let at = 0; at < tenantsCount; at += 1) {
      tenantId = await service.newTenant();
      const isLast = at === tenantsCount - 1;
      const many = isLast ? sessions : Number(values.others);
      await seedTenant(database.sql, {
        tenantId,
        agents: isLast ? 40 : 4,
        sessions: many,
        prompts: 5,
      });
      if (isLast || at % 25 === 0) say(`seeded ${at + 1} tenants`);
    }
    await database.sql.unsafe("SET statement_timeout = 0; ANALYZE").simple();
    const [row] = await database.sql`
      SELECT agent_id, session_id FROM atlasbridge.trace_sessions
      WHERE tenant_id = ${tenantId} ORDER BY session_id OFFSET ${Math.floor(sessions / 2)} LIMIT 1`;
    const token = await service.newToken(tenantId, "admin");
    const figures: Figure[] = [];
    for (const one of casesOf({ ...row })) {
      const times = await measured(service, token, one);
      const target = { of: "value", atMost: atMostMs } as const;
      const common = { unit: "ms", peer: null, runs: times.length };
      figures.push({ ...common, what: `${one[0]}, p50`, ours: median(times), target: null });
      figures.push({ ...common, what: `${one[0]}, p95`, ours: percentile(times, 0.95), target });
    }
    return figures;
  } finally {
    await service.stop();
    await database.stop();
  }
}

const before = load();
const judged = (await run()).map(judge);
say(table(judged));
if (!quick) {
  const folder = join(import.meta.dir, "results");
  mkdirSync(folder, { recursive: true });
  const result = {
    ...{ bench: "reads", machine: describeMachine(), date: new Date().toISOString() },
    ...{ load: { before, after: load() }, figures: judged },
  };
  writeFileSync(join(folder, "reads.json"), `${JSON.stringify(result, null, 2)}\n`);
}
process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
