/** Two replicas behind one address are one service: what one grants, the other knows, and keys change without a gap. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { signedRequest, TestAgent } from "../../cloud/testing/agent.ts";
import { Estate, type Tenant } from "./estate.ts";
import { rotateUnderLoad } from "./rotation.ts";

let estate: Estate;
let tenants: [Tenant, Tenant];
beforeAll(async () => {
  const fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  estate = await Estate.open({ replicas: 2, tenants: 2, tenantLimit: "400/6000", settings: fast });
  const [one, other] = estate.tenants;
  if (one === undefined || other === undefined) throw new Error("there are two tenants");
  tenants = [one, other];
}, 60_000);
afterAll(async () => await estate.stop(), 60_000);

describe("two replicas", () => {
  test("take every request while each key is rotated three times", async () => {
    const wish = { requests: 240, rotations: 3, senders: 4, say() {} };
    const { failed, rotated, requests } = await rotateUnderLoad(estate, tenants[0], wish);
    expect(failed).toEqual([]);
    expect(rotated).toBe(12);
    expect(requests).toBeGreaterThanOrEqual(240);
    expect(estate.balancer.carried).toBeGreaterThan(2);
  }, 60_000);

  test("share what a tenant may send", async () => {
    const [, { key }] = tenants;
    const agent = new TestAgent();
    const statuses: number[] = [];
    const urls = estate.replicaUrls;
    const post = async (at: number): Promise<void> => {
      const sent = signedRequest(agent.batch({ from: 1, to: 2, key }), { key });
      statuses.push((await fetch(`${urls[at % urls.length]}/v1/traces`, sent)).status);
    };
    for (let at = 0; at < 430; at += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, more) => post(at + more)));
    }
    const taken = statuses.filter((status) => status === 202).length;
    const limited = statuses.filter((status) => status === 429).length;
    expect([taken, limited]).toEqual([400, 30]);
  }, 60_000);
});
