/** From an account to a membership: by an invitation that was followed, or by what was there before. */
import { record } from "../audit/audit.ts";
import { roleOf } from "../members/members.ts";
import type { Pool } from "../store/pool.ts";
import { acceptInvitation } from "../members/invitations.ts";
import { type Account, type Grant, personIdOf } from "./account.ts";
import { beginSession, type Begun, type SessionParts, sweepSessions } from "./sessions.ts";

export type Entering = {
  account: Account;
  grant: Grant | null;
  provider: string;
  invitation: string | null;
  browser: string;
};

/** Why somebody whose account is known does not come in. */
export type Closed =
  | "not-invited"
  | "invitation-over"
  | "other-email"
  | "unverified-email"
  | "full"
  | "suspended";

export type Entered = { ok: true; tenantId: string; begun: Begun } | { ok: false; why: Closed };

export type TenantChoice = { tenant_id: string; name: string; is_suspended: boolean };

/** Of one person alone. */
export async function tenantsOf(pool: Pool, personId: string): Promise<TenantChoice[]> {
  const rows = await pool.ask(
    (sql) => sql<TenantChoice[]>`
      SELECT tenant_id, name, suspended_at IS NOT NULL AS is_suspended
      FROM atlasbridge.tenants_of(${personId})`,
  );
  return [...rows];
}

export async function enter(entering: Entering, parts: SessionParts): Promise<Entered> {
  const { account, invitation } = entering;
  const personId = personIdOf(account);
  if (invitation !== null) {
    const joined = await acceptInvitation(parts, {
      ...{ code: invitation, personId, provider: entering.provider },
      ...{ email: account.email, name: account.name },
    });
    return joined.ok ? await signIn(joined.tenantId, entering, parts) : joined;
  }
  const choices = await tenantsOf(parts.pool, personId);
  const open = choices.find(({ is_suspended }) => !is_suspended);
  if (open !== undefined) return await signIn(open.tenant_id, entering, parts);
  return { ok: false, why: choices.length > 0 ? "suspended" : "not-invited" };
}

async function signIn(
  tenantId: string,
  { account, grant, browser, provider }: Entering,
  parts: SessionParts,
): Promise<Entered> {
  const personId = personIdOf(account);
  const now = parts.clock.now();
  return await parts.pool.withTenant(tenantId, async (sql) => {
    const role = await roleOf(sql, tenantId, personId);
    if (role === null) return { ok: false, why: "not-invited" };
    await sweepSessions(sql, { tenantId, personId, now });
    const begun = await beginSession(sql, parts, {
      ...{ tenantId, personId, role, browser, grant },
      ...{ signedInAt: now, checkedAt: now },
    });
    await record(sql, {
      ...{ tenantId, at: now, action: "sign-in", target: begun.sessionId, before: null },
      actor: { kind: "person", id: personId, name: account.email ?? account.name },
      after: { provider, browser },
    });
    return { ok: true, tenantId, begun };
  });
}
