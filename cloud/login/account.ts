/** What a provider tells of somebody who signed in, and of a grant that it gave earlier. */
import { sha256 } from "../crypto.ts";
import { bounds } from "../limits/bounds.ts";

export type ProviderName = "google" | "github";

/** What the provider gave for this session; kept sealed. */
export type Grant = {
  provider: ProviderName;
  subject: string;
  accessToken: string;
  refreshToken: string | null;
  /** Milliseconds; null: the token does not end by itself. */
  accessExpiresAt: number | null;
};

export type Account = {
  issuer: string;
  subject: string;
  /** As the provider has verified it; null: it has not, or it is none. */
  email: string | null;
  /** As `shownName` gives it. */
  name: string;
};

/** What somebody calls themselves at a provider, as it can be kept and shown: one line of whole characters. */
export function shownName(text: string): string {
  const line = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
  return Array.from(line).slice(0, bounds.personNameCharsMax).join("").trim();
}

/** `gone`: the provider says no. `silent`: it says nothing, so nobody knows. */
export type Asked = { state: "good"; grant: Grant } | { state: "gone" } | { state: "silent" };

/** What is to be remembered between leaving for the provider and coming back. */
export type Departure = { state: string; nonce: string; verifier: string; redirectUri: string };

export interface Provider {
  readonly name: ProviderName;
  /** As people call it. */
  readonly title: string;
  /** Where to send the browser. */
  leave(departure: Departure): Promise<URL>;
  /** Checks what came back and trades the code. Throws when anything about it is not as it must be. */
  arrive(came: URL, departure: Departure): Promise<{ account: Account; grant: Grant }>;
  /** Asks whether the grant still stands; refreshes it when it ends soon. */
  ask(grant: Grant): Promise<Asked>;
}

/** One account at one provider is one person, also across tenants: UUIDv8 (RFC 9562 §5.8) of both. */
export function personIdOf({ issuer, subject }: Pick<Account, "issuer" | "subject">): string {
  const digest = sha256(new TextEncoder().encode(`atlasbridge-person/1\n${issuer}\n${subject}`));
  const bytes = digest.slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toHex();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
