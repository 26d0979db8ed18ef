/** Web sessions over simulated hours: how long they last, what ends them, and what the provider has to say about it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { refusalOf } from "../testing/refusal.ts";
import { TestBrowser } from "../testing/browser.ts";
import { startWorld, type World } from "../testing/login.ts";
import { startService } from "../testing/service.ts";

let world: World;
let tenant: string;
/** Who each provider knows at first. */
let ada: World["google"]["person"];
let adaOfGithub: World["github"]["person"];

const minuteMs = 60_000;
const hourMs = 3_600_000;

beforeAll(async () => {
  world = await startWorld();
  tenant = await world.service.newTenant();
  ada = world.google.person;
  adaOfGithub = world.github.person;
}, 60_000);
beforeEach(() => {
  world.google.person = ada;
  world.github.person = adaOfGithub;
  world.google.isDown = false;
  world.github.isDown = false;
});
afterAll(() => world.stop(), 30_000);

const cookieIn = (browser: TestBrowser) =>
  browser.jar(world.service.url).get("atlasbridge-session") ?? "";

async function isIn(browser: TestBrowser): Promise<boolean> {
  const response = await browser.once(`${world.service.url}/trpc/me.show`);
  expect([200, 401]).toContain(response.status);
  return response.status === 200;
}

let people = 100;
async function throughGithub(): Promise<TestBrowser> {
  people += 1;
  const email = `gh${people}@example.com`;
  world.github.person = {
    ...{ id: people, login: "gh", name: "GH" },
    emails: [{ email, primary: true, verified: true }],
  };
  const browser = new TestBrowser();
  await world.signIn(browser, { with: "github", link: await world.invite(tenant, email) });
  return browser;
}
const through = { google: () => world.signedIn(tenant, "viewer"), github: throughGithub };
const both = ["google", "github"] as const;

describe("an invited person", () => {
  test("signs in with Google and is a member from then on", async () => {
    const browser = new TestBrowser();
    const link = await world.invite(tenant, "ada@example.com", "operator");
    const page = await browser.visit(link);
    expect(page.text).toContain("Join A tenant");
    expect(page.text).toContain("Continue with GitHub");
    const { response, url, text } = await world.signIn(browser, { link });
    expect([response.status, url]).toEqual([200, `${world.service.url}/`]);
    expect(text).toContain("You are signed in as <b>Ada</b>, operator.");
    // Again, in another browser and without an invitation.
    const again = await world.signIn(new TestBrowser());
    expect(again.text).toContain("You are signed in as");
  });

  test("signs in with GitHub", async () => {
    const browser = new TestBrowser();
    const link = await world.invite(tenant, "ada@example.com");
    const { text } = await world.signIn(browser, { with: "github", link });
    expect(text).toContain("You are signed in as <b>Ada</b>, viewer.");
  });
});

