/** The cloud's dashboard as people have it: the real service and its PostgreSQL, both providers, a real browser. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import type { Role } from "../contracts/roles.ts";
import { until } from "../cmd/e2e/until.ts";
import { closeBrowser, openPage, overhang, violations } from "./testing/dash.ts";
import { type Fleet, startFleet } from "./testing/fleet.ts";

setDefaultTimeout(240_000);

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(async () => {
  await closeBrowser();
  await fleet.world.stop();
});

const looks = [
  ["light", 1280],
  ["dark", 360],
] as const;

type Stop = { name: string; path(): string; whole: string; need: Role };

const stops: readonly Stop[] = [
  { name: "overview", path: () => "/", whole: ".tiles", need: "viewer" },
  { name: "sessions", path: () => "/sessions", whole: ".fleet-row", need: "viewer" },
  {
    name: "session",
    path: () => `/agents/${fleet.shared.agent}/sessions/${fleet.shared.session}`,
    ...{ whole: ".told", need: "viewer" },
  },
  { name: "decisions", path: () => "/decisions", whole: "a.decision-row", need: "viewer" },
  { name: "agents", path: () => "/agents", whole: "tbody tr", need: "viewer" },
  {
    name: "agent",
    path: () => `/agents/${fleet.simulated[0]?.agent.id}`,
    ...{ whole: ".fleet-row", need: "viewer" },
  },
  { name: "search", path: () => "/search?q=simulated", whole: ".list-row", need: "viewer" },
  { name: "integrity", path: () => "/integrity", whole: ".trace", need: "viewer" },
  { name: "incidents", path: () => "/incidents", whole: "article.card", need: "viewer" },
  { name: "suggestions", path: () => "/suggestions", whole: "article.card", need: "viewer" },
  { name: "ingestion", path: () => "/ingestion", whole: "tbody tr", need: "operator" },
  { name: "members", path: () => "/members", whole: "tbody tr", need: "admin" },
  {
    name: "settings",
    path: () => "/settings",
    whole: ".settings-form, [aria-labelledby=limits] dd",
    need: "admin",
  },
  { name: "audit", path: () => "/audit", whole: ".audit-entry", need: "admin" },
  { name: "account", path: () => "/account", whole: "tbody tr", need: "viewer" },
  { name: "keys", path: () => "/keys", whole: ".key-row", need: "admin" },
];

/** `ATLASBRIDGE_SCREENS=1` writes the pictures of the documentation anew: a test run leaves the tree as it was. */
const screens =
  Bun.env["ATLASBRIDGE_SCREENS"] === undefined
    ? null
    : join(dirname(import.meta.dir), "docs", "screens");

const isTooWide = async (page: Page): Promise<boolean> => (await overhang(page)) > 0;

async function picture(page: Page, path: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path });
  await page.setViewportSize(before);
}

