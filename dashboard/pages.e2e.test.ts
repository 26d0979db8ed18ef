/** Every page of the local dashboard in both themes: nothing for axe to find, nothing wider than the window, by keyboard alone. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { piped, seatedRun } from "../cmd/e2e/start.ts";
import { until } from "../cmd/e2e/until.ts";
import { World } from "../cmd/e2e/world.ts";
import {
  closeBrowser,
  openPage,
  overhang,
  type Served,
  serve,
  violations,
} from "./testing/dash.ts";
import { playScene } from "./testing/scene.ts";

setDefaultTimeout(120_000);
afterAll(closeBrowser);

/** `ATLASBRIDGE_SCREENS=1` writes the pictures of the documentation anew: a test run leaves the tree as it was. */
const screens =
  Bun.env["ATLASBRIDGE_SCREENS"] === undefined
    ? null
    : join(dirname(import.meta.dir), "docs", "screens");

type Stop = {
  name: string;
  path: string;
  /** Stands there once the page is whole. */
  whole: string;
  prepare?(page: Page): Promise<void>;
};

const stops: readonly Stop[] = [
  { name: "now", path: "/", whole: ".ask .answers" },
  { name: "sessions", path: "/sessions", whole: ".session-row" },
  { name: "session", path: "/sessions?q=build", whole: ".session-row", prepare: openSession },
  { name: "policy", path: "/policy", whole: ".rules meter" },
  { name: "policy-test", path: "/policy?tab=test", whole: "form", prepare: askPolicy },
  { name: "policy-simulate", path: "/policy?tab=simulate", whole: "textarea", prepare: simulate },
  { name: "integrity", path: "/integrity", whole: ".verdict.good" },
  { name: "doctor", path: "/doctor", whole: ".finding" },
  { name: "settings", path: "/settings", whole: ".setting" },
];

async function openSession(page: Page): Promise<void> {
  await page.locator(".session-row").first().click();
  await page.locator(".ap-player, .asciinema-player-theme-asciinema").first().waitFor();
  await page.locator(".prompt-open").nth(1).click();
  await page.locator(".rule-seen").first().waitFor();
}

async function askPolicy(page: Page): Promise<void> {
  await page.locator("#test-question").fill("Run this? [y/n]");
  await page.locator("#test-command").fill("git push --force origin main");
  await page.getByRole("button", { name: "Ask the policy" }).click();
  await page.getByText("policy denies").waitFor();
}

async function simulate(page: Page): Promise<void> {
  const text = page.locator("textarea");
  const own = await text.inputValue();
  await text.fill(own.replace('auto_reply, value: "y"', "require_human"));
  await page.getByRole("button", { name: "Simulate against history" }).click();
  await page.getByText("4 of 10 prompts would have come out otherwise").waitFor();
}

async function visit(page: Page, { origin }: Served, stop: Stop): Promise<void> {
  await page.goto(`${origin}${stop.path}`);
  await page.locator(stop.whole).first().waitFor();
  await stop.prepare?.(page);
}

