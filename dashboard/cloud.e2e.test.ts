/** The cloud's dashboard as people have it: the real service and its PostgreSQL, both providers, a real browser. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { Role } from "../contracts/roles.ts";
import { closeBrowser, openPage, violations } from "./testing/dash.ts";
import { type Fleet, startFleet } from "./testing/fleet.ts";

setDefaultTimeout(120_000);

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(async () => {
  await closeBrowser();
  await fleet.world.stop();
});

type Stop = { name: string; path(): string; whole: string; need: Role };

const stops: readonly Stop[] = [
  { name: "overview", path: () => "/", whole: ".tiles", need: "viewer" },
  { name: "sessions", path: () => "/sessions", whole: ".fleet-row", need: "viewer" },
  {
    name: "session",
    path: () => `/agents/${fleet.shared.agent}/sessions/${fleet.shared.session}`,
    ...{ whole: ".told", need: "viewer" },
  },
  { name: "keys", path: () => "/keys", whole: ".key-row", need: "admin" },
];

const isTooWide = async (page: Page): Promise<boolean> =>
  await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

test("every page stands in both themes, narrow and wide: nothing for axe, nothing stopped by the policy, all of it observing", async () => {
  const { page, complaints } = await fleet.open("admin", "/");
  const wrong: string[] = [];
  for (const { name, path, whole } of stops) {
    await page.goto(`${fleet.origin}${path()}`);
    await page.locator(whole).first().waitFor();
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 360],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      if (await isTooWide(page)) wrong.push(`${name} is wider than ${width}`);
      for (const one of await violations(page)) wrong.push(`${name}, ${colorScheme}: ${one}`);
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

test("what a role may not do is not offered, and its page says who may", async () => {
  for (const { name, path, whole, need } of stops) {
    for (const role of ["viewer", "operator"] as const) {
      if (need === "viewer" || need === role) continue;
      const { page, context } = await fleet.open(role, path());
      await page.getByText(`This page needs the role ${need}`).waitFor();
      expect([name, role, await page.locator(whole).count()]).toEqual([name, role, 0]);
      const links = await page.locator(".nav a").allTextContents();
      expect(links).not.toContain(name);
      await context.close();
    }
  }
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

test("whoever is not signed in is sent to sign in, and back to the page that was wanted", async () => {
  const { page } = await openPage(`${fleet.origin}/sessions?state=ended`);
  expect(new URL(page.url()).pathname).toBe("/auth/sign-in");
  const ways = await page.locator("a.way").allTextContents();
  expect(ways).toEqual(["Continue with Google", "Continue with GitHub"]);
  expect(await page.locator("a.way").first().getAttribute("href")).toContain(
    encodeURIComponent("/sessions?state=ended"),
  );
  expect(await violations(page)).toEqual([]);
});
