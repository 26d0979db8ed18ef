/** Who guesses at keys is held up by his address, and whoever has one is not. */
import { describe, expect, test } from "bun:test";
import { bounds } from "../limits/bounds.ts";
import { policiesDefault } from "../limits/limiter.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { startDatabase, startService } from "../testing/service.ts";
import { KnownKeys } from "./known-keys.ts";

test("keys that were believed are known, and no more of them than there is room for", () => {
  const keys = new KnownKeys();
  for (let at = 0; at <= bounds.knownKeysMax; at += 1) keys.add(`abk_${at}`);
  expect([keys.has("abk_0"), keys.has("abk_1")]).toEqual([false, true]);
  keys.add("abk_1");
  keys.add("abk_new");
  expect([keys.has("abk_1"), keys.has("abk_2")]).toEqual([true, false]);
});

describe("an address from which many unknown keys are named", () => {
  test("is refused before they are looked up; a key that was believed goes on from there", async () => {
    const database = await startDatabase();
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
    await database.stop();
  }, 30_000);
});
