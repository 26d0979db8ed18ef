/** Invitations: an e-mail and a role, a link that works once and for seven days, for that e-mail alone. */
import { secretFaultOf, secretRandomBytes, writeSecret } from "../../contracts/api-key.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Role } from "../../contracts/roles.ts";
import { record } from "../audit/audit.ts";
import type { Clock } from "../clock.ts";
import { sha256 } from "../crypto.ts";
import { hashOf } from "../keys/tokens.ts";
import { bounds } from "../limits/bounds.ts";
import { hasRoom, requireRoom } from "../limits/room.ts";
import type { Random } from "../random.ts";
import { millis } from "../store/columns.ts";
import type { Pool, Transaction } from "../store/pool.ts";
import { roleOf } from "./members.ts";

export type InvitationRow = {
  invitation_id: string;
  email: string;
  role: Role;
  created_at: number;
  created_by: string;
  expires_at: number;
  accepted_at: number | null;
  revoked_at: number | null;
};

export type InvitationParts = { pool: Pool; clock: Clock; random: Random };

const dayMs = 86_400_000;
const columns = [
  ...["invitation_id", "email", "role", "created_by"],
  ...["created_at", "expires_at", "accepted_at", "revoked_at"].map(millis),
].join(", ");

/** `email`: as `mailboxOf` gives it. An earlier invitation of the same e-mail opens nothing any more. */
export async function createInvitation(
  sql: Transaction,
  { clock, random }: Pick<InvitationParts, "clock" | "random">,
  wish: { tenantId: string; email: string; role: Role; createdBy: string },
): Promise<{ invitation: InvitationRow; code: string }> {
  const { tenantId, email, role, createdBy } = wish;
  const now = clock.now();
  await requireRoom(sql, { what: "members", tenantId, nowMs: now });
  const code = writeSecret(random.bytes(secretRandomBytes), sha256, "abi");
  await endInvitations(sql, { tenantId, email, now });
  const [invitation] = await sql<InvitationRow[]>`
    INSERT INTO atlasbridge.invitations
      (tenant_id, invitation_id, email, role, secret_hash, created_at, created_by, expires_at)
    VALUES (${tenantId}, ${random.uuidv7()}, ${email}, ${role}, ${hashOf(code)},
      ${momentToIso(now)}, ${createdBy}, ${momentToIso(now + bounds.invitationDays * dayMs)})
    RETURNING ${sql.unsafe(columns)}`;
  if (invitation === undefined) throw new Error("the database gave nothing back");
  return { invitation, code };
}

/** Those of an e-mail that nobody has accepted open nothing any more. */
export async function endInvitations(
  sql: Transaction,
  { tenantId, email, now }: { tenantId: string; email: string; now: number },
): Promise<void> {
  await sql`
    UPDATE atlasbridge.invitations SET revoked_at = ${momentToIso(now)}
    WHERE tenant_id = ${tenantId} AND email = ${email}
      AND accepted_at IS NULL AND revoked_at IS NULL`;
}

export async function listInvitations(
  sql: Transaction,
  tenantId: string,
): Promise<InvitationRow[]> {
  const rows = await sql<InvitationRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.invitations
    WHERE tenant_id = ${tenantId} ORDER BY invitations.created_at DESC, invitation_id
    LIMIT ${bounds.invitationsListedMax}`;
  return [...rows];
}

/** Doing it again changes nothing; one that was accepted stays so. */
export async function revokeInvitation(
  sql: Transaction,
  { tenantId, invitationId, now }: { tenantId: string; invitationId: string; now: number },
): Promise<{ before: InvitationRow; after: InvitationRow }> {
  const [before] = await sql<InvitationRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.invitations
    WHERE tenant_id = ${tenantId} AND invitation_id = ${invitationId} FOR UPDATE`;
  if (before === undefined) {
    throw new AtlasError("not_found", `this organisation has no invitation ${invitationId}`);
  }
  if (before.accepted_at !== null) {
    throw new AtlasError("usage", "the invitation was accepted; remove the member instead");
  }
  const revokedAt = before.revoked_at ?? now;
  await sql`
    UPDATE atlasbridge.invitations SET revoked_at = ${momentToIso(revokedAt)}
    WHERE tenant_id = ${tenantId} AND invitation_id = ${invitationId}`;
  return { before, after: { ...before, revoked_at: revokedAt } };
}

