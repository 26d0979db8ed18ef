/** Invitations: for one e-mail as its provider has verified it, once, for seven days, and for nobody else. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mailboxOf } from "../login/mailbox.ts";
import { TestBrowser } from "../testing/browser.ts";
import { startWorld, type World } from "../testing/login.ts";

let world: World;
let tenant: string;
let people = 0;

beforeAll(async () => {
  world = await startWorld();
  tenant = await world.service.newTenant();
}, 60_000);
afterAll(() => world.stop(), 30_000);

/** Somebody new with that e-mail follows the link. */
async function follow(
  link: string,
  email: string,
  { isVerified = true, way = "google" as "google" | "github" } = {},
): Promise<{ status: number; text: string; browser: TestBrowser }> {
  people += 1;
  world.google.person = { sub: `f${people}`, email, email_verified: isVerified, name: "Somebody" };
  world.github.person = {
    ...{ id: 1_000 + people, login: "somebody", name: null },
    emails: [{ email, primary: true, verified: isVerified }],
  };
  const browser = new TestBrowser();
  const { response, text } = await world.signIn(browser, { with: way, link });
  return { status: response.status, text, browser };
}

const ways = ["google", "github"] as const;

describe.each(ways)("an invitation, followed with %s", (way) => {
  test("is refused to an e-mail that is not verified", async () => {
    const link = await world.invite(tenant, "ada@example.com");
    const refused = await follow(link, "ada@example.com", { isVerified: false, way });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("not verified")]);
    // It is not used up by that.
    expect((await follow(link, "ada@example.com", { way })).status).toBe(200);
  });

  test("works once", async () => {
    const link = await world.invite(tenant, "bob@example.com");
    expect((await follow(link, "bob@example.com", { way })).status).toBe(200);
    const again = await follow(link, "bob@example.com", { way });
    expect([again.status, again.text]).toEqual([403, expect.stringContaining("cannot be used")]);
  });

  test("is of no use to whoever stole the link", async () => {
    const link = await world.invite(tenant, "cleo@example.com", "admin");
    const thief = await follow(link, "mallory@example.com", { way });
    expect([thief.status, thief.text]).toEqual([403, expect.stringContaining("another e-mail")]);
    expect(thief.text).not.toContain("cleo");
    expect((await follow(link, "cleo@example.com", { way })).status).toBe(200);
  });

  test("is for the e-mail in whatever case it is written", async () => {
    const link = await world.invite(tenant, "dora@example.com");
    expect((await follow(link, "Dora@EXAMPLE.com", { way })).status).toBe(200);
  });

  test.each([
    ["a Cyrillic letter", "\u0430lan@example.com"],
    ["a letter that lower case makes another alphabet's", "al\u212Aan@example.com"],
    ["full-width letters", "\uFF41lan@example.com"],
    ["a dotless i in the host", "alan@example.c\u0131m"],
    ["a mark that composes", "a\u0301lan@example.com"],
    ["a space that nobody sees", "alan\u200B@example.com"],
    ["an end that somebody else reads", "alan@example.com\u0000.evil.example"],
    ["an address in an address", "alan@example.com@evil.example"],
    ["a comment", "alan(x)@example.com"],
    ["quotes", '"alan"@example.com'],
    ["a line break", "alan@example.com\nx"],
    ["another host", "alan@example.com.evil.example"],
    ["a tag", "alan+x@example.com"],
    ["white space around", " alan@example.com "],
  ])("is not for an e-mail that only looks the same: %s", async (_, email) => {
    const link = await world.invite(tenant, "alan@example.com", "admin");
    expect((await follow(link, email, { way })).status).toBe(403);
  });
});

describe("GitHub's e-mails", () => {
  test("count only where they are both verified and the primary one", async () => {
    const link = await world.invite(tenant, "eve@example.com");
    const lists = [
      [{ email: "eve@example.com", primary: false, verified: true }],
      [{ email: "eve@example.com", primary: true, verified: false }],
      [
        { email: "eve@example.com", primary: false, verified: true },
        { email: "real@example.com", primary: true, verified: true },
      ],
      [],
    ];
    for (const [at, emails] of lists.entries()) {
      world.github.person = { id: 9_000 + at, login: "eve", name: null, emails };
      const { response } = await world.signIn(new TestBrowser(), { with: "github", link });
      expect(response.status).toBe(403);
    }
  });
});

