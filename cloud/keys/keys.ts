/** Ingestion keys of a tenant: made, rotated with an overlap, revoked, listed; their secrets are told once. */
import {
  keyIdRandomBytes,
  secretRandomBytes,
  writeKeyId,
  writeSecret,
} from "../../contracts/api-key.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Clock } from "../clock.ts";
import { sha256 } from "../crypto.ts";
import { addAgent } from "../agents/administer.ts";
import { bounds } from "../limits/bounds.ts";
import { requireRoom, roomIn } from "../limits/room.ts";
import type { Random } from "../random.ts";
import { millis } from "../store/columns.ts";
import type { Door, Transaction } from "../store/pool.ts";
import type { KeyRing } from "./ring.ts";

export type KeyParts = { pool: Door; ring: KeyRing; clock: Clock; random: Random };

export type NewKey = { key_id: string; secret: string; expires_at: number | null };

export type KeyRow = {
  key_id: string;
  label: string | null;
  agent_id: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  successor_id: string | null;
  last_used_at: number | null;
};

export type KeyWish = {
  label?: string | undefined;
  /** Null or absent: any agent of the tenant. */
  agentId?: string | undefined;
  expiresAt?: number | undefined;
};

const hourMs = 3_600_000;

export function createKey(parts: KeyParts, tenantId: string, wish: KeyWish): Promise<NewKey> {
  return parts.pool.withTenant(tenantId, async (sql) => {
    const nowMs = parts.clock.now();
    await requireRoom(sql, { what: "keys", tenantId, nowMs });
    if (wish.agentId !== undefined) {
      // The agent is known from here on, before it has sent anything.
      await addAgent(sql, { tenantId, agentId: wish.agentId, nowMs });
    }
    return await insertKey(sql, parts, { tenantId, wish });
  });
}

async function insertKey(
  sql: Transaction,
  { ring, random }: KeyParts,
  { tenantId, wish }: { tenantId: string; wish: KeyWish },
): Promise<NewKey> {
  const keyId = writeKeyId(random.bytes(keyIdRandomBytes));
  const secret = writeSecret(random.bytes(secretRandomBytes), sha256);
  const { sealed, version } = ring.seal(secret, { tenantId, keyId });
  const expiresAt = wish.expiresAt ?? null;
  await sql`
    INSERT INTO atlasbridge.api_keys
      (tenant_id, key_id, label, agent_id, sealed_secret, ring_version, expires_at)
    VALUES (${tenantId}, ${keyId}, ${wish.label ?? null}, ${wish.agentId ?? null},
      ${sealed}, ${version}, ${asDate(expiresAt)})`;
  return { key_id: keyId, secret, expires_at: expiresAt };
}

const asDate = (at: number | null): string | null => (at === null ? null : momentToIso(at));

type Found = KeyRow & { tenant_id: string; sealed_secret: Uint8Array; ring_version: number };

const columns = [
  ...["key_id", "label", "agent_id", "successor_id", "sealed_secret", "ring_version"],
  ...["created_at", "expires_at", "revoked_at", "last_used_at"].map(millis),
].join(", ");

