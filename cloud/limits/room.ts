/** How much of each one organisation may have: what platform staff set for it, else what holds for everybody. */
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Transaction } from "../store/pool.ts";
import { bounds } from "./bounds.ts";

/** Null: as for everybody. */
export type OwnLimits = {
  requests_per_minute: number | null;
  agents_max: number | null;
  keys_max: number | null;
  members_max: number | null;
};

const none: OwnLimits = {
  ...{ requests_per_minute: null, agents_max: null, keys_max: null, members_max: null },
};

export async function ownLimits(sql: Transaction, tenantId: string): Promise<OwnLimits> {
  const [row] = await sql<OwnLimits[]>`
    SELECT requests_per_minute, agents_max, keys_max, members_max
    FROM atlasbridge.tenant_settings WHERE tenant_id = ${tenantId}`;
  return row ?? none;
}

/** What is not named stays; null: as for everybody. What is there beyond a smaller one stays, and nothing is added. */
export async function setLimits(
  sql: Transaction,
  tenantId: string,
  wish: { [name in keyof OwnLimits]?: number | null | undefined },
): Promise<{ before: OwnLimits; after: OwnLimits }> {
  await sql`
    INSERT INTO atlasbridge.tenant_settings (tenant_id) VALUES (${tenantId})
    ON CONFLICT DO NOTHING`;
  await sql`SELECT 1 FROM atlasbridge.tenant_settings WHERE tenant_id = ${tenantId} FOR UPDATE`;
  const before = await ownLimits(sql, tenantId);
  const of = <T>(wanted: T | undefined, was: T): T => (wanted === undefined ? was : wanted);
  const after: OwnLimits = {
    requests_per_minute: of(wish.requests_per_minute, before.requests_per_minute),
    agents_max: of(wish.agents_max, before.agents_max),
    keys_max: of(wish.keys_max, before.keys_max),
    members_max: of(wish.members_max, before.members_max),
  };
  await sql`
    UPDATE atlasbridge.tenant_settings
    SET requests_per_minute = ${after.requests_per_minute}, agents_max = ${after.agents_max},
        keys_max = ${after.keys_max}, members_max = ${after.members_max}
    WHERE tenant_id = ${tenantId}`;
  return { before, after };
}

export type Limited = "agents" | "keys" | "members";
export type Room = { max: number; used: number };

const maxOf = (limits: OwnLimits, what: Limited): number => {
  if (what === "agents") return limits.agents_max ?? bounds.agentsMax;
  return what === "keys"
    ? (limits.keys_max ?? bounds.keysMax)
    : (limits.members_max ?? bounds.membersMax);
};

/** Agents that are not revoked, keys that open something, members. */
export async function roomIn(
  sql: Transaction,
  { tenantId, nowMs }: { tenantId: string; nowMs: number },
): Promise<Record<Limited, Room>> {
  const limits = await ownLimits(sql, tenantId);
  const [row] = await sql<Record<Limited, number>[]>`
    SELECT
      (SELECT count(*) FROM atlasbridge.agents
       WHERE tenant_id = ${tenantId} AND revoked_at IS NULL)::int AS agents,
      (SELECT count(*) FROM atlasbridge.api_keys
       WHERE tenant_id = ${tenantId} AND revoked_at IS NULL
         AND COALESCE(expires_at > ${momentToIso(nowMs)}, true))::int AS keys,
      (SELECT count(*) FROM atlasbridge.memberships WHERE tenant_id = ${tenantId})::int AS members`;
  const room = (what: Limited): Room => ({ max: maxOf(limits, what), used: row?.[what] ?? 0 });
  return { agents: room("agents"), keys: room("keys"), members: room("members") };
}

/** Whether one more may be added. Whoever asks is alone in it until the transaction ends: two at once are not both the last. */
export async function hasRoom(
  sql: Transaction,
  { what, ...of }: { what: Limited; tenantId: string; nowMs: number },
): Promise<boolean> {
  await sql`
    SELECT pg_advisory_xact_lock(hashtextextended(${`atlasbridge.${what} ${of.tenantId}`}, 0))`;
  const { max, used } = (await roomIn(sql, of))[what];
  return used < max;
}

const ways: Readonly<Record<Limited, string>> = {
  agents: "revoke some, or ask whoever runs this service for more",
  keys: "revoke some first, or ask whoever runs this service for more",
  members: "remove some, or ask whoever runs this service for more",
};

/** Throws `AtlasError` where there is none. */
export async function requireRoom(
  sql: Transaction,
  wish: { what: Limited; tenantId: string; nowMs: number },
): Promise<void> {
  if (await hasRoom(sql, wish)) return;
  const { max } = (await roomIn(sql, wish))[wish.what];
  const message = `this organisation may have ${max} ${wish.what}, and has them: ${ways[wish.what]}`;
  throw new AtlasError("usage", message);
}
