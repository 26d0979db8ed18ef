/** What is remembered while somebody is at a provider: in their own browser, sealed, for ten minutes. */
import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { KeyRing } from "../keys/ring.ts";
import { bounds } from "../limits/bounds.ts";

const errand = z.strictObject({
  provider: z.enum(["google", "github"]),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The code of the invitation that somebody follows. */
  invitation: z.string().nullable(),
  returnTo: z.string(),
  until: z.int(),
});
export type Errand = z.infer<typeof errand>;

const nobodys = { tenantId: "", keyId: "login" };

export function sealErrand(wish: Omit<Errand, "until">, ring: KeyRing, clock: Clock): string {
  const until = clock.now() + bounds.loginMs;
  const { sealed, version } = ring.seal(JSON.stringify({ ...wish, until }), nobodys);
  return `${version}.${Buffer.from(sealed).toString("base64url")}`;
}

/** Null for what we have not sealed, or is too old. */
export function openErrand(text: string | null, ring: KeyRing, clock: Clock): Errand | null {
  const [, version, sealed] = /^(\d{1,9})\.([A-Za-z0-9_-]{1,4000})$/.exec(text ?? "") ?? [];
  if (version === undefined || sealed === undefined) return null;
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const opened = errand.parse(JSON.parse(ring.open(bytes, Number(version), nobodys)));
    return opened.until > clock.now() ? opened : null;
  } catch {
    // Somebody else's, or changed: the same as none.
    return null;
  }
}

/** A path of this service; anything else leads to its first page. */
export function returnPathOf(text: string | null, publicUrl: string): string {
  const home = "/";
  if (text === null || text.length > bounds.targetCharsMax) return home;
  // Browsers read a backslash as a slash and drop line breaks and tabs, so `/\host` would be another host.
  if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text)) return home;
  const url = URL.parse(text, publicUrl);
  // `/.//host` becomes `//host` when its dots are resolved.
  if (url === null || url.origin !== publicUrl || url.pathname.startsWith("//")) return home;
  const path = `${url.pathname}${url.search}${url.hash}`;
  // Letters outside of ASCII have become nine each; browsers keep no cookie above 4 KiB.
  return path.length > bounds.targetCharsMax ? home : path;
}
