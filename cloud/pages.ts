/** The dashboard's files as the service gives them: the page for whoever is signed in, and what it is made of. */
import type { Hono } from "hono";
import { type Env, headersOf, type Http } from "./http.ts";
import { hasSession, type LoginParts } from "./login/routes.ts";

/** One file, compressed. */
export type Asset = { type: string; gzip: Uint8Array<ArrayBuffer> };
/** By path, such as `/index.html`. */
export type Assets = ReadonlyMap<string, Asset>;

/** No inline script or style, nothing of anybody else's, no frame around it. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const pageHeaders = {
  "content-security-policy": contentPolicy,
  // With `no-referrer`, browsers say `Origin: null` of a form that is sent here.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

export type PageParts = LoginParts & {
  /** Null: there is no dashboard here, and a plain page says who is signed in. */
  assets: Assets | null;
};

/** Comes last, and before it `/`: every address that is nothing else is a page of the dashboard. */
export function pageRoutes(app: Hono<Env>, path: "/" | "*", parts: PageParts): void {
  const { assets } = parts;
  const index = assets?.get("/index.html");
  if (assets === null || index === undefined) return;
  app.get(path, async (c, next) => {
    const found = assets.get(c.req.path);
    if (found !== undefined && c.req.path.startsWith("/assets/")) {
      // Their names hold a hash of what is in them.
      c.header("cache-control", "public, max-age=31536000, immutable");
      return give(c, found);
    }
    if (!isPageWanted(c)) return await next();
    if (!(await hasSession(headersOf(c), parts))) return c.redirect(signInAt(c), 303);
    for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value);
    return give(c, index);
  });
}

/** A person opens it: programs that mistake an address are told so. */
function isPageWanted(c: Http): boolean {
  if (/^\/(assets|trpc|v1|auth|invite|welcome|problems)(\/|$)/.test(c.req.path)) return false;
  return c.req.header("accept")?.includes("text/html") === true;
}

function signInAt(c: Http): string {
  const { pathname, search } = new URL(c.req.url);
  if (pathname === "/") return "/auth/sign-in";
  return `/auth/sign-in?return_to=${encodeURIComponent(pathname + search)}`;
}

function give(c: Http, { type, gzip }: Asset): Response {
  c.header("content-type", type);
  c.header("vary", "accept-encoding");
  if (c.req.header("accept-encoding")?.includes("gzip") !== true) {
    return c.body(Bun.gunzipSync(gzip));
  }
  c.header("content-encoding", "gzip");
  return c.body(gzip);
}
