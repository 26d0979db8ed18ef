/** How providers are called: with a time limit, without TLS on this machine alone, and what their failures mean. */
import * as oauth from "oauth4webapi";
import type { Clock } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";

/** What is read of an answer at most; a list of keys or of addresses is a few KiB. */
const answerBytesMax = 1_048_576;

/** Asks and reads the whole answer within the time limit. Throws when it is late, too long, or sends us elsewhere. */
async function askWithin(clock: Clock, url: string, init: RequestInit): Promise<Response> {
  const controller = new AbortController();
  const timer = clock.after(bounds.providerMs, () => controller.abort());
  try {
    const signal = controller.signal;
    const response = await fetch(url, { ...init, redirect: "error", signal });
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength > answerBytesMax) throw new Error("the provider's answer is too long");
    const { status, headers } = response;
    return new Response(status === 204 ? null : bytes, { status, headers });
  } finally {
    timer.cancel();
  }
}

/** Of each request that the library makes. */
export function callOptions(clock: Clock, url: string) {
  return {
    [oauth.customFetch]: (to: string, init: object) => askWithin(clock, to, init),
    // Settings let http:// through on loopback alone.
    [oauth.allowInsecureRequests]: new URL(url).protocol === "http:",
  };
}

/** Whether the provider has said no; else it may say yes later. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof oauth.ResponseBodyError) {
    // RFC 6749 §5.2: of these, only `invalid_grant` is about the grant; the others are about our settings.
    return error.status < 500 && error.error === "invalid_grant";
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) return error.status === 401;
  return false;
}

/** What a token endpoint's reply says of when the access token ends. */
export function expiryOf(expiresIn: number | undefined, now: number): number | null {
  return expiresIn === undefined ? null : now + expiresIn * 1_000;
}
