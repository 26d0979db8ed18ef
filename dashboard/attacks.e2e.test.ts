/** Other pages in the same browser, and other machines, against the dashboard that somebody has open. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { answersContinue, governed } from "../cmd/e2e/policies.ts";
import { piped, seatedRun } from "../cmd/e2e/start.ts";
import { World } from "../cmd/e2e/world.ts";
import { closeBrowser, openPage, serve } from "./testing/dash.ts";

setDefaultTimeout(60_000);
afterAll(closeBrowser);

/** A page of somebody else, at any host name of this machine. */
function evil(world: World): number {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response("<!doctype html><title>evil</title><body></body>", {
        headers: { "content-type": "text/html" },
      }),
  });
  world.atEnd(async () => await server.stop(true));
  return server.port ?? 0;
}

test("another page in the same browser neither reads nor acts, from another site or another port of the same", async () => {
  await using world = new World();
  const { link, origin } = await serve(world);
  const seat = seatedRun(
    world,
    governed(world, answersContinue, [
      ...["bash", "-c", "read -r -p 'Delete? [y/n] ' a; echo got=$a"],
    ]),
  );
  const { page, context } = await openPage(link);
  await page.getByRole("article").waitFor();
  const port = evil(world);
  const [escalated] = await world.recorded("prompt.escalated");
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    const other = await context.newPage();
    await other.goto(`http://${host}/`);
    const attempts = {
      origin,
      body: JSON.stringify({
        session_id: escalated?.session_id,
        prompt_id: escalated?.data.prompt_id,
        fingerprint: "0".repeat(64),
        value: "y",
      }),
    };
    const results = await other.evaluate(async ({ origin: target, body }) => {
      const read = async (path: string, options: RequestInit = {}): Promise<string> => {
        try {
          const response = await fetch(`${target}${path}`, { credentials: "include", ...options });
          return `${response.type} ${response.status}`;
        } catch {
          return "stopped";
        }
      };
      const json = { "content-type": "application/json", "x-atlasbridge-page": "x" };
      const streamed = await new Promise<string>((resolve) => {
        const source = new EventSource(`${target}/trpc/live`, { withCredentials: true });
        source.addEventListener("open", () => resolve("open"));
        source.addEventListener("error", () => resolve("stopped"));
      });
      const socketed = await new Promise<string>((resolve) => {
        const socket = new WebSocket(`${target.replace("http", "ws")}/trpc/live`);
        socket.addEventListener("open", () => resolve("open"));
        socket.addEventListener("error", () => resolve("stopped"));
      });
      const framed = await new Promise<string>((resolve) => {
        const frame = document.createElement("iframe");
        frame.src = `${target}/`;
        frame.addEventListener("load", () => {
          resolve(frame.contentDocument === null ? "closed" : "readable");
        });
        document.body.append(frame);
      });
      return [
        await read("/trpc/sessions.list?input=%7B%7D"),
        await read("/trpc/answer", { method: "POST", body, headers: json }),
        await read("/assets/x.js"),
        await read("/cast/x"),
        socketed,
        streamed,
        framed,
      ];
    }, attempts);
    expect(results.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => "stopped"));
    expect(results[6]).toBe("closed");
    const plain = await other.evaluate(async ({ origin: target, body }) => {
      const options = { method: "POST", mode: "no-cors", body, credentials: "include" } as const;
      return await fetch(`${target}/trpc/answer`, options).then(
        () => "sent",
        () => "stopped",
      );
    }, attempts);
    expect(plain).toBe("stopped");
    await other.evaluate((target) => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = `${target}/trpc/answer`;
      form.enctype = "text/plain";
      document.body.append(form);
      form.submit();
    }, origin);
    await other.getByText("requests of other pages are refused").waitFor();
    await other.close();
  }
  expect(world.of("reply.received")).toHaveLength(0);
  await page.getByRole("button", { name: "No" }).click();
  await seat.sees("got=n");
});

test("a page that is opened from a link elsewhere is not let in by it, and tells nobody where it was", async () => {
  await using world = new World();
  const { link, origin } = await serve(world);
  const { page } = await openPage(link);
  await page.getByText("Nothing is running").waitFor();
  const [cookie] = await page.context().cookies(origin);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(page.url()).not.toContain("token");
  const stranger = await openPage(`${origin}/sessions`);
  await stranger.page.getByText("You are not let in").waitFor();
  expect(stranger.complaints.filter((one) => one.startsWith("asked"))).toEqual([]);
});

test("it listens on loopback alone, and elsewhere only for who says that they understand the risk", async () => {
  await using world = new World();
  const { port } = await serve(world);
  expect(listeners(port)).toEqual(["0100007F", "00000000000000000000000001000000"]);
  const refused = await piped(world, ["dashboard", "--port", "0", "--bind", "0.0.0.0"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("whoever reaches 0.0.0.0 can read and change what passes");
  expect(refused.stderr).toContain("--i-understand-the-risk");
  await using open = new World();
  const risky = await serve(open, ["--bind", "0.0.0.0", "--i-understand-the-risk"]);
  expect(listeners(risky.port)).toEqual(["00000000"]);
});

/** Addresses, as the kernel writes them, on which somebody listens at this port (proc_net(5)). */
function listeners(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const [, local = "", , state] = line.trim().split(/\s+/);
        const [address = "", at] = local.split(":");
        return at === wanted && state === "0A" ? [address] : [];
      }),
  );
}

test("a governed tool cannot open it, nor does a taken port fail without saying what to do", async () => {
  await using world = new World();
  const governedTool = await piped(world, ["dashboard", "--port", "0"], {
    env: { ATLASBRIDGE_SESSION: "x" },
  });
  expect(governedTool.code).toBe(3);
  const { port } = await serve(world);
  await using other = new World();
  const taken = await piped(other, ["dashboard", "--port", String(port)]);
  expect(taken.code).toBe(2);
  expect(taken.stderr).toContain("choose another with --port");
});
