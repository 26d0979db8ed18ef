/** Never more than the allowance at once, never more than its pace over time, and the same from Redis as from memory. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import fc from "fast-check";
import Redis from "ioredis";
import { startRedis, type TestRedis } from "../testing/redis.ts";
import { temporaryFolder } from "../testing/service.ts";
import { bounds } from "./bounds.ts";
import { grant, memoryGranter, redisGranter } from "./gcra.ts";

const rate = { requestsMax: 10, windowSeconds: 20 };

describe("an allowance of ten in twenty seconds", () => {
  test("grants ten at once, then one every two seconds", () => {
    let dueMs = 0;
    const ask = (nowMs: number) => {
      const next = grant(dueMs, nowMs, rate);
      ({ dueMs } = next);
      return next.grant;
    };
    const burst = Array.from({ length: 11 }, () => ask(1_000));
    expect(burst.map(({ allowed }) => allowed)).toEqual([...Array(10).fill(true), false]);
    expect(burst.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
    expect(burst[10]).toMatchObject({ waitMs: 2_000, fullMs: 20_000 });
    expect(ask(2_999).allowed).toBeFalse();
    expect(ask(3_000).allowed).toBeTrue();
    expect(ask(3_001)).toMatchObject({ allowed: false, waitMs: 1_999 });
    // A fixed window would grant ten more as soon as its end is over.
    expect(
      Array.from({ length: 20 }, () => ask(21_000)).filter(({ allowed }) => allowed),
    ).toHaveLength(9);
    expect(ask(200_000)).toMatchObject({ allowed: true, remaining: 9 });
  });

  test("grants, whenever asked, no more than the burst and the pace allow", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(gaps, (steps) => {
        let [nowMs, dueMs, granted] = [0, 0, 0];
        for (const step of steps) {
          nowMs += step;
          const next = grant(dueMs, nowMs, rate);
          ({ dueMs } = next);
          if (next.grant.allowed) granted += 1;
        }
        expect(granted).toBeLessThanOrEqual(10 + Math.floor(nowMs / 2_000));
      }),
    );
  });
});

test("a flood of names does not fill the memory, and forgets nobody who owes while there is room", async () => {
  let nowMs = 0;
  const granter = memoryGranter(() => nowMs);
  const once = { requestsMax: 1, windowSeconds: 60 };
  for (let at = 0; at < bounds.limiterNamesMax; at += 1) await granter.take(`old ${at}`, once);
  nowMs = 60_000;
  await granter.take("one", once);
  expect((await granter.take("one", once)).allowed).toBeFalse();
});

describe("from Redis", () => {
  let folder = "";
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    folder = temporaryFolder();
    server = await startRedis(folder);
    redis = new Redis(server.url);
  }, 30_000);
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  test("it is granted as from memory", async () => {
    const slow = { requestsMax: 5, windowSeconds: 5_000 };
    const shared = redisGranter(redis, "test");
    const alone = memoryGranter(() => 0);
    for (let at = 0; at < 8; at += 1) {
      const [one, other] = [await shared.take("a", slow), await alone.take("a", slow)];
      expect([one.allowed, one.remaining]).toEqual([other.allowed, other.remaining]);
      // It takes a moment to ask, and that is given back meanwhile.
      expect(Math.abs(one.fullMs - other.fullMs)).toBeLessThan(20_000);
    }
    expect(await redis.pttl("test:a")).toBeGreaterThan(4_900_000);
  });

  test("what is no time there is told, and nothing is granted by it", async () => {
    await redis.lpush("test:b", "x");
    expect(redisGranter(redis, "test").take("b", rate)).rejects.toThrow("WRONGTYPE");
  });
});