describe("a session", () => {
  test("ends twelve hours after it was last used", async () => {
    const browser = await world.signedIn(tenant, "viewer");
    world.later(12 * hourMs - minuteMs);
    expect(await isIn(browser)).toBeTrue();
    world.later(12 * hourMs - minuteMs);
    expect(await isIn(browser)).toBeTrue();
    world.later(12 * hourMs);
    expect(await isIn(browser)).toBeFalse();
  });

  test("ends after seven days, however much it was used", async () => {
    const browser = await world.signedIn(tenant, "viewer");
    for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
      world.later(8 * hourMs);
      expect(await isIn(browser)).toBeTrue();
    }
    world.later(8 * hourMs);
    expect(await isIn(browser)).toBeFalse();
  });

  test("lies in the database as a hash, and what the provider gave is sealed", async () => {
    const browser = await world.signedIn(tenant, "viewer");
    // An ended one keeps no grant.
    const rows = await world.database.sql<{ row: string; sealed_grant: Uint8Array }[]>`
      SELECT s::text AS row, sealed_grant FROM atlasbridge.web_sessions s
      WHERE sealed_grant IS NOT NULL`;
    expect(rows).not.toBeEmpty();
    expect(rows.map(({ row }) => row).join()).not.toContain(cookieIn(browser));
    for (const { sealed_grant } of rows) {
      expect(Buffer.from(sealed_grant).toString("latin1")).not.toContain("accessToken");
    }
  });

  test("is seen and ended by its person, one or all, in this browser or another", async () => {
    const one = await world.signedIn(tenant, "viewer");
    const [two, three] = [new TestBrowser(), new TestBrowser()];
    await world.signIn(two);
    await world.signIn(three);
    const page = world.pageOf(one);
    const sessions = await page.me.sessions.query();
    expect([sessions.length, sessions.filter(({ is_current }) => is_current).length]).toEqual([
      3, 1,
    ]);
    const mine = (await world.pageOf(two).me.show.query()).session_id ?? "";
    await page.me.endSession.mutate({ session_id: mine });
    expect([await isIn(one), await isIn(two), await isIn(three)]).toEqual([true, false, true]);
    expect(await page.me.endSessions.mutate({ keep_this: true })).toEqual({ ended: 1 });
    expect([await isIn(one), await isIn(three)]).toEqual([true, false]);
    await page.me.endSessions.mutate({ keep_this: false });
    expect(cookieIn(one)).toBe("");
  });

  test("of somebody else cannot be ended", async () => {
    const [one, other] = [
      await world.signedIn(tenant, "admin"),
      await world.signedIn(tenant, "viewer"),
    ];
    const session_id = (await world.pageOf(other).me.show.query()).session_id ?? "";
    expect(await refusalOf(world.pageOf(one).me.endSession.mutate({ session_id }))).toContain(
      "no session",
    );
    expect(await isIn(other)).toBeTrue();
  });

  test("gets another cookie when its role changes, and the role holds at once", async () => {
    const admin = world.service.client(await world.service.newToken(tenant, "admin"));
    // The last admin could not become a viewer again.
    await world.signedIn(tenant, "admin");
    const browser = await world.signedIn(tenant, "viewer");
    const before = cookieIn(browser);
    const { person_id } = await world.pageOf(browser).me.show.query();
    await admin.members.setRole.mutate({ person_id: person_id ?? "", role: "admin" });
    // Two tabs at once: one of them is given the new cookie, the other's request still ends well.
    const both = await Promise.all([isIn(browser), isIn(browser)]);
    expect(both).toEqual([true, true]);
    expect(cookieIn(browser)).not.toBe(before);
    expect((await world.pageOf(browser).me.show.query()).role).toBe("admin");
    const old = new TestBrowser();
    old.jar(world.service.url).set("atlasbridge-session", before);
    world.later(61_000);
    expect([await isIn(old), await isIn(browser)]).toEqual([false, true]);
    await admin.members.setRole.mutate({ person_id: person_id ?? "", role: "viewer" });
    expect(await refusalOf(world.pageOf(browser).members.list.query())).toContain(
      "needs the role admin",
    );
  });

  test("ends with the membership", async () => {
    const admin = world.service.client(await world.service.newToken(tenant, "admin"));
    const browser = await world.signedIn(tenant, "operator");
    const { person_id } = await world.pageOf(browser).me.show.query();
    await admin.members.remove.mutate({ person_id: person_id ?? "" });
    expect(await isIn(browser)).toBeFalse();
  });

  test("moves to another organisation of the same person, and to no other", async () => {
    const [second, strange] = [await world.service.newTenant(), await world.service.newTenant()];
    const browser = await world.signedIn(tenant, "viewer");
    const { email } = await world.pageOf(browser).me.show.query();
    await world.signIn(browser, { link: await world.invite(second, email ?? "", "admin") });
    const page = world.pageOf(browser);
    expect((await page.me.tenants.query()).map(({ tenant_id }) => tenant_id).sort()).toEqual(
      [tenant, second].sort(),
    );
    const before = cookieIn(browser);
    await page.me.switchTenant.mutate({ tenant_id: tenant });
    expect(cookieIn(browser)).not.toBe(before);
    expect(await page.me.show.query()).toMatchObject({ tenant_id: tenant, role: "viewer" });
    expect(await refusalOf(page.me.switchTenant.mutate({ tenant_id: strange }))).toContain(
      "not a member",
    );
    // Its grant has moved with it.
    world.later(10 * minuteMs);
    expect(await isIn(browser)).toBeTrue();
    world.google.revokeAll();
    world.later(10 * minuteMs);
    expect(await isIn(browser)).toBeFalse();
  });
});

