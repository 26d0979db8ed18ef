/** A service under attack: with stored traces of two tenants, whose tables must be the same after each attack. */
import { afterAll, afterEach, beforeAll, expect } from "bun:test";
import { problem, type ProblemName, problemStatus } from "../../contracts/problem.ts";
import type { UploadBatch } from "../../contracts/upload.ts";
import { systemClock } from "../clock.ts";
import { type Sent, signedRequest, TestAgent, type TestKey } from "./agent.ts";
import { pictureOf } from "./picture.ts";
import { startDatabase, startService, type TestDatabase, type TestService } from "./service.ts";

export type Besieged = { tenant: string; key: TestKey; agent: TestAgent };

export type Siege = Besieged & {
  database: TestDatabase;
  service: TestService;
  other: Besieged;
  /** What changed up to here was meant to. */
  settled(): Promise<void>;
  /** An agent of which five entries are stored, and which has written more. */
  storedAgent(key: TestKey): Promise<TestAgent>;
  /** The batch that would come next, and a request that would be taken. */
  next(): UploadBatch;
  honest(): Sent;
};

/** Hooks into the test file that calls it; the siege is there once its tests run. */
export function besiege(): Siege {
  const siege = {} as Siege;
  let before: Record<string, string>;
  beforeAll(async () => {
    Object.assign(siege, await laid());
    await siege.settled();
  }, 60_000);
  afterEach(async () => {
    const { database, service } = siege;
    await service.parts.tally.flush();
    const now = await pictureOf(database.sql);
    const then = before;
    await stillTakes(siege);
    await siege.settled();
    expect(now).toEqual(then);
  });
  afterAll(async () => {
    await siege.service.stop();
    await siege.database.stop();
  }, 30_000);
  siege.settled = async () => {
    await siege.service.parts.tally.flush();
    before = await pictureOf(siege.database.sql);
  };
  siege.next = () => siege.agent.batch({ from: 6, to: 8, key: siege.key, witnessed: 5 });
  siege.honest = () => signedRequest(siege.next(), { key: siege.key });
  return siege;
}

/** Healthy: takes an honest request, here one that brings nothing new. */
async function stillTakes({ service, agent, key }: Siege): Promise<void> {
  const again = signedRequest(agent.batch({ from: 1, to: 5, key }), { key });
  expect((await service.post(again)).status).toBe(202);
}

async function laid(): Promise<Partial<Siege>> {
  const database = await startDatabase();
  // Waiting for a slow sender is over fifty times as soon.
  const after = (ms: number, call: () => void) => systemClock.after(ms / 50, call);
  const service = await startService(database, { clock: { ...systemClock, after } });
  const storedAgent = async (key: TestKey): Promise<TestAgent> => {
    const agent = new TestAgent();
    agent.session(3);
    const batch = agent.batch({ from: 1, to: 5, key });
    const response = await service.post(signedRequest(batch, { key }));
    if (response.status !== 202) throw new Error(await response.text());
    return agent;
  };
  const besieged = async (): Promise<Besieged> => {
    const tenant = await service.newTenant();
    const key = await service.newKey(tenant);
    return { tenant, key, agent: await storedAgent(key) };
  };
  return { database, service, storedAgent, ...(await besieged()), other: await besieged() };
}

export async function expectProblem(response: Response, name: ProblemName): Promise<void> {
  const body = problem.parse(await response.json());
  expect([response.status, body.type]).toEqual([problemStatus(name), `/problems/${name}`]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
}
