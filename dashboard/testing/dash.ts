/** The dashboard as a person has it: served by the built binary, opened in a real browser; gone with its world. */
import axe, { type AxeResults } from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import type { World } from "../../cmd/e2e/world.ts";

export type Served = {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  port: number;
  /** The link that was printed first. */
  link: string;
  stop(): Promise<void>;
};

/** On a free port, unless one is given. */
export async function serve(world: World, args: readonly string[] = []): Promise<Served> {
  const port = args.includes("--port") ? [] : ["--port", "0"];
  const child = Bun.spawn([world.binary, "dashboard", ...port, ...args], {
    cwd: world.folder,
    env: world.env(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  world.atEnd(stop);
  const link = await firstLine(child.stdout);
  if (link === "") throw new Error(`nothing is served: ${await new Response(child.stderr).text()}`);
  const { origin, port: at } = new URL(link);
  return { origin, port: Number(at), link, stop };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    const end = text.indexOf("\n");
    if (end !== -1) return text.slice(0, end);
  }
  return text;
}

/** Another link to what is served, as from another terminal. */
export async function anotherLink(world: World): Promise<string> {
  const child = Bun.spawn([world.binary, "dashboard"], {
    cwd: world.folder,
    env: world.env(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  return (await new Response(child.stdout).text()).trim();
}

/** By how many pixels a page is wider than its window, once charts have heard of its size: 0 where all of it is seen. */
export async function overhang(page: Page): Promise<number> {
  const fits = () => document.documentElement.scrollWidth <= innerWidth;
  await page.waitForFunction(fits, undefined, { timeout: layoutMsMax }).catch(() => undefined);
  return await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

const layoutMsMax = 3_000;

let browser: Promise<Browser> | null = null;

/** One for all tests of a file; whoever opened it closes it in `afterAll`. */
async function openBrowser(): Promise<Browser> {
  const program = Bun.which("chromium") ?? Bun.which("chromium-browser") ?? "/usr/bin/chromium";
  browser ??= chromium.launch({
    executablePath: program,
    // Chromium's own sandbox refuses root, as whom tests may run.
    args: process.geteuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  return await browser;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

export type Look = {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
  cookies?: readonly { name: string; value: string; url: string }[];
};

export type Opened = {
  page: Page;
  context: BrowserContext;
  /** What the page complained of: errors, and everything that the content policy stopped. */
  complaints: string[];
};

/** A browser of its own for one person. */
export async function openPage(
  url: string,
  { width = 1280, height = 800, scheme = "light", cookies = [] }: Look = {},
): Promise<Opened> {
  const context = await (await openBrowser()).newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  await context.addCookies([...cookies]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(url).origin) {
      complaints.push(`asked ${origin}`);
    }
  });
  await page.goto(url);
  return { page, context, complaints };
}

/** What axe finds wrong, one line each. It is put in from outside: the page itself may not load it. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const found: AxeResults = await Reflect.get(window, "axe").run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  });
}
