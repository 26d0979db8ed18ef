/** Whoever looks at a tenant hears of its changes on whichever replica, of no other tenant's, and for no longer than it may. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Change } from "../../contracts/cloud-fleet.ts";
import { systemClock } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { signedRequest, TestAgent, type TestKey } from "../testing/agent.ts";
import { type Ear, hear, type Heard } from "../testing/events.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../testing/service.ts";
import { tell, upload } from "../testing/story.ts";
import { Changes } from "./changes.ts";

let database: TestDatabase;
/** Two replicas; looking by oneself is a hundred times as soon in the second. */
let one: TestService;
let other: TestService;
type Tenant = { id: string; key: TestKey; token: string; agent: TestAgent; sent: number };
const tenants: Tenant[] = [];
const ears: Ear[] = [];

beforeAll(async () => {
  database = await startDatabase();
  one = await startService(database);
  const after = (ms: number, call: () => void) => systemClock.after(ms / 100, call);
  other = await startService(database, { clock: { ...systemClock, after } });
  for (const _ of [1, 2]) {
    const id = await one.newTenant();
    const key = await one.newKey(id);
    const token = await one.newToken(id, "viewer");
    tenants.push({ id, key, token, agent: new TestAgent(), sent: 0 });
  }
}, 60_000);

afterEach(async () => {
  for (const ear of ears.splice(0)) await ear.close();
  while (one.parts.live.subscribers + other.parts.live.subscribers > 0) await Bun.sleep(5);
});

afterAll(async () => {
  await one.stop();
  await other.stop();
  await database.stop();
}, 30_000);

async function listen(service: TestService, token: string, lastEventId?: string): Promise<Ear> {
  const ear = await hear(service, { token, ...(lastEventId === undefined ? {} : { lastEventId }) });
  ears.push(ear);
  return ear;
}

const heard = async (ear: Ear): Promise<Heard> => {
  const next = await ear.next();
  if ("ended" in next) throw new Error(`it ended: ${next.ended}`);
  return next;
};

const tenant = (at: number) => {
  const found = tenants[at];
  if (found === undefined) throw new Error("no such tenant");
  return found;
};

/** Its agent tells of another session, and sends all that it has not sent yet. Returns the session. */
async function grow(own: Tenant, service = one): Promise<string> {
  const session = tell(own.agent, {});
  await upload(service, { agent: own.agent, key: own.key, from: own.sent + 1 });
  own.sent = own.agent.seq;
  return session;
}

