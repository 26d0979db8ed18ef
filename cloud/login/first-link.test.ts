/** A service on one machine that was told of no provider: its owner signs in with a link that works once. */
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { readSettings } from "../config.ts";
import { systemClock } from "../clock.ts";
import { listTenants } from "../platform/tenants.ts";
import { systemRandom } from "../random.ts";
import { type Service, serve } from "../serve.ts";
import { TestBrowser } from "../testing/browser.ts";
import { quiet, temporaryFolder } from "../testing/service.ts";
import { rmSync } from "node:fs";

let home = "";
let service: Service;
/** A link that was followed is over: the next test begins with another start. */
let isUsed = false;

const start = (): Promise<Service> =>
  serve({
    assets: null,
    ...{ settings: readSettings({}, home), host: "127.0.0.1", port: 0, log: quiet },
    ...{ clock: systemClock, random: systemRandom },
  });

beforeAll(async () => {
  home = temporaryFolder();
  service = await start();
}, 60_000);
beforeEach(async () => {
  if (isUsed) await startAgain();
}, 60_000);

async function startAgain(): Promise<void> {
  await service.stop();
  service = await start();
  isUsed = false;
}

afterAll(async () => {
  await service.stop();
  rmSync(home, { recursive: true, force: true });
}, 30_000);

async function follow(link: string, origin = service.url) {
  isUsed = true;
  const browser = new TestBrowser();
  const response = await browser.once(link, { method: "POST", headers: { origin } });
  const page = await browser.visit(`${service.url}/`);
  return { status: response.status, text: page.text };
}

test("the link asks before it signs in, and nothing that only looks at it uses it up", async () => {
  const link = service.firstLink ?? "";
  for (let looks = 0; looks < 3; looks += 1) {
    const page = await new TestBrowser().visit(link);
    expect([page.response.status, page.text]).toEqual([200, expect.stringContaining("Sign in")]);
  }
  expect((await follow(link, "https://evil.example")).status).toBe(410);
  expect((await follow(`${link}x`)).status).toBe(410);
  const inside = await follow(link);
  expect([inside.status, inside.text]).toEqual([303, expect.stringContaining("My organisation")]);
  expect((await follow(link)).status).toBe(410);
  expect((await new TestBrowser().visit(link)).response.status).toBe(410);
});

test("each start prints another, for the same owner of the same organisation", async () => {
  const before = service.firstLink;
  await startAgain();
  expect(service.firstLink).not.toBe(before);
  const inside = await follow(service.firstLink ?? "");
  expect(inside.text).toContain("My organisation");
  const { platform } = service.parts;
  if (platform === null) throw new Error("this replica keeps no list of tenants");
  expect(await listTenants(platform)).toHaveLength(1);
}, 60_000);
