/** Attacks on signing in, each with real providers: nobody comes in who should not, and no browser is sent elsewhere. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { refusalOf } from "../testing/refusal.ts";
import { TestBrowser } from "../testing/browser.ts";
import { startWorld, type World } from "../testing/login.ts";

let world: World;
let tenant: string;

const victim = { sub: "v", email: "victim@example.com", email_verified: true, name: "Victim" };
const mallory = { sub: "m", email: "mallory@example.com", email_verified: true, name: "Mallory" };
const both = ["google", "github"] as const;
type Way = (typeof both)[number];

beforeAll(async () => {
  world = await startWorld();
  tenant = await world.service.newTenant();
  for (const way of both) {
    for (const { email } of [victim, mallory]) {
      as(email === victim.email ? victim : mallory);
      const link = await world.invite(tenant, email);
      const { response } = await world.signIn(new TestBrowser(), { with: way, link });
      expect(response.status).toBe(200);
    }
  }
}, 60_000);

beforeEach(() => as(victim));
afterAll(() => world.stop(), 30_000);

/** Who sits before the providers' pages. */
function as(person: typeof victim): void {
  world.google.person = person;
  world.github.person = {
    ...{ id: person.sub === "v" ? 1 : 2, login: person.name, name: person.name },
    emails: [{ email: person.email, primary: true, verified: person.email_verified }],
  };
}

const urlOf = (path: string): string => `${world.service.url}${path}`;
const callbackOf = (way: Way): string => urlOf(`/auth/${way}/callback`);
const sessionIn = (browser: TestBrowser) =>
  browser.jar(world.service.url).get("atlasbridge-session");

const away = (browser: TestBrowser, way: Way): Promise<URL> => world.away(browser, way);

/** Opened in that browser, it leads to no session. */
async function refused(browser: TestBrowser, url: URL | string): Promise<void> {
  const before = sessionIn(browser);
  const response = await browser.once(String(url));
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("You are not signed in");
  expect(sessionIn(browser)).toBe(before);
}

const changed = (url: URL, change: (query: URLSearchParams) => void): URL => {
  const other = new URL(url);
  change(other.searchParams);
  return other;
};

describe.each(both)("state, coming back from %s", (way) => {
  test("is needed", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    await refused(
      browser,
      changed(back, (query) => query.delete("state")),
    );
  });

  test("must be this browser's", async () => {
    const [one, other] = [new TestBrowser(), new TestBrowser()];
    const back = await away(one, way);
    const state = (await away(other, way)).searchParams.get("state") ?? "";
    await refused(
      one,
      changed(back, (query) => query.set("state", state)),
    );
  });

  test("stands once", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    await refused(
      browser,
      changed(back, (query) => query.append("state", "x")),
    );
  });

  test("works once, also for whoever has kept the cookie", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    const kept = browser.jar(world.service.url).get("atlasbridge-login") ?? "";
    expect((await browser.once(back.href)).status).toBe(303);
    await refused(browser, back);
    browser.jar(world.service.url).set("atlasbridge-login", kept);
    await refused(browser, back);
  });

  test("is too old after ten minutes", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    world.later(600_001);
    await refused(browser, back);
  });

  test("of nobody: an address that somebody else was sent to signs nobody in (login CSRF)", async () => {
    as(mallory);
    const back = await away(new TestBrowser(), way);
    await refused(new TestBrowser(), back);
  });

  test("in a cookie that was changed is none", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    const jar = browser.jar(world.service.url);
    const kept = jar.get("atlasbridge-login") ?? "";
    const at = kept.length - 20;
    jar.set(
      "atlasbridge-login",
      kept.slice(0, at) + (kept[at] === "A" ? "B" : "A") + kept.slice(at + 1),
    );
    await refused(browser, back);
  });
});

describe("the nonce", () => {
  /** Changes what the browser asks of the provider. */
  async function tampered(change: (query: URLSearchParams) => void) {
    const browser = new TestBrowser();
    const to = new URL(await browser.leap(urlOf("/auth/google/start")));
    const { url } = await browser.visit(changed(to, change).href, callbackOf("google"));
    return { browser, url };
  }

  test("is needed", async () => {
    const { browser, url } = await tampered((query) => query.delete("nonce"));
    await refused(browser, url);
  });

  test("must be the one that was sent", async () => {
    const { browser, url } = await tampered((query) => query.set("nonce", "another"));
    await refused(browser, url);
  });

  test("of another sign-in does not do", async () => {
    const other = new URL(await new TestBrowser().leap(urlOf("/auth/google/start")));
    const nonce = other.searchParams.get("nonce") ?? "";
    const { browser, url } = await tampered((query) => query.set("nonce", nonce));
    await refused(browser, url);
  });
});

