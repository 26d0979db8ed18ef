/** Who sent a request: checks what is signed before anything that was sent is looked into. */
import { writeSecret } from "../../contracts/api-key.ts";
import {
  contentDigest,
  isSameSecret,
  readContentDigest,
  readSignature,
  type ReadSignature,
  type SignedRequest,
} from "../../contracts/signature.ts";
import { uploadLimits } from "../../contracts/upload.ts";
import type { Clock } from "../clock.ts";
import { hmacSha256, sha256 } from "../crypto.ts";
import type { KeyRing } from "../keys/ring.ts";
import type { Pool } from "../store/pool.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Whose key signed, once it is believed. */
export type Caller = {
  tenantId: string;
  keyId: string;
  /** The one agent that the key is for; null: any of the tenant. */
  agentId: string | null;
  secret: string;
  expiresAt: number | null;
  nonce: string;
  /** Of the clock that signed, against ours; positive when it is ahead. */
  skewSeconds: number;
};

type KeyRow = {
  /** Null: there is no such key. */
  tenant_id: string | null;
  agent_id: string | null;
  sealed_secret: Uint8Array;
  ring_version: number;
  expires_at: number | null;
  is_revoked: boolean;
  is_suspended: boolean;
};

export type SignedParts = { pool: Pool; ring: KeyRing; clock: Clock };

/** What is opened in place of the secret of a key that does not exist, so that it takes the same work. */
const nobody = { tenantId: "00000000-0000-0000-0000-000000000000", keyId: "abk_00000000000000000" };
const sealedForNobody = new WeakMap<KeyRing, { sealed: Uint8Array; version: number }>();

function nobodysSecret(ring: KeyRing): string {
  const { sealed, version } =
    sealedForNobody.get(ring) ?? ring.seal(writeSecret(new Uint8Array(32), sha256), nobody);
  sealedForNobody.set(ring, { sealed, version });
  return ring.open(sealed, version, nobody);
}

const encoder = new TextEncoder();

export type Believed = { ok: true; caller: Caller } | (Refusal & { tenantId: string | null });

/** `read`: what the request says of its signature, which is well formed. */
export async function believe(
  { request, bytes, read }: { request: SignedRequest; bytes: Uint8Array; read: ReadSignature },
  parts: SignedParts,
): Promise<Believed> {
  const row = await findKey(parts.pool, read.keyId);
  const secret = secretOf(row, read.keyId, parts.ring);
  // All of it is computed in any case: what takes longer would tell where it went wrong.
  const isDigest = sameDigest(request.header("content-digest"), bytes);
  const own = hmacSha256(encoder.encode(secret), read.base);
  const isSigned = isSameSecret(own, read.signature);
  const { tenant_id: tenantId } = row;
  const no = (refusal: Refusal): Believed => ({ ...refusal, tenantId });
  if (tenantId === null) return no(refuse("unknown-key", "there is no key of this id here"));
  if (!isDigest) {
    return no(refuse("digest-mismatch", "Content-Digest is not the SHA-256 of the body as sent"));
  }
  if (!isSigned) return no(refuse("invalid-signature", "the signature is not of this key"));
  const now = parts.clock.now();
  const standing = standingOf(row, now);
  if (standing !== null) return no(standing);
  const nowSeconds = Math.floor(now / 1_000);
  const skewSeconds = read.created - nowSeconds;
  if (Math.abs(skewSeconds) > uploadLimits.createdSkewSeconds) {
    const direction = skewSeconds > 0 ? "ahead of" : "behind";
    const detail = `the request's clock is ${Math.abs(skewSeconds)} s ${direction} this service's`;
    return no(refuse("stale-signature", detail, { server_time: nowSeconds }));
  }
  const { agent_id: agentId, expires_at: expiresAt } = row;
  const { keyId, nonce } = read;
  return { ok: true, caller: { tenantId, keyId, agentId, secret, expiresAt, nonce, skewSeconds } };
}

/** A signature's fields, or why they are not what is read. */
export function readSigned(request: SignedRequest): ({ ok: true } & ReadSignature) | Refusal {
  const read = readSignature(request);
  return read.ok ? read : refuse("invalid-signature", read.why);
}

async function findKey(pool: Pool, keyId: string): Promise<KeyRow> {
  const [row] = await pool.ask(
    (sql) => sql<KeyRow[]>`
      SELECT tenant_id, agent_id, sealed_secret, ring_version,
        (extract(epoch FROM expires_at) * 1000)::float8 AS expires_at,
        revoked_at IS NOT NULL AS is_revoked, suspended_at IS NOT NULL AS is_suspended
      FROM atlasbridge.find_key(${keyId})`,
  );
  if (row === undefined) throw new Error("the look-up of a key gives one row");
  return row;
}

function secretOf(row: KeyRow, keyId: string, ring: KeyRing): string {
  const { tenant_id: tenantId, sealed_secret, ring_version } = row;
  if (tenantId === null) return nobodysSecret(ring);
  return ring.open(sealed_secret, ring_version, { tenantId, keyId });
}

function sameDigest(field: string | null, bytes: Uint8Array): boolean {
  const named = readContentDigest(field);
  const own = readContentDigest(contentDigest(bytes, sha256));
  return named !== null && own !== null && isSameSecret(named, own);
}

/** Told only to whoever holds the secret. */
function standingOf({ is_revoked, is_suspended, expires_at }: KeyRow, now: number): Refusal | null {
  if (is_revoked) return refuse("revoked-key", "the key was revoked");
  if (is_suspended) return refuse("revoked-key", "the tenant is suspended");
  if (expires_at !== null && expires_at <= now) return refuse("expired-key", "the key has expired");
  return null;
}
