/** Keys, time and chance that are the same each time, so that a pact changes only when something else does. */
import { hkdfSync } from "node:crypto";
import {
  keyIdRandomBytes,
  secretRandomBytes,
  writeKeyId,
  writeSecret,
} from "../contracts/api-key.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { sha256 } from "../runtime/upload/hashes.ts";

/** Bytes that look like chance. */
function bytesOf(name: string, count: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", "atlasbridge pacts", name, "", count));
}

/** Of the key that signs in every pact: who verifies them sets up a key with this secret. */
export const sameSecretBytes = bytesOf("secret", secretRandomBytes);
export const sameKey = {
  keyId: writeKeyId(bytesOf("key id", keyIdRandomBytes)),
  secret: writeSecret(sameSecretBytes, sha256),
};

/** RFC 8410 §7: what stands before the raw key in PKCS #8. */
const pkcs8Head = Uint8Array.fromHex("302e020100300506032b657004220420");

/** An Ed25519 private key. */
export function samePem(name: string): string {
  const text = Buffer.concat([pkcs8Head, bytesOf(name, 32)]).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`;
}

/** 2026-09-21, when all of it happens. */
export const sameMoment = 1_790_000_000_000;

export function sameRandom(name: string): Random {
  let turn = 0;
  const next = (count: number): Uint8Array => {
    turn += 1;
    return bytesOf(`${name} ${turn}`, count);
  };
  return { bytes: next, uuidv7: () => uuidv7Of(next(10)) };
}

/** RFC 9562 §5.7: 48 bits of time, version, 12 bits, variant, 62 bits. */
function uuidv7Of(random: Uint8Array): string {
  const time = sameMoment.toString(16).padStart(12, "0");
  const rest = random.toHex();
  const hex = `${time}7${rest.slice(0, 3)}8${rest.slice(3, 18)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A millisecond later each time it is asked; nothing is waited for. */
export function sameClock(): Clock {
  let now = sameMoment;
  return {
    ...systemClock,
    now() {
      now += 1;
      return now;
    },
    after: (_ms, call) => systemClock.after(0, call),
  };
}