describe.each(both)("a code of %s", (way) => {
  test("of somebody else's sign-in is not taken (code injection)", async () => {
    as(mallory);
    const theirs = (await away(new TestBrowser(), way)).searchParams.get("code") ?? "";
    as(victim);
    const browser = new TestBrowser();
    const back = await away(browser, way);
    await refused(
      browser,
      changed(back, (query) => query.set("code", theirs)),
    );
  });

  test("is not taken twice (code replay)", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    const code = back.searchParams.get("code") ?? "";
    await browser.once(back.href);
    const again = new TestBrowser();
    const next = await away(again, way);
    await refused(
      again,
      changed(next, (query) => query.set("code", code)),
    );
  });

  test("is not taken without the verifier that this browser holds (PKCE)", async () => {
    const browser = new TestBrowser();
    const to = new URL(await browser.leap(urlOf(`/auth/${way}/start`)));
    const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const other = changed(to, (query) => query.set("code_challenge", challenge));
    const { url } = await browser.visit(other.href, callbackOf(way));
    await refused(browser, url);
  });

  test("that is missing, and a provider that says no, sign nobody in", async () => {
    for (const error of [null, "access_denied"]) {
      const browser = new TestBrowser();
      const back = await away(browser, way);
      const other = changed(back, (query) => {
        query.delete("code");
        if (error !== null) query.set("error", error);
      });
      await refused(browser, other);
    }
  });
});

describe("a mix-up of the providers", () => {
  test.each([
    ["google", "github"],
    ["github", "google"],
  ] as const)("takes no reply of %s at the address of %s", async (left, other) => {
    const browser = new TestBrowser();
    const back = await away(browser, left);
    const asked = world[other].tokenRequests;
    // Nothing in it says whose it is: that is for us to remember.
    const { search } = changed(back, (query) => query.delete("iss"));
    await refused(browser, `${callbackOf(other)}${search}`);
    // The code itself would be what the other provider is after.
    expect(world[other].tokenRequests).toBe(asked);
  });

  test.each(both)("takes no reply to %s that names another issuer (RFC 9207)", async (way) => {
    const browser = new TestBrowser();
    const back = await away(browser, way);
    await refused(
      browser,
      changed(back, (query) => query.set("iss", "https://evil.example")),
    );
  });

  test("does not make one person of two accounts with the same e-mail", async () => {
    const shared = await world.service.newTenant();
    as({ ...victim, sub: "only-google", email: "shared@example.com" });
    const link = await world.invite(shared, "shared@example.com", "admin");
    await world.signIn(new TestBrowser(), { link });
    world.github.person = {
      ...{ id: 99, login: "x", name: "X" },
      emails: [{ email: "shared@example.com", primary: true, verified: true }],
    };
    const { response, text } = await world.signIn(new TestBrowser(), { with: "github" });
    expect(response.status).toBe(403);
    expect(text).toContain("You are not a member");
  });
});

