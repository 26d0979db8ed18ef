/** A backup in an empty database gives the same answers, and agents go on from where it stands, without a false fork. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { verifySession } from "../../contracts/session-proof.ts";
import { ed25519Verify, sha256, sha256Hex } from "../crypto.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { tablesOf } from "../testing/picture.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../testing/service.ts";
import { tell, upload } from "../testing/story.ts";

let [first, second]: TestDatabase[] = [];
let service: TestService;
let restored: TestService;
let key: TestKey;
let token: string;
const agent = new TestAgent();
let session = "";

beforeAll(async () => {
  [first, second] = [await startDatabase(), await startDatabase()];
  service = await startService(first);
  const tenant = await service.newTenant();
  key = await service.newKey(tenant);
  token = await service.newToken(tenant, "admin");
  session = tell(agent, { shared: {}, prompts: [{ question: "Go on?" }, { action: "deny" }] });
  for (let at = 0; at < 5; at += 1) tell(agent, { prompts: [{}] });
  await upload(service, { agent, key, from: 1, size: 10 });
  const fork = new TestAgent(agent.id);
  await service.post(signedRequest(fork.batch({ from: 1, to: 2, key }), { key }));
  await service.parts.tally.flush();
}, 60_000);

afterAll(async () => {
  await service.stop();
  await restored.stop();
  await first?.stop();
  await second?.stop();
}, 30_000);

/** Without those that the database makes of others, as `pg_dump` leaves them out. */
async function storedColumns({ sql }: TestDatabase, table: string): Promise<string> {
  const rows = await sql<{ name: string }[]>`
    SELECT quote_ident(attname) AS name FROM pg_attribute
    WHERE attrelid = ${`atlasbridge.${table}`}::regclass AND attnum > 0
      AND NOT attisdropped AND attgenerated = '' ORDER BY attname`;
  return rows.map(({ name }) => name).join(", ");
}

/** Every table as a file, as `pg_dump` would take it, with the two secrets without which nothing opens. */
async function backUp(from: TestDatabase, folder: string): Promise<string[]> {
  mkdirSync(folder, { mode: 0o777 });
  chmodSync(folder, 0o777);
  const tables = (await tablesOf(from.sql)).filter((name) => name !== "migrations");
  for (const table of tables) {
    const columns = await storedColumns(from, table);
    await from.sql.unsafe(
      `COPY (SELECT ${columns} FROM atlasbridge.${table}) TO '${join(folder, table)}'`,
    );
  }
  return tables;
}

async function restore(to: TestDatabase, folder: string, tables: readonly string[]): Promise<void> {
  await to.sql.begin(async (sql) => {
    // As `pg_restore --disable-triggers`: what triggers wrote is in the files.
    await sql`SET LOCAL session_replication_role = replica`;
    for (const table of tables) {
      const columns = await storedColumns(to, table);
      await sql.unsafe(`COPY atlasbridge.${table} (${columns}) FROM '${join(folder, table)}'`);
    }
  });
}

async function answers(of: TestService) {
  const client = of.client(token);
  const key_ = { agent_id: agent.id, session_id: session };
  return {
    sessions: await client.sessions.list.query({}),
    timeline: await client.sessions.timeline.query(key_),
    proof: await client.sessions.proof.query(key_),
    decisions: await client.decisions.list.query({}),
    rules: (await client.decisions.rules.query({})).rules,
    integrity: await client.integrity.agents.query({}),
    incidents: await client.incidents.list.query({}),
    total: (await client.fleet.overview.query({})).total,
    keys: (await client.keys.list.query()).map(({ key_id }) => key_id),
  };
}

test("restored into an empty database, it answers the same, and the agent goes on", async () => {
  if (first === undefined || second === undefined) throw new Error("no databases");
  const folder = join(first.home, "backup");
  const tables = await backUp(first, folder);
  const before = await answers(service);
  // The agent does not know of backups: what comes now is not in it.
  const taken = agent.seq;
  for (let at = 0; at < 3; at += 1) tell(agent, { prompts: [{}, {}] });
  await upload(service, { agent, key, from: taken + 1, size: 10 });

  await restore(second, folder, tables);
  for (const name of ["key-ring", "witness.key"]) {
    copyFileSync(join(first.home, name), join(second.home, name));
  }
  restored = await startService(second);
  expect(await answers(restored)).toEqual(before);

  const newest = agent.seq;
  tell(agent, { prompts: [{}] });
  const next = agent.batch({ from: newest + 1, to: agent.seq, key, witnessed: newest });
  const refused = await restored.post(signedRequest(next, { key }));
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({
    ...{ type: "/problems/sequence-gap", expected_seq: taken + 1 },
  });
  // It rewinds: what was cosigned of more than is there is nothing to go on from.
  const again = agent.batch({ from: taken + 1, to: agent.seq, key });
  expect((await restored.post(signedRequest(again, { key }))).status).toBe(202);
  const client = restored.client(token);
  const [row] = (await client.integrity.agents.query({})).agents;
  expect(row).toMatchObject({ standing: "verified", head_seq: agent.seq });
  expect((await client.incidents.list.query({})).rows).toEqual(before.incidents.rows);
  expect((await client.integrity.recheck.query({ agent_id: agent.id })).fault).toBeNull();
  const proof = await client.sessions.proof.query({ agent_id: agent.id, session_id: session });
  const tools = { sha256, sha256Hex, verify: ed25519Verify, trusted: null };
  expect(verifySession(proof, tools)).toMatchObject({ ok: true, isWhole: true });
}, 30_000);
