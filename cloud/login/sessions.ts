/** Web sessions: begun at sign-in, found by the hash of their cookie, replaced, and ended. */
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Role } from "../../contracts/roles.ts";
import type { Clock } from "../clock.ts";
import type { Person } from "../caller.ts";
import { hashOf } from "../keys/tokens.ts";
import type { KeyRing } from "../keys/ring.ts";
import { bounds } from "../limits/bounds.ts";
import type { Random } from "../random.ts";
import { millis } from "../store/columns.ts";
import type { Pool, Transaction } from "../store/pool.ts";
import type { Grant } from "./account.ts";

export type SessionParts = { pool: Pool; ring: KeyRing; clock: Clock; random: Random };

const secretBytes = 32;
const secretShape = /^[A-Za-z0-9_-]{43}$/;

export type SessionWish = {
  tenantId: string;
  personId: string;
  role: Role;
  /** At most `browserCharsMax`. */
  browser: string;
  /** Null: nobody but us vouches for this person. */
  grant: Grant | null;
  /** When the person proved who they are; a session that follows another keeps it. */
  signedInAt: number;
  checkedAt: number;
};

export type Begun = { sessionId: string; cookie: string };

const sealedFor = (tenantId: string, sessionId: string) => ({
  tenantId,
  keyId: `session:${sessionId}`,
});

const asDate = (at: number | null): string | null => (at === null ? null : momentToIso(at));

/** The cookie's value is told here alone; what is stored is its hash. */
export async function beginSession(
  sql: Transaction,
  { ring, random, clock }: SessionParts,
  wish: SessionWish,
): Promise<Begun> {
  const { tenantId, personId, role, grant } = wish;
  const sessionId = random.uuidv7();
  const cookie = random.bytes(secretBytes).toBase64({ alphabet: "base64url", omitPadding: true });
  const sealed =
    grant === null ? null : ring.seal(JSON.stringify(grant), sealedFor(tenantId, sessionId));
  await sql`
    INSERT INTO atlasbridge.web_sessions
      (tenant_id, session_id, person_id, secret_hash, role, browser, signed_in_at, last_seen_at,
       checked_at, sealed_grant, ring_version, access_expires_at)
    VALUES (${tenantId}, ${sessionId}, ${personId}, ${hashOf(cookie)}, ${role},
      ${wish.browser}, ${momentToIso(wish.signedInAt)}, ${momentToIso(clock.now())}, ${momentToIso(wish.checkedAt)}, ${sealed?.sealed ?? null},
      ${sealed?.version ?? null}, ${asDate(grant?.accessExpiresAt ?? null)})`;
  return { sessionId, cookie };
}

/** Of one person in one tenant: what is over, and the oldest beyond what one person may have. */
export async function sweepSessions(
  sql: Transaction,
  { tenantId, personId, now }: { tenantId: string; personId: string; now: number },
): Promise<void> {
  await sql`
    DELETE FROM atlasbridge.web_sessions
    WHERE tenant_id = ${tenantId} AND person_id = ${personId}
      AND (last_seen_at < ${momentToIso(now - bounds.sessionIdleMs)}
        OR signed_in_at < ${momentToIso(now - bounds.sessionMs)}
        OR session_id IN (
          SELECT session_id FROM atlasbridge.web_sessions
          WHERE tenant_id = ${tenantId} AND person_id = ${personId}
          ORDER BY last_seen_at DESC OFFSET ${bounds.sessionsOfPersonMax - 1}))`;
}

export type SessionRow = {
  session_id: string;
  browser: string;
  signed_in_at: number;
  last_seen_at: number;
};

type Found = SessionRow & {
  person_id: string;
  email: string;
  name: string;
  /** Now, and when the cookie was given. */
  role: Role;
  given_role: Role;
  replaced_at: number | null;
  sealed_grant: Uint8Array | null;
  ring_version: number | null;
  access_expires_at: number | null;
  checked_at: number;
};

export type Session = Found & { tenantId: string; tenantName: string };

const listed = ["session_id", "browser", ...["signed_in_at", "last_seen_at"].map(millis)].join(
  ", ",
);
const times = ["replaced_at", "access_expires_at", "checked_at", "signed_in_at", "last_seen_at"];

/** Null for a cookie that opens nothing: unknown, too old, replaced, or of a tenant that is suspended. */
export async function findSession(cookie: string, parts: SessionParts): Promise<Session | null> {
  if (!secretShape.test(cookie)) return null;
  const secretHash = hashOf(cookie);
  const [home] = await parts.pool.ask(
    (sql) => sql<{ tenant_id: string | null; tenant_name: string; is_suspended: boolean }[]>`
      SELECT tenant_id, tenant_name, suspended_at IS NOT NULL AS is_suspended
      FROM atlasbridge.find_secret(${secretHash})`,
  );
  if (home === undefined || home.tenant_id === null || home.is_suspended) return null;
  const { tenant_id: tenantId, tenant_name: tenantName } = home;
  const [row] = await parts.pool.withTenant(
    tenantId,
    (sql) => sql<Found[]>`
      SELECT s.session_id, s.person_id, s.browser, s.role AS given_role, s.sealed_grant,
        s.ring_version, ${sql.unsafe(times.map(millis).join(", "))}, m.role, m.email, m.name
      FROM atlasbridge.web_sessions s
      JOIN atlasbridge.memberships m ON m.tenant_id = s.tenant_id AND m.person_id = s.person_id
      WHERE s.tenant_id = ${tenantId} AND s.secret_hash = ${secretHash}`,
  );
  if (row === undefined || isOver(row, parts.clock.now())) return null;
  return { ...row, tenantId, tenantName };
}

