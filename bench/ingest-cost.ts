/** Whether an entry costs more where much is stored already, or where there are many tenants: three services, in turns. */
import { parseArgs } from "node:util";
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
import { childrenOf, commandOf, cpuNs } from "./process-costs.ts";
import { keepResult } from "./results.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: "." },
    binary: { type: "string", default: standardBinary },
    rounds: { type: "string", default: "7" },
    stored: { type: "string", default: "1000000" },
    tenants: { type: "string", default: "1000" },
    quick: { type: "boolean", default: false },
  },
});
const rounds = values.quick ? 1 : Number(values.rounds);
const many = values.quick ? 20_000 : Number(values.stored);
const tenantsMany = values.quick ? 30 : Number(values.tenants);
const few = Math.min(10_000, many / 2);
const agents = 6;
const batches = 2;
const say = (line: string): void => console.log(line);

type Stand = { name: string; service: Service; sql: Sql; usPerEntry: number[] };

/** Entries of so many tenants, ten agents each, as the service would have stored them; all of it made by the database. */
async function fill(sql: Sql, { entries, tenants }: { entries: number; tenants: number }) {
  const perAgent = Math.ceil(entries / tenants / 10);
  await sql`CREATE TEMP TABLE made AS
    SELECT gen_random_uuid() AS tenant_id, t FROM generate_series(1, ${tenants}::int) t`;
  await sql`INSERT INTO atlasbridge.tenants (tenant_id, name) SELECT tenant_id, 'Filled ' || t FROM made`;
  await sql`CREATE TEMP TABLE made_agents AS
    SELECT tenant_id, gen_random_uuid() AS agent_id FROM made, generate_series(1, 10)`;
  await sql`INSERT INTO atlasbridge.agents (tenant_id, agent_id, head_seq)
    SELECT tenant_id, agent_id, ${perAgent}::int FROM made_agents`;
  await sql`INSERT INTO atlasbridge.trace_entries
      (tenant_id, agent_id, seq, received_at, at, session_id, kind, data, prev, hash, mac, key_id)
    SELECT tenant_id, agent_id, seq, now(), now(), md5(agent_id::text || seq / 20)::uuid,
      (ARRAY['prompt.detected', 'decision.made', 'reply.injected', 'prompt.closed'])[1 + seq % 4],
      rpad('{"prompt_id":"' || md5(agent_id::text || seq / 4) || '","reason":"', 180, 'r') || '"}',
      sha256((agent_id::text || seq - 1)::bytea), sha256((agent_id::text || seq)::bytea),
      sha256((agent_id::text || seq || 'mac')::bytea), 'abk_00000000000000000'
    FROM made_agents, generate_series(1, ${perAgent}::int) seq`;
  await sql`INSERT INTO atlasbridge.trace_sessions
      (tenant_id, agent_id, session_id, first_seq, last_seq, last_entry_at, entries)
    SELECT tenant_id, agent_id, session_id, min(seq), max(seq), now(), count(*)
    FROM atlasbridge.trace_entries GROUP BY 1, 2, 3`;
  await sql`INSERT INTO atlasbridge.trace_prompts (tenant_id, prompt_id, agent_id, seq, at, received_at)
    SELECT tenant_id, md5(agent_id::text || seq / 4)::uuid, agent_id, min(seq), now(), now()
    FROM atlasbridge.trace_entries GROUP BY tenant_id, agent_id, seq / 4`;
  await sql.unsafe("VACUUM (ANALYZE, FREEZE)");
  await sql.unsafe("CHECKPOINT");
}

async function open(name: string, filled: { entries: number; tenants: number }): Promise<Stand> {
  const service = await startService(values);
  const sql = await openDatabase(service, 1);
  // What fills takes longer than the service may.
  await sql`SET statement_timeout = 0`;
  const from = performance.now();
  await fill(sql, filled);
  say(`${name}: filled in ${Math.round((performance.now() - from) / 1_000)} s`);
  return { name, service, sql, usPerEntry: [] };
}

/** Of the service and of the processes that its database has for it. */
function costNs({ service: { child } }: Stand): number {
  const postmaster = childrenOf(child.pid).find((pid) => commandOf(pid).includes("postgres"));
  const own = postmaster === undefined ? [] : childrenOf(postmaster);
  const backends = own.filter((pid) => commandOf(pid).includes("atlasbridge_app"));
  if (backends.length === 0) throw new Error("the service has no connection to its database");
  return [child.pid, ...backends].reduce((sum, pid) => sum + cpuNs(pid), 0);
}

async function round(stand: Stand): Promise<void> {
  const loads: Load[] = [];
  for (let at = 0; at < agents; at += 1) {
    // Each in a tenant of its own, so that both kinds of table are met anew.
    loads.push(loadOf(await newKey(stand.service), batches, "zstd"));
  }
  const before = costNs(stand);
  await Promise.all(
    loads.map(async ({ sent }) => {
      for (const one of sent) await send(stand.service, one);
    }),
  );
  stand.usPerEntry.push((costNs(stand) - before) / 1_000 / (agents * batches * perBatch));
}

const before = load();
const stands: Stand[] = [];
try {
  stands.push(await open("few stored", { entries: few, tenants: 3 }));
  stands.push(await open("many stored", { entries: many, tenants: 3 }));
  stands.push(await open("many tenants", { entries: many, tenants: tenantsMany }));
  for (const stand of stands) await round(stand);
  for (const stand of stands) stand.usPerEntry.length = 0;
  for (let at = 0; at < rounds; at += 1) {
    for (const stand of stands) await round(stand);
    say(
      stands
        .map(({ name, usPerEntry }) => `${name} ${usPerEntry.at(-1)?.toFixed(0)} µs`)
        .join(", "),
    );
  }
  const [small = [], large = [], wide = []] = stands.map(({ usPerEntry }) => usPerEntry);
  const figure = (what: string, own: number[], peer: [name: string, values: number[]]): Figure => ({
    ...{ what, unit: "µs of processor" },
    ...beside(own, peer),
    target: { of: "ratio", atMost: 1.15 },
  });
  const judged = [
    figure(`an entry beside ${many} stored`, large, [`beside ${few}`, small]),
    figure(`an entry among ${tenantsMany} tenants`, wide, ["among 3", large]),
  ].map(judge);
  say(table(judged));
  if (!values.quick) keepResult("ingest-cost", { before, figures: judged });
  process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
} finally {
  for (const { sql, service } of stands) {
    await sql.end();
    await stopService(service);
  }
}
