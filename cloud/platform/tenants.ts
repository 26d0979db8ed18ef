/** The list of tenants, kept by platform staff under a database role that sees nothing of theirs. */
import { AtlasError } from "../../contracts/errors.ts";
import type { Random } from "../random.ts";
import type { Pool } from "../store/pool.ts";

export type Tenant = {
  tenant_id: string;
  name: string;
  created_at: number;
  suspended_at: number | null;
  /** Its rows are being erased; then it is no more in the list. */
  deleting_at: number | null;
};

export async function createTenant(pool: Pool, random: Random, name: string): Promise<Tenant> {
  const [tenant] = await pool.ask(
    (sql) => sql<Tenant[]>`
      INSERT INTO atlasbridge.tenants (tenant_id, name) VALUES (${random.uuidv7()}, ${name})
      RETURNING ${sql.unsafe(columns)}`,
  );
  if (tenant === undefined) throw new Error("the database gave nothing back");
  return tenant;
}

export async function listTenants(pool: Pool): Promise<Tenant[]> {
  const rows = await pool.ask(
    (sql) => sql<Tenant[]>`
      SELECT ${sql.unsafe(columns)} FROM atlasbridge.tenants ORDER BY tenants.created_at, tenant_id`,
  );
  return [...rows];
}

/** Throws `AtlasError` where there is none of this id. */
export async function tenantOf(pool: Pool, tenantId: string): Promise<Tenant> {
  const [tenant] = await pool.ask(
    (sql) => sql<Tenant[]>`
      SELECT ${sql.unsafe(columns)} FROM atlasbridge.tenants WHERE tenant_id = ${tenantId}`,
  );
  if (tenant === undefined) throw new AtlasError("not_found", `there is no tenant ${tenantId}`);
  return tenant;
}

/** None of its keys opens anything while it is suspended. */
export async function suspendTenant(
  pool: Pool,
  { tenantId, isSuspended }: { tenantId: string; isSuspended: boolean },
): Promise<Tenant> {
  const [tenant] = await pool.ask(
    (sql) => sql<Tenant[]>`
      UPDATE atlasbridge.tenants
      SET suspended_at = CASE
        WHEN ${isSuspended} OR deleting_at IS NOT NULL THEN COALESCE(suspended_at, now()) END
      WHERE tenant_id = ${tenantId} RETURNING ${sql.unsafe(columns)}`,
  );
  if (tenant === undefined) throw new AtlasError("not_found", `there is no tenant ${tenantId}`);
  return tenant;
}

/**
 * From now on nothing of it opens, and all its rows are erased by whichever replica comes to it. There is no way back.
 * Throws `AtlasError` where `name` is not its name: a slip must not cost an organisation its data.
 */
export async function deleteTenant(
  pool: Pool,
  { tenantId, name }: { tenantId: string; name: string },
): Promise<Tenant> {
  const known = await tenantOf(pool, tenantId);
  if (known.name !== name) {
    throw new AtlasError("usage", `tenant ${tenantId} has another name; nothing was deleted`);
  }
  const [tenant] = await pool.ask(
    (sql) => sql<Tenant[]>`
      UPDATE atlasbridge.tenants
      SET deleting_at = COALESCE(deleting_at, now()), suspended_at = COALESCE(suspended_at, now())
      WHERE tenant_id = ${tenantId} RETURNING ${sql.unsafe(columns)}`,
  );
  if (tenant === undefined) throw new AtlasError("not_found", `there is no tenant ${tenantId}`);
  return tenant;
}

const columns = `tenant_id, name, (extract(epoch FROM created_at) * 1000)::float8 AS created_at,
  (extract(epoch FROM suspended_at) * 1000)::float8 AS suspended_at,
  (extract(epoch FROM deleting_at) * 1000)::float8 AS deleting_at`;
