/** Rotating the ring of keys: everything that lies sealed is sealed anew, so that an old key can be thrown away. */
import type { SealedFor, KeyRing } from "../keys/ring.ts";
import { bounds } from "../limits/bounds.ts";
import type { Door, Pool, Transaction } from "../store/pool.ts";
import { listTenants } from "./tenants.ts";

export type Resealed = {
  /** Of the ring's newest key, under which everything lies now. */
  version: number;
  tenants: number;
  keys: number;
  sessions: number;
};

type Parts = { pool: Door; ring: KeyRing };

/** May be done while requests are served, by several replicas at once, and again after it was broken off. */
export async function reseal(platform: Pool, parts: Parts): Promise<Resealed> {
  const version = parts.ring.newest;
  const tenants = await listTenants(platform);
  const done = { version, tenants: tenants.length, keys: 0, sessions: 0 };
  for (const { tenant_id } of tenants) {
    done.keys += await all(parts, tenant_id, keysOf);
    done.sessions += await all(parts, tenant_id, sessionsOf);
  }
  return done;
}

type Step = (sql: Transaction, ring: KeyRing, tenantId: string) => Promise<number>;

async function all({ pool, ring }: Parts, tenantId: string, step: Step): Promise<number> {
  let sum = 0;
  for (;;) {
    const count = await pool.withTenant(tenantId, (sql) => step(sql, ring, tenantId));
    sum += count;
    if (count < bounds.resealRowsMax) return sum;
  }
}

type Row = { id: string; sealed: Uint8Array; ring_version: number };

function again(ring: KeyRing, { sealed, ring_version }: Row, whose: SealedFor) {
  return ring.seal(ring.open(sealed, ring_version, whose), whose);
}

const keysOf: Step = async (sql, ring, tenantId) => {
  const rows = await sql<Row[]>`
    SELECT key_id AS id, sealed_secret AS sealed, ring_version FROM atlasbridge.api_keys
    WHERE tenant_id = ${tenantId} AND ring_version <> ${ring.newest}
    ORDER BY key_id LIMIT ${bounds.resealRowsMax} FOR NO KEY UPDATE`;
  for (const row of rows) {
    const { sealed, version } = again(ring, row, { tenantId, keyId: row.id });
    await sql`
      UPDATE atlasbridge.api_keys SET sealed_secret = ${sealed}, ring_version = ${version}
      WHERE tenant_id = ${tenantId} AND key_id = ${row.id}`;
  }
  return rows.length;
};

const sessionsOf: Step = async (sql, ring, tenantId) => {
  const rows = await sql<Row[]>`
    SELECT session_id AS id, sealed_grant AS sealed, ring_version FROM atlasbridge.web_sessions
    WHERE tenant_id = ${tenantId} AND ring_version <> ${ring.newest}
      AND sealed_grant IS NOT NULL
    ORDER BY session_id LIMIT ${bounds.resealRowsMax} FOR NO KEY UPDATE`;
  for (const row of rows) {
    const { sealed, version } = again(ring, row, { tenantId, keyId: `session:${row.id}` });
    await sql`
      UPDATE atlasbridge.web_sessions SET sealed_grant = ${sealed}, ring_version = ${version}
      WHERE tenant_id = ${tenantId} AND session_id = ${row.id}`;
  }
  return rows.length;
};
