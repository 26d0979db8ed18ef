/** The ring of keys under which signing secrets lie in the database: several versions at once, the newest seals. */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { AtlasError } from "../../contracts/errors.ts";
import type { Random } from "../random.ts";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const cipher = "aes-256-gcm";

/** Whose secret it is: sealed with it, so that one row's secret is none in another. */
export type SealedFor = { tenantId: string; keyId: string };

export interface KeyRing {
  seal(secret: string, whose: SealedFor): { sealed: Uint8Array; version: number };
  /** Throws when it was sealed for somebody else, changed, or under a version that is not here. */
  open(sealed: Uint8Array, version: number, whose: SealedFor): string;
  versions: readonly number[];
}

/**
 * `VERSION:BASE64` of 32 bytes each, separated by commas; the highest version seals. Throws `AtlasError` that quotes
 * nothing of it.
 */
export function parseKeyRing(text: string, random: Random): KeyRing {
  const keys = new Map<number, Uint8Array>();
  for (const part of text.trim().split(",")) {
    const [, version, encoded] = /^\s*([1-9]\d{0,8}):([A-Za-z0-9+/=]+)\s*$/.exec(part) ?? [];
    const key = encoded === undefined ? null : Buffer.from(encoded, "base64");
    if (version === undefined || key?.length !== keyBytes || keys.has(Number(version))) {
      const message =
        "the key ring is not VERSION:BASE64[,VERSION:BASE64…] of 32 bytes each; one is made by: echo 1:$(head -c 32 /dev/urandom | base64)";
      throw new AtlasError("config_invalid", message);
    }
    keys.set(Number(version), key);
  }
  return ringOf(keys, random);
}

/** A ring of one key, as `parseKeyRing` reads it. */
export function newKeyRingText(random: Random): string {
  return `1:${random.bytes(keyBytes).toBase64()}`;
}

/** The same ring with a newer key, which seals from now on. Throws as `parseKeyRing` does. */
export function withNewKey(text: string, random: Random): { text: string; version: number } {
  const version = (parseKeyRing(text, random).versions[0] ?? 0) + 1;
  const key = random.bytes(keyBytes).toBase64();
  return { version, text: `${version}:${key},${text.trim()}` };
}

function ringOf(keys: ReadonlyMap<number, Uint8Array>, random: Random): KeyRing {
  const versions = [...keys.keys()].sort((a, b) => b - a);
  const newest = versions[0] ?? 0;
  const keyOf = (version: number): Uint8Array => {
    const key = keys.get(version);
    if (key !== undefined) return key;
    const message = `the key ring lacks version ${version}, under which secrets are sealed`;
    throw new AtlasError("config_invalid", message);
  };
  return {
    versions,
    seal(secret, whose) {
      const nonce = random.bytes(nonceBytes);
      const sealing = createCipheriv(cipher, keyOf(newest), nonce);
      sealing.setAAD(associated(whose));
      const text = Buffer.concat([sealing.update(secret, "utf8"), sealing.final()]);
      return { sealed: Buffer.concat([nonce, text, sealing.getAuthTag()]), version: newest };
    },
    open(sealed, version, whose) {
      const opening = createDecipheriv(cipher, keyOf(version), sealed.subarray(0, nonceBytes));
      opening.setAAD(associated(whose));
      opening.setAuthTag(sealed.subarray(-tagBytes));
      const text = opening.update(sealed.subarray(nonceBytes, -tagBytes));
      return Buffer.concat([text, opening.final()]).toString("utf8");
    },
  };
}

function associated({ tenantId, keyId }: SealedFor): Uint8Array {
  return new TextEncoder().encode(`atlasbridge-key/1\n${tenantId}\n${keyId}`);
}
