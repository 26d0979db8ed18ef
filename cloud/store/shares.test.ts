/** One tenant that asks without end leaves connections to the others, and is itself told to come back. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { bounds } from "../limits/bounds.ts";
import { startDatabase, type TestDatabase } from "../testing/service.ts";
import { Crowded } from "./gate.ts";
import { openPool } from "./pool.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => await database.stop(), 30_000);

test("one tenant never has all connections", async () => {
  const pool = openPool({
    url: database.embedded.urls.app,
    name: "test-shares",
    connectionsMax: 4,
  });
  const [greedy, other] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  const { promise, resolve } = Promise.withResolvers<void>();
  const waitingMax = bounds.poolQueueMax / 2;
  const asked = Array.from({ length: 3 + waitingMax }, () =>
    pool.withTenant(greedy, async () => await promise),
  );
  const refused = pool.withTenant(greedy, async () => {}).catch((error: unknown) => error);
  expect(await refused).toBeInstanceOf(Crowded);
  expect(pool.load()).toEqual({ active: 3, waiting: waitingMax });
  const answered = await pool.withTenant(other, (sql) => sql<{ one: number }[]>`SELECT 1 AS one`);
  expect([...answered]).toEqual([{ one: 1 }]);
  resolve();
  await Promise.all(asked);
  expect(pool.load()).toEqual({ active: 0, waiting: 0 });
  await pool.end();
}, 20_000);
