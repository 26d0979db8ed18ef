/** How much signed trace one service takes, everything on, beside PostgreSQL storing the same rows bare; and how soon it answers. */
import { parseArgs } from "node:util";
import { canonicalJson } from "../contracts/canonical.ts";
import type { Sql } from "../cloud/store/pool.ts";
import {
  type Load,
  loadOf,
  newKey,
  openDatabase,
  perBatch,
  send,
  type Service,
  standardBinary,
  startService,
  stopService,
} from "./cloud-bed.ts";
import { beside, type Figure, judge, table } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const { values } = parseArgs({
  options: {
    /** On which disk: a commit on a memory disk costs nothing and says nothing. */
    folder: { type: "string", default: "." },
    agents: { type: "string", default: "8" },
    batches: { type: "string", default: "10" },
    rounds: { type: "string", default: "5" },
    binary: { type: "string", default: standardBinary },
    quick: { type: "boolean", default: false },
  },
});
const agentsMax = Number(values.agents);
const batchesMax = values.quick ? 2 : Number(values.batches);
const rounds = values.quick ? 1 : Number(values.rounds);
/** Of each agent at an even pace: enough for a 99th percentile that is not the worst one. */
const evenBatches = 30;
const say = (line: string): void => console.log(line);

/** Entries per second when every agent sends as fast as it is answered. */
async function ours(service: Service, loads: readonly Load[]): Promise<number> {
  const from = performance.now();
  await Promise.all(
    loads.map(async ({ sent }) => {
      for (const one of sent) await send(service, one);
    }),
  );
  return rate(loads, performance.now() - from);
}

const rate = (loads: readonly Load[], ms: number): number =>
  (loads.reduce((sum, { batches }) => sum + batches.length, 0) * perBatch * 1_000) / ms;

const columns = [
  ...["tenant_id uuid", "agent_id uuid", "seq bigint", "received_at timestamptz", "at timestamptz"],
  ...["session_id uuid", "kind text", "data text", "content_hash bytea", "prev bytea"],
  ...["hash bytea", "mac bytea", "key_id text", "content text", "salt bytea"],
];

/** The same rows by one INSERT of many rows for each batch, over as many connections as the service has. */
async function bare(sql: Sql, loads: readonly Load[]): Promise<number> {
  await sql.unsafe(`DROP TABLE IF EXISTS bare`);
  await sql.unsafe(
    `CREATE TABLE bare (${columns.join(", ")}, PRIMARY KEY (tenant_id, agent_id, seq))`,
  );
  const tenant = crypto.randomUUID();
  const at = new Date().toISOString();
  const hex = (text: string): string => `\\x${text}`;
  const statements = loads.map(({ batches }) =>
    batches.map(({ entries }) =>
      entries.map((entry) => ({
        ...{ tenant_id: tenant, agent_id: entry.agent_id, seq: entry.seq, received_at: at },
        ...{ at: new Date(entry.at).toISOString(), session_id: entry.session_id, kind: entry.kind },
        data: canonicalJson(entry.data),
        ...{ content_hash: null, prev: hex(entry.prev), hash: hex(entry.hash) },
        mac: hex(Uint8Array.fromBase64(entry.mac).toHex()),
        ...{ key_id: "abk_00000000000000000", content: null, salt: null },
      })),
    ),
  );
  const from = performance.now();
  await Promise.all(
    statements.map(async (batches) => {
      for (const rows of batches) await sql`INSERT INTO bare ${sql(rows)}`;
    }),
  );
  return rate(loads, performance.now() - from);
}

/** How long an acknowledgement takes, in milliseconds, while so many entries a second arrive evenly. */
async function latencies(
  service: Service,
  loads: readonly Load[],
  perSecond: number,
): Promise<number[]> {
  const gapMs = (perBatch * 1_000) / perSecond;
  const times: number[] = [];
  const start = performance.now();
  await Promise.all(
    loads.map(async ({ sent }, agent) => {
      for (const [at, one] of sent.entries()) {
        const dueMs = start + (at * loads.length + agent) * gapMs;
        await Bun.sleep(Math.max(dueMs - performance.now(), 0));
        await send(service, one);
        // From when it was due: a service that falls behind is not spared its queue.
        times.push(performance.now() - dueMs);
      }
    }),
  );
  return times;
}

async function measure(service: Service): Promise<Figure[]> {
  const sql = await openDatabase(service, 8);
  const key = await newKey(service);
  const loadsOf = (batches = batchesMax) =>
    Array.from({ length: agentsMax }, () => loadOf(key, batches, "zstd"));
  const rates: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  await ours(service, [loadOf(key, 2, "zstd")]);
  for (let round = 0; round < rounds; round += 1) {
    const loads = loadsOf();
    rates.ours.push(await ours(service, loads));
    rates.bare.push(await bare(sql, loads));
    say(
      `round ${round + 1}: ours ${Math.round(rates.ours.at(-1) ?? 0)}/s, bare ${Math.round(rates.bare.at(-1) ?? 0)}/s`,
    );
  }
  const times = await latencies(service, loadsOf(values.quick ? 2 : evenBatches), 5_000);
  await sql.end();
  return [
    {
      ...{ what: "ingest, everything on", unit: "entries/s" },
      ...beside(rates.ours, ["bare INSERT of the same rows", rates.bare]),
      target: { of: "ratio", atLeast: 0.5 },
      published: "Langfuse, of the version before its newest: hundreds of events/s",
    },
    {
      ...{ what: "acknowledgement at 5 000 entries/s, p50", unit: "ms" },
      ...{ ...beside(times), target: null },
    },
    {
      ...{ what: "acknowledgement at 5 000 entries/s, p99", unit: "ms" },
      ...{ ...beside(times, undefined, 0.99), target: { of: "value", atMost: 250 } },
    },
  ];
}

const before = load();
const service = await startService(values);
try {
  const judged = (await measure(service)).map(judge);
  say(table(judged));
  if (!values.quick) keepResult("ingest", { before, figures: judged });
  process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
} finally {
  await stopService(service);
}