test("on every page, in either theme, axe finds nothing, nothing is stopped by the policy, and no page of others is asked", async () => {
  await using world = new World();
  await playScene(world);
  const served = await serve(world);
  const { page, complaints } = await openPage(served.link, { width: 1080, height: 680 });
  if (screens !== null) mkdirSync(screens, { recursive: true });
  for (const stop of stops) {
    await visit(page, served, stop);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const found = await violations(page);
      expect({ page: stop.name, colorScheme, found }).toEqual({
        ...{ page: stop.name, colorScheme, found: [] },
      });
      if (screens === null || stop.name === "policy-simulate") continue;
      const path = join(screens, `${stop.name}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: stop.name === "now" });
    }
    // 360 px is a small telephone, 640 a laptop at 200 %, 3840 a wall.
    for (const width of [360, 640, 3_840]) {
      await page.setViewportSize({ width, height: 900 });
      expect({ page: stop.name, width, over: await overhang(page) }).toEqual({
        ...{ page: stop.name, width, over: 0 },
      });
    }
    await page.setViewportSize({ width: 1080, height: 680 });
  }
  expect(complaints).toEqual([]);
});

test("by keyboard alone: walk to what waits, answer it with one key, go to pages, search, pause, and read the help", async () => {
  await using world = new World();
  await playScene(world);
  const { link } = await serve(world);
  const { page, complaints } = await openPage(link);
  await page.getByRole("article").first().waitFor();
  await page.keyboard.press("j");
  const dialog = page.getByRole("article", { name: /assistant asks/ });
  expect(await dialog.innerText()).toContain("don’t ask again for make commands");
  // Read by now: a key that comes as the question appears was meant for something else.
  await until("a key counts", async () => {
    await page.keyboard.press("3");
    return world.of("reply.received").length > 0;
  });
  await page.getByText("assistant has gone on").waitFor();
  expect(world.lines("log").at(-1)).toBe("refused");
  await dialog.waitFor({ state: "detached" });
  // Its place has the next one, with the focus.
  await page.keyboard.press("n");
  const [, received] = await world.recorded("reply.received", 2);
  expect(received).toMatchObject({ data: { by: "dashboard" }, content: { reply: "n" } });
  await page.getByText("release has gone on").waitFor();

  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("j");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("push");
  await page.waitForURL("**/sessions?q=push");
  await until("one row is left", async () => (await page.locator(".session-row").count()) === 1);
  // Letters are letters while somebody writes.
  await page.keyboard.type("j");
  await page.waitForURL("**/sessions?q=pushj");
  await page.getByText("No session fits").waitFor();
  await page.keyboard.press("Backspace");
  await page.locator(".session-row").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".prompt-open").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByText("decides", { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe("?prompt=1");

  await page.getByRole("button", { name: /^Pause/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Automatic replies are paused").waitFor();
  const { stdout } = await piped(world, ["autopilot", "status"]);
  expect(stdout).toStartWith("paused");
  const { stdout: history } = await piped(world, ["autopilot", "history", "--json"]);
  expect(JSON.parse(history).entries.at(-1).data).toEqual({
    ...{ action: "paused", by: "dashboard", mode: "full" },
  });
  await piped(world, ["autopilot", "resume"]);
  await page.getByText("Automatic replies are paused").waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});

test("a setting is changed in its file, a wrong one is refused in words, and a report is saved", async () => {
  await using world = new World();
  const { link, origin } = await serve(world);
  const { page } = await openPage(link);
  await page.goto(`${origin}/settings`);
  const days = page.getByLabel("recording.keep_days", { exact: true });
  await days.fill("7");
  await days.press("Enter");
  await until("it stands there", () => world.read("home/config.yaml").includes("keep_days: 7"));
  await page.getByText("recording.keep_days is changed").waitFor();
  await days.fill("-7");
  await days.press("Enter");
  await page
    .getByText(/recording\.keep_days.*0|Too small/)
    .first()
    .waitFor();
  expect(world.read("home/config.yaml")).toContain("keep_days: 7");
  await page.goto(`${origin}/integrity`);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export report" }).click();
  expect((await saved).suggestedFilename()).toBe("atlasbridge-all.html");
});

test("an entry's proof is saved, holds when it is checked, and not once it was changed; months are archived", async () => {
  await using world = new World();
  await seatedRun(world, ["run", "--events", world.events, "--", "true"]).ended;
  const { link, origin } = await serve(world);
  const { page, complaints } = await openPage(link);
  await page.goto(`${origin}/integrity`);
  await page.getByLabel("Entry", { exact: true }).fill("1");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save its proof" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("atlasbridge-proof-1.json");
  const proof = world.path("proof.json");
  await saved.saveAs(proof);
  await page.getByLabel("Check a proof").setInputFiles(proof);
  await page.getByText("entry 1, signed by this machine's key").waitFor();
  const changed = world
    .read("proof.json")
    .replace(/"at": (\d+)/, (_, at) => `"at": ${Number(at) + 1}`);
  await page.getByLabel("Check a proof").setInputFiles(world.write("changed.json", changed));
  await page.getByText("not proved").waitFor();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await page.getByText("There was nothing to move").waitFor();
  expect(complaints).toEqual([]);
});
