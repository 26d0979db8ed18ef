/** Keys: rotated without a request that fails, revoked at once, their secrets told to nobody but once. */
import { describe, expect, test } from "bun:test";
import { secretFaultOf } from "../../contracts/api-key.ts";
import { acknowledgement, keySuccessor } from "../../contracts/upload.ts";
import { sha256 } from "../crypto.ts";
import { systemRandom } from "../random.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "./keys.ts";
import { newKeyRingText, parseKeyRing } from "./ring.ts";
import { standing } from "../testing/stand.ts";

const { database, service, tenant } = await standing();

const successor = (key: TestKey, wish: object = {}) => {
  const path = "/v1/keys/successor";
  return service.post(signedRequest({}, { key, path, ...wish }), path);
};

async function send(agent: TestAgent, key: TestKey, [from, to]: [number, number]) {
  const batch = agent.batch({ from, to, key, witnessed: from - 1 });
  return await service.post(signedRequest(batch, { key }));
}

describe("a key", () => {
  test("has a secret that is whole, and lies in the database sealed", async () => {
    const key = await service.newKey(tenant);
    expect(secretFaultOf(key.secret, sha256)).toBeNull();
    const [row] = await database.sql`
      SELECT sealed_secret, ring_version FROM atlasbridge.api_keys WHERE key_id = ${key.key_id}`;
    expect(Buffer.from(row?.["sealed_secret"]).includes(key.secret)).toBeFalse();
    expect(JSON.stringify(await listKeys(service.parts, tenant))).not.toContain(key.secret);
  });

  test("shows when it was last used", async () => {
    const key = await service.newKey(tenant);
    const standing = async () =>
      (await listKeys(service.parts, tenant)).find(({ key_id }) => key_id === key.key_id);
    expect((await standing())?.last_used_at).toBeNull();
    await send(new TestAgent(), key, [1, 2]);
    await service.parts.tally.flush();
    expect(Math.abs(((await standing())?.last_used_at ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test("of another tenant cannot be rotated, revoked or seen", async () => {
    const key = await service.newKey(tenant);
    const other = await service.newTenant();
    expect(await listKeys(service.parts, other)).toEqual([]);
    expect(rotateKey(service.parts, other, { keyId: key.key_id })).rejects.toThrow("has no key");
    expect(revokeKey(service.parts, other, key.key_id)).rejects.toThrow("has no key");
  });
});

describe("rotation", () => {
  test("lets both keys work, and tells the old one's end in each acknowledgement", async () => {
    const old = await service.newKey(tenant);
    const agent = new TestAgent();
    agent.session(1);
    expect((await send(agent, old, [1, 2])).status).toBe(202);
    const rotated = await rotateKey(service.parts, tenant, { keyId: old.key_id, overlapHours: 1 });
    const byOld = acknowledgement.parse(await (await send(agent, old, [3, 3])).json());
    expect(byOld.key_expires_at).toBe(rotated.old_expires_at);
    const byNew = acknowledgement.parse(await (await send(agent, rotated, [4, 4])).json());
    expect(byNew.key_expires_at).toBeNull();
  });

  test("tells the successor to whoever signs with the old key, until it is first used", async () => {
    const old = await service.newKey(tenant);
    expect((await successor(old)).status).toBe(401);
    const rotated = await rotateKey(service.parts, tenant, { keyId: old.key_id });
    const told = keySuccessor.parse(await (await successor(old)).json());
    expect(told).toEqual({
      ...{ key_id: rotated.key_id, secret: rotated.secret },
      old_expires_at: Math.floor(rotated.old_expires_at),
    });
    // An answer that was lost on its way can be had again.
    expect((await successor(old)).status).toBe(200);
    await send(new TestAgent(), rotated, [1, 2]);
    expect((await successor(old)).status).toBe(401);
  });

  test("tells it to nobody else, and to no replay", async () => {
    const old = await service.newKey(tenant);
    const rotated = await rotateKey(service.parts, tenant, { keyId: old.key_id });
    expect((await successor({ ...old, secret: `${old.secret}x` })).status).toBe(401);
    const nonce = "once-and-never-again";
    expect((await successor(old, { nonce })).status).toBe(200);
    expect(await (await successor(old, { nonce })).json()).toMatchObject({
      type: "/problems/replayed-nonce",
    });
    await revokeKey(service.parts, tenant, rotated.key_id);
    expect((await successor(old)).status).toBe(401);
  });

  test("without an overlap ends the old key at once", async () => {
    const old = await service.newKey(tenant);
    await rotateKey(service.parts, tenant, { keyId: old.key_id, overlapHours: 0 });
    const response = await send(new TestAgent(), old, [1, 2]);
    expect(await response.json()).toMatchObject({ type: "/problems/expired-key" });
  });

  test("is done once, and never of a key that was revoked", async () => {
    const key = await service.newKey(tenant);
    const rotate = () => rotateKey(service.parts, tenant, { keyId: key.key_id });
    const both = await Promise.allSettled([rotate(), rotate()]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
    const revoked = await service.newKey(tenant);
    await revokeKey(service.parts, tenant, revoked.key_id);
    expect(rotateKey(service.parts, tenant, { keyId: revoked.key_id })).rejects.toThrow("revoked");
  });

  test("does not lengthen the life of a key that would have ended sooner", async () => {
    const expiresAt = Date.now() + 3_600_000;
    const key = await createKey(service.parts, tenant, { expiresAt });
    const rotated = await rotateKey(service.parts, tenant, { keyId: key.key_id });
    expect(rotated.old_expires_at).toBe(expiresAt);
  });

  test("under load fails no request", async () => {
    const first = await service.newKey(tenant);
    const agents = Array.from({ length: 4 }, () => new TestAgent());
    for (const agent of agents) agent.session(15);
    let rotating = false;
    const sendAll = async (agent: TestAgent): Promise<number[]> => {
      let key: TestKey = first;
      const statuses: number[] = [];
      for (let at = 0; at < 60; at += 2) {
        const response = await send(agent, key, [at + 1, at + 2]);
        statuses.push(response.status);
        const { key_expires_at } = acknowledgement.parse(await response.json());
        if (key_expires_at !== null && key === first) {
          const told = await successor(key);
          // Whoever comes after its first use goes on with the old key.
          if (told.status === 200) key = keySuccessor.parse(await told.json());
        }
        if (at === 20 && !rotating) {
          rotating = true;
          await rotateKey(service.parts, tenant, { keyId: first.key_id, overlapHours: 1 });
        }
      }
      return statuses;
    };
    const statuses = (await Promise.all(agents.map(sendAll))).flat();
    expect(new Set(statuses)).toEqual(new Set([202]));
    const rows = await database.sql`
      SELECT DISTINCT key_id FROM atlasbridge.trace_entries
      WHERE agent_id IN ${database.sql(agents.map(({ id }) => id))}`;
    expect(rows.length).toBe(2);
  }, 20_000);
});

describe("the ring", () => {
  test("opens what an older version sealed, and seals under the newest", () => {
    const one = newKeyRingText(systemRandom);
    const old = parseKeyRing(one, systemRandom);
    const whose = { tenantId: tenant, keyId: "abk_a" };
    const { sealed, version } = old.seal("abs_secret", whose);
    const two = parseKeyRing(`2:${newKeyRingText(systemRandom).slice(2)},${one}`, systemRandom);
    expect(two.open(sealed, version, whose)).toBe("abs_secret");
    expect(two.seal("abs_secret", whose).version).toBe(2);
    expect(() => old.open(sealed, 2, whose)).toThrow("lacks version 2");
  });

  test("opens nothing that was changed", () => {
    const ring = parseKeyRing(newKeyRingText(systemRandom), systemRandom);
    const whose = { tenantId: tenant, keyId: "abk_a" };
    const { sealed, version } = ring.seal("abs_secret", whose);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = new Uint8Array(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => ring.open(changed, version, whose)).toThrow();
    }
  });

  test.each(["", "x", "1:AAAA", "0:" + "A".repeat(43) + "=", "1:%%%"])(
    "is not %p, which is not quoted",
    (text) => {
      expect(() => parseKeyRing(text, systemRandom)).toThrow("the key ring is not VERSION:BASE64");
    },
  );
});