test("every page stands in both themes, narrow and wide: nothing for axe, nothing stopped by the policy, all of it observing", async () => {
  const { page, complaints } = await fleet.open("admin", "/");
  const wrong: string[] = [];
  for (const { name, path, whole } of stops) {
    for (const [colorScheme, width] of looks) {
      // Before it is opened: Chromium does not always follow a change of it within a details element.
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${fleet.origin}${path()}`);
      await page.locator(whole).first().waitFor();
      if (await isTooWide(page)) wrong.push(`${name} is wider than ${width}`);
      if (screens !== null) await picture(page, `${screens}/cloud-${name}-${colorScheme}.png`);
      for (const one of await violations(page)) wrong.push(`${name}, ${colorScheme}: ${one}`);
    }
    // A laptop at 200 %, and a wall.
    for (const width of [640, 3_840]) {
      await page.setViewportSize({ width, height: 900 });
      if (await isTooWide(page)) wrong.push(`${name} is wider than ${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    const observing = await page.locator(".observes").textContent();
    if (observing?.includes("can act on a machine") !== true) wrong.push(`${name} does not say so`);
  }
  expect(wrong).toEqual([]);
  expect(complaints).toEqual([]);
});

test("a session that was shared is shown with its questions, and one that was not has no place for them", async () => {
  const { page } = await fleet.open(
    "viewer",
    `/agents/${fleet.shared.agent}/sessions/${fleet.shared.session}`,
  );
  await page.getByText("Publish release 2.4.0 to everybody?").waitFor();
  await page.goto(`${fleet.origin}/sessions?agent=${fleet.simulated[0]?.agent.id}`);
  await page.locator(".fleet-row").first().click();
  await page.locator(".told").first().waitFor();
  expect(await page.locator(".question").count()).toBe(0);
  expect(await page.getByText("was not shared").count()).toBe(0);
  expect(await page.getByText("were not shared").count()).toBe(1);
});

test("what a role may not do is not offered, its page says who may, and what it may do it can", async () => {
  for (const role of ["viewer", "operator"] as const) {
    const { page, context } = await fleet.open(role, "/agents");
    await page.locator("tbody tr").first().waitFor();
    expect(await page.getByRole("button", { name: /Shut out/ }).count()).toBe(
      role === "operator" ? await page.locator("tbody tr").count() : 0,
    );
    await page.goto(`${fleet.origin}/incidents`);
    await page.locator("article.card").first().waitFor();
    expect(await page.getByRole("button", { name: "Acknowledge" }).count()).toBe(
      role === "operator" ? 1 : 0,
    );
    const links = await page
      .locator(".nav a")
      .evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    for (const { name, path, whole, need } of stops) {
      if (need === "viewer" || need === role) continue;
      expect(links).not.toContain(path());
      await page.goto(`${fleet.origin}${path()}`);
      await page.getByText(`This page needs the role ${need}`).waitFor();
      expect([name, role, await page.locator(whole).count()]).toEqual([name, role, 0]);
    }
    await context.close();
  }
  const { page } = await fleet.open("operator", "/incidents");
  await page.locator(".banner.bad").waitFor();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await page.locator("article.card").getByText("acknowledged").waitFor();
  await page.reload();
  await page.locator("article.card").getByText("acknowledged").waitFor();
  expect(await page.locator(".banner.bad").count()).toBe(0);
});

test("a key is made, shown once, rotated and revoked by keyboard alone", async () => {
  const { page } = await fleet.open("admin", "/keys");
  await page.getByRole("button", { name: "New key" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("What it is for").waitFor();
  await page.keyboard.type("<b>build</b> machines");
  await page.keyboard.press("Enter");
  const secret = await page.locator(".secret").textContent();
  expect(secret).toStartWith("abs_");
  await page.getByRole("button", { name: "I have kept it" }).focus();
  await page.keyboard.press("Enter");
  const row = page.locator(".key-row", { hasText: "<b>build</b> machines" });
  await row.getByRole("button", { name: /^Rotate/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Overlap").fill("2");
  await page.keyboard.press("Enter");
  await page.locator(".secret").waitFor();
  expect(await page.locator(".secret").textContent()).not.toBe(secret);
  await page.keyboard.press("Escape");
  await row.getByText("overlap").waitFor();
  expect(await row.count()).toBe(2);
  expect(await page.content()).not.toContain(secret ?? "abs_");
  await row
    .first()
    .getByRole("button", { name: /^Revoke/ })
    .focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).focus();
  await page.keyboard.press("Enter");
  await row.getByText("revoked").waitFor();
});

test("by keyboard alone: go to pages, narrow a list, invite somebody, and sign out", async () => {
  const { world, tenant, origin } = fleet;
  const { page } = await fleet.openAs(await world.signedIn(tenant, "admin"), "/");
  await page.locator(".tile").first().waitFor();
  const reach = async (name: RegExp): Promise<void> => {
    await until(`Tab reaches ${name}`, async () => {
      await page.keyboard.press("Tab");
      const at = page.locator(":focus");
      const said = `${await at.getAttribute("aria-label")} ${await at.textContent()}`;
      return name.test(said);
    });
    // Whoever looks sees where it is.
    const outline = await page
      .locator(":focus")
      .evaluate((at) => getComputedStyle(at).outlineStyle);
    expect([name, outline]).toEqual([name, "solid"]);
  };
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { name: "Decisions" }).waitFor();
  await page.locator("a.decision-row").first().waitFor();
  await reach(/^Risk /);
  await page.keyboard.type("high");
  await page.waitForURL("**/decisions?risk=high");
  await page.keyboard.press("Escape");
  await page.goBack();
  await page.waitForURL("**/decisions");
  await page.keyboard.press("Escape");
  await page.goto(`${origin}/members`);
  await page.locator("tbody tr").first().waitFor();
  await reach(/Invite$/);
  await page.keyboard.press("Enter");
  await page.getByLabel("E-mail").waitFor();
  await page.keyboard.type("by.keyboard@example.com");
  await page.keyboard.press("Enter");
  await page.locator(".secret").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("by.keyboard@example.com").first().waitFor();
  await page.goto(`${origin}/`);
  await page.locator(".tile").first().waitFor();
  await reach(/Sign out$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/auth\/sign-in/);
  await reach(/Continue with Google/);
});

test("whoever is not signed in is sent to sign in, and back to the page that was wanted", async () => {
  const { page } = await openPage(`${fleet.origin}/sessions?state=ended`);
  expect(new URL(page.url()).pathname).toBe("/auth/sign-in");
  const ways = await page.locator("a.way").allTextContents();
  expect(ways).toEqual(["Continue with Google", "Continue with GitHub"]);
  expect(await page.locator("a.way").first().getAttribute("href")).toContain(
    encodeURIComponent("/sessions?state=ended"),
  );
  await standsWell(page, "sign-in");
});

test("whoever follows an invitation reads which role it gives where, and what may sign in", async () => {
  const { world, tenant } = fleet;
  const link = await world.invite(tenant, "third.colleague@example.com", "viewer");
  const { page } = await openPage(link);
  await page.getByRole("heading", { name: "Join Northwind" }).waitFor();
  await page.getByText("third.colleague@example.com").waitFor();
  await standsWell(page, "invitation");
});

/** A page from before anybody is signed in, in both themes, narrow and wide. */
async function standsWell(page: Page, name: string): Promise<void> {
  for (const [colorScheme, width] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    expect([name, width, await isTooWide(page)]).toEqual([name, width, false]);
    if (screens !== null) await picture(page, `${screens}/cloud-${name}-${colorScheme}.png`);
    expect(await violations(page)).toEqual([]);
  }
}

test("one box finds agents, sessions and rules; each agent has a page of its own", async () => {
  const { page } = await fleet.open("operator", "/decisions");
  await page.locator("a.decision-row").first().waitFor();
  await page.keyboard.press("/");
  await page.getByRole("heading", { name: "Search" }).waitFor();
  await page.getByLabel("Search everything").waitFor();
  await until("the box has the focus", async () =>
    page.evaluate(() => document.activeElement?.matches("[data-search]") === true),
  );
  await page.keyboard.type("never-delete");
  await page.waitForURL("**/search?q=never-delete");
  // Of the whole word: what was found of its first letters may stand there before.
  const found = page.locator(".found .list-row");
  await until("it alone is found", async () => {
    const texts = await found.allTextContents();
    return texts.length === 1 && texts[0] === "never-delete";
  });
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/decisions?rule=never-delete");
  await page.goto(`${fleet.origin}/search?q=simulated`);
  await page.getByRole("region", { name: "Agents" }).locator(".list-row").first().click();
  await page.waitForURL(/\/agents\/[-0-9a-f]{36}$/);
  await page.locator(".tile").first().waitFor();
  await page.locator(".fleet-row").first().waitFor();
  await page.getByRole("button", { name: "Check what is stored again" }).click();
  await page.getByText(/All \d+ entries hold/).waitFor();
  await page.getByRole("link", { name: /^Denied/ }).click();
  await page.waitForURL(/\/decisions\?action=deny&agent=/);
  await page.goto(`${fleet.origin}/agents/${crypto.randomUUID()}`);
  await page.getByText("There is no such agent here").waitFor();
});

test("lists go on for as long as there are rows, and a search that was cut short for as long as one asks", async () => {
  const { world } = fleet;
  const many = await world.service.newTenant();
  const browser = await world.signedIn(many, "viewer");
  const { database } = world;
  const v7 = "01900000-0000-7000-8000-";
  await database.sql`
    INSERT INTO atlasbridge.agents (tenant_id, agent_id, label)
    SELECT ${many}, (${v7} || lpad(to_hex(n), 12, '0'))::uuid, 'agent ' || n FROM generate_series(1, 230) n`;
  const { page } = await fleet.openAs(browser, "/agents");
  const rows = page.locator("tbody tr");
  for (const count of [100, 200, 230]) {
    await until(`${count} agents`, async () => (await rows.count()) === count);
    if (count < 230) await page.getByRole("button", { name: "Show more" }).click();
  }
  expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
  await page.getByText("agent 230", { exact: true }).waitFor();
  await page.goto(`${fleet.origin}/integrity`);
  await page.getByRole("button", { name: "Show more" }).click();
  await until("two pages", async () => (await page.locator(".trace").count()) === 100);
  // More sessions than one search looks through; what is wanted is the oldest.
  await database.sql.begin(async (sql) => {
    await sql`SET LOCAL statement_timeout = 0`;
    await sql`
      INSERT INTO atlasbridge.trace_sessions
        (tenant_id, agent_id, session_id, tool, started_at, last_entry_at, first_seq, last_seq)
      SELECT ${many}, (${v7} || lpad('1', 12, '0'))::uuid, (${v7} || lpad(to_hex(n), 12, '0'))::uuid,
        CASE n WHEN 1 THEN 'needle' ELSE 'hay' END, to_timestamp(n), to_timestamp(n), n, n
      FROM generate_series(1, 30500) n`;
  });
  await page.goto(`${fleet.origin}/sessions?q=needle`);
  await page.getByText("Nothing found so far").waitFor();
  await page.getByRole("button", { name: "Search further" }).click();
  await page.locator(".fleet-row").getByText("needle").waitFor();
  expect(await page.locator(".fleet-row").count()).toBe(1);
});

test("what is stored is checked again, the audit log verified, and a colleague invited and made an operator", async () => {
  const { page } = await fleet.open("admin", "/integrity");
  await page.getByRole("button", { name: "Check what is stored again" }).first().click();
  await page.getByText(/All \d+ entries hold: hashes/).waitFor();
  await page.goto(`${fleet.origin}/members`);
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill("second.colleague@example.com");
  await page.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
  expect(await page.locator(".secret").textContent()).toStartWith(`${fleet.origin}/invite/`);
  await page.getByRole("button", { name: "Done" }).click();
  await page
    .getByLabel(/^Role of/)
    .first()
    .waitFor();
  await page.goto(`${fleet.origin}/audit`);
  await page.getByRole("button", { name: "Verify the log" }).click();
  await page.getByText(/All \d+ entries hold/).waitFor();
  await page.getByText("invitations.create").first().waitFor();
});

test("somebody of two organisations changes between them, in every tab, and sees nothing of the one in the other", async () => {
  const { world, origin, tenant, other } = fleet;
  const browser = await world.signedIn(tenant, "viewer");
  const email = world.google.person.email ?? "";
  await world.signIn(browser, { link: await world.invite(other, email, "viewer") });
  const { page, context } = await fleet.openAs(browser, "/");
  const second = await context.newPage();
  await second.goto(`${origin}/`);
  const choose = async (name: string): Promise<void> => {
    await page.getByLabel("Organisation").selectOption({ label: name });
    for (const tab of [page, second]) {
      await tab.locator(`select.tenant option:checked:text-is("${name}")`).waitFor({
        state: "attached",
      });
    }
  };
  await choose("Northwind");
  await page.locator(".tiles").waitFor();
  await choose("Contoso");
  await page.getByText("No machine has sent anything yet").waitFor();
  await page.goto(`${origin}/agents/${fleet.shared.agent}/sessions/${fleet.shared.session}`);
  await page.getByText("there is no session").waitFor();
  await page.goto(`${origin}/sessions`);
  await page.getByText("No session yet").waitFor();
  await page.goto(`${origin}/account`);
  const there = page.getByRole("button", { name: "Go there Northwind" });
  await there.waitFor();
  await standsWell(page, "organisations");
  await there.click();
  await page.locator(".tiles").waitFor();
});