describe("a change", () => {
  test("is heard on the other replica, by its own tenant alone", async () => {
    const [own, strange] = [tenant(0), tenant(1)];
    const ear = await listen(other, own.token);
    const stranger = await listen(one, strange.token);
    expect((await heard(ear)).change.what).toBe("resync");
    await heard(stranger);
    const session = await grow(own);
    const { change } = await heard(ear);
    expect(change).toMatchObject({ what: "entries", agent_id: own.agent.id });
    expect(change.session_ids?.map(String) ?? [session]).toEqual([session]);
    // The stranger hears next what happens in its own tenant, so nothing came before it.
    await grow(strange, other);
    expect((await heard(stranger)).change.agent_id).toBe(
      strange.agent.id as Change["agent_id"] & string,
    );
  });

  test("that came while nobody listened is told to whoever comes back, by the last event heard", async () => {
    const own = tenant(0);
    const { token } = own;
    const ear = await listen(one, token);
    const { id } = await heard(ear);
    await ear.close();
    await grow(own);
    const again = await listen(other, token, id);
    const { change } = await heard(again);
    expect(change).toMatchObject({ what: "entries", agent_id: own.agent.id });
    for (const made of ["x", "-5", "1", String(Date.now() + 1e9)]) {
      expect((await heard(await listen(one, token, made))).change.what).toBe("resync");
    }
  });

  test("that was told to nobody is found by looking", async () => {
    const { id, agent, token } = tenant(0);
    await grow(tenant(0));
    const ear = await listen(other, token);
    await heard(ear);
    await database.sql`
      UPDATE atlasbridge.agents SET last_seen_at = now() + interval '1 second'
      WHERE tenant_id = ${id} AND agent_id = ${agent.id}`;
    expect((await heard(ear)).change).toMatchObject({ what: "entries", agent_id: agent.id });
  });

  test("is an incident, too", async () => {
    const { agent, key, token } = tenant(1);
    await grow(tenant(1));
    const ear = await listen(one, token);
    await heard(ear);
    const forked = new TestAgent(agent.id);
    tell(forked, {});
    await one.post(signedRequest(forked.batch({ from: 1, to: 3, key }), { key }));
    // What was sent before may be told only now.
    let { change } = await heard(ear);
    while (change.what !== "incident") ({ change } = await heard(ear));
    expect(change.agent_id).toBe(agent.id as Change["agent_id"] & string);
  });

  test("is heard again after the database was away", async () => {
    const { agent, token } = tenant(0);
    const ear = await listen(other, token);
    await heard(ear);
    await database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'atlasbridge-live'`;
    let { change } = await heard(ear);
    while (change.what !== "resync") ({ change } = await heard(ear));
    await grow(tenant(0));
    while (change.what !== "entries") ({ change } = await heard(ear));
    expect(change.agent_id).toBe(agent.id as Change["agent_id"] & string);
  });
});

describe("listening", () => {
  test("ends when the token does", async () => {
    const { id } = tenant(0);
    const admin = one.client(await one.newToken(id, "admin"));
    const made = await admin.tokens.create.mutate({ label: "short", role: "viewer" });
    const ear = await listen(other, made.token);
    await heard(ear);
    await admin.tokens.revoke.mutate({ token_id: made.token_id });
    let next = await ear.next();
    while (!("ended" in next)) next = await ear.next();
    expect(next.ended).toContain("this session has ended");
  });

  test("is for whoever is signed in, and so many of one tenant", async () => {
    expect(await hear(one, { token: "abt_wrong" }).then((ear) => ear.next())).toMatchObject({
      ended: expect.stringContaining("UNAUTHORIZED"),
    });
    const { id, token } = tenant(0);
    const { live } = one.parts;
    const all = await Promise.all(
      Array.from({ length: bounds.liveOfTenantMax }, () => live.subscribe(id)),
    );
    const ear = await listen(one, token);
    const next = await ear.next();
    expect("ended" in next ? next.ended : "").toContain("too many look");
    // Another tenant is not crowded out.
    expect((await heard(await listen(one, tenant(1).token))).change.what).toBe("resync");
    for (const subscription of all) subscription.close();
  });

  test("ends when the service stops", async () => {
    const third = await startService(database);
    const ear = await listen(third, tenant(0).token);
    await heard(ear);
    await third.stop();
    expect("ended" in (await ear.next())).toBeTrue();
  });
});

describe("changes that wait", () => {
  const entries = (agent: string, sessions: string[] | null): Change =>
    ({ at: 1, what: "entries", agent_id: agent, session_ids: sessions }) as Change;

  test("are one for each agent, and one for all where there are too many", () => {
    const changes = new Changes();
    changes.add(entries("a", ["1"]));
    changes.add(entries("a", ["2", "1"]));
    changes.add(entries("b", null));
    expect(changes.take()).toEqual([entries("a", ["1", "2"]), entries("b", null)]);
    for (let at = 0; at <= bounds.liveChangesMax; at += 1) changes.add(entries(`${at}`, []));
    expect(changes.take()).toMatchObject([{ what: "resync" }]);
    expect(changes.isEmpty).toBeTrue();
  });

  test("fit what PostgreSQL takes", () => {
    const uuid = () => Bun.randomUUIDv7();
    const changes = new Changes();
    for (let at = 0; at < 60; at += 1) {
      changes.add(entries(uuid(), Array.from({ length: 20 }, uuid)));
    }
    const payload = changes.payload();
    expect(payload.length).toBeLessThan(8_000);
    expect(JSON.parse(payload).length).toBeGreaterThan(0);
  });
});