/** Requests that are under way name the key, and are not waited for. */
async function lockedKey(sql: Transaction, tenantId: string, keyId: string): Promise<Found> {
  const [row] = await sql<Found[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.api_keys
    WHERE tenant_id = ${tenantId} AND key_id = ${keyId} FOR NO KEY UPDATE`;
  if (row === undefined) throw new AtlasError("not_found", `this tenant has no key ${keyId}`);
  return row;
}

export type Rotated = NewKey & { old_key_id: string; old_expires_at: number };

/** The old key works for `overlapHours` more. Rotating a key that has a successor or was revoked is refused. */
export function rotateKey(
  parts: KeyParts,
  tenantId: string,
  {
    keyId,
    overlapHours = bounds.overlapHoursDefault,
  }: { keyId: string; overlapHours?: number | undefined },
): Promise<Rotated> {
  return parts.pool.withTenant(tenantId, async (sql) => {
    const old = await lockedKey(sql, tenantId, keyId);
    if (old.revoked_at !== null)
      throw new AtlasError("usage", `${keyId} was revoked; make a new key`);
    if (old.successor_id !== null) {
      throw new AtlasError("usage", `${keyId} was rotated to ${old.successor_id} before`);
    }
    const nowMs = parts.clock.now();
    const { keys } = await roomIn(sql, { tenantId, nowMs });
    // Whoever has all of them must be able to rotate each; whoever rotates without end must not have ever more.
    if (keys.used >= 2 * keys.max) {
      throw new AtlasError("usage", `there are ${keys.used} keys already; revoke old ones first`);
    }
    const wish = { label: old.label ?? undefined, agentId: old.agent_id ?? undefined };
    const made = await insertKey(sql, parts, { tenantId, wish });
    const wanted = nowMs + overlapHours * hourMs;
    // Never longer than it would have lasted anyway.
    const oldExpiresAt = Math.min(wanted, old.expires_at ?? wanted);
    await sql`
      UPDATE atlasbridge.api_keys
      SET successor_id = ${made.key_id}, expires_at = ${asDate(oldExpiresAt)}
      WHERE tenant_id = ${tenantId} AND key_id = ${keyId}`;
    return { ...made, old_key_id: keyId, old_expires_at: oldExpiresAt };
  });
}

/** At once and for good. Doing it again changes nothing. */
export function revokeKey(parts: KeyParts, tenantId: string, keyId: string): Promise<KeyRow> {
  return parts.pool.withTenant(tenantId, async (sql) => {
    const key = await lockedKey(sql, tenantId, keyId);
    const revokedAt = key.revoked_at ?? parts.clock.now();
    await sql`
      UPDATE atlasbridge.api_keys SET revoked_at = ${asDate(revokedAt)}
      WHERE tenant_id = ${tenantId} AND key_id = ${keyId}`;
    return { ...withoutSecret(key), revoked_at: revokedAt };
  });
}

/** The newest, in the order in which they were made. */
export function listKeys({ pool }: KeyParts, tenantId: string): Promise<KeyRow[]> {
  return pool.withTenant(tenantId, async (sql) => {
    const rows = await sql<Found[]>`
      SELECT ${sql.unsafe(columns)} FROM atlasbridge.api_keys
      WHERE tenant_id = ${tenantId} ORDER BY api_keys.created_at DESC, key_id
      LIMIT ${bounds.keysListedMax}`;
    return rows.map(withoutSecret).toReversed();
  });
}

function withoutSecret(row: Found): KeyRow {
  const { key_id, label, agent_id, created_at, expires_at, revoked_at, successor_id } = row;
  const { last_used_at } = row;
  return {
    ...{ key_id, label, agent_id, created_at, expires_at, revoked_at, successor_id },
    last_used_at,
  };
}

export type Successor = { key_id: string; secret: string; old_expires_at: number };

/**
 * The key after this one, told to whoever signs with the old one, until it is first used: an answer that was lost on
 * its way can be had again. Null when there is none to tell.
 */
export function successorOf(
  { pool, ring }: KeyParts,
  tenantId: string,
  keyId: string,
): Promise<Successor | null> {
  return pool.withTenant(tenantId, async (sql) => {
    const old = await lockedKey(sql, tenantId, keyId);
    if (old.successor_id === null || old.expires_at === null) return null;
    const next = await lockedKey(sql, tenantId, old.successor_id);
    if (next.last_used_at !== null || next.revoked_at !== null) return null;
    const whose = { tenantId, keyId: next.key_id };
    const secret = ring.open(next.sealed_secret, next.ring_version, whose);
    return { key_id: next.key_id, secret, old_expires_at: Math.floor(old.expires_at) };
  });
}