function isOver({ signed_in_at, last_seen_at, replaced_at }: Found, now: number): boolean {
  return (
    now >= signed_in_at + bounds.sessionMs ||
    now >= last_seen_at + bounds.sessionIdleMs ||
    (replaced_at !== null && now >= replaced_at + bounds.replacedCookieMs)
  );
}

export async function touchSession(session: Session, { pool, clock }: SessionParts): Promise<void> {
  const { tenantId, session_id, last_seen_at } = session;
  const now = clock.now();
  if (now < last_seen_at + bounds.seenEveryMs) return;
  await pool.withTenant(
    tenantId,
    (sql) => sql`
      UPDATE atlasbridge.web_sessions SET last_seen_at = ${momentToIso(now)}
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id}`,
  );
}

/** Null where nobody but us vouches for the person. */
export function grantOf(
  session: Pick<Session, "tenantId" | "session_id" | "sealed_grant" | "ring_version">,
  ring: KeyRing,
): Grant | null {
  const { tenantId, session_id, sealed_grant, ring_version } = session;
  if (sealed_grant === null || ring_version === null) return null;
  return JSON.parse(ring.open(sealed_grant, ring_version, sealedFor(tenantId, session_id)));
}

/**
 * Another cookie in place of this one, with all that it stood for. Null when that was done already, or when the provider is
 * being asked, which may give another grant: then the next request does it.
 */
export async function replaceSession(session: Session, parts: SessionParts): Promise<Begun | null> {
  const { tenantId, session_id } = session;
  const now = parts.clock.now();
  return await parts.pool.withTenant(tenantId, async (sql) => {
    const [old] = await sql<{ sealed_grant: Uint8Array | null; ring_version: number | null }[]>`
      SELECT sealed_grant, ring_version FROM atlasbridge.web_sessions
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id} AND replaced_at IS NULL
        AND COALESCE(asking_until <= ${momentToIso(now)}, true)
      FOR UPDATE`;
    if (old === undefined) return null;
    const next = await beginSession(sql, parts, {
      ...{ tenantId, personId: session.person_id, role: session.role, browser: session.browser },
      grant: grantOf({ ...session, ...old }, parts.ring),
      ...{ signedInAt: session.signed_in_at, checkedAt: session.checked_at },
    });
    await sql`
      UPDATE atlasbridge.web_sessions
      SET replaced_at = ${momentToIso(now)}, sealed_grant = NULL, role = ${session.role}
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id}`;
    return next;
  });
}

/** Ends a session that goes on elsewhere, and tells what it stood for. Throws while its provider is being asked. */
export async function takeSession(
  sql: Transaction,
  { ring, clock }: SessionParts,
  { tenantId, sessionId }: Pick<Person, "tenantId" | "sessionId">,
): Promise<Omit<SessionWish, "tenantId" | "personId" | "role">> {
  const [row] = await sql<Found[]>`
    DELETE FROM atlasbridge.web_sessions
    WHERE tenant_id = ${tenantId} AND session_id = ${sessionId} AND replaced_at IS NULL
      AND COALESCE(asking_until <= ${momentToIso(clock.now())}, true)
    RETURNING browser, sealed_grant, ring_version, ${sql.unsafe(times.map(millis).join(", "))}`;
  if (row === undefined) {
    throw new AtlasError("usage", "the provider is being asked about this session; try again");
  }
  return {
    browser: row.browser,
    grant: grantOf({ ...row, tenantId, session_id: sessionId }, ring),
    ...{ signedInAt: row.signed_in_at, checkedAt: row.checked_at },
  };
}

export function personOf(session: Session): Person {
  const { tenantId, tenantName, role, person_id, session_id, email, name } = session;
  return {
    ...{ kind: "person", tenantId, tenantName, role, email, name },
    ...{ personId: person_id, sessionId: session_id },
  };
}

/** Of one person in one tenant, without those whose cookie was replaced. */
export async function listSessions(
  sql: Transaction,
  { tenantId, personId, now }: { tenantId: string; personId: string; now: number },
): Promise<SessionRow[]> {
  const rows = await sql<SessionRow[]>`
    SELECT ${sql.unsafe(listed)} FROM atlasbridge.web_sessions
    WHERE tenant_id = ${tenantId} AND person_id = ${personId} AND replaced_at IS NULL
      AND last_seen_at > ${momentToIso(now - bounds.sessionIdleMs)}
      AND signed_in_at > ${momentToIso(now - bounds.sessionMs)}
    ORDER BY web_sessions.last_seen_at DESC, session_id`;
  return [...rows];
}

/**
 * Ends one of a person's sessions, or all but `spared`. Returns how many there were. With one go those that took its place
 * or whose place it took, which have the moment of its signing in: a cookie that was just replaced signs out, too.
 */
export async function endSessions(
  sql: Transaction,
  wish: { tenantId: string; personId: string; only?: string; spared?: string },
): Promise<number> {
  const { tenantId, personId, only = null, spared = null } = wish;
  const { count } = await sql`
    DELETE FROM atlasbridge.web_sessions
    WHERE tenant_id = ${tenantId} AND person_id = ${personId}
      AND (${only}::uuid IS NULL OR signed_in_at = (${signedInAt(sql, wish, only)}))
      AND (${spared}::uuid IS NULL
        OR signed_in_at IS DISTINCT FROM (${signedInAt(sql, wish, spared)}))`;
  return count;
}

function signedInAt(
  sql: Transaction,
  { tenantId, personId }: { tenantId: string; personId: string },
  sessionId: string | null,
) {
  return sql`
    SELECT o.signed_in_at FROM atlasbridge.web_sessions o
    WHERE o.tenant_id = ${tenantId} AND o.person_id = ${personId} AND o.session_id = ${sessionId}::uuid`;
}
