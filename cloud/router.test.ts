/** Every procedure that there is × every kind of caller: nobody does what the table of roles does not allow. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { agentId } from "../contracts/ids.ts";
import { isAtLeast, type Role, roles } from "../contracts/roles.ts";
import { needs } from "./roles.ts";
import { TestAgent, signedRequest } from "./testing/agent.ts";
import type { TestBrowser } from "./testing/browser.ts";
import { startWorld, type World } from "./testing/login.ts";
import { pictureOf } from "./testing/picture.ts";
import { type Procedure, proceduresOf, sampleOf } from "./testing/sample.ts";

let world: World;
let tenant: string;
/** Everything that there is in the tenant, by the names under which procedures ask for it. */
let known: Record<string, unknown>;
/** In everything here that has a text, and never asked for by anybody else. */
const mark = "only-here";

const procedures = proceduresOf();

beforeAll(async () => {
  world = await startWorld();
  const { service } = world;
  tenant = await service.newTenant();
  known = await furnish();
}, 60_000);

afterAll(() => world.stop(), 30_000);

async function furnish(): Promise<Record<string, unknown>> {
  const { service } = world;
  const key = await service.newKey(tenant);
  const agent = new TestAgent();
  const sessionId = agent.session(2);
  const batch = agent.batch({ from: 1, to: agent.seq, key });
  expect((await service.post(signedRequest(batch, { key }))).status).toBe(202);
  const admin = service.client(await service.newToken(tenant, "admin"));
  const agent_id = agentId.parse(agent.id);
  await admin.agents.label.mutate({ agent_id, label: `${mark} agent` });
  await admin.keys.create.mutate({ label: `${mark} key` });
  const token = await admin.tokens.create.mutate({ label: `${mark} token`, role: "viewer" });
  await world.signedIn(tenant, "admin");
  await world.signedIn(tenant, "viewer");
  const member = (await admin.members.list.query()).find(({ role }) => role === "viewer");
  const email = `${mark}@example.com`;
  const invitation = await admin.invitations.create.mutate({ email, role: "viewer" });
  return {
    ...{ tenant_id: tenant, key_id: key.key_id, agent_id: agent.id, session_id: sessionId },
    ...{ token_id: token.token_id, person_id: member?.person_id },
    ...{ email: "asked@example.com", name: "A name" },
    ...{ invitation_id: invitation.invitation_id, role: "viewer", label: "A label" },
  };
}

type Answer = { status: number; text: string };
type Sender = (url: string, init: RequestInit) => Promise<Response>;

/** As a program or a page would: whatever the procedure's kind, its first words. */
async function call({ path, kind, schema }: Procedure, send: Sender): Promise<Answer> {
  const input = schema === null ? undefined : JSON.stringify(sampleOf(schema, known));
  const url = `${world.service.url}/trpc/${path}`;
  if (kind === "mutation") {
    const headers = {
      "content-type": "application/json",
      origin: world.service.parts.publicUrl(),
    };
    const response = await send(url, { method: "POST", headers, body: input ?? "" });
    return { status: response.status, text: await response.text() };
  }
  const query = input === undefined ? "" : `?input=${encodeURIComponent(input)}`;
  const response = await send(`${url}${query}`, {});
  if (kind === "query") return { status: response.status, text: await response.text() };
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return { status: response.status, text: new TextDecoder().decode(first?.value) };
}

