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
  tenant_id: string;
  agent_id: string | null;
  sealed_secret: Uint8Array;
  ring_version: number;
  expires_at: number | null;
  is_revoked: boolean;
  is_suspended: boolean;
};

export type SignedParts = { pool: Pool; ring: KeyRing; clock: Clock };

/** What stands in for a key that does not exist, so that looking it up takes the same work. */
const nobodysSecret = writeSecret(new Uint8Array(32), sha256);
const nobodysTenant = "00000000-0000-0000-0000-000000000000";

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
  const no = (refusal: Refusal): Believed => ({ ...refusal, tenantId: row?.tenant_id ?? null });
  if (row === null) return no(refuse("unknown-key", "there is no key of this id here"));
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
  const { tenant_id: tenantId, agent_id: agentId, expires_at: expiresAt } = row;
  const { keyId, nonce } = read;
  return { ok: true, caller: { tenantId, keyId, agentId, secret, expiresAt, nonce, skewSeconds } };
}

/** A signature's fields, or why they are not what is read. */
export function readSigned(request: SignedRequest): ({ ok: true } & ReadSignature) | Refusal {
  const read = readSignature(request);
  return read.ok ? read : refuse("invalid-signature", read.why);
}

async function findKey(pool: Pool, keyId: string): Promise<KeyRow | null> {
  const [row] = await pool.ask(
    (sql) => sql<KeyRow[]>`
      SELECT tenant_id, agent_id, sealed_secret, ring_version,
        (extract(epoch FROM expires_at) * 1000)::float8 AS expires_at,
        revoked_at IS NOT NULL AS is_revoked, suspended_at IS NOT NULL AS is_suspended
      FROM atlasbridge.find_key(${keyId})`,
  );
  return row ?? null;
}

function secretOf(row: KeyRow | null, keyId: string, ring: KeyRing): string {
  if (row === null) {
    const whose = { tenantId: nobodysTenant, keyId };
    const { sealed, version } = ring.seal(nobodysSecret, whose);
    return ring.open(sealed, version, whose);
  }
  return ring.open(row.sealed_secret, row.ring_version, { tenantId: row.tenant_id, keyId });
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
