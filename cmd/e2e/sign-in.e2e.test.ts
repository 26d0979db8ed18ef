/** Signing in as people do it: in a real browser, with a real provider, into the compiled service. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { type OpenIdServer, startOpenId } from "../../cloud/testing/openid.ts";

const binary = resolve(import.meta.dir, "../../dist/atlasbridge-cloud");
const path = { PATH: process.env["PATH"] ?? "" };
let home = "";
let google: OpenIdServer;
let browser: Browser;
let service: { child: Bun.Subprocess; url: string };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "abc-e2e-"));
  chmodSync(home, 0o711);
  google = await startOpenId();
  service = await start();
  google.allowRedirect(`${service.url}/auth/google/callback`);
  browser = await chromium.launch({
    executablePath: Bun.which("chromium") ?? "/usr/bin/chromium",
    // Chromium's own sandbox refuses root, as whom tests may run.
    args: process.geteuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}, 120_000);

afterAll(async () => {
  await browser.close();
  service.child.kill("SIGTERM");
  await Promise.all([service.child.exited, google.stop()]);
  rmSync(home, { recursive: true, force: true });
}, 30_000);

async function start() {
  const { clientId, clientSecret, url } = google.settings;
  const child = Bun.spawn([binary, "serve", "--port", "0", "--home", home, "--json"], {
    env: {
      ...{ ...path, ATLASBRIDGE_GOOGLE_CLIENT_ID: clientId, ATLASBRIDGE_GOOGLE_URL: url },
      ATLASBRIDGE_GOOGLE_CLIENT_SECRET: clientSecret,
    },
    ...{ cwd: "/", stdout: "pipe", stderr: Bun.file(join(home, "log")) },
  });
  for await (const chunk of child.stdout) {
    return { child, url: String(JSON.parse(new TextDecoder().decode(chunk)).url) };
  }
  throw new Error(`it did not start: ${readFileSync(join(home, "log"), "utf8")}`);
}

function run(...words: string[]) {
  const done = Bun.spawnSync([binary, ...words, "--home", home, "--json"], { env: path });
  if (done.exitCode !== 0) throw new Error(done.stderr.toString());
  return JSON.parse(done.stdout.toString());
}

/** What the page complained of, such as what its policy stopped. */
async function openPage(): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // That a page says 403 by its status is its job.
    const text = message.text();
    if (message.type() === "error" && !/status of 4\d\d/.test(text)) complaints.push(text);
  });
  return { page, complaints };
}

/** Loopback is one host for cookies, whatever the port: the provider's lie beside ours. */
async function ours(page: Page) {
  const all = await page.context().cookies(service.url);
  return all.filter(({ name }) => name.startsWith("atlasbridge"));
}

test("an invited person joins, is signed in, signs out, and the way back shows nothing", async () => {
  const { tenant_id } = run("tenant", "create", "Example Ltd");
  const { link } = run("invite", tenant_id, "ada@example.com", "--role", "operator");
  google.person = { sub: "1", email: "ada@example.com", email_verified: true, name: "Ada" };
  const { page, complaints } = await openPage();
  const who = page.locator(".who-name");
  await page.goto(link);
  expect(await page.getByRole("heading").textContent()).toBe("Join Example Ltd");
  await page.getByRole("link", { name: "Continue with Google" }).click();
  await who.waitFor();
  expect(await who.textContent()).toBe("Adaoperator");
  expect(page.url()).toBe(`${service.url}/`);
  expect(
    (await ours(page)).map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
  ).toEqual([["atlasbridge-session", true, "Lax"]]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await who.count()).toBe(0);
  // A member needs no invitation.
  await page.goto(`${service.url}/`);
  await page.getByRole("link", { name: "Continue with Google" }).click();
  await who.waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test("a stranger reads why they do not come in", async () => {
  google.person = { sub: "2", email: "eve@example.com", email_verified: true, name: "Eve" };
  const { page, complaints } = await openPage();
  await page.goto(`${service.url}/auth/sign-in`);
  await page.getByRole("link", { name: "Continue with Google" }).click();
  await page.getByRole("heading", { name: "You are not a member" }).waitFor();
  expect(await ours(page)).toEqual([]);
  expect(complaints).toEqual([]);
}, 60_000);
