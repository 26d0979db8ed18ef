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
  /** The highest first. */
  versions: readonly number[];
  /** The one that seals. */
  newest: number;
}

type RingKey = { version: number; key: Uint8Array; isNext: boolean };

/**
 * `VERSION:BASE64` of 32 bytes each, separated by commas; the highest version seals. One with `:next` behind it opens
 * and does not seal yet: given to all replicas first, no one seals what another cannot open. Throws `AtlasError`
 * that quotes nothing of it.
 */
export function parseKeyRing(text: string, random: Random): KeyRing {
  return ringOf(keysIn(text), random);
}

function keysIn(text: string): RingKey[] {
  const keys = text.trim().split(",").map(keyIn);
  const versions = new Set(keys.map((one) => one?.version));
  const all = keys.filter((one) => one !== null);
  if (all.length < keys.length || versions.size < keys.length) throw noRing();
  if (all.every(({ isNext }) => isNext)) throw noRing();
  return all.toSorted((a, b) => b.version - a.version);
}

function keyIn(part: string): RingKey | null {
  const form = /^\s*([1-9]\d{0,8}):([A-Za-z0-9+/=]+)(:next)?\s*$/;
  const [, version, encoded, next] = form.exec(part) ?? [];
  const key = encoded === undefined ? null : Buffer.from(encoded, "base64");
  if (version === undefined || key?.length !== keyBytes) return null;
  return { version: Number(version), key, isNext: next !== undefined };
}

function noRing(): AtlasError {
  const message =
    "the key ring is not VERSION:BASE64[,VERSION:BASE64…] of 32 bytes each, one of them without :next; one is made by: echo 1:$(head -c 32 /dev/urandom | base64)";
  return new AtlasError("config_invalid", message);
}

/** A ring of one key, as `parseKeyRing` reads it. */
export function newKeyRingText(random: Random): string {
  return `1:${random.bytes(keyBytes).toBase64()}`;
}

export type Changed = { text: string; version: number };

/** The same ring with a newer key; `isNext`: which opens and does not seal yet. Throws as `parseKeyRing` does. */
export function withNewKey(text: string, random: Random, isNext: boolean): Changed {
  const version = (keysIn(text)[0]?.version ?? 0) + 1;
  const key = random.bytes(keyBytes).toBase64();
  return { version, text: `${version}:${key}${isNext ? ":next" : ""},${text.trim()}` };
}

/** The same ring, in which every key may seal: the highest does. Null where that is so already. Throws as `parseKeyRing` does. */
export function withAllInUse(text: string): Changed | null {
  const keys = keysIn(text);
  if (keys.every(({ isNext }) => !isNext)) return null;
  const parts = keys.map(({ version, key }) => `${version}:${key.toBase64()}`);
  return { version: keys[0]?.version ?? 0, text: parts.join(",") };
}

function ringOf(all: readonly RingKey[], random: Random): KeyRing {
  const keys = new Map(all.map(({ version, key }) => [version, key]));
  const newest = all.find(({ isNext }) => !isNext)?.version ?? 0;
  const keyOf = (version: number): Uint8Array => {
    const key = keys.get(version);
    if (key !== undefined) return key;
    const message = `the key ring lacks version ${version}, under which secrets are sealed`;
    throw new AtlasError("config_invalid", message);
  };
  return {
    versions: [...keys.keys()],
    newest,
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
