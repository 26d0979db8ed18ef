/** Secrets of the keychain: their names, which policies, decisions and records say in their place, and what one may be. */
import * as z from "zod";
import { limits } from "./limits.ts";

export const secretName = z
  .string()
  .min(1)
  .max(limits.secretNameCharsMax)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "may hold letters, digits, . _ and - only, beginning with a letter or digit",
  );

/** Under which the keychain holds what signs uploads: no name that a policy could ask for, so that it is never typed. */
export const signingSecretEntry = z.string().regex(/^\.cloud-abk_[0-9A-Za-z]{17}$/);

/** Under which the keychain holds an agent's own key: no name that a policy could ask for, so that it is never typed. */
export const agentKeyEntry = z.string().regex(/^\.agent-[0-9a-f]{32}$/);

/** Under which the keychain holds what a notification target is reached by. */
export const notifySecretEntry = z.string().regex(/^\.notify-[a-z0-9][a-z0-9_-]{0,31}$/);

/** Entries of our own, which no list of secrets shows. */
export const ownEntry = z.union([agentKeyEntry, signingSecretEntry, notifySecretEntry]);

/**
 * What keeps these bytes from being typed as one line of a terminal, as the end of a sentence; null when nothing does.
 * UTF-8 is checked where it is read.
 */
export function secretFault(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "it is empty";
  if (bytes.length > limits.secretBytesMax)
    return `it has more than ${limits.secretBytesMax} bytes`;
  const isControl = (byte: number, at: number): boolean =>
    byte < 0x20 || byte === 0x7f || (byte === 0xc2 && (bytes[at + 1] ?? 0) < 0xa0);
  return bytes.some(isControl) ? "it holds a control character or a line break" : null;
}
