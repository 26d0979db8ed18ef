/** Who is let in to the local dashboard: this machine's browser with a link of ours, and nobody who comes another way. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveView } from "../../contracts/dashboard.ts";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import { localKey, openLocalKey } from "./local-key.ts";
import type { LocalParts } from "./local-router.ts";
import { type LocalServer, serveLocal } from "./local-server.ts";

const clock = manualClock();
const key = localKey(systemRandom.bytes(32), { clock, random: systemRandom });
const answered: unknown[] = [];

const view: LiveView = {
  sessions: [],
  waiting: [],
  unreachable: [],
  autopilot: { state: "running", mode: "full", changed_at: null, fault: null },
  entries: 0,
  trace_fault: null,
};

const refuses = (): never => {
  throw new Error("nobody asked for this");
};
const parts: LocalParts = {
  async *live() {
    yield view;
  },
  answer: async (answer) => {
    answered.push(answer);
    return { state: "ended", outcome: "person", reason: null };
  },
  sessions: async () => ({ sessions: [], next: null }),
  session: refuses,
  days: refuses,
  glances: refuses,
  steer: refuses,
  report: refuses,
  policy: {
    show: refuses,
    coverage: refuses,
    explainPast: refuses,
    explainMadeUp: refuses,
    text: refuses,
    simulate: refuses,
  },
  autopilot: refuses,
  brakes: refuses,
  verify: refuses,
  witnesses: refuses,
  prove: refuses,
  checkProof: refuses,
  archive: refuses,
  doctor: refuses,
  settings: refuses,
  setSetting: refuses,
  cast: async () => null,
};

let server: LocalServer;
let origin = "";
beforeAll(() => {
  const page = { type: "text/html", gzip: Bun.gzipSync("<p>the page</p>") };
  const script = { type: "text/javascript", gzip: Bun.gzipSync("1") };
  const assets = new Map([
    ["/index.html", page],
    ["/assets/a-1.js", script],
  ]);
  const hostnames = ["127.0.0.1", "::1"];
  server = serveLocal({ port: 0, hostnames, key, serving: "this", parts, assets });
  origin = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => await server.stop());

type Let = { cookie: string; page: string };

async function letIn(): Promise<Let> {
  const response = await fetch(`${origin}/?token=${key.ticket("this")}`, { redirect: "manual" });
  expect(response.status).toBe(303);
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return { cookie, page: /#key=(.+)$/.exec(response.headers.get("location") ?? "")?.[1] ?? "" };
}

const ask = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(`${origin}${path}`, { headers, redirect: "manual" })).status;

/** Bytes as they are: `fetch` sends no other Host than the address's. */
async function raw(lines: readonly string[]): Promise<string> {
  const done = Promise.withResolvers<string>();
  let text = "";
  const socket = connect(server.port, "127.0.0.1");
  socket.on("data", (bytes) => {
    text += bytes.toString();
  });
  socket.on("close", () => done.resolve(text));
  socket.on("error", done.reject);
  socket.write(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`);
  return await done.promise;
}

const list = "/trpc/sessions.list?input=%7B%7D";

test("a ticket is exchanged once for a cookie that no script reads and a half that no server is sent", async () => {
  const ticket = key.ticket("this");
  const first = await fetch(`${origin}/?token=${ticket}`, { redirect: "manual" });
  const cookie = first.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/; Max-Age=2592000$/);
  expect(first.headers.get("location")).toMatch(/^\/#key=[\w-]{43}$/);
  expect(first.headers.get("location")).not.toContain(ticket);
  const second = await fetch(`${origin}/?token=${ticket}`, { redirect: "manual" });
  expect(second.headers.get("set-cookie")).toBeNull();
  expect(second.headers.get("location")).toBe("/#used");
});

test("a ticket of another serving, an old one and a made-up one let nobody in", async () => {
  const old = key.ticket("this");
  clock.advance(limits.dashboardTicketMs + 1);
  const other = localKey(systemRandom.bytes(32), { clock, random: systemRandom });
  for (const ticket of [old, key.ticket("another"), other.ticket("this"), "", "a.b.c", "%00"]) {
    const response = await fetch(`${origin}/?token=${ticket}`, { redirect: "manual" });
    expect(response.headers.get("set-cookie")).toBeNull();
  }
});

test("both halves are needed, each of this key and not too old", async () => {
  const { cookie, page } = await letIn();
  const other = await letIn();
  expect(await ask(list, { cookie, "x-atlasbridge-page": page })).toBe(200);
  expect(await ask(list)).toBe(401);
  expect(await ask(list, { cookie })).toBe(401);
  expect(await ask(list, { "x-atlasbridge-page": page })).toBe(401);
  expect(await ask(list, { cookie, "x-atlasbridge-page": `${page}x` })).toBe(401);
  expect(await ask(list, { cookie: `${cookie}x`, "x-atlasbridge-page": page })).toBe(401);
  clock.advance(5);
  const later = await letIn();
  expect(await ask(list, { cookie, "x-atlasbridge-page": later.page })).toBe(401);
  expect(await ask("/cast/x", { cookie: other.cookie })).toBe(401);
  clock.advance(limits.dashboardAdmissionMs);
  expect(await ask(list, { cookie, "x-atlasbridge-page": page })).toBe(401);
});

test("a ticket in the Referer, in a header or at another address opens nothing", async () => {
  const ticket = key.ticket("this");
  expect(await ask(list, { referer: `${origin}/?token=${ticket}` })).toBe(401);
  expect(await ask(list, { authorization: `Bearer ${ticket}` })).toBe(401);
  expect(await ask(`${list}&token=${ticket}`)).toBe(401);
  const there = await fetch(`${origin}/sessions?token=${ticket}`, { redirect: "manual" });
  expect(there.headers.get("set-cookie")).toBeNull();
});

test("another Host, as after DNS rebinding, is refused whatever it brings", async () => {
  const { cookie, page } = await letIn();
  const bring = [`Cookie: ${cookie}`, `X-AtlasBridge-Page: ${page}`];
  const port = String(server.port);
  for (const host of [
    "attacker.example",
    `attacker.example:${port}`,
    "127.0.0.1",
    "127.0.0.1:1",
    `127.0.0.1.nip.io:${port}`,
    `0.0.0.0:${port}`,
    "",
  ]) {
    expect(await raw([`GET ${list} HTTP/1.1`, `Host: ${host}`, ...bring])).toMatch(
      /^HTTP\/1.1 4\d\d /,
    );
  }
  const good = await raw([`GET ${list} HTTP/1.1`, `Host: localhost:${port}`, ...bring]);
  expect(good).toStartWith("HTTP/1.1 200");
});

test("another Origin is refused, with both halves too: form, fetch, subscription and the recording", async () => {
  const { cookie, page } = await letIn();
  const bring = { cookie, "x-atlasbridge-page": page };
  const params = encodeURIComponent(JSON.stringify({ page }));
  for (const from of [
    "https://attacker.example",
    "null",
    "http://127.0.0.1:1",
    `https://127.0.0.1:${server.port}`,
  ]) {
    expect(await ask(list, { ...bring, origin: from })).toBe(403);
    expect(await ask(`/trpc/live?connectionParams=${params}`, { cookie, origin: from })).toBe(403);
    expect(await ask("/cast/x", { ...bring, origin: from })).toBe(403);
    expect(await ask("/", { origin: from })).toBe(403);
  }
  for (const site of ["cross-site", "same-site"]) {
    expect(await ask(list, { ...bring, "sec-fetch-site": site })).toBe(403);
    expect(await ask("/", { "sec-fetch-site": site, "sec-fetch-mode": "no-cors" })).toBe(403);
  }
  const link = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  expect(await ask("/", link)).toBe(200);
  expect(await ask("/", { ...link, "sec-fetch-dest": "iframe" })).toBe(403);
});

