/** Members of a tenant: listed, given another role, removed; one admin always remains. */
import { AtlasError } from "../../contracts/errors.ts";
import { isAtLeast, type Role } from "../../contracts/roles.ts";
import { millis } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";

export type MemberRow = {
  person_id: string;
  email: string;
  name: string;
  provider: string;
  role: Role;
  created_at: number;
};

export type Member = MemberRow & { last_seen_at: number | null };

const columns = `person_id, email, name, provider, role, ${millis("created_at")}`;

export async function listMembers(sql: Transaction, tenantId: string): Promise<Member[]> {
  const rows = await sql<Member[]>`
    SELECT ${sql.unsafe(columns)},
      (SELECT (extract(epoch FROM max(s.last_seen_at)) * 1000)::float8
       FROM atlasbridge.web_sessions s
       WHERE s.tenant_id = m.tenant_id AND s.person_id = m.person_id) AS last_seen_at
    FROM atlasbridge.memberships m
    WHERE tenant_id = ${tenantId} ORDER BY email, person_id`;
  return [...rows];
}

type Which = { tenantId: string; personId: string };

/** Locks the admins before anything is decided: of two who demote each other, one comes too late. */
async function memberToChange(
  sql: Transaction,
  { tenantId, personId }: Which,
): Promise<{ member: MemberRow; isLastAdmin: boolean }> {
  const admins = await sql<{ person_id: string }[]>`
    SELECT person_id FROM atlasbridge.memberships
    WHERE tenant_id = ${tenantId} AND role = 'admin' ORDER BY person_id FOR UPDATE`;
  const [member] = await sql<MemberRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.memberships
    WHERE tenant_id = ${tenantId} AND person_id = ${personId} FOR UPDATE`;
  if (member === undefined) {
    throw new AtlasError("not_found", `this organisation has no member ${personId}`);
  }
  const isLastAdmin = admins.length === 1 && admins[0]?.person_id === personId;
  return { member, isLastAdmin };
}

const lastAdmin = (): AtlasError =>
  new AtlasError("usage", "this is the last admin; make somebody else an admin first");

/** It holds from the next request on. */
export async function setRole(
  sql: Transaction,
  { role, ...which }: Which & { role: Role },
): Promise<{ before: MemberRow; after: MemberRow }> {
  const { member, isLastAdmin } = await memberToChange(sql, which);
  if (isLastAdmin && role !== "admin") throw lastAdmin();
  await sql`
    UPDATE atlasbridge.memberships SET role = ${role}
    WHERE tenant_id = ${which.tenantId} AND person_id = ${which.personId}`;
  return { before: member, after: { ...member, role } };
}

/** Their sessions in this tenant end with it. */
export async function removeMember(sql: Transaction, which: Which): Promise<MemberRow> {
  const { member, isLastAdmin } = await memberToChange(sql, which);
  if (isLastAdmin) throw lastAdmin();
  await sql`
    DELETE FROM atlasbridge.memberships
    WHERE tenant_id = ${which.tenantId} AND person_id = ${which.personId}`;
  return member;
}

/** Null where they are no member. */
export async function roleOf(
  sql: Transaction,
  tenantId: string,
  personId: string,
): Promise<Role | null> {
  const [member] = await sql<{ role: Role }[]>`
    SELECT role FROM atlasbridge.memberships
    WHERE tenant_id = ${tenantId} AND person_id = ${personId}`;
  return member !== undefined && isAtLeast(member.role, "viewer") ? member.role : null;
}