describe("open redirects", () => {
  const traps = [
    ...["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"],
    ...["/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "/%0d%0aset-cookie:a=b"],
    ...[
      "http:evil.example",
      "@evil.example",
      "/.//evil.example",
      "/..//evil.example",
      " //evil.example",
    ],
    ...["https:/evil.example", "///evil.example", "/\u0000/evil.example", "", "evil.example"],
  ];
  test.each(traps)("do not follow from %p", async (trap) => {
    const browser = new TestBrowser();
    const start = urlOf(`/auth/github/start?return_to=${encodeURIComponent(trap)}`);
    const { url } = await browser.visit(start, callbackOf("github"));
    const response = await browser.once(url);
    expect(response.status).toBe(303);
    const to = new URL(response.headers.get("location") ?? "", world.service.url);
    expect(to.origin).toBe(world.service.url);
    // A browser that reads it as another host's is told nothing of the kind either.
    expect(response.headers.get("location")).not.toMatch(/^(\/[/\\]|[a-z]+:)/i);
  });

  test("do not come from a provider's page that asks to return elsewhere", async () => {
    const browser = new TestBrowser();
    const to = new URL(await browser.leap(urlOf("/auth/google/start")));
    to.searchParams.set("redirect_uri", "https://evil.example/callback");
    const response = await browser.once(to.href);
    expect(response.status).toBe(400);
  });
});

describe("a session", () => {
  test("never has an id that was there before signing in (fixation)", async () => {
    const browser = new TestBrowser();
    const planted = "A".repeat(43);
    browser.jar(world.service.url).set("atlasbridge-session", planted);
    await world.signIn(browser);
    expect(sessionIn(browser)).toMatch(/^[\w-]{43}$/);
    expect(sessionIn(browser)).not.toBe(planted);
  });

  test("that somebody planted ends when its browser signs in as somebody else", async () => {
    as(mallory);
    const theirs = new TestBrowser();
    await world.signIn(theirs);
    const planted = sessionIn(theirs) ?? "";
    as(victim);
    const browser = new TestBrowser();
    browser.jar(world.service.url).set("atlasbridge-session", planted);
    const { text } = await world.signIn(browser);
    expect(text).toContain("Victim");
    expect(await refusalOf(world.pageOf(theirs).me.show.query())).toContain("sign in");
  });

  test("is nobody's when its cookie is there twice", async () => {
    const browser = new TestBrowser();
    await world.signIn(browser);
    const cookie = `atlasbridge-session=${sessionIn(browser)}`;
    const ask = (field: string) => fetch(urlOf("/trpc/me.show"), { headers: { cookie: field } });
    expect((await ask(cookie)).status).toBe(200);
    expect((await ask(`${cookie}; atlasbridge-session=${"A".repeat(43)}`)).status).toBe(401);
  });

  test("that was signed out is over, also for whoever stole the cookie", async () => {
    const browser = new TestBrowser();
    await world.signIn(browser);
    const thief = new TestBrowser();
    thief.jar(world.service.url).set("atlasbridge-session", sessionIn(browser) ?? "");
    expect((await world.pageOf(thief).me.show.query()).name).toBe("Victim");
    const origin = world.service.url;
    await browser.once(urlOf("/auth/sign-out"), { method: "POST", headers: { origin } });
    expect(sessionIn(browser)).toBeUndefined();
    expect(await refusalOf(world.pageOf(thief).me.show.query())).toContain("sign in");
  });

  test("has a cookie that no script reads and no other site's request carries", async () => {
    const browser = new TestBrowser();
    const back = await away(browser, "google");
    const response = await browser.once(back.href);
    const [cookie] = response.headers.getSetCookie().filter((one) => one.includes("-session="));
    expect(cookie).toContain("; HttpOnly");
    expect(cookie).toContain("; SameSite=Lax");
    expect(cookie).toContain("; Path=/;");
    expect(cookie).not.toContain("Domain");
  });
});

describe("a page of another site", () => {
  const json = "application/json";
  const attempts: [string, string, string | null][] = [
    ["without an origin", json, null],
    ["from elsewhere", json, "https://evil.example"],
    ["from nowhere", json, "null"],
    ["from a host that begins as ours", json, "OURS.evil.example"],
    ["as a form's text", "text/plain", "OURS"],
    ["as a form", "application/x-www-form-urlencoded", "OURS"],
    ["as a form with files", "multipart/form-data; boundary=x", "OURS"],
  ];
  test.each(attempts)("changes nothing with somebody's cookie: %s", async (_, type, origin) => {
    const browser = new TestBrowser();
    await world.signIn(browser);
    const headers: Record<string, string> = { "content-type": type };
    if (origin !== null) headers["origin"] = origin.replace("OURS", world.service.url);
    const response = await browser.once(urlOf("/trpc/me.endSessions"), {
      ...{ method: "POST", headers, body: JSON.stringify({ keep_this: false }) },
    });
    expect([403, 415]).toContain(response.status);
    expect((await world.pageOf(browser).me.show.query()).name).toBe("Victim");
  });

  test("changes nothing by an address alone", async () => {
    const browser = new TestBrowser();
    await world.signIn(browser);
    const input = encodeURIComponent(JSON.stringify({ keep_this: false }));
    const response = await browser.once(urlOf(`/trpc/me.endSessions?input=${input}`));
    expect(response.status).toBe(405);
    expect((await world.pageOf(browser).me.show.query()).name).toBe("Victim");
  });

  test("signs nobody out", async () => {
    const browser = new TestBrowser();
    await world.signIn(browser);
    for (const origin of ["https://evil.example", "null"]) {
      const response = await browser.once(urlOf("/auth/sign-out"), {
        method: "POST",
        headers: { origin },
      });
      expect(response.status).toBe(403);
    }
    expect((await world.pageOf(browser).me.show.query()).name).toBe("Victim");
  });
});