const withToken =
  (token: string | null): Sender =>
  (url, { headers, ...init }) =>
    fetch(url, {
      ...init,
      headers: {
        ...(headers as Record<string, string>),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
    });
const inBrowser =
  (browser: TestBrowser): Sender =>
  (url, init) =>
    browser.once(url, init);

/** Whether it was let through to the work; what the work then said is another matter. */
function isLetIn({ status, text }: Answer): boolean {
  return ![401, 403].includes(status) && !/"(UNAUTHORIZED|FORBIDDEN)"/.test(text);
}

const may = (path: string, caller: Role | "nobody" | "platform", isPerson: boolean): boolean => {
  const need = needs.get(path);
  if (need === undefined || caller === "nobody") return false;
  if (need === "platform" || caller === "platform") return need === caller;
  return need === "person" ? isPerson : isAtLeast(caller, need);
};

const outcomes = async (send: () => Promise<Sender> | Sender): Promise<Record<string, boolean>> => {
  const seen: Record<string, boolean> = {};
  for (const one of procedures) seen[one.path] = isLetIn(await call(one, await send()));
  return seen;
};
const expected = (caller: Role | "nobody" | "platform", isPerson = false) =>
  Object.fromEntries(procedures.map(({ path }) => [path, may(path, caller, isPerson)]));

test("every procedure is in the table of roles, and nothing else is", () => {
  expect(procedures.map(({ path }) => path).sort()).toEqual([...needs.keys()].sort());
  expect(procedures.length).toBeGreaterThan(25);
});

test("what is about traces, prompts, decisions or policies has no mutation", () => {
  const verbs = procedures.filter(({ kind }) => kind === "mutation").map(({ path }) => path);
  const observed = /^(sessions|prompts|decisions|policies|rules|traces|suggestions|overview)\./;
  expect(verbs.filter((path) => observed.test(path))).toEqual([]);
});

describe("somebody who is not signed in", () => {
  test("calls nothing", async () => {
    const before = await pictureOf(world.database.sql);
    expect(await outcomes(() => withToken(null))).toEqual(expected("nobody"));
    expect(await outcomes(() => withToken("abt_wrong"))).toEqual(expected("nobody"));
    expect(await pictureOf(world.database.sql)).toEqual(before);
  });
});

describe("a token", () => {
  test.each(["viewer", "operator", "admin"] as const)(
    "of the role %s calls what that role may",
    async (role) => {
      const token = await world.service.newToken(tenant, role);
      expect(await outcomes(() => withToken(token))).toEqual(expected(role));
    },
    20_000,
  );

  test("of platform staff reads and changes nothing of a tenant but its keys and invitations", async () => {
    const token = world.service.parts.platformToken;
    const seen = await outcomes(() => withToken(token));
    // It has suspended nobody: the sample says `is_suspended: false`.
    expect(seen).toEqual(expected("platform"));
  });
});

describe("a person in a browser", () => {
  test.each(roles)(
    "of the role %s calls what that role may",
    async (role) => {
      let browser = await world.signedIn(tenant, role);
      const seen: Record<string, boolean> = {};
      for (const one of procedures) {
        seen[one.path] = isLetIn(await call(one, inBrowser(browser)));
        // Some of them end the session.
        if (one.path.startsWith("me.end")) browser = await world.signedIn(tenant, role);
      }
      expect(seen).toEqual(expected(role, true));
    },
    30_000,
  );
});

describe("an admin of another tenant, who knows every id", () => {
  test("changes nothing here, and is told nothing of what is here", async () => {
    const { service, database } = world;
    known = await furnish();
    const other = await service.newTenant();
    const token = await service.newToken(other, "admin");
    const visitor = await world.signedIn(other, "admin");
    const ofHere = () =>
      pictureOf(database.sql, { only: tenant }).then((picture) => JSON.stringify(picture));
    const before = await ofHere();
    for (const one of procedures) {
      if (needs.get(one.path) === "platform") continue;
      for (const send of [withToken(token), inBrowser(visitor)]) {
        const { text } = await call(one, send);
        expect([one.path, text.includes(mark)]).toEqual([one.path, false]);
      }
    }
    expect(await ofHere()).toBe(before);
    const own = withToken(await service.newToken(tenant, "admin"));
    const seen = await Promise.all(procedures.map((one) => call(one, own)));
    expect(seen.filter(({ text }) => text.includes(mark)).length).toBeGreaterThanOrEqual(4);
  }, 20_000);
});
