/** Limits: shared by replicas through a real Redis, kept by each alone without it, and back again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { systemClock } from "../clock.ts";
import { signedRequest, TestAgent } from "../testing/agent.ts";
import { startRedis, type TestRedis } from "../testing/redis.ts";
import { quiet, startDatabase, startService, temporaryFolder } from "../testing/service.ts";
import { type Limiter, openLimiter, policiesDefault } from "./limiter.ts";

let folder = "";
let redis: TestRedis;
const opened: Limiter[] = [];

beforeAll(async () => {
  folder = temporaryFolder();
  redis = await startRedis(folder);
}, 30_000);

afterAll(async () => {
  for (const limiter of opened) await limiter.end();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

function open(redisUrl: string | null, requestsMax: number): Limiter {
  const policies = { ...policiesDefault, key: { requestsMax, windowSeconds: 60 } };
  const limiter = openLimiter({ redisUrl, policies, log: quiet, clock: systemClock });
  opened.push(limiter);
  return limiter;
}

async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await Bun.sleep(5);
}

describe("a limit", () => {
  test("grants as many as agreed, then none, and says when again", async () => {
    const limiter = open(null, 3);
    const standings = [];
    for (const _ of [1, 2, 3, 4, 5]) standings.push(await limiter.take("key", "a"));
    expect(standings.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
    expect(standings.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0]);
    expect(standings[4]?.resetSeconds).toBeWithin(1, 61);
    expect((await limiter.take("key", "b")).allowed).toBeTrue();
    expect((await limiter.take("tenant", "a")).allowed).toBeTrue();
  });

  test("is one for all replicas that share a Redis, however they ask at once", async () => {
    const [one, two] = [open(redis.url, 50), open(redis.url, 50)];
    await until(() => one.state() === "shared" && two.state() === "shared");
    const asked = await Promise.all(
      Array.from({ length: 120 }, (_, at) => (at % 2 === 0 ? one : two).take("key", "shared")),
    );
    expect(asked.filter(({ allowed }) => allowed)).toHaveLength(50);
  });

  test("is kept by each alone while Redis is stopped, and shared again when it is back", async () => {
    const limiter = open(redis.url, 5);
    await until(() => limiter.state() === "shared");
    await redis.stop();
    await until(() => limiter.state() === "alone");
    const alone = await Promise.all(Array.from({ length: 8 }, () => limiter.take("key", "c")));
    expect(alone.filter(({ allowed }) => allowed)).toHaveLength(5);
    redis = await startRedis(folder, redis.port);
    await until(() => limiter.state() === "shared");
    expect((await limiter.take("key", "d")).allowed).toBeTrue();
  }, 20_000);

  test("of a Redis that hangs does not hold anybody up", async () => {
    const limiter = open(redis.url, 5);
    await until(() => limiter.state() === "shared");
    redis.pause();
    const standing = await limiter.take("key", "e");
    redis.resume();
    expect(standing.allowed).toBeTrue();
  });
});

describe("a service with a limit", () => {
  test("refuses with when to come back, and takes nothing of it", async () => {
    const database = await startDatabase();
    const policies = { ...policiesDefault, key: { requestsMax: 2, windowSeconds: 60 } };
    const service = await startService(database, { redisUrl: redis.url, policies });
    const key = await service.newKey(await service.newTenant());
    const agent = new TestAgent();
    const send = () => service.post(signedRequest(agent.batch({ from: 1, to: 2, key }), { key }));
    const first = await send();
    expect([first.status, first.headers.get("ratelimit-policy")]).toEqual([202, '"key";q=2;w=60']);
    expect(first.headers.get("ratelimit")).toMatch(/^"key";r=1;t=\d+$/);
    await send();
    const refused = await send();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ type: "/problems/rate-limited" });
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61);
    await service.stop();
    await database.stop();
  }, 60_000);

  test("counts by address who signs in and who guesses, and nobody whose token is good", async () => {
    const database = await startDatabase();
    const address = { requestsMax: 5, windowSeconds: 60 };
    const policies = { ...policiesDefault, address };
    const service = await startService(database, { policies });
    const token = await service.newToken(await service.newTenant(), "viewer");
    const ask = (path: string, bearer?: string) =>
      fetch(`${service.url}${path}`, {
        headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      });
    const tries = [
      "/auth/sign-in",
      "/invite/abi_x",
      "/welcome/x",
      "/trpc/me.show",
      "/auth/google/start",
    ];
    for (const path of tries) expect((await ask(path, "abt_wrong")).status).not.toBe(429);
    for (const path of tries) {
      const refused = await ask(path, "abt_wrong");
      expect([path, refused.status]).toEqual([path, 429]);
      expect(refused.headers.get("ratelimit")).toMatch(/^"address";r=0;t=\d+$/);
    }
    expect((await ask("/trpc/me.show", token)).status).toBe(200);
    await service.stop();
    await database.stop();
  }, 30_000);
});
