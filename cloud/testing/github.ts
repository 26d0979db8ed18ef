/** A provider on loopback that speaks as GitHub does: OAuth 2.0, tokens that end, and no ID token. */
import { Hono } from "hono";
import { createHash } from "node:crypto";
import { systemRandom } from "../random.ts";
import type { Settings } from "../config.ts";

export type GithubPerson = {
  id: number;
  login: string;
  name: string | null;
  emails: { email: string; primary: boolean; verified: boolean }[];
};

export type GithubServer = {
  settings: NonNullable<Settings["github"]>;
  person: GithubPerson;
  isDown: boolean;
  tokenRequests: number;
  /** Tokens end by themselves and are refreshed, as a GitHub App's; else as an OAuth App's, never. */
  expires: boolean;
  revokeAll(): void;
  stop(): Promise<void>;
};

type Code = { person: GithubPerson; challenge: string; redirectUri: string };

const clientId = "Iv1.atlasbridge";
const clientSecret = "a-secret-of-the-github-client";

type Held = {
  codes: Map<string, Code>;
  access: Map<string, GithubPerson>;
  refresh: Map<string, GithubPerson>;
};

const newSecret = (prefix: string): string => `${prefix}_${systemRandom.bytes(20).toHex()}`;

export function startGithub(): GithubServer {
  const held: Held = { codes: new Map(), access: new Map(), refresh: new Map() };
  const app = new Hono();
  const listener = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (r) => app.fetch(r) });
  const url = `http://127.0.0.1:${listener.port}`;
  const server: GithubServer = {
    settings: { clientId, clientSecret, url, apiUrl: `${url}/api` },
    person: {
      ...{ id: 7, login: "ada", name: "Ada" },
      emails: [{ email: "ada@example.com", primary: true, verified: true }],
    },
    ...{ isDown: false, tokenRequests: 0, expires: true },
    revokeAll() {
      held.access.clear();
      held.refresh.clear();
    },
    stop: () => listener.stop(true),
  };
  app.use(async (c, next) => (server.isDown ? c.text("", 503) : await next()));
  app.get("/login/oauth/authorize", (c) => {
    const { state = "", redirect_uri: redirectUri = "", code_challenge = "" } = c.req.query();
    const code = newSecret("code");
    held.codes.set(code, { person: server.person, challenge: code_challenge, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", state);
    return c.redirect(back.href);
  });
  app.post("/login/oauth/access_token", async (c) => {
    server.tokenRequests += 1;
    const form = new URLSearchParams(await c.req.text());
    const person = personOf(form, held);
    // It refuses with status 200.
    return c.json(typeof person === "string" ? { error: person } : issue(person, server, held));
  });
  const holder = (authorization: string | undefined): GithubPerson | undefined =>
    held.access.get((authorization ?? "").replace(/^bearer /i, ""));
  app.get("/api/user", (c) => {
    const person = holder(c.req.header("authorization"));
    if (person === undefined) return c.json({ message: "Bad credentials" }, 401);
    return c.json({ id: person.id, login: person.login, name: person.name });
  });
  app.get("/api/user/emails", (c) => {
    const person = holder(c.req.header("authorization"));
    return person === undefined ? c.json({}, 401) : c.json(person.emails);
  });
  return server;
}

/** Whose the code or refresh token is, which is used up; else GitHub's word for what is wrong. */
function personOf(form: URLSearchParams, { codes, refresh }: Held): GithubPerson | string {
  const field = (name: string): string => form.get(name) ?? "";
  if (field("client_id") !== clientId || field("client_secret") !== clientSecret) {
    return "incorrect_client_credentials";
  }
  if (field("grant_type") === "refresh_token") {
    const person = refresh.get(field("refresh_token"));
    refresh.delete(field("refresh_token"));
    return person ?? "bad_refresh_token";
  }
  const code = codes.get(field("code"));
  codes.delete(field("code"));
  const challenge = createHash("sha256").update(field("code_verifier")).digest("base64url");
  const isGood = code?.challenge === challenge && code.redirectUri === field("redirect_uri");
  return code !== undefined && isGood ? code.person : "bad_verification_code";
}

function issue(person: GithubPerson, { expires }: GithubServer, { access, refresh }: Held): object {
  const access_token = newSecret("ghu");
  access.set(access_token, person);
  const token = { access_token, token_type: "bearer", scope: "" };
  if (!expires) return token;
  const refresh_token = newSecret("ghr");
  refresh.set(refresh_token, person);
  return { ...token, refresh_token, expires_in: 28_800, refresh_token_expires_in: 15_897_600 };
}
