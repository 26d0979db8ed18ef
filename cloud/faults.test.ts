/** What may break, breaks while agents send: at the end every entry is in its tenant's tables once, and nothing that was acknowledged is missing. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { acknowledgement, type UploadBatch } from "../contracts/upload.ts";
import { signedRequest, TestAgent, type TestKey } from "./testing/agent.ts";
import { startRedis, type TestRedis } from "./testing/redis.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "./testing/service.ts";

let database: TestDatabase;
let redis: TestRedis;
/** Two replicas; a client knows both by one address, and does not know which one answers. */
let replicas: TestService[];
const tenants: { id: string; key: TestKey }[] = [];
const agentIds = Array.from({ length: 3 }, () => Bun.randomUUIDv7());

const replica = async () => await startService(database, { redisUrl: redis.url });

beforeAll(async () => {
  database = await startDatabase(["synchronous_commit=on"]);
  redis = await startRedis(database.home);
  replicas = [await replica(), await replica()];
  for (const _ of [1, 2, 3]) {
    const [one] = replicas;
    if (one === undefined) throw new Error("no replica");
    const id = await one.newTenant();
    tenants.push({ id, key: await one.newKey(id) });
  }
}, 60_000);

afterAll(async () => {
  for (const one of replicas) await one.stop();
  await redis.stop();
  await database.stop();
}, 30_000);

type Sender = { tenant: string; agent: TestAgent; acked: number };

/** As a client does: goes on from what was acknowledged, and when in doubt sends again. */
async function sendAll(sender: Sender, key: TestKey): Promise<void> {
  const { agent } = sender;
  let turn = 0;
  while (sender.acked < agent.seq) {
    turn += 1;
    const from = sender.acked + 1;
    // Batches of changing size: what was sent and not heard of comes again, cut in another way.
    const to = Math.min(agent.seq, from + 3 + (turn % 7));
    const batch = agent.batch({ from, to, key });
    const sent = turn % 5 === 0 ? 2 : 1;
    const replies = await Promise.all(
      Array.from({ length: sent }, (_, at) => attempt(batch, { key, turn: turn + at })),
    );
    sender.acked = Math.max(sender.acked, ...replies);
    if (replies.every((acked) => acked === 0)) await Bun.sleep(10);
  }
}

async function attempt(batch: UploadBatch, { key, turn }: { key: TestKey; turn: number }) {
  const one = replicas[turn % replicas.length];
  try {
    const response = await one?.post(signedRequest(batch, { key }));
    if (response?.status !== 202) return 0;
    return acknowledgement.parse(await response.json()).acked_seq;
  } catch {
    return 0;
  }
}

function senders(sessions: number): Sender[] {
  return tenants.flatMap(({ id }) =>
    agentIds.map((agentId) => {
      const agent = new TestAgent(`${agentId.slice(0, 24)}${Bun.randomUUIDv7().slice(24)}`);
      for (let at = 0; at < sessions; at += 1) agent.session(3);
      return { tenant: id, agent, acked: 0 };
    }),
  );
}

async function expectWhole(all: readonly Sender[]): Promise<void> {
  for (const { tenant, agent, acked } of all) {
    expect(acked).toBe(agent.seq);
    const rows = await database.sql<{ tenant_id: string; hash: string }[]>`
      SELECT tenant_id, encode(hash, 'hex') AS hash FROM atlasbridge.trace_entries
      WHERE agent_id = ${agent.id} ORDER BY seq`;
    expect(rows.map(({ hash }) => hash)).toEqual(agent.entries.map(({ hash }) => hash));
    expect(new Set(rows.map(({ tenant_id }) => tenant_id))).toEqual(new Set([tenant]));
    const [sums] = await database.sql<{ entries: number; prompts: number }[]>`
      SELECT sum(entries)::int AS entries, sum(prompts)::int AS prompts
      FROM atlasbridge.trace_sessions WHERE agent_id = ${agent.id}`;
    const inSessions = agent.entries.filter(({ session_id }) => session_id !== null);
    const prompts = agent.entries.filter(({ kind }) => kind === "prompt.detected");
    // Projections counted each entry once, too.
    expect(sums).toEqual({ entries: inSessions.length, prompts: prompts.length });
  }
}

async function under(fault: () => Promise<void>, sessions = 6): Promise<void> {
  const all = senders(sessions);
  const keyOf = (id: string) => tenants.find((one) => one.id === id)?.key;
  const sending = all.map(async (sender) => {
    const key = keyOf(sender.tenant);
    if (key !== undefined) await sendAll(sender, key);
  });
  while (all.every(({ acked }) => acked === 0)) await Bun.sleep(1);
  await fault();
  await Promise.all(sending);
  await expectWhole(all);
}

describe("nine agents of three tenants, by two replicas, lose nothing and send nothing twice", () => {
  test("when PostgreSQL throws out every connection, again and again", async () => {
    await under(async () => {
      for (let at = 0; at < 5; at += 1) {
        await database.sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE usename = 'atlasbridge_app'`;
        await Bun.sleep(30);
      }
    });
  }, 60_000);

  test("when one replica is stopped, and another takes its place", async () => {
    await under(async () => {
      const leaving = replicas.shift();
      await leaving?.stop();
      replicas.push(await replica());
    });
  }, 60_000);
});

describe("replicas", () => {
  test("refuse a nonce that another of them has taken, and one that comes after", async () => {
    const [{ key } = { key: { key_id: "", secret: "" } }] = tenants;
    const agent = new TestAgent();
    const sent = signedRequest(agent.batch({ from: 1, to: 2, key }), { key });
    const replies = await Promise.all([...replicas, ...replicas].map((one) => one.post(sent)));
    const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([202, 401, 401, 401]);
    const late = await replica();
    expect((await late.post(sent)).status).toBe(401);
    await late.stop();
  }, 30_000);
});
