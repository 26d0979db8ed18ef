/** Signs a notification as Standard Webhooks says, so that its receiver can tell that it is ours. */
import { Webhook } from "standardwebhooks";
import type { Random } from "../../random.ts";
import type { Attempt } from "./formats.ts";

export const signWebhook: Attempt["sign"] = (secret, { id, now, body }) =>
  // oxlint-disable-next-line no-restricted-globals -- the library takes one; the time is the clock's
  new Webhook(secret).sign(id, new Date(now), body);

/** The specification: 24 to 64 random bytes. */
const secretBytes = 32;

export function newSigningSecret(random: Random): string {
  return `whsec_${random.bytes(secretBytes).toBase64()}`;
}

/** What keeps a receiver from checking by it, as the end of a sentence; null when nothing does. */
export function signingSecretFault(secret: string): string | null {
  const [, encoded = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  if (encoded === "") return 'it is no signing secret: one is "whsec_" and base64';
  const { length } = Buffer.from(encoded, "base64");
  return length >= 24 && length <= 64 ? null : "it has not the 24 to 64 bytes of a signing secret";
}
