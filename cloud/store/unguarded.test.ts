/** Without a single comparison with a tenant's id in any statement, every procedure answers the same: the boundary is the database's. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { pictureOf } from "../testing/picture.ts";
import { proceduresOf, sampleOf } from "../testing/sample.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../testing/service.ts";
import { tell, upload } from "../testing/story.ts";
import { taken, unguarded } from "../testing/unguarded.ts";

let database: TestDatabase;
/** The same database, as it is asked, and as it is asked without any tenant. */
let plain: TestService;
let bare: TestService;
/** Three with the same agents, sessions and prompts, but more of them each. */
const tenants: { id: string; key: TestKey; token: string; sent: number }[] = [];
const agents = [new TestAgent(), new TestAgent()];
const known: Record<string, unknown> = {};
const procedures = proceduresOf();

beforeAll(async () => {
  database = await startDatabase();
  const now = systemClock.now() + 1_000;
  const clock = { ...systemClock, now: () => now };
  plain = await startService(database, { clock });
  bare = await startService(database, { clock, pooled: unguarded });
  const shared = { label: "the same", command: ["codex"], cwd: "/srv" };
  const prompts = [
    { question: "Go on?" },
    { action: "require_human", rule: null, reply: "y", outcome: "person" },
    { action: "deny", rule: "no" },
  ] as const;
  for (const agent of agents) {
    for (let at = 0; at < 12; at += 1) tell(agent, { shared, prompts });
  }
  const session_id = agents[0]?.entries.find((entry) => entry.session_id !== null)?.session_id;
  for (const share of [60, 120, 180]) {
    const id = await plain.newTenant();
    const key = await plain.newKey(id);
    for (const agent of agents) {
      // Of an agent's entries so many.
      await upload(plain, { agent, key, from: 1, to: share, size: 60 });
      const fork = new TestAgent(agent.id);
      await plain.post(signedRequest(fork.batch({ from: 1, to: 2, key }), { key }));
    }
    await plain.parts.pool.withTenant(
      id,
      (sql) => sql`INSERT INTO atlasbridge.tenant_settings (tenant_id) VALUES (${id})`,
    );
    tenants.push({ id, key, token: await plain.newToken(id, "admin"), sent: share });
  }
  await plain.parts.tally.flush();
  Object.assign(known, { agent_id: agents[0]?.id, session_id, text: "same", format: "csv" });
  Object.assign(known, { label: "another label", name: "A name", role: "viewer" });
}, 60_000);

afterAll(async () => {
  await plain.stop();
  await bare.stop();
  await database.stop();
}, 30_000);

type Call = { path: string; input: string; token: string };

async function answer(service: TestService, { path, input, token }: Call) {
  const url = `${service.url}/trpc/${path}?input=${encodeURIComponent(input)}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  // A request's own number is in some failures, and last use moves by itself.
  const text = (await response.text()).replaceAll(/"last_used_at":[^,}]*/g, "");
  return `${response.status} ${text.replaceAll(/request [0-9a-f-]{36}/g, "request")}`;
}

const queries = procedures.filter(
  ({ kind, path }) => kind === "query" && !path.startsWith("platform."),
);
const inputOf = ({ schema }: (typeof procedures)[number]): string =>
  schema === null ? "null" : JSON.stringify(sampleOf(schema, known));

describe("asked without any tenant", () => {
  test.each(queries.map((one) => [one.path, one] as const))(
    "%s answers each of three tenants as it does otherwise",
    async (path, one) => {
      const answers = [];
      const input = inputOf(one);
      for (const { token } of tenants) {
        const said = await answer(bare, { path, input, token });
        expect(said).toBe(await answer(plain, { path, input, token }));
        answers.push(said);
      }
      if (!path.startsWith("me.")) expect(answers.join()).toContain("200 ");
    },
  );

  test("the answers are about rows: three tenants have three overviews", async () => {
    const said = [];
    for (const { token } of tenants)
      said.push(await answer(bare, { path: "fleet.overview", input: "{}", token }));
    expect(new Set(said).size).toBe(3);
  });

  test("no change of one tenant's touches another's rows", async () => {
    const [own, ...others] = tenants;
    if (own === undefined) throw new Error("no tenant");
    const picture = () =>
      Promise.all(others.map(({ id }) => pictureOf(database.sql, { only: id })));
    const before = await picture();
    const mutations = procedures.filter(
      ({ kind, path }) => kind === "mutation" && !path.startsWith("platform."),
    );
    expect(mutations.length).toBeGreaterThan(10);
    for (const one of mutations) {
      await fetch(`${bare.url}/trpc/${one.path}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${own.token}` },
        body: inputOf(one),
      });
    }
    const [agent] = agents;
    if (agent === undefined) throw new Error("no agent");
    const key = await bare.newKey(own.id);
    await upload(bare, { agent, key, from: own.sent + 1, to: own.sent + 40 }).catch(
      // The agent may just have been revoked: that is a change, too.
      () => {},
    );
    expect(await picture()).toEqual(before);
  });

  test("nothing is left in place that names a tenant", async () => {
    const token = tenants[0]?.token ?? "";
    for (const one of queries) await answer(bare, { path: one.path, input: inputOf(one), token });
    expect(taken.comparisons).toBeGreaterThan(30);
    const named = [...taken.statements].filter((text) =>
      /(?<!true OR (?:\w+\.)?)tenant_id = \?/.test(text),
    );
    expect(named).toEqual([]);
  });
});
