/** Whether a session's provider still stands by it: asked now and then, by one of all replicas at a time. */
import { momentToIso } from "../../contracts/moment.ts";
import { record } from "../audit/audit.ts";
import { bounds } from "../limits/bounds.ts";
import type { Asked, Grant, Provider, ProviderName } from "./account.ts";
import { grantOf, type Session, type SessionParts } from "./sessions.ts";

export type StandingParts = SessionParts & { providers: ReadonlyMap<ProviderName, Provider> };

export interface Standing {
  /** False ends the session: its provider said no, or has said nothing for too long. */
  stands(session: Session): Promise<boolean>;
}

const waitStepMs = 200;

export function openStanding(parts: StandingParts): Standing {
  const underWay = new Map<string, Promise<boolean>>();
  return {
    stands(session) {
      if (!isDue(session, parts.clock.now())) return Promise.resolve(true);
      const running = underWay.get(session.session_id);
      if (running !== undefined) return running;
      const asking = settle(session, parts).finally(() => underWay.delete(session.session_id));
      underWay.set(session.session_id, asking);
      return asking;
    },
  };
}

function isDue(session: Turn, now: number): boolean {
  if (session.sealed_grant === null) return false;
  const endsAt = session.access_expires_at ?? Number.POSITIVE_INFINITY;
  return (
    now >= session.checked_at + bounds.providerAskEveryMs || now >= endsAt - bounds.refreshBeforeMs
  );
}

const isFresh = ({ checked_at }: Pick<Session, "checked_at">, now: number): boolean =>
  now < checked_at + bounds.providerSilentMs;

async function settle(session: Session, parts: StandingParts): Promise<boolean> {
  const { clock } = parts;
  const giveUpAt = clock.monotonicMs() + bounds.providerLeaseMs;
  for (;;) {
    const turn = await takeTurn(session, parts);
    if (turn === "ended") return false;
    if (turn === "settled") return true;
    if (turn !== "busy") return await conclude({ ...session, ...turn }, parts);
    // Another replica asks. Whoever was good a moment ago goes on; the others wait for its answer.
    if (isFresh(session, clock.now())) return true;
    if (clock.monotonicMs() > giveUpAt) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(waitStepMs, resolve);
    await promise;
  }
}

type Turn = Pick<Session, "sealed_grant" | "ring_version" | "checked_at" | "access_expires_at">;

/** The row is read again: the refresh token may be another one since. */
async function takeTurn(
  session: Session,
  { pool, clock }: StandingParts,
): Promise<Turn | "busy" | "settled" | "ended"> {
  const { tenantId, session_id } = session;
  const now = clock.now();
  return await pool.withTenant(tenantId, async (sql) => {
    const [row] = await sql<(Turn & { is_busy: boolean })[]>`
      SELECT sealed_grant, ring_version,
        (extract(epoch FROM checked_at) * 1000)::float8 AS checked_at,
        (extract(epoch FROM access_expires_at) * 1000)::float8 AS access_expires_at,
        COALESCE(asking_until > ${momentToIso(now)}, false) AS is_busy
      FROM atlasbridge.web_sessions
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id} FOR UPDATE`;
    if (row === undefined) return "ended";
    if (!isDue(row, now)) return "settled";
    if (row.is_busy) return "busy";
    await sql`
      UPDATE atlasbridge.web_sessions
      SET asking_until = ${momentToIso(now + bounds.providerLeaseMs)}
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id}`;
    return row;
  });
}

async function conclude(session: Session, parts: StandingParts): Promise<boolean> {
  const { tenantId, session_id } = session;
  const asked = await askProvider(grantOf(session, parts.ring), parts);
  const now = parts.clock.now();
  if (asked.state === "good") {
    await keepGrant(session, asked.grant, parts);
    return true;
  }
  if (asked.state === "silent" && isFresh(session, now)) {
    // Nobody asks again before that.
    await parts.pool.withTenant(
      tenantId,
      (sql) => sql`
        UPDATE atlasbridge.web_sessions
        SET asking_until = ${momentToIso(now + bounds.providerRetryMs)}
        WHERE tenant_id = ${tenantId} AND session_id = ${session_id}`,
    );
    return true;
  }
  await endBy(session, asked.state, parts);
  return false;
}

/** Nobody of the tenant has ended it, so its log says why it did. */
async function endBy(
  { tenantId, session_id, person_id, email }: Session,
  provider: "gone" | "silent",
  { pool, clock }: StandingParts,
): Promise<void> {
  await pool.withTenant(tenantId, async (sql) => {
    const { count } = await sql`
      DELETE FROM atlasbridge.web_sessions
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id}`;
    if (count === 0) return;
    await record(sql, {
      ...{ tenantId, at: clock.now(), action: "sign-out", target: session_id },
      actor: { kind: "system", id: null, name: "the service" },
      before: { person_id, email },
      after: { provider },
    });
  });
}

async function askProvider(grant: Grant | null, { providers }: StandingParts): Promise<Asked> {
  const provider = grant === null ? undefined : providers.get(grant.provider);
  // Sign-in with this provider was switched off since.
  if (grant === null || provider === undefined) return { state: "gone" };
  return await provider.ask(grant);
}

async function keepGrant(
  { tenantId, session_id }: Session,
  grant: Grant,
  { pool, ring, clock }: StandingParts,
): Promise<void> {
  const keyId = `session:${session_id}`;
  const { sealed, version } = ring.seal(JSON.stringify(grant), { tenantId, keyId });
  const endsAt = grant.accessExpiresAt === null ? null : momentToIso(grant.accessExpiresAt);
  await pool.withTenant(
    tenantId,
    (sql) => sql`
      UPDATE atlasbridge.web_sessions
      SET sealed_grant = ${sealed}, ring_version = ${version}, access_expires_at = ${endsAt},
          checked_at = ${momentToIso(clock.now())}, asking_until = NULL
      WHERE tenant_id = ${tenantId} AND session_id = ${session_id} AND replaced_at IS NULL`,
  );
}