describe("an invitation", () => {
  test("is over after seven days", async () => {
    const link = await world.invite(tenant, "finn@example.com");
    expect((await new TestBrowser().visit(link)).response.status).toBe(200);
    world.later(7 * 86_400_000);
    expect((await new TestBrowser().visit(link)).response.status).toBe(410);
    expect((await follow(link, "finn@example.com")).status).toBe(403);
  });

  test("is over when it was withdrawn, or another was made for the same e-mail", async () => {
    const admin = world.service.client(await world.service.newToken(tenant, "admin"));
    const wish = { email: "gil@example.com", role: "viewer" as const };
    const first = await admin.invitations.create.mutate(wish);
    const second = await admin.invitations.create.mutate(wish);
    expect((await follow(first.link ?? "", wish.email)).status).toBe(403);
    await admin.invitations.revoke.mutate({ invitation_id: second.invitation_id });
    expect((await follow(second.link ?? "", wish.email)).status).toBe(403);
    const third = await admin.invitations.create.mutate(wish);
    expect((await follow(third.link ?? "", wish.email)).status).toBe(200);
  });

  test("makes one member of two who follow it at once", async () => {
    const link = await world.invite(tenant, "hal@example.com");
    const both = await Promise.all([
      follow(link, "hal@example.com"),
      follow(link, "hal@example.com", { way: "github" }),
    ]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 403]));
  });

  test("does not change the role of whoever is a member already", async () => {
    const own = await world.service.newTenant();
    people += 1;
    const email = "ida@example.com";
    world.google.person = { sub: `f${people}`, email, email_verified: true, name: "Ida" };
    await world.signIn(new TestBrowser(), { link: await world.invite(own, email, "admin") });
    const browser = new TestBrowser();
    await world.signIn(browser, { link: await world.invite(own, email, "viewer") });
    expect((await world.pageOf(browser).me.show.query()).role).toBe("admin");
    // Nor does the log say so.
    const { entries } = await world.pageOf(browser).audit.list.query({ count: 10 });
    const joins = entries.filter(({ action }) => action === "join");
    expect(joins.map(({ after }) => JSON.stringify(after).includes('"role"'))).toEqual([
      false,
      true,
    ]);
  });

  test("is joined from its page, which says where to, and by no link of somebody else's", async () => {
    const link = await world.invite(tenant, "max@example.com", "admin");
    const code = link.split("/").at(-1) ?? "";
    const start = (query: string, site: string) =>
      new TestBrowser().once(`${world.service.url}/auth/github/start${query}`, {
        headers: { "sec-fetch-site": site },
      });
    for (const site of ["cross-site", "same-site", "none"]) {
      const response = await start(`?invitation=${code}`, site);
      expect([site, response.headers.get("location")]).toEqual([site, `/invite/${code}`]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    const strange = await start(`?invitation=${encodeURIComponent("//evil.example")}`, "none");
    expect(strange.headers.get("location")).toBe("/invite/%2F%2Fevil.example");
    expect((await start("", "cross-site")).headers.get("location")).toBe("/auth/sign-in");
    const { settings } = world.github;
    for (const [query, site] of [
      [`?invitation=${code}`, "same-origin"],
      ["", "none"],
    ] as const) {
      expect((await start(query, site)).headers.get("location")).toStartWith(settings.url);
    }
  });

  test("does not bring back whoever was removed", async () => {
    const own = await world.service.newTenant();
    const admin = world.service.client(await world.service.newToken(own, "admin"));
    const email = "lea@example.com";
    const joined = await follow(await world.invite(own, email), email);
    expect(joined.status).toBe(200);
    const kept = await world.invite(own, email, "admin");
    const { person_id } = await world.pageOf(joined.browser).me.show.query();
    await admin.members.remove.mutate({ person_id: person_id ?? "" });
    const again = await world.signIn(new TestBrowser(), { link: kept });
    expect([again.response.status, again.text]).toEqual([
      ...[403, expect.stringContaining("cannot be used")],
    ]);
  });

  test("of a suspended organisation opens nothing", async () => {
    const suspended = await world.service.newTenant();
    const link = await world.invite(suspended, "jo@example.com");
    const platform = world.service.client(world.service.parts.platformToken).platform.tenants;
    await platform.suspend.mutate({ tenant_id: suspended, is_suspended: true });
    expect((await new TestBrowser().visit(link)).response.status).toBe(410);
    expect((await follow(link, "jo@example.com")).status).toBe(403);
  });

  test("that nobody made tells nothing", async () => {
    for (const code of ["abi_x", "x", `abi_${"0".repeat(49)}`, "%00"]) {
      const page = await new TestBrowser().visit(`${world.service.url}/invite/${code}`);
      expect([404, 410, 400]).toContain(page.response.status);
      expect(page.text).not.toContain("A tenant");
    }
  });

  test("is kept as a hash alone", async () => {
    const link = await world.invite(tenant, "kim@example.com");
    const code = link.split("/").at(-1) ?? "";
    const rows = await world.database.sql`SELECT i::text AS row FROM atlasbridge.invitations i`;
    expect(JSON.stringify(rows)).not.toContain(code);
  });
});

test("a person whom nobody invited reads that, and is not told who was", async () => {
  people += 1;
  world.google.person = {
    ...{ sub: `f${people}`, email: "stranger@example.com", email_verified: true, name: "Stranger" },
  };
  const browser = new TestBrowser();
  const { response, text } = await world.signIn(browser);
  expect([response.status, text]).toEqual([403, expect.stringContaining("You are not a member")]);
  expect(browser.jar(world.service.url).size).toBe(0);
});

test("a mailbox is ASCII, in lower case, with a host that has a dot", () => {
  expect(mailboxOf("A.b+C@Example.COM")).toBe("a.b+c@example.com");
  for (const none of [
    "",
    "a",
    "a@b",
    "@b.c",
    "a@.c",
    "a@b.",
    "a b@c.d",
    "a@b..c",
    ".a@b.c",
    "a..b@c.d",
  ]) {
    expect([none, mailboxOf(none)]).toEqual([none, null]);
  }
  expect(mailboxOf(`${"a".repeat(250)}@example.com`)).toBeNull();
});
