/** Who guesses at keys is held up by his address, and whoever has one is not. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bounds } from "../limits/bounds.ts";
import { policiesDefault } from "../limits/limiter.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { startDatabase, startService, type TestDatabase } from "../testing/service.ts";
import { KnownKeys } from "./known-keys.ts";

test("keys that were believed are known, and no more of them than there is room for", () => {
  const keys = new KnownKeys();
  for (let at = 0; at <= bounds.knownKeysMax; at += 1) keys.add(`abk_${at}`);
  expect([keys.has("abk_0"), keys.has("abk_1")]).toEqual([false, true]);
  keys.add("abk_1");
  keys.add("abk_new");
  expect([keys.has("abk_1"), keys.has("abk_2")]).toEqual([true, false]);
});

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => await database.stop(), 30_000);

test("a key that is in use is asked about as much as one that is unknown", async () => {
  const service = await startService(database);
  const { limiter } = service.parts;
  let asked: string[] = [];
  const take = limiter.take.bind(limiter);
  limiter.take = (scope, name) => {
    asked.push(scope);
    return take(scope, name);
  };
  const key = await service.newKey(await service.newTenant());
  const agent = new TestAgent();
  const askedFor = async (by: TestKey): Promise<string[]> => {
    asked = [];
    await service.post(signedRequest(agent.batch({ from: 1, to: 2, key: by }), { key: by }));
    return asked;
  };
  await askedFor(key);
  const wrong = await askedFor({ ...key, secret: "abs_wrong" });
  const unknown = await askedFor({ ...key, key_id: "abk_00000000000000000" });
  expect(service.parts.known.has(key.key_id)).toBe(true);
  expect([wrong, unknown]).toEqual([
    ["key", "stranger"],
    ["key", "stranger"],
  ]);
  await service.stop();
}, 30_000);

describe("an address from which many unknown keys are named", () => {
  test("is refused before they are looked up; a key that was believed goes on from there", async () => {
    const policies = { ...policiesDefault, stranger: { requestsMax: 3, windowSeconds: 3_600 } };
    const service = await startService(database, { policies });
    const key = await service.newKey(await service.newTenant());
    const agent = new TestAgent();
    const post = (by: TestKey) =>
      service.post(signedRequest(agent.batch({ from: 1, to: 2, key: by }), { key: by }));
    expect((await post(key)).status).toBe(202);
    const guesses = ["a", "b", "c", "d"].map((digit) => `abk_${digit.repeat(17)}`);
    const statuses: number[] = [];
    for (const key_id of guesses) statuses.push((await post({ ...key, key_id })).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await post(key)).status).toBe(202);
    await service.stop();
  }, 30_000);
});
