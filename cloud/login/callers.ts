/** Who sent a request: by its bearer token, or by the cookie of a web session. */
import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../context.ts";
import { sha256 } from "../crypto.ts";
import { holderOf, type TokenParts } from "../keys/tokens.ts";

export type Headers = (name: string) => string | null;

export type CallerParts = TokenParts & { platformToken: string };

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
export async function callerOf(header: Headers, parts: CallerParts): Promise<Caller> {
  const bearer = bearerIn(header);
  if (bearer === null) return nobody;
  if (bearerIs(header, parts.platformToken)) return { kind: "platform" };
  const holder = await holderOf(bearer, parts);
  if (holder === null) return nobody;
  const { tenantId, tenantName, token } = holder;
  const { role, token_id: tokenId, label } = token;
  return { kind: "token", tenantId, tenantName, role, tokenId, label };
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
