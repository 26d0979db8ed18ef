/** The site of the documents as a reader has it: from the disk, on a telephone or a wide window, light or dark, without a network. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildSite } from "../site.ts";

setDefaultTimeout(60_000);

let out = "";
let browser: Browser;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), "atlasbridge-site-"));
  buildSite(dirname(dirname(import.meta.dir)), out);
  browser = await chromium.launch({
    executablePath: Bun.which("chromium") ?? "/usr/bin/chromium",
    // Chromium's own sandbox refuses root, as whom tests may run.
    args: process.geteuid?.() === 0 ? ["--no-sandbox"] : [],
  });
});
afterAll(async () => {
  await browser.close();
  rmSync(out, { recursive: true, force: true });
}, 30_000);

const address = (page: string): string => pathToFileURL(join(out, page)).href;

type Look = { width: number; scheme?: "light" | "dark" };

async function openPage(file: string, { width, scheme = "light" }: Look) {
  const viewport = { width, height: 800 };
  const context = await browser.newContext({ viewport, colorScheme: scheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("requestfailed", (request) => complaints.push(request.url()));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) complaints.push(request.url());
  });
  await page.goto(address(file));
  return { page, context, complaints };
}

/** What axe finds wrong, one line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>("axe.run(document)");
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
}

test("no page is wider than 360 pixels, and none complains or asks the network", async () => {
  const { page, context, complaints } = await openPage("index.html", { width: 360 });
  const wide: string[] = [];
  for (const file of new Bun.Glob("**/*.html").scanSync({ cwd: out })) {
    await page.goto(address(file));
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (width > 360) wide.push(`${file}: ${width}`);
  }
  expect({ wide, complaints }).toEqual({ wide: [], complaints: [] });
  await context.close();
});

test.each([
  ["light", 1280, "docs/policy.html"],
  ["dark", 360, "docs/comparison.html"],
] as const)("axe finds nothing: %s, %d wide, %s", async (scheme, width, file) => {
  const { page, context } = await openPage(file, { width, scheme });
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("by keyboard alone from the first page to another", async () => {
  const { page, context } = await openPage("index.html", { width: 360 });
  await page.getByRole("link", { name: "All pages" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(address("docs/start.html"));
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("Five minutes");
  await context.close();
});
