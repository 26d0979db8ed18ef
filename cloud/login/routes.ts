/** Signing in and out over HTTP: leaving for a provider, coming back, and following an invitation. */
import type { Hono } from "hono";
import { record } from "../audit/audit.ts";
import { type Env, type Headers, headersOf, type Http } from "../http.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf, type Log } from "../log.ts";
import { findInvitation } from "../members/invitations.ts";
import type { Account, Grant, Provider, ProviderName } from "./account.ts";
import { readCookie, writeCookie } from "./cookies.ts";
import { type Closed, enter } from "./enter.ts";
import { type Errand, openErrand, returnPathOf, sealErrand } from "./errand.ts";
import type { FirstLink } from "./first-link.ts";
import { pagePolicy } from "./page.ts";
import {
  closedPage,
  failedPage,
  firstOverPage,
  firstPage,
  invitationPage,
  signInPage,
  unreachablePage,
  welcomePage,
} from "./pages.ts";
import { endSessions, findSession, type SessionParts } from "./sessions.ts";

export type LoginParts = SessionParts & {
  providers: ReadonlyMap<ProviderName, Provider>;
  /** Where people and their browsers find this service: scheme, host and port. */
  publicUrl(): string;
  /** Null: people sign in with a provider. */
  firstLink: FirstLink | null;
  log: Log;
};

export function loginRoutes(app: Hono<Env>, parts: LoginParts): void {
  const providers = [...parts.providers.values()];
  app.get("/auth/sign-in", (c) => {
    const returnTo = returnPathOf(c.req.query("return_to") ?? null, parts.publicUrl());
    return show(c, signInPage(providers, returnTo));
  });
  app.get("/invite/:code", async (c) => {
    const code = c.req.param("code");
    const shown = await findInvitation(code, parts);
    if (shown === null) return show(c, closedPage("invitation-over"), 410);
    const { tenantName, invitation } = shown;
    const { email, role } = invitation;
    return show(c, invitationPage(providers, { tenantName, email, role, code }));
  });
  for (const provider of providers) {
    app.get(`/auth/${provider.name}/start`, (c) => leave(c, provider, parts));
    app.get(`/auth/${provider.name}/callback`, (c) => arrive(c, provider, parts));
  }
  app.get("/welcome/:code", (c) => {
    const isGood = parts.firstLink?.isOf(c.req.param("code")) === true;
    return isGood ? show(c, firstPage(c.req.path)) : show(c, firstOverPage(), 410);
  });
  app.post("/welcome/:code", (c) => followFirst(c, c.req.param("code"), parts));
  app.post("/auth/sign-out", (c) => signOut(c, parts));
  app.get("/", async (c) => {
    const session = await findSession(cookieOf(headersOf(c), parts) ?? "", parts);
    if (session === null) return c.redirect("/auth/sign-in", 303);
    const { name, email, tenantName, role } = session;
    return show(c, welcomePage({ name: name || email, tenantName, role }));
  });
}

type Page = Parameters<Http["html"]>[0];

function show(c: Http, page: Page, status: 200 | 400 | 403 | 410 | 503 = 200) {
  c.header("content-security-policy", pagePolicy);
  // With `no-referrer`, browsers say `Origin: null` of a form that is sent here.
  c.header("referrer-policy", "same-origin");
  return c.html(page, status);
}

/** For a page that says nothing of anybody by itself: its procedures ask again. */
export async function hasSession(header: Headers, parts: LoginParts): Promise<boolean> {
  return (await findSession(cookieOf(header, parts) ?? "", parts)) !== null;
}

function cookieOf(header: Headers, parts: Pick<LoginParts, "publicUrl">): string | null {
  return readCookie(header("cookie"), "session", parts.publicUrl());
}

export function sessionCookie(value: string, { publicUrl }: Pick<LoginParts, "publicUrl">): string {
  const maxAgeSeconds = value === "" ? 0 : bounds.sessionMs / 1_000;
  return writeCookie("session", value, { publicUrl: publicUrl(), maxAgeSeconds });
}

function loginCookie(value: string, { publicUrl }: LoginParts): string {
  const maxAgeSeconds = value === "" ? 0 : bounds.loginMs / 1_000;
  return writeCookie("login", value, { publicUrl: publicUrl(), maxAgeSeconds });
}

/** One address for each provider: a reply of one cannot be taken for a reply of another (RFC 9700 §4.4.2). */
const redirectUriOf = ({ name }: Provider, { publicUrl }: LoginParts): string =>
  `${publicUrl()}/auth/${name}/callback`;

const secretBytes = 32;

/**
 * Whether it is a page of ours that sends somebody to sign in, as far as the browser says (Fetch Metadata §2.4). A link of
 * somebody else's must not: where a provider asks nothing any more, it would make its reader a member of another
 * organisation, or another person, unseen.
 */
