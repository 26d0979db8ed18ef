/** How keys and secrets of the cloud are written: by their beginning one knows what they are, by their end that they are whole. */
import type { Sha256 } from "./merkle.ts";

export const secretRandomBytes = 32;
export const keyIdRandomBytes = 12;

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const checksumChars = 6;

/** 32 bytes need 43 digits of base 62, 12 bytes 17. */
const charsOf = (bytes: number): number => Math.ceil((bytes * 8) / Math.log2(digits.length));

/** `abk_` + base 62: names a key, no secret. `random`: 12 bytes. */
export function writeKeyId(random: Uint8Array): string {
  return `abk_${base62(random, charsOf(keyIdRandomBytes))}`;
}

export function isKeyId(text: string): boolean {
  return /^abk_[0-9A-Za-z]{17}$/.test(text);
}

/** What a secret is for: of an ingestion key, of automation, of an invitation. */
export type SecretKind = "abs" | "abt" | "abi";

const calls: Readonly<Record<SecretKind, string>> = {
  abs: "signing secret",
  abt: "token",
  abi: "invitation's code",
};

/** `abs_` + base 62 of 256 bits + six digits of a checksum, so that scanners can tell one that leaked from chance. */
export function writeSecret(random: Uint8Array, sha256: Sha256, kind: SecretKind = "abs"): string {
  const body = base62(random, charsOf(secretRandomBytes));
  return `${kind}_${body}${checksum(body, sha256)}`;
}

/** Whether it was copied whole; null when it was, else what is wrong, without any of it. */
export function secretFaultOf(
  text: string,
  sha256: Sha256,
  kind: SecretKind = "abs",
): string | null {
  const [, begins, body, sum] = /^([a-z]{3})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/.exec(text) ?? [];
  if (begins !== kind || body === undefined) {
    return `a ${calls[kind]} begins with "${kind}_" and has 53 characters`;
  }
  if (checksum(body, sha256) === sum) return null;
  return `the ${calls[kind]} was not copied whole: its checksum is wrong`;
}

function checksum(body: string, sha256: Sha256): string {
  return base62(sha256(new TextEncoder().encode(body)).subarray(0, 4), checksumChars);
}

function base62(bytes: Uint8Array, chars: number): string {
  let left = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (let at = 0; at < chars; at += 1) {
    text = (digits[Number(left % 62n)] ?? "") + text;
    left /= 62n;
  }
  return text;
}
