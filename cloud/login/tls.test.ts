/** Behind a proxy that speaks TLS: cookies of this host alone, which no request without TLS carries. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TestBrowser } from "../testing/browser.ts";
import { startWorld, type World } from "../testing/login.ts";
import { temporaryFolder } from "../testing/service.ts";

let world: World;
let folder = "";
let certificate = "";
let proxy: Bun.Server<undefined>;
let publicUrl = "";

beforeAll(async () => {
  folder = temporaryFolder();
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-nodes", "-days", "2", "-keyout", key, "-out", cert];
  const made = Bun.spawnSync(["openssl", ...words, ...named, ...files]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  certificate = readFileSync(cert, "utf8");
  proxy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key: readFileSync(key, "utf8"), cert: certificate },
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers, body } = request;
      const to = `${world.service.url}${pathname}${search}`;
      return fetch(to, { method, headers, body, redirect: "manual" });
    },
  });
  publicUrl = `https://localhost:${proxy.port}`;
  world = await startWorld({ publicUrl });
}, 60_000);
afterAll(async () => {
  await proxy.stop(true);
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** Signed in over TLS; what the browser was told to keep on its way back from the provider. */
async function signIn(email: string) {
  world.google.person = { sub: email, email, email_verified: true, name: "Ada" };
  const tenant = await world.service.newTenant();
  const code = (await world.invite(tenant, email)).split("/").at(-1);
  const browser = new TestBrowser({ tls: { ca: certificate } });
  const start = `${publicUrl}/auth/google/start?invitation=${code}`;
  const leaving = await new TestBrowser({ tls: { ca: certificate } }).once(start);
  const { url } = await browser.visit(start, `${publicUrl}/auth/google/callback`);
  const back = await browser.once(url);
  expect([back.status, back.headers.get("location")]).toEqual([303, "/"]);
  const cookies = [...leaving.headers.getSetCookie(), ...back.headers.getSetCookie()];
  return { browser, cookies };
}

test("every cookie is of this host alone, over TLS alone, and for no script", async () => {
  const { browser, cookies } = await signIn("ada@example.com");
  const given = cookies.filter((one) => !one.includes("Max-Age=0"));
  expect(given.map((one) => one.split("=")[0])).toEqual([
    ...["__Host-atlasbridge-login", "__Host-atlasbridge-session"],
  ]);
  for (const cookie of cookies) {
    const [, ...attributes] = cookie.split("; ");
    expect(attributes.filter((one) => !one.startsWith("Max-Age="))).toEqual([
      ...["Path=/", "HttpOnly", "Secure", "SameSite=Lax"],
    ]);
  }
  expect(given[1]).toContain("Max-Age=604800;");
  const shown = await browser.once(`${publicUrl}/trpc/me.show`);
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining("Ada")]);
});

test("a cookie without the prefix, which another host of the domain could set, opens nothing", async () => {
  const { browser } = await signIn("bob@example.com");
  const value = browser.jar(publicUrl).get("__Host-atlasbridge-session") ?? "";
  const ask = async (cookie: string) =>
    (await fetch(`${world.service.url}/trpc/me.show`, { headers: { cookie } })).status;
  expect(await ask(`__Host-atlasbridge-session=${value}`)).toBe(200);
  expect(await ask(`atlasbridge-session=${value}`)).toBe(401);
});

test("changes are taken from pages over TLS, and from none without", async () => {
  const { browser } = await signIn("cleo@example.com");
  const end = async (origin: string) => {
    const headers = { origin, "content-type": "application/json" };
    const body = JSON.stringify({ keep_this: true });
    const init = { method: "POST", headers, body };
    return (await browser.once(`${publicUrl}/trpc/me.endSessions`, init)).status;
  };
  expect(await end(publicUrl.replace("https:", "http:"))).toBe(403);
  expect(await end(world.service.url)).toBe(403);
  expect(await end(publicUrl)).toBe(200);
});