export type Shown = { tenantId: string; tenantName: string; invitation: InvitationRow };

/** What the link says to whoever has it; null when it opens nothing, whatever the reason. */
export async function findInvitation(
  code: string,
  { pool, clock }: InvitationParts,
): Promise<Shown | null> {
  if (secretFaultOf(code, sha256, "abi") !== null) return null;
  const secretHash = hashOf(code);
  const [home] = await pool.ask(
    (sql) => sql<{ tenant_id: string | null; tenant_name: string; is_suspended: boolean }[]>`
      SELECT tenant_id, tenant_name, suspended_at IS NOT NULL AS is_suspended
      FROM atlasbridge.find_secret(${secretHash})`,
  );
  if (home === undefined || home.tenant_id === null || home.is_suspended) return null;
  const tenantId = home.tenant_id;
  const [invitation] = await pool.withTenant(
    tenantId,
    (sql) => sql<InvitationRow[]>`
      SELECT ${sql.unsafe(columns)} FROM atlasbridge.invitations
      WHERE tenant_id = ${tenantId} AND secret_hash = ${secretHash}`,
  );
  if (invitation === undefined || isOver(invitation, clock.now())) return null;
  return { tenantId, tenantName: home.tenant_name, invitation };
}

function isOver({ accepted_at, revoked_at, expires_at }: InvitationRow, now: number): boolean {
  return accepted_at !== null || revoked_at !== null || expires_at <= now;
}

export type Accepting = {
  code: string;
  personId: string;
  provider: string;
  /** As the provider has verified it. */
  email: string | null;
  name: string;
};

export type Accepted =
  | { ok: true; tenantId: string }
  | { ok: false; why: "invitation-over" | "other-email" | "unverified-email" | "full" };

/** Makes a member of whoever has both the link and the e-mail. Two at once: one of them is too late. */
export async function acceptInvitation(
  parts: InvitationParts,
  accepting: Accepting,
): Promise<Accepted> {
  const { personId, provider, email, name } = accepting;
  const shown = await findInvitation(accepting.code, parts);
  if (shown === null) return { ok: false, why: "invitation-over" };
  if (email === null) return { ok: false, why: "unverified-email" };
  if (email !== shown.invitation.email) return { ok: false, why: "other-email" };
  const { tenantId } = shown;
  const { invitation_id, role } = shown.invitation;
  const now = parts.clock.now();
  return await parts.pool.withTenant(tenantId, async (sql) => {
    const isMember = (await roleOf(sql, tenantId, personId)) !== null;
    if (!isMember && !(await hasRoom(sql, { what: "members", tenantId, nowMs: now }))) {
      return { ok: false, why: "full" };
    }
    const { count } = await sql`
      UPDATE atlasbridge.invitations
      SET accepted_at = ${momentToIso(now)}, accepted_by = ${personId}
      WHERE tenant_id = ${tenantId} AND invitation_id = ${invitation_id}
        AND accepted_at IS NULL AND revoked_at IS NULL`;
    if (count === 0) return { ok: false, why: "invitation-over" };
    // Whoever is a member already keeps the role: an invitation is for people who are not.
    const joined = await sql`
      INSERT INTO atlasbridge.memberships
        (tenant_id, person_id, provider, email, name, role, created_at)
      VALUES (${tenantId}, ${personId}, ${provider}, ${email}, ${name}, ${role},
        ${momentToIso(now)})
      ON CONFLICT DO NOTHING`;
    // What was not given is not written down as given.
    const after = joined.count === 0 ? { invitation_id } : { email, role, provider, invitation_id };
    await record(sql, {
      ...{ tenantId, at: now, action: "join", target: personId, before: null, after },
      actor: { kind: "person", id: personId, name: email },
    });
    return { ok: true, tenantId };
  });
}
