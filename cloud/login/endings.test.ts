/** How web sessions end, and what is written down of it: at sign-out also what took their place, and never later for a page left open. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { TestBrowser } from "../testing/browser.ts";
import { hear } from "../testing/events.ts";
import { startWorld, type World } from "../testing/login.ts";
import type { TestClient } from "../testing/service.ts";

let world: World;
let tenant: string;
let admin: TestClient;

const hourMs = 3_600_000;

beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.stop(), 30_000);

/** Each test has an organisation of its own, since clocks go on and logs are read from their end. */
async function begin(): Promise<void> {
  tenant = await world.service.newTenant();
  admin = world.service.client(await world.service.newToken(tenant, "admin"));
}

const cookieIn = (browser: TestBrowser): string =>
  browser.jar(world.service.url).get("atlasbridge-session") ?? "";

function holding(cookie: string): TestBrowser {
  const browser = new TestBrowser();
  browser.jar(world.service.url).set("atlasbridge-session", cookie);
  return browser;
}

const isIn = async (browser: TestBrowser): Promise<boolean> =>
  (await browser.once(`${world.service.url}/trpc/me.show`)).status === 200;

async function signOut(browser: TestBrowser): Promise<void> {
  const origin = world.service.parts.publicUrl();
  const init = { method: "POST", headers: { origin } };
  expect((await browser.once(`${world.service.url}/auth/sign-out`, init)).status).toBe(303);
}

/** The newest entry of the organisation's log. */
async function lastOfLog() {
  const { entries } = await admin.audit.list.query({ count: 1 });
  return entries[0];
}

test("signing out with a cookie that was just replaced ends the one that took its place", async () => {
  await begin();
  const browser = await world.signedIn(tenant, "viewer");
  const before = cookieIn(browser);
  const { person_id } = await world.pageOf(browser).me.show.query();
  await admin.members.setRole.mutate({ person_id: person_id ?? "", role: "operator" });
  // Whoever stole the cookie is the first to ask, and is given the new one.
  const thief = holding(before);
  expect(await isIn(thief)).toBeTrue();
  expect(cookieIn(thief)).not.toBe(before);
  await signOut(browser);
  expect([await isIn(holding(before)), await isIn(thief)]).toEqual([false, false]);
});

test("signing out here leaves another browser of the same person signed in", async () => {
  await begin();
  const here = await world.signedIn(tenant, "viewer");
  world.later(1_000);
  const there = new TestBrowser();
  await world.signIn(there);
  await signOut(here);
  expect([await isIn(here), await isIn(there)]).toEqual([false, true]);
});

test("a page that only listens does not keep a session from ending", async () => {
  await begin();
  const browser = await world.signedIn(tenant, "viewer");
  const ear = await hear(world.service, { cookie: `atlasbridge-session=${cookieIn(browser)}` });
  try {
    await ear.next();
    world.later(11 * hourMs);
    // Told to whoever looks, for which it is asked again who that is.
    world.service.parts.live.publish(tenant, { what: "entries", agent_id: null, session_ids: [] });
    expect(await ear.next()).toMatchObject({ change: { what: "entries" } });
    world.later(hourMs);
    expect(await isIn(browser)).toBeFalse();
  } finally {
    await ear.close();
  }
});

test("the organisation's log has who signed out", async () => {
  await begin();
  const browser = await world.signedIn(tenant, "viewer");
  const { session_id, email } = await world.pageOf(browser).me.show.query();
  await signOut(browser);
  expect(await lastOfLog()).toMatchObject({
    ...{ action: "sign-out", target: session_id },
    actor: { kind: "person", name: email },
  });
  expect((await admin.audit.verify.query()).fault).toBeNull();
});

test("and whose session the provider has ended", async () => {
  await begin();
  const browser = await world.signedIn(tenant, "viewer");
  const { session_id, person_id, email } = await world.pageOf(browser).me.show.query();
  world.google.revokeAll();
  world.later(300_000);
  expect(await isIn(browser)).toBeFalse();
  expect(await lastOfLog()).toMatchObject({
    ...{ action: "sign-out", target: session_id, before: { person_id, email } },
    ...{ after: { provider: "gone" }, actor: { kind: "system" } },
  });
});

test("what a browser and a provider call themselves is kept as a short line", async () => {
  await begin();
  const email = "long@example.com";
  const name = `Zo\u0000e\n\u202e\ud83d\ude00 \ud800${"x".repeat(300)}`;
  world.google.person = { sub: "long-name", email, email_verified: true, name };
  const browser = new TestBrowser();
  const link = await world.invite(tenant, email);
  const back = await browser.visit(
    `${world.service.url}/auth/google/start?invitation=${link.split("/").at(-1)}`,
    `${world.service.url}/auth/google/callback`,
  );
  const headers = { "user-agent": "b".repeat(5_000) };
  expect((await browser.once(back.url, { headers })).status).toBe(303);
  const shown = (await world.pageOf(browser).me.show.query()).name ?? "";
  expect(shown).toStartWith("Zo e");
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  expect(Array.from(shown).length).toBeLessThanOrEqual(200);
  expect(JSON.stringify((await lastOfLog())?.after)).not.toContain("b".repeat(201));
});

test("an address to return to that no cookie would hold leads to the first page", async () => {
  await begin();
  const browser = await world.signedIn(tenant, "viewer");
  const far = encodeURIComponent(`/${"\u00e9".repeat(1_500)}`);
  const { url } = await browser.visit(
    `${world.service.url}/auth/google/start?return_to=${far}`,
    `${world.service.url}/auth/google/callback`,
  );
  const response = await browser.once(url);
  expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
});
