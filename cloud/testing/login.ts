/** A service with both providers beside it, and how people come into it in tests. */
import { createTRPCClient, httpLink } from "@trpc/client";
import type { Role } from "../../contracts/roles.ts";
import { systemClock } from "../clock.ts";
import { createInvitation } from "../members/invitations.ts";
import type { AppRouter } from "../router.ts";
import { TestBrowser, type Visit } from "./browser.ts";
import { type GithubServer, startGithub } from "./github.ts";
import { type OpenIdServer, startOpenId } from "./openid.ts";
import {
  startDatabase,
  startService,
  type ServiceWish,
  type TestClient,
  type TestDatabase,
  type TestService,
} from "./service.ts";

export type World = {
  database: TestDatabase;
  service: TestService;
  google: OpenIdServer;
  github: GithubServer;
  /** Moves the service's clock on. */
  later(ms: number): void;
  /** The link of an invitation. */
  invite(tenantId: string, email: string, role?: Role): Promise<string>;
  /** Signs in from an invitation's link, or without one. */
  signIn(browser: TestBrowser, how?: { with?: "google" | "github"; link?: string }): Promise<Visit>;
  /** Everything up to coming back: where the provider sends the browser, not opened yet. */
  away(browser: TestBrowser, way: "google" | "github"): Promise<URL>;
  /** A person with a session in that role. */
  signedIn(tenantId: string, role: Role): Promise<TestBrowser>;
  /** Calls procedures as the page in that browser would. */
  pageOf(browser: TestBrowser): TestClient;
  stop(): Promise<void>;
};

export async function startWorld(wish: ServiceWish = {}): Promise<World> {
  const [database, google] = await Promise.all([startDatabase(), startOpenId()]);
  const github = startGithub();
  let laterMs = 0;
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + laterMs,
    monotonicMs: () => systemClock.monotonicMs() + laterMs,
  };
  const providers = { google: google.settings, github: github.settings };
  const service = await startService(database, { clock, ...providers, ...wish });
  google.allowRedirect(`${service.parts.publicUrl()}/auth/google/callback`);
  let people = 0;
  const world: World = {
    ...{ database, service, google, github },
    later: (ms) => void (laterMs += ms),
    async invite(tenantId, email, role = "viewer") {
      const made = await service.parts.pool.withTenant(tenantId, (sql) =>
        createInvitation(sql, service.parts, { tenantId, email, role, createdBy: "test" }),
      );
      return `${service.url}/invite/${made.code}`;
    },
    async signIn(browser, { with: provider = "google", link } = {}) {
      const query = link === undefined ? "" : `?invitation=${link.split("/").at(-1)}`;
      return await browser.visit(`${service.url}/auth/${provider}/start${query}`);
    },
    async away(browser, way) {
      const at = (path: string): string => `${service.url}/auth/${way}/${path}`;
      const { url } = await browser.visit(at("start"), at("callback"));
      if (!url.startsWith(at("callback"))) throw new Error(`the provider leads to ${url}`);
      return new URL(url);
    },
    async signedIn(tenantId, role) {
      people += 1;
      const email = `person${people}@example.com`;
      google.person = { sub: `p${people}`, email, email_verified: true, name: `Person ${people}` };
      const link = await world.invite(tenantId, email, role);
      const browser = new TestBrowser();
      const { response } = await world.signIn(browser, { link });
      if (response.status !== 200) throw new Error(`not signed in: ${response.status}`);
      return browser;
    },
    pageOf: (browser) =>
      createTRPCClient<AppRouter>({
        links: [
          httpLink({
            url: `${service.url}/trpc`,
            headers: { origin: service.parts.publicUrl() },
            async fetch(url, init) {
              const response = await browser.once(String(url), init as RequestInit);
              return { ok: response.ok, json: () => response.json() };
            },
          }),
        ],
      }),
    async stop() {
      await service.stop();
      await Promise.all([google.stop(), github.stop(), database.stop()]);
    },
  };
  return world;
}