describe.each(both)("with %s, a session", (way) => {
  const server = () => world[way];

  test("outlives many access tokens, whose refresh tokens the provider changes each time", async () => {
    const browser = await through[way]();
    const before = server().tokenRequests;
    for (let hours = 0; hours < 48; hours += 8) {
      world.later(8 * hourMs);
      expect(await isIn(browser)).toBeTrue();
    }
    expect(server().tokenRequests - before).toBe(6);
  });

  test("is refreshed once, however many tabs ask at once, and from two replicas", async () => {
    const browser = await through[way]();
    const replica = await startService(world.database, {
      clock: world.service.parts.clock,
      ...{ google: world.google.settings, github: world.github.settings },
      publicUrl: world.service.parts.publicUrl(),
    });
    try {
      world.later(8 * hourMs);
      const before = server().tokenRequests;
      const headers = { cookie: `atlasbridge-session=${cookieIn(browser)}` };
      const all = Array.from({ length: 16 }, (_, at) =>
        fetch(`${(at % 2 === 0 ? world.service : replica).url}/trpc/me.show`, { headers }),
      );
      const statuses = (await Promise.all(all)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(server().tokenRequests - before).toBe(1);
    } finally {
      await replica.stop();
    }
  }, 20_000);

  test("outlives a provider that is down for ten minutes", async () => {
    const browser = await through[way]();
    expect(await isIn(browser)).toBeTrue();
    server().isDown = true;
    for (let minutes = 0; minutes < 10; minutes += 1) {
      world.later(minuteMs);
      expect(await isIn(browser)).toBeTrue();
    }
    server().isDown = false;
    for (let minutes = 0; minutes < 20; minutes += 1) {
      world.later(minuteMs);
      expect(await isIn(browser)).toBeTrue();
    }
  });

  test("ends when the provider has said nothing for fifteen minutes", async () => {
    const browser = await through[way]();
    server().isDown = true;
    for (let minutes = 1; minutes < 15; minutes += 1) {
      world.later(minuteMs);
      expect(await isIn(browser)).toBeTrue();
    }
    world.later(minuteMs);
    expect(await isIn(browser)).toBeFalse();
    server().isDown = false;
    expect(await isIn(browser)).toBeFalse();
  });

  test("ends within fifteen minutes when the provider revokes", async () => {
    const browser = await through[way]();
    server().revokeAll();
    let minutes = 0;
    while (minutes < 15 && (await isIn(browser))) {
      world.later(minuteMs);
      minutes += 1;
    }
    expect(minutes).toBeLessThan(15);
    expect(await isIn(browser)).toBeFalse();
  });

  test("ends when its refresh token opens nothing any more", async () => {
    const browser = await through[way]();
    server().revokeAll();
    world.later(8 * hourMs);
    expect(await isIn(browser)).toBeFalse();
  });
});

test("with GitHub, a token that never ends is asked about, not refreshed", async () => {
  world.github.expires = false;
  const browser = await throughGithub();
  world.github.expires = true;
  const before = world.github.tokenRequests;
  world.later(10 * hourMs);
  expect(await isIn(browser)).toBeTrue();
  expect(world.github.tokenRequests).toBe(before);
  world.github.revokeAll();
  world.later(5 * minuteMs);
  expect(await isIn(browser)).toBeFalse();
});
