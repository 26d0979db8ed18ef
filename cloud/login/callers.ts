/** Who sent a request: by its bearer token, or by the cookie of a web session. */
import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../caller.ts";
import { sha256 } from "../crypto.ts";
import type { Headers } from "../http.ts";
import { holderOf } from "../keys/tokens.ts";
import { readCookie } from "./cookies.ts";
import {
  findSession,
  personOf,
  replaceSession,
  type SessionParts,
  touchSession,
} from "./sessions.ts";
import type { Standing } from "./standing.ts";

export type CallerParts = SessionParts & {
  platformToken: string;
  standing: Standing;
  publicUrl(): string;
};

export type Request = {
  header: Headers;
  /** Takes the cookie that the browser is to have from now on; null where no reply can carry one. */
  give: ((cookie: string) => void) | null;
};

const nobody = { kind: "nobody" } as const;

function bearerIn(header: Headers): string | null {
  const field = header("authorization");
  return field === null ? null : (/^Bearer (\S{1,256})$/i.exec(field)?.[1] ?? "");
}

/** Compared by their hashes: neither the length nor the place of a difference shows. */
export function bearerIs(header: Headers, token: string): boolean {
  const encoder = new TextEncoder();
  const given = sha256(encoder.encode(bearerIn(header) ?? ""));
  return timingSafeEqual(given, sha256(encoder.encode(token)));
}

/** A request with a token is its holder's or nobody's, whatever cookie comes with it. */
export async function callerOf(request: Request, parts: CallerParts): Promise<Caller> {
  const { header } = request;
  const bearer = bearerIn(header);
  if (bearer === null) return await personIn(request, parts);
  if (bearerIs(header, parts.platformToken)) return { kind: "platform" };
  const holder = await holderOf(bearer, parts);
  if (holder === null) return nobody;
  const { tenantId, tenantName, token } = holder;
  const { role, token_id: tokenId, label } = token;
  return { kind: "token", tenantId, tenantName, role, tokenId, label };
}

async function personIn({ header, give }: Request, parts: CallerParts): Promise<Caller> {
  const cookie = readCookie(header("cookie"), "session", parts.publicUrl());
  const session = cookie === null ? null : await findSession(cookie, parts);
  if (session === null || !(await parts.standing.stands(session))) return nobody;
  // A stream that goes on by itself is no use of a session: it must not keep it from ending.
  if (give === null) return personOf(session);
  await touchSession(session, parts);
  if (session.role === session.given_role) return personOf(session);
  // A cookie that was given for one role is not the one of another (session fixation).
  const next = await replaceSession(session, parts);
  if (next === null) return personOf(session);
  give(next.cookie);
  return { ...personOf(session), sessionId: next.sessionId };
}

/**
 * Whether a page of this service sent it, or a program that has no cookies: a browser adds a cookie by itself, also
 * when another site's page sends the request, but then `Origin` tells (RFC 6454 §7.3).
 */
export function isFromHere(header: Headers, publicUrl: string): boolean {
  if (bearerIn(header) !== null) return true;
  const isJson = /^application\/json\s*(;|$)/i.test(header("content-type") ?? "");
  return isJson && header("origin") === publicUrl;
}
