/** The account at the end of a soak finds what it is there to find: each planted fault is told. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Sql } from "../../cloud/store/pool.ts";
import { signedRequest, TestAgent } from "../../cloud/testing/agent.ts";
import { account, type Own } from "./account.ts";
import type { Tenant } from "./estate.ts";
import { standing } from "../../cloud/testing/stand.ts";

const tenants: Tenant[] = [];
const agents: Own[] = [];

const { database, service } = await standing();

beforeAll(async () => {
  for (const _ of [1, 2]) {
    const id = await service.newTenant();
    const key = await service.newKey(id);
    const agent = new TestAgent();
    agent.session(2);
    await service.post(signedRequest(agent.batch({ from: 1, to: agent.seq, key }), { key }));
    const acked = { seq: agent.seq, hash: agent.entries.at(-1)?.hash ?? "" };
    tenants.push({ id, key });
    agents.push({ tenant: id, agent, entries: agent.entries, acked, told: [acked] });
  }
}, 60_000);

/** What the account says of tables in which that was done; nothing of it stays. */
async function toldOf(...statements: string[]): Promise<string[]> {
  let told: string[] = [];
  const undone = new Error("undone");
  await database.sql
    .begin(async (sql) => {
      for (const statement of statements) await sql.unsafe(statement);
      told = await account(sql as unknown as Sql, { agents, tenants });
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return told;
}

const one = "(SELECT agent_id FROM atlasbridge.agents ORDER BY agent_id LIMIT 1)";

describe("the account", () => {
  test("is silent where all is as it must be", async () => {
    expect(await toldOf()).toEqual([]);
  });

  test.each([
    [
      "an entry is missing",
      `DELETE FROM atlasbridge.trace_entries WHERE seq = 5 AND agent_id = ${one}`,
    ],
    [
      "the last entry is missing",
      `DELETE FROM atlasbridge.trace_entries WHERE seq = 12 AND agent_id = ${one}`,
    ],
    [
      "an entry is another one",
      `UPDATE atlasbridge.trace_entries SET hash = prev WHERE seq = 5 AND agent_id = ${one}`,
    ],
    [
      "an entry is there twice",
      `INSERT INTO atlasbridge.trace_entries (tenant_id, agent_id, seq, received_at, at, kind, data, prev, hash, mac, key_id)
       SELECT tenant_id, agent_id, seq, received_at + interval '1 ms', at, kind, data, prev, hash, mac, key_id
       FROM atlasbridge.trace_entries WHERE seq = 1 AND agent_id = ${one}`,
    ],
    [
      "an entry lies in another tenant",
      `UPDATE atlasbridge.trace_entries SET tenant_id =
         (SELECT tenant_id FROM atlasbridge.agents WHERE agent_id <> ${one})
       WHERE seq = 12 AND agent_id = ${one}`,
    ],
    ["a head is behind", `UPDATE atlasbridge.agents SET head_seq = 3 WHERE agent_id = ${one}`],
    [
      "a session counts an entry twice",
      "UPDATE atlasbridge.trace_sessions SET entries = entries + 1",
    ],
  ])("tells that %s", async (_, statement) => {
    expect(await toldOf(statement)).not.toEqual([]);
  });

  test("tells an acknowledgement of what is not there", async () => {
    const [first, ...others] = agents;
    if (first === undefined) throw new Error("there are agents");
    const told = [...first.told, { seq: 4, hash: "ab".repeat(32) }];
    const lines = await account(database.sql, { agents: [{ ...first, told }, ...others], tenants });
    expect(lines).toHaveLength(1);
  });
});
