/** Measures the cloud's dashboard in a real browser, for `bench/pages.ts`: prints the times of visits and presses as JSON. */
import { parseArgs } from "node:util";
import type { CDPSession, Page } from "playwright-core";
import { startWorld, type World } from "../../cloud/testing/login.ts";
import { seedTenant } from "../../cloud/testing/seed.ts";
import { readAssets } from "../../cmd/atlasbridge/dashboard/assets.ts";
import { closeBrowser, openPage } from "./dash.ts";

const { values } = parseArgs({
  options: {
    /** With five prompts each, 27 entries. */
    sessions: { type: "string", default: "38000" },
    visits: { type: "string", default: "20" },
    rows: { type: "string", default: "10000" },
  },
});
const sessions = Number(values.sessions);
const visits = Number(values.visits);
const rowsWanted = Number(values.rows);
const agents = 40;

/** `cpu`: of the page's own thread, which other work on the machine does not lengthen. */
type Took = { wall: number; cpu: number };

/** By its link beside every page; whole once this stands there and nothing is still loading. */
const pages: readonly (readonly [path: string, whole: string])[] = [
  ["/", ".tile"],
  ["/sessions", ".fleet-row"],
  ["/decisions", "a.decision-row"],
  ["/agents", "tbody tr"],
  ["/integrity", ".trace"],
  ["/incidents", ".card"],
  ["/suggestions", ".card"],
  ["/ingestion", "tbody tr"],
  ["/keys", ".page-head"],
  ["/members", "tbody tr"],
  ["/settings", ".settings-form"],
  ["/audit", ".card"],
];

async function seededPage(world: World): Promise<Page> {
  const tenantId = await world.service.newTenant();
  await seedTenant(world.database.sql, { tenantId, agents, sessions, prompts: 5 });
  await world.database.sql.unsafe("SET statement_timeout = 0; ANALYZE").simple();
  const browser = await world.signedIn(tenantId, "admin");
  const { url } = world.service;
  const cookies = [...browser.jar(url)].map(([name, value]) => ({ name, value, url }));
  const { page } = await openPage(`${url}/`, { cookies });
  await page.locator(".tile").first().waitFor();
  return page;
}

/** From the press on a link until the page that it leads to is painted whole. */
async function visit(page: Page, [path, whole]: (typeof pages)[number]): Promise<number> {
  return await page.evaluate(
    async ({ to, mark }) => {
      const link = document.querySelector<HTMLElement>(`.nav a[href="${to}"]`);
      const from = performance.now();
      link?.click();
      const isWhole = (): boolean =>
        location.pathname === to &&
        document.querySelector(`main ${mark}`) !== null &&
        document.querySelector("main .bones") === null;
      while (!isWhole()) await new Promise((resolve) => setTimeout(resolve, 1));
      // The frame after the next one is painted with it.
      for (let frame = 0; frame < 2; frame += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return performance.now() - from;
    },
    { to: path, mark: whole },
  );
}

async function cpuMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1_000;
}

async function visitAll(page: Page, session: CDPSession): Promise<Record<string, Took[]>> {
  const took: Record<string, Took[]> = {};
  // Once for the code of each page, then to count; in turns, so that each is come to from another.
  for (let round = 0; round <= visits; round += 1) {
    for (const one of pages) {
      const before = await cpuMs(session);
      const wall = await visit(page, one);
      const cpu = (await cpuMs(session)) - before;
      if (round > 0) (took[one[0]] ??= []).push({ wall, cpu });
    }
  }
  return took;
}

/** Scrolls as somebody does who looks for the end, until so many rows are there. */
async function fill(page: Page): Promise<number> {
  await page.locator('.nav a[href="/decisions"]').click();
  await page.locator("a.decision-row").first().waitFor();
  return await page.evaluate(async (wanted) => {
    const high = (): number => document.querySelector(".virtual")?.clientHeight ?? 0;
    const one = document.querySelector(".virtual > li")?.clientHeight ?? 1;
    while (high() / one < wanted) {
      const before = high();
      scrollTo(0, document.documentElement.scrollHeight);
      const until = performance.now() + 5_000;
      while (high() === before && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (high() === before) break;
    }
    return Math.round(high() / one);
  }, rowsWanted);
}

/** Until what came of each press was painted, as the browser tells (W3C Event Timing); less than a frame counts as one. */
async function pressAll(page: Page, session: CDPSession): Promise<Took[]> {
  await page.evaluate(() => {
    const found = new Map<number, number>();
    Reflect.set(window, "presses", found);
    const options = { type: "event", durationThreshold: 16, buffered: false };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const id: unknown = Reflect.get(entry, "interactionId");
        if (typeof id !== "number" || id === 0) continue;
        found.set(id, Math.max(found.get(id) ?? 0, entry.duration));
      }
    }).observe(options);
  });
  const took: Took[] = [];
  const press = async (work: () => Promise<unknown>): Promise<void> => {
    const before = await cpuMs(session);
    await work();
    // Told of after the frame in which it was painted.
    const wall = await page.evaluate(async () => {
      const presses: unknown = Reflect.get(window, "presses");
      for (let frame = 0; frame < 3; frame += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      await new Promise((resolve) => setTimeout(resolve));
      if (!(presses instanceof Map)) return 0;
      const longest = Math.max(16, ...presses.values());
      presses.clear();
      return longest;
    });
    took.push({ wall, cpu: (await cpuMs(session)) - before });
  };
  for (let round = 0; round < visits; round += 1) {
    for (const key of ["j", "j", "k", "?", "Escape", "PageUp", "PageDown", "Home", "End"]) {
      await press(() => page.keyboard.press(key));
    }
    await page.getByRole("button", { name: /^Theme/ }).focus();
    await press(() => page.keyboard.press("Enter"));
  }
  return took;
}

const world = await startWorld({ assets: await readAssets("cloud.pack") });
try {
  const page = await seededPage(world);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const visited = await visitAll(page, session);
  const rows = await fill(page);
  const presses = await pressAll(page, session);
  process.stdout.write(`${JSON.stringify({ rows, presses, visited })}\n`);
} finally {
  await closeBrowser();
  await world.stop();
}
// The providers that sign in would keep it.
process.exit(0);