function isOurLink(header: Headers, invitation: string | null): boolean {
  const site = header("sec-fetch-site");
  if (site === null || site === "same-origin") return true;
  return site === "none" && invitation === null;
}

async function leave(c: Http, provider: Provider, parts: LoginParts): Promise<Response> {
  const { random, ring, clock } = parts;
  const invitation = c.req.query("invitation")?.slice(0, bounds.codeCharsMax) ?? null;
  if (!isOurLink(headersOf(c), invitation)) {
    const page =
      invitation === null ? "/auth/sign-in" : `/invite/${encodeURIComponent(invitation)}`;
    return c.redirect(page, 303);
  }
  const secret = (): string =>
    random.bytes(secretBytes).toBase64({ alphabet: "base64url", omitPadding: true });
  const secrets = { state: secret(), nonce: secret(), verifier: secret() };
  const redirectUri = redirectUriOf(provider, parts);
  const to = await provider.leave({ ...secrets, redirectUri }).catch((error: unknown) => error);
  if (!(to instanceof URL)) {
    parts.log.warn("provider_unreachable", { provider: provider.name, ...faultOf(to) });
    return await show(c, unreachablePage(provider.title), 503);
  }
  const errand = {
    ...secrets,
    provider: provider.name,
    invitation,
    returnTo: returnPathOf(c.req.query("return_to") ?? null, parts.publicUrl()),
  };
  c.get("cookies").push(loginCookie(sealErrand(errand, ring, clock), parts));
  return c.redirect(to.href, 303);
}

async function arrive(c: Http, provider: Provider, parts: LoginParts): Promise<Response> {
  const header = headersOf(c);
  const kept = readCookie(header("cookie"), "login", parts.publicUrl());
  const errand = openErrand(kept, parts.ring, parts.clock);
  // Whatever comes of it, what was remembered is used up.
  c.get("cookies").push(loginCookie("", parts));
  const came =
    errand?.provider === provider.name ? await trade(c, { provider, errand }, parts) : null;
  if (errand === null || came === null) return await show(c, failedPage(), 400);
  const browser = browserOf(header);
  const { invitation, returnTo } = errand;
  const entered = await enter({ ...came, provider: provider.name, invitation, browser }, parts);
  if (!entered.ok) return await closed(c, entered.why, parts);
  // What was in this browser before is nobody's any more: a session never goes over to another person.
  await endCurrent(header, parts);
  c.get("cookies").push(sessionCookie(entered.begun.cookie, parts));
  return c.redirect(returnTo, 303);
}

/** As it calls itself, as much of it as lists and the audit log keep. */
const browserOf = (header: Headers): string =>
  (header("user-agent") ?? "").slice(0, bounds.browserCharsMax);

async function trade(
  c: Http,
  { provider, errand }: { provider: Provider; errand: Errand },
  parts: LoginParts,
): Promise<{ account: Account; grant: Grant } | null> {
  const { search } = new URL(c.req.url);
  const redirectUri = redirectUriOf(provider, parts);
  try {
    return await provider.arrive(new URL(`${redirectUri}${search}`), { ...errand, redirectUri });
  } catch (error) {
    const request_id = c.get("requestId");
    parts.log.warn("sign_in_failed", { request_id, provider: provider.name, ...faultOf(error) });
    return null;
  }
}

async function closed(c: Http, why: Closed, parts: LoginParts): Promise<Response> {
  parts.log.info("not_let_in", { request_id: c.get("requestId"), why });
  return await show(c, closedPage(why), 403);
}

async function endCurrent(header: Headers, parts: LoginParts): Promise<void> {
  const session = await findSession(cookieOf(header, parts) ?? "", parts);
  if (session === null) return;
  const { tenantId, person_id: personId, session_id: only, email } = session;
  await parts.pool.withTenant(tenantId, async (sql) => {
    if ((await endSessions(sql, { tenantId, personId, only })) === 0) return;
    await record(sql, {
      ...{ tenantId, at: parts.clock.now(), action: "sign-out", target: only },
      ...{ actor: { kind: "person", id: personId, name: email }, before: null, after: null },
    });
  });
}

async function followFirst(c: Http, code: string, parts: LoginParts): Promise<Response> {
  const header = headersOf(c);
  const isOurs = header("origin") === parts.publicUrl();
  const begun = isOurs ? await parts.firstLink?.follow(code, browserOf(header)) : undefined;
  if (begun === undefined || begun === null) return await show(c, firstOverPage(), 410);
  await endCurrent(header, parts);
  c.get("cookies").push(sessionCookie(begun.cookie, parts));
  return c.redirect("/", 303);
}

async function signOut(c: Http, parts: LoginParts): Promise<Response> {
  const header = headersOf(c);
  if (header("origin") !== parts.publicUrl()) {
    return c.json({ title: "sign out from a page of this service", status: 403 }, 403);
  }
  await endCurrent(header, parts);
  c.get("cookies").push(sessionCookie("", parts));
  return c.redirect("/auth/sign-in", 303);
}
