/** The two cookies: one holds a web session, the other what is remembered while somebody is at a provider. */

export type CookieName = "session" | "login";

/**
 * RFC 6265bis §4.1.3.2: a `__Host-` cookie is set by this host alone, over TLS, for all of it. Over http://, which is
 * for this machine alone, browsers take neither the prefix nor `Secure` everywhere, so both are left out.
 */
function nameOf(name: CookieName, publicUrl: string): string {
  return publicUrl.startsWith("https:") ? `__Host-atlasbridge-${name}` : `atlasbridge-${name}`;
}

/** The value of `Set-Cookie`; seconds of 0 take the cookie away. */
export function writeCookie(
  name: CookieName,
  value: string,
  { publicUrl, maxAgeSeconds }: { publicUrl: string; maxAgeSeconds: number },
): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  const age = Math.floor(maxAgeSeconds);
  return `${nameOf(name, publicUrl)}=${value}; Path=/; Max-Age=${age}; HttpOnly${secure}; SameSite=Lax`;
}

/** Null when it is not there, or there twice: then somebody else has set one of them. */
export function readCookie(
  field: string | null,
  name: CookieName,
  publicUrl: string,
): string | null {
  const begin = `${nameOf(name, publicUrl)}=`;
  const found = (field ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(begin));
  const [only, ...more] = found;
  return only === undefined || more.length > 0 ? null : only.slice(begin.length);
}
