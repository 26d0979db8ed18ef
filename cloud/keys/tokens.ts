/** Automation tokens: programs call the procedures of a tenant with them, in one role and until they expire. */
import { secretFaultOf, secretRandomBytes, writeSecret } from "../../contracts/api-key.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Role } from "../../contracts/roles.ts";
import type { Clock } from "../clock.ts";
import { sha256 } from "../crypto.ts";
import { bounds } from "../limits/bounds.ts";
import type { Random } from "../random.ts";
import type { Pool, Transaction } from "../store/pool.ts";
import { millis } from "../store/columns.ts";

export type TokenParts = { pool: Pool; clock: Clock; random: Random };

export type TokenRow = {
  token_id: string;
  label: string;
  role: Role;
  created_at: number;
  created_by: string;
  expires_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
};

export type TokenWish = {
  tenantId: string;
  label: string;
  role: Role;
  expiresAt: number;
  createdBy: string;
};

const columns = [
  ...["token_id", "label", "role", "created_by"],
  ...["created_at", "expires_at", "revoked_at", "last_used_at"].map(millis),
].join(", ");

/** What is kept of a secret that only its holder knows. */
export function hashOf(secret: string): Buffer {
  return Buffer.from(sha256(new TextEncoder().encode(secret)));
}

/** The token itself is told here and never again. */
export async function createToken(
  sql: Transaction,
  { clock, random }: Pick<TokenParts, "clock" | "random">,
  { tenantId, label, role, expiresAt, createdBy }: TokenWish,
): Promise<TokenRow & { token: string }> {
  const [count] = await sql<{ alive: number }[]>`
    SELECT count(*)::int AS alive FROM atlasbridge.automation_tokens
    WHERE tenant_id = ${tenantId} AND revoked_at IS NULL
      AND expires_at > ${momentToIso(clock.now())}`;
  const alive = count?.alive ?? 0;
  if (alive >= bounds.tokensMax) {
    throw new AtlasError("usage", `there are ${alive} tokens already; revoke some first`);
  }
  const token = writeSecret(random.bytes(secretRandomBytes), sha256, "abt");
  const [row] = await sql<TokenRow[]>`
    INSERT INTO atlasbridge.automation_tokens
      (tenant_id, token_id, label, role, secret_hash, created_at, created_by, expires_at)
    VALUES (${tenantId}, ${random.uuidv7()}, ${label}, ${role}, ${hashOf(token)},
      ${momentToIso(clock.now())}, ${createdBy}, ${momentToIso(expiresAt)})
    RETURNING ${sql.unsafe(columns)}`;
  if (row === undefined) throw new Error("the database gave nothing back");
  return { ...row, token };
}

/** The newest; those that opened something until lately are among them. */
export async function listTokens(sql: Transaction, tenantId: string): Promise<TokenRow[]> {
  const rows = await sql<TokenRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.automation_tokens
    WHERE tenant_id = ${tenantId} ORDER BY automation_tokens.created_at DESC, token_id
    LIMIT ${bounds.tokensListedMax}`;
  return [...rows];
}

/** At once and for good. Doing it again changes nothing. */
export async function revokeToken(
  sql: Transaction,
  { tenantId, tokenId, now }: { tenantId: string; tokenId: string; now: number },
): Promise<{ before: TokenRow; after: TokenRow }> {
  const [before] = await sql<TokenRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.automation_tokens
    WHERE tenant_id = ${tenantId} AND token_id = ${tokenId} FOR UPDATE`;
  if (before === undefined) {
    throw new AtlasError("not_found", `this organisation has no token ${tokenId}`);
  }
  const revokedAt = before.revoked_at ?? now;
  await sql`
    UPDATE atlasbridge.automation_tokens SET revoked_at = ${momentToIso(revokedAt)}
    WHERE tenant_id = ${tenantId} AND token_id = ${tokenId}`;
  return { before, after: { ...before, revoked_at: revokedAt } };
}

const usedEveryMs = 60_000;

export type TokenHolder = { tenantId: string; tenantName: string; token: TokenRow };

/** Null for a token that opens nothing: unknown, expired, revoked, or of a tenant that is suspended. */
export async function holderOf(text: string, parts: TokenParts): Promise<TokenHolder | null> {
  if (secretFaultOf(text, sha256, "abt") !== null) return null;
  const secretHash = hashOf(text);
  const [found] = await parts.pool.ask(
    (sql) => sql<{ tenant_id: string | null; tenant_name: string; suspended_at: Date | null }[]>`
      SELECT tenant_id, tenant_name, suspended_at FROM atlasbridge.find_secret(${secretHash})`,
  );
  const { tenant_id: tenantId = null, tenant_name: tenantName = "" } = found ?? {};
  if (tenantId === null || found?.suspended_at !== null) return null;
  const now = parts.clock.now();
  const token = await parts.pool.withTenant(tenantId, async (sql) => {
    const [row] = await sql<TokenRow[]>`
      SELECT ${sql.unsafe(columns)} FROM atlasbridge.automation_tokens
      WHERE tenant_id = ${tenantId} AND secret_hash = ${secretHash}`;
    if (row === undefined || row.revoked_at !== null || row.expires_at <= now) return null;
    if ((row.last_used_at ?? 0) > now - usedEveryMs) return row;
    await sql`
      UPDATE atlasbridge.automation_tokens SET last_used_at = ${momentToIso(now)}
      WHERE tenant_id = ${tenantId} AND token_id = ${row.token_id}`;
    return row;
  });
  return token === null ? null : { tenantId, tenantName, token };
}
