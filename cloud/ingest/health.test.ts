/** What somebody is told of how an agent's ingestion goes is what happened, and of no other tenant. */
import { describe, expect, test } from "bun:test";
import { newNonce, signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { type AgentHealth, concernsOf, ingestHealth, unattributedRefusals } from "./health.ts";
import { standing } from "../testing/stand.ts";

const { database, service } = await standing();
async function healthOf(tenantId: string, page: object = {}): Promise<AgentHealth[]> {
  await service.parts.tally.flush();
  return await service.parts.pool.withTenant(tenantId, (sql) =>
    ingestHealth(sql, { tenantId, nowMs: Date.now(), ...page }),
  );
}

const post = (agent: TestAgent, key: TestKey, [from, to]: [number, number]) =>
  service.post(signedRequest(agent.batch({ from, to, key }), { key }));

describe("an agent", () => {
  test("that sends as it should has no concern, and its head is told", async () => {
    const tenant = await service.newTenant();
    const key = await service.newKey(tenant);
    const agent = new TestAgent();
    agent.session(2);
    expect((await post(agent, key, [1, 6])).status).toBe(202);
    const [health, ...others] = await healthOf(tenant);
    expect(others).toEqual([]);
    expect(health).toMatchObject({
      ...{ agent_id: agent.id, head_seq: 6, gaps: 0, forks: 0, open_incidents: 0 },
      ...{ refusals: [], concerns: [], version: "0.1.0", platform: "linux" },
    });
    expect(Math.abs(health?.skew_seconds ?? 99)).toBeLessThanOrEqual(2);
  });

  test("that skipped entries, forked and was refused has each counted by its reason", async () => {
    const tenant = await service.newTenant();
    const key = await service.newKey(tenant);
    const agent = new TestAgent();
    agent.session(2);
    await post(agent, key, [1, 4]);
    await post(agent, key, [6, 7]);
    await post(agent, key, [7, 8]);
    const fork = new TestAgent(agent.id);
    await post(fork, key, [1, 2]);
    const [health] = await healthOf(tenant);
    expect(health).toMatchObject({ gaps: 2, forks: 1, open_incidents: 1, head_seq: 4 });
    expect(health?.refusals.map(({ reason, times }) => [reason, times])).toEqual([
      ["chain-fork", 1],
      ["sequence-gap", 2],
    ]);
    expect(health?.concerns).toEqual(["incident", "refused"]);
    await database.sql`UPDATE atlasbridge.trace_incidents SET acknowledged_at = now()`;
    expect((await healthOf(tenant))[0]).toMatchObject({ forks: 1, open_incidents: 0 });
  });

  test("is told by its one key what was not believed; of a key for any agent only the key is", async () => {
    const tenant = await service.newTenant();
    const agent = new TestAgent();
    const [own, any] = [await service.newKey(tenant, agent.id), await service.newKey(tenant)];
    for (const key of [own, any]) {
      const wrong = { ...key, secret: `${key.secret}x` };
      await post(agent, wrong, [1, 2]);
    }
    const [health] = await healthOf(tenant);
    expect(health).toMatchObject({ last_seen_at: null, concerns: ["refused"] });
    expect(health?.refusals).toMatchObject([{ reason: "invalid-signature", times: 1 }]);
    const rest = await service.parts.pool.withTenant(tenant, (sql) =>
      unattributedRefusals(sql, { tenantId: tenant }),
    );
    expect(rest).toMatchObject([{ key_id: any.key_id, reason: "invalid-signature", times: 1 }]);
  });

  test("with another clock has its skew told, and its lag by ours", async () => {
    const tenant = await service.newTenant();
    const key = await service.newKey(tenant);
    const hourMs = 3_600_000;
    const agent = new TestAgent(undefined, Date.now() - 2 * hourMs + 120_000);
    const created = Math.floor(Date.now() / 1_000) + 120;
    const nonce = newNonce();
    const batch = agent.batch({ from: 1, to: 2, key });
    expect((await service.post(signedRequest(batch, { key, created, nonce }))).status).toBe(202);
    const [health] = await healthOf(tenant);
    expect(Math.abs((health?.skew_seconds ?? 0) - 120)).toBeLessThanOrEqual(2);
    expect(Math.abs((health?.lag_seconds ?? 0) - 7_200)).toBeLessThanOrEqual(5);
    expect(health?.concerns).toEqual(["skewed", "late"]);
  });

  test("is listed page by page, and is of its own tenant", async () => {
    const [tenant, other] = [await service.newTenant(), await service.newTenant()];
    const [key, theirs] = [await service.newKey(tenant), await service.newKey(other)];
    const agents = [new TestAgent(), new TestAgent(), new TestAgent()];
    for (const agent of agents) {
      await post(agent, key, [1, 2]);
      await post(agent, theirs, [1, 2]);
      await post(agent, theirs, [4, 4]);
    }
    const ids = agents.map(({ id }) => id).toSorted();
    const first = await healthOf(tenant, { rowsMax: 2 });
    const rest = await healthOf(tenant, { rowsMax: 2, after: first[1]?.agent_id });
    expect([...first, ...rest].map(({ agent_id }) => agent_id)).toEqual(ids);
    expect([...first, ...rest].every(({ refusals }) => refusals.length === 0)).toBeTrue();
    expect(await healthOf(tenant, { agentId: ids[1] })).toMatchObject([{ agent_id: ids[1] }]);
  });
});

test("silence concerns of whoever was heard before, and was not revoked", () => {
  const day = 86_400_000;
  const health = {
    ...{ open_incidents: 0, refusals: [], skew_seconds: 0, lag_seconds: 0, revoked_at: null },
    last_seen_at: 10 * day,
  };
  expect(concernsOf(health, 11 * day)).toEqual([]);
  expect(concernsOf(health, 11 * day + 1)).toEqual(["silent"]);
  expect(concernsOf({ ...health, revoked_at: day }, 12 * day)).toEqual([]);
  expect(concernsOf({ ...health, last_seen_at: null }, 12 * day)).toEqual([]);
});
