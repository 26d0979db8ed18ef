/** What one organisation may have: set by platform staff, seen by its admins, and held to wherever something is added. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { agentId } from "../../contracts/ids.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { TestBrowser } from "../testing/browser.ts";
import { startWorld, type World } from "../testing/login.ts";
import { refusalOf } from "../testing/refusal.ts";
import { startService, type TestClient } from "../testing/service.ts";

let world: World;
let tenant: string;
let admin: TestClient;

beforeAll(async () => {
  world = await startWorld();
}, 60_000);
beforeEach(async () => {
  tenant = await world.service.newTenant();
  admin = world.service.client(await world.service.newToken(tenant, "admin"));
});
afterAll(() => world.stop(), 30_000);

const staff = () => world.service.client(world.service.parts.platformToken).platform.tenants;
const limit = (
  wish: Omit<Parameters<TestClient["platform"]["tenants"]["setLimits"]["mutate"]>[0], "tenant_id">,
) => staff().setLimits.mutate({ tenant_id: tenant, ...wish });

async function send(agent: TestAgent, key: TestKey): Promise<Response> {
  agent.session(1);
  return await world.service.post(
    signedRequest(agent.batch({ from: 1, to: agent.seq, key }), { key }),
  );
}

const newId = () => agentId.parse(Bun.randomUUIDv7());

describe("limits", () => {
  test("are set by staff alone, shown to an admin beside what is used, and written into the log", async () => {
    const others = await admin.settings.limits.query();
    expect(others).toMatchObject({
      agents: { max: 10_000, used: 0 },
      keys: { max: 1_000, used: 0 },
    });
    expect(await limit({ agents_max: 7, requests_per_minute: 90 })).toEqual({
      ...{ requests_per_minute: 90, agents_max: 7, keys_max: null, members_max: null },
    });
    await admin.agents.register.mutate({ agent_id: newId() });
    expect(await admin.settings.limits.query()).toEqual({
      ...{ requests_per_minute: 90, agents: { max: 7, used: 1 }, keys: others.keys },
      members: others.members,
    });
    // What is not named stays; null is what holds for everybody.
    await limit({ agents_max: null });
    expect(await staff().limits.query({ tenant_id: tenant })).toMatchObject({
      ...{ agents_max: null, requests_per_minute: 90 },
    });
    const { entries } = await admin.audit.list.query({ count: 1 });
    expect(entries[0]).toMatchObject({
      ...{ action: "platform.tenants.setLimits", actor: { kind: "platform" } },
      ...{ before: { agents_max: 7 }, after: { agents_max: null, requests_per_minute: 90 } },
    });
    const own = admin.platform.tenants.setLimits.mutate({ tenant_id: tenant, agents_max: 9 });
    expect(await refusalOf(own)).toContain("UNAUTHORIZED");
  });

  test.each([0, -1, 1.5, 10_000_001])(
    "are whole numbers that mean something: not %p",
    async (many) => {
      expect(await refusalOf(limit({ requests_per_minute: many }))).toContain("BAD_REQUEST");
    },
  );
});

describe("agents beyond the limit", () => {
  test("are not registered, not let in again, and not made by a key, until one is revoked", async () => {
    await limit({ agents_max: 2 });
    const [one, two] = [newId(), newId()];
    for (const agent_id of [one, two]) await admin.agents.register.mutate({ agent_id });
    const third = () => refusalOf(admin.agents.register.mutate({ agent_id: newId() }));
    expect(await third()).toContain("may have 2 agents, and has them");
    expect(await refusalOf(admin.keys.create.mutate({ agent_id: newId() }))).toContain("2 agents");
    // Those that are there go on.
    await admin.agents.register.mutate({ agent_id: one, label: "mine" });
    await admin.keys.create.mutate({ agent_id: two });
    await admin.agents.revoke.mutate({ agent_id: one, is_revoked: true });
    expect(await third()).toBe("none");
    const again = admin.agents.revoke.mutate({ agent_id: one, is_revoked: false });
    expect(await refusalOf(again)).toContain("2 agents");
  });

  test("send again until there is room, and nothing of theirs is taken before or lost", async () => {
    const key = await world.service.newKey(tenant);
    const [known, strange] = [new TestAgent(), new TestAgent()];
    await limit({ agents_max: 1 });
    expect((await send(known, key)).status).toBe(202);
    const refused = await send(strange, key);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, expect.any(String)]);
    expect(await refused.text()).toContain("as many agents as it may");
    expect((await send(known, key)).status).toBe(202);
    const count = () =>
      world.database.sql`
      SELECT 1 FROM atlasbridge.agents WHERE tenant_id = ${tenant}`.then(({ length }) => length);
    expect(await count()).toBe(1);
    await limit({ agents_max: 2 });
    expect((await send(strange, key)).status).toBe(202);
    expect(await count()).toBe(2);
  });

  test("are not made by many who come at once", async () => {
    const key = await world.service.newKey(tenant);
    await limit({ agents_max: 3 });
    const all = await Promise.all(Array.from({ length: 10 }, () => send(new TestAgent(), key)));
    expect(all.filter(({ status }) => status === 202)).toHaveLength(3);
  });
});

describe("keys", () => {
  test("beyond the limit are not made; each that is there can still be rotated, not without end", async () => {
    await limit({ keys_max: 2 });
    let last = await admin.keys.create.mutate({});
    await admin.keys.create.mutate({});
    expect(await refusalOf(admin.keys.create.mutate({}))).toContain("may have 2 keys");
    for (const _ of [1, 2]) last = await admin.keys.rotate.mutate({ key_id: last.key_id });
    const more = admin.keys.rotate.mutate({ key_id: last.key_id });
    expect(await refusalOf(more)).toContain("there are 4 keys already");
  });
});

describe("members", () => {
  test("beyond the limit are not invited, and an invitation from before waits for room", async () => {
    await limit({ members_max: 2 });
    const link = await world.invite(tenant, "late@example.com");
    await world.signedIn(tenant, "admin");
    const leaving = await world.signedIn(tenant, "viewer");
    const wish = { email: "more@example.com", role: "viewer" as const };
    expect(await refusalOf(admin.invitations.create.mutate(wish))).toContain("may have 2 members");
    world.google.person = {
      ...{ sub: "late", email: "late@example.com", email_verified: true, name: "Late" },
    };
    const full = await world.signIn(new TestBrowser(), { link });
    expect([full.response.status, full.text]).toEqual([
      ...[403, expect.stringContaining("all the members it may")],
    ]);
    const { person_id } = await world.pageOf(leaving).me.show.query();
    await admin.members.remove.mutate({ person_id: person_id ?? "" });
    world.google.person = { ...world.google.person, sub: "late", email: "late@example.com" };
    expect((await world.signIn(new TestBrowser(), { link })).response.status).toBe(200);
  });
});

describe("batches beyond the allowance", () => {
  test("are refused of that organisation alone, at once on this replica", async () => {
    const key = await world.service.newKey(tenant);
    const other = await world.service.newKey(await world.service.newTenant());
    const agent = new TestAgent();
    expect((await send(agent, key)).status).toBe(202);
    await limit({ requests_per_minute: 2 });
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await send(agent, key)).status);
    expect(statuses).toEqual([202, 202, 429]);
    expect((await send(new TestAgent(), other)).status).toBe(202);
    const refused = await send(agent, key);
    expect(refused.headers.get("ratelimit-policy")).toBe('"tenant";q=2;w=60');
  });

  test("are so on another replica within ten seconds", async () => {
    const clock = world.service.parts.clock;
    const replica = await startService(world.database, { clock });
    try {
      const key = await world.service.newKey(tenant);
      const agent = new TestAgent();
      const through = async () => {
        agent.session(1);
        const batch = agent.batch({ from: 1, to: agent.seq, key });
        return (await replica.post(signedRequest(batch, { key }))).status;
      };
      expect(await through()).toBe(202);
      await limit({ requests_per_minute: 1 });
      world.later(10_001);
      expect([await through(), await through()]).toEqual([202, 429]);
    } finally {
      await replica.stop();
    }
  });
});

test("an organisation that calls or invites without end is told to come back", async () => {
  const few = { requestsMax: 3, windowSeconds: 60 };
  const policies = {
    ...world.service.policies,
    calls: few,
    invitations: { ...few, requestsMax: 1 },
  };
  const replica = await startService(world.database, { policies });
  try {
    const other = await world.service.newTenant();
    const [one, stranger] = await Promise.all(
      [tenant, other].map(async (id) => replica.client(await replica.newToken(id, "admin"))),
    );
    const invite = (email: string) =>
      refusalOf(one?.invitations.create.mutate({ email, role: "viewer" }) ?? Promise.resolve());
    expect([await invite("a@example.com"), await invite("b@example.com")]).toEqual([
      ...["none", expect.stringContaining("TOO_MANY_REQUESTS: this organisation has invited")],
    ]);
    await one?.me.show.query();
    expect(await refusalOf(one?.me.show.query() ?? Promise.resolve())).toContain("calls too often");
    expect((await stranger?.me.show.query())?.tenant_id).toBe(other);
  } finally {
    await replica.stop();
  }
});

test("many calls in one request are none: each is counted and waits for itself", async () => {
  const headers = { authorization: `Bearer ${await world.service.newToken(tenant, "viewer")}` };
  const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: {} }));
  const url = `${world.service.url}/trpc/me.show,me.show?batch=1&input=${input}`;
  expect((await fetch(url, { headers })).status).toBe(400);
});

test("a cursor with what no column holds is refused, not a failure", async () => {
  const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
  const [session, agent] = [newId(), newId()];
  const asked = [
    () =>
      admin.sessions.list.query({
        ...{
          sort: "prompts",
          cursor: cursor("sessions prompts descending", 1e300, session, agent),
        },
      }),
    () =>
      admin.sessions.list.query({
        sort: "last_active",
        cursor: cursor("sessions last_active descending", 1e300, session, agent),
      }),
    () => admin.settings.export.query({ cursor: cursor("export", "agents", [tenant, "x"]) }),
    () =>
      admin.settings.export.query({
        cursor: cursor("export", "audit_entries", [tenant, "9".repeat(30)]),
      }),
  ];
  for (const one of asked) expect(await refusalOf(one())).toContain("BAD_REQUEST");
});
