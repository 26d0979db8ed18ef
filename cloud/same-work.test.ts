/** Another tenant's id is looked for by the same work as one that nobody has: the same statements, plans, and rows at each step. */
import { afterAll, describe, expect, test } from "bun:test";
import { needs } from "./roles.ts";
import { type Asked, askedPool, nodesOf, type Plan } from "./testing/explain.ts";
import { furnish, send } from "./testing/hostile.ts";
import { type Known, type Procedure, proceduresOf, sampleOf } from "./testing/sample.ts";
import { startDatabase, startService } from "./testing/service.ts";
import { openPool } from "./store/pool.ts";

const database = await startDatabase();
const asked: Asked[] = [];
const { app: url } = database.embedded.urls;
const app = openPool({ url, name: "test-work", connectionsMax: 1 });
const service = await startService(database, { pooled: (pool) => askedPool(pool, url, asked) });
afterAll(async () => {
  await service.stop();
  await app.end();
  await database.stop();
}, 30_000);

const theirs = await furnish(service, "only-there");
const nobodys: Known = Object.fromEntries(
  Object.keys(theirs).map((name) => [
    name,
    name === "key_id" ? `abk_${"0".repeat(17)}` : Bun.randomUUIDv7(),
  ]),
);
const procedures = proceduresOf().filter(
  ({ path, kind, schema }) =>
    kind !== "subscription" &&
    needs.get(path) !== "platform" &&
    Object.keys(schema?.properties ?? {}).some((name) => name in theirs),
);

type Counted = Plan & {
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
};

/** What each step of it comes to, by indexes alone: how large the tables are is not to matter. */
async function stepsOf({ text, parameters, tenantId }: Asked): Promise<unknown[]> {
  if (!/^\s*(SELECT|WITH)/.test(text)) return [text];
  const { plan } = await app.sql.begin(async (sql) => {
    await sql`SELECT set_config('atlasbridge.tenant_id', ${tenantId}, true)`;
    await sql`SET LOCAL enable_seqscan = off`;
    const explain = "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON)";
    const [row] = await sql.unsafe(`${explain} ${text}`, parameters as string[]);
    return { plan: row?.["QUERY PLAN"][0].Plan as Plan };
  });
  const steps = nodesOf(plan).map((node: Counted) => [
    ...[node["Node Type"], node["Index Name"], node["Actual Rows"], node["Actual Loops"]],
    ...[node["Rows Removed by Filter"], node["Rows Removed by Index Recheck"]],
  ]);
  return [text, steps];
}

/** Asked by the admin of an organisation that has nothing yet. */
async function workOf({ path, kind, schema }: Procedure, known: Known): Promise<unknown[]> {
  const tenant = await service.newTenant();
  const token = await service.newToken(tenant, "admin");
  asked.length = 0;
  const input = schema === null ? undefined : sampleOf(schema, known);
  const { status } = await send({ path, kind, schema }, input, { service, token });
  const statements = asked.filter(({ tenantId, text }) => tenantId === tenant && text !== "");
  const work: unknown[] = [status];
  for (const one of statements) work.push(await stepsOf(one));
  return work;
}

describe("an id is looked for alike, whether another has it or nobody,", () => {
  test.each(procedures.map((one) => [one.path, one] as const))("by %s", async (_, one) => {
    const work = await workOf(one, theirs);
    expect(work.length).toBeGreaterThan(1);
    expect(work).toEqual(await workOf(one, nobodys));
  });
});

test("what is one's own is more work, so that a difference would be seen", async () => {
  const token = await service.newToken(String(theirs["tenant_id"]), "admin");
  const one = procedures.find(({ path }) => path === "integrity.recheck");
  const own = async (known: Known): Promise<string> => {
    asked.length = 0;
    await send(one as Procedure, sampleOf(one?.schema ?? {}, known), { service, token });
    return JSON.stringify(await Promise.all(asked.map(stepsOf)));
  };
  expect(await own(theirs)).not.toBe(await own(nobodys));
});