test("what a form can send acts on nothing, nor does a method that reads", async () => {
  const { cookie, page } = await letIn();
  const bring = { cookie, "x-atlasbridge-page": page };
  const body = JSON.stringify({
    session_id: "01a22bf9-6de4-746a-9abf-95cf2d0adbf0",
    prompt_id: "01a22bf9-6e91-75cf-90bf-88864e3b0f50",
    fingerprint: "0".repeat(64),
    value: "y",
  });
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "",
  ]) {
    const sent = await fetch(`${origin}/trpc/answer`, {
      method: "POST",
      headers: { ...bring, "content-type": type },
      body,
    });
    expect(sent.status).toBe(415);
  }
  expect(await ask(`/trpc/answer?input=${encodeURIComponent(body)}`, bring)).toBe(405);
  expect(answered).toEqual([]);
  const json = { "content-type": "application/json" };
  const post = async (headers: Record<string, string>, text: string): Promise<number> =>
    (await fetch(`${origin}/trpc/answer`, { method: "POST", headers, body: text })).status;
  expect(await post({ ...json, cookie }, body)).toBe(401);
  expect(await post({ ...json, ...bring }, body)).toBe(200);
  expect(answered).toHaveLength(1);
  expect(
    await post({ ...json, ...bring }, `{"a":"${"x".repeat(limits.dashboardRequestBytesMax)}"}`),
  ).toBe(413);
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
    expect((await fetch(`${origin}/`, { method, headers: bring })).status).toBe(405);
  }
});

test("a subscription of the page is let in by the address and goes on", async () => {
  const { cookie, page } = await letIn();
  const params = encodeURIComponent(JSON.stringify({ page }));
  const response = await fetch(`${origin}/trpc/live?connectionParams=${params}`, {
    headers: { cookie },
  });
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  expect(await response.text()).toContain('"entries":0');
});

test("every reply forbids scripts of others, frames, sniffing and telling where one came from", async () => {
  const paths = [
    "/",
    "/sessions/x",
    "/assets/a-1.js",
    "/assets/none.js",
    list,
    "/?token=x",
    "/trpc/none",
  ];
  for (const path of paths) {
    const { headers } = await fetch(`${origin}${path}`, { redirect: "manual" });
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'",
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("the page is the same at every address that is no file, also for who takes nothing compressed", async () => {
  for (const path of ["/", "/sessions", "/sessions/../../etc/passwd", "/policy?x=1"]) {
    const response = await fetch(`${origin}${path}`, {
      headers: { "accept-encoding": "identity" },
    });
    expect(await response.text()).toBe("<p>the page</p>");
  }
  expect(await ask("/assets/../assets/none.js")).toBe(404);
});

test("the key is private, is kept over a restart, and is refused once others can read it", () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-key-"));
  try {
    const file = join(folder, "state", "dashboard.key");
    const by = { clock, random: systemRandom };
    const admission = openLocalKey(file, by).redeem(openLocalKey(file, by).ticket("a"), "a");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(admission === null || openLocalKey(file, by).admits(admission)).toBe(true);
    expect(admission).not.toBeNull();
    writeFileSync(file, readFileSync(file), { mode: 0o600 });
    const loose = join(folder, "loose.key");
    writeFileSync(loose, readFileSync(file), { mode: 0o644 });
    expect(() => openLocalKey(loose, by)).toThrow("others can read it");
    writeFileSync(file, "short\n");
    expect(() => openLocalKey(file, by)).toThrow("it holds no key");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
