/** Takes a batch: each step in the agreed order, and an acknowledgement only for what is committed. */
import {
  type Acknowledgement,
  acknowledgementSchema,
  type UploadBatch,
  type UploadEntry,
} from "../../contracts/upload.ts";
import { isKeyId } from "../../contracts/api-key.ts";
import { agentId as idOfAgent, sessionId } from "../../contracts/ids.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { SignedRequest } from "../../contracts/signature.ts";
import type { Clock } from "../clock.ts";
import type { KeyRing } from "../keys/ring.ts";
import { bounds } from "../limits/bounds.ts";
import type { Live } from "../live/hub.ts";
import type { Allowances } from "../limits/allowances.ts";
import type { Limiter, Standing } from "../limits/limiter.ts";
import type { Pool, Transaction } from "../store/pool.ts";
import type { Witness } from "../witness.ts";
import { readBody, refusedByLength } from "./body.ts";
import { type CheckedEntry, checkEntries } from "./check.ts";
import { decode } from "./decode.ts";
import type { KnownKeys } from "./known-keys.ts";
import { plan } from "./plan.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { believe, type Caller, readSigned } from "./signed.ts";
import { nobody, type Tally } from "./tally.ts";
import { claimNonce, lockAgent, recordIncident, store, sweepNonces } from "./write.ts";

export type IngestParts = {
  pool: Pool;
  ring: KeyRing;
  witness: Witness;
  limiter: Limiter;
  tally: Tally;
  known: KnownKeys;
  allowances: Allowances;
  live: Pick<Live, "publish">;
  clock: Clock;
};

export type Incoming = SignedRequest & {
  /** What follows `?`; nothing signs it. */
  query: string;
  /** The address that it comes from. */
  from: string;
  body: ReadableStream<Uint8Array> | null;
};

/** With what the reply says of limits, and whom the log may name. */
export type Outcome<T> = (({ ok: true } & T) | Refusal) & {
  standing: Standing | null;
  tenantId: string | null;
  keyId: string | null;
};

export type Signed = { bytes: Uint8Array; caller: Caller };

/** The steps that every signed request goes through before it is understood. */
export async function receive(request: Incoming, parts: IngestParts): Promise<Outcome<Signed>> {
  let outcome = { standing: null as Standing | null, tenantId: null as string | null };
  const no = (refusal: Refusal, keyId: string | null): Outcome<Signed> => ({
    ...refusal,
    ...outcome,
    keyId,
  });
  const long = refusedByLength(request.header("content-length"));
  if (long !== null) return no(long, null);
  const read = readSigned(request);
  if (!read.ok) return no(read, null);
  if (request.query !== "") {
    return no(refuse("invalid-signature", "nothing signs a query; send none"), read.keyId);
  }
  // What is no key's id shares one allowance: it opens nothing, and need not be remembered one by one.
  const allowance = isKeyId(read.keyId) ? read.keyId : "malformed";
  const isKnown = parts.known.has(read.keyId);
  // Nobody can be kept from a key that he has by somebody beside him who guesses. His address is not counted for it, and
  // yet as much is asked: that a key is in use must not be told by how long a refusal takes.
  const stranger = isKnown ? `key ${read.keyId}` : request.from;
  const [standing, met] = await Promise.all([
    parts.limiter.take("key", allowance),
    parts.limiter.take("stranger", stranger),
  ]);
  outcome = { ...outcome, standing };
  if (!standing.allowed) return no(refuse("rate-limited", "of this key"), read.keyId);
  if (!isKnown && !met.allowed) {
    outcome = { ...outcome, standing: met };
    return no(refuse("rate-limited", "of keys that are not known, from this address"), read.keyId);
  }
  const body = await readBody(request.body, parts.clock);
  if (!body.ok) return no(body, read.keyId);
  const believed = await believe({ request, bytes: body.bytes, read }, parts);
  if (!believed.ok) {
    const { tenantId, ...refusal } = believed;
    outcome = { ...outcome, tenantId };
    return no(refusal, read.keyId);
  }
  const { caller } = believed;
  parts.known.add(caller.keyId);
  outcome = { ...outcome, tenantId: caller.tenantId };
  const own = await parts.allowances.of(caller.tenantId);
  const shared = await parts.limiter.take("tenant", caller.tenantId, own);
  if (!shared.allowed) {
    outcome = { ...outcome, standing: shared };
    return no(refuse("rate-limited", "of this tenant"), caller.keyId);
  }
  return { ok: true, bytes: body.bytes, caller, ...outcome, keyId: caller.keyId };
}

export async function take(
  request: Incoming,
  parts: IngestParts,
): Promise<Outcome<{ acknowledgement: Acknowledgement }>> {
  const received = await receive(request, parts);
  const { standing, tenantId, keyId } = received;
  const told = { standing, tenantId, keyId };
  if (!received.ok) {
    if (tenantId !== null && keyId !== null) tally(parts, received, { tenantId, keyId });
    return { ...received, ...told };
  }
  const { caller } = received;
  const done = await parts.pool.withTenant(caller.tenantId, (sql) =>
    inTransaction(sql, { request, ...received }, parts),
  );
  if (!done.ok) {
    tally(parts, done, { ...caller, agentId: done.agentId });
    if (isIncident(done)) tellLive(parts, caller, { what: "incident", ...done });
    return { ...done, ...told };
  }
  parts.tally.used(caller.tenantId, caller.keyId);
  if (done.acknowledgement.accepted > 0) tellLive(parts, caller, { what: "entries", ...done });
  return { ...done, ...told };
}

function tally(
  parts: IngestParts,
  { problem }: Refusal,
  { tenantId, keyId, agentId }: { tenantId: string; keyId: string; agentId?: string | null },
): void {
  parts.tally.refused({ tenantId, keyId, agentId: agentId ?? nobody, reason: problem });
}

type Done =
  | { ok: true; acknowledgement: Acknowledgement; agentId: string; sessionIds: string[] }
  | (Refusal & { agentId: string | null });

const isIncident = ({ problem }: Refusal): boolean =>
  problem === "chain-fork" || problem === "inconsistent-checkpoint";

/** Whoever looks at this tenant asks again. */
function tellLive(
  { live }: IngestParts,
  { tenantId }: Caller,
  told: { what: "entries" | "incident"; agentId: string | null; sessionIds?: string[] },
): void {
  const agent_id = idOfAgent.nullable().parse(told.agentId);
  const session_ids = sessionId.array().parse(told.sessionIds ?? []);
  live.publish(tenantId, { what: told.what, agent_id, session_ids });
}

/** The nonce is spent whatever becomes of the batch: what is refused below is undone up to it. */
async function inTransaction(
  sql: Transaction,
  { request, bytes, caller }: { request: Incoming } & Signed,
  parts: IngestParts,
): Promise<Done> {
  const nowMs = parts.clock.now();
  const { tenantId, keyId, nonce } = caller;
  const untilMs = nowMs + bounds.nonceKeptSeconds * 1_000;
  if (!(await claimNonce(sql, { tenantId, keyId, nonce, untilMs }))) {
    const refusal = refuse("replayed-nonce", "a request with this nonce was taken before");
    return { ...refusal, agentId: null };
  }
  if (nowMs % bounds.nonceSweepEvery === 0) {
    await sweepNonces(sql, { tenantId, nowMs, rowsMax: bounds.nonceSweepRowsMax });
  }
  const understood = understand(request, bytes, caller);
  if (!understood.ok) return { ...understood, agentId: caller.agentId };
  const { batch, entries } = understood;
  const limited = await parts.limiter.take("agent", `${tenantId}/${batch.agent.id}`);
  if (!limited.allowed) {
    return { ...refuse("rate-limited", "of this agent"), agentId: batch.agent.id };
  }
  const result = await settle(sql, { batch, entries, caller, receivedAt: nowMs }, parts);
  const ofSession = new Set(batch.entries.map(({ session_id }) => session_id));
  const sessionIds = [...ofSession].filter((one) => one !== null);
  return result.ok
    ? { ...result, agentId: batch.agent.id, sessionIds }
    : { ...result, agentId: batch.agent.id };
}

function understand(request: Incoming, bytes: Uint8Array, caller: Caller) {
  const type = request.header("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    return refuse("unsupported-media-type", "the content type must be application/json");
  }
  const decoded = decode(bytes, request.header("content-encoding"));
  if (!decoded.ok) return decoded;
  const { batch } = decoded;
  if (caller.agentId !== null && caller.agentId !== batch.agent.id) {
    return refuse("agent-mismatch", "the key is for another agent");
  }
  const checked = checkEntries(batch, caller.secret);
  return checked.ok ? { ok: true as const, batch, entries: checked.entries } : checked;
}

type Batch = {
  batch: UploadBatch;
  entries: CheckedEntry[];
  caller: Caller;
  receivedAt: number;
};

async function settle(
  sql: Transaction,
  { batch, entries, caller, receivedAt }: Batch,
  parts: IngestParts,
): Promise<{ ok: true; acknowledgement: Acknowledgement } | Refusal> {
  const { tenantId, keyId, skewSeconds } = caller;
  // All in one flight: the database takes them in this order, so that the key is looked at once the agent is ours.
  const [, agent, seenKey, byContent] = await Promise.all([
    sql`SAVEPOINT batch`.execute(),
    lockAgent(sql, tenantId, { batch, nowMs: receivedAt }),
    keyBarred(sql, caller, { agentId: batch.agent.id, nowMs: receivedAt }),
    contentBarred(sql, tenantId, batch),
  ]);
  const byKey = agent.isNew
    ? await keyBarred(sql, caller, { agentId: batch.agent.id, nowMs: receivedAt })
    : seenKey;
  const barred = byKey ?? (agent.isOneTooMany ? oneTooMany() : byContent);
  const planned = plan(batch, entries, agent);
  if (barred !== null || agent.isRevoked || !planned.ok) {
    await sql`ROLLBACK TO SAVEPOINT batch`;
    if (barred !== null) return barred;
    if (agent.isRevoked) return refuse("agent-revoked", "the agent was revoked");
    if (planned.ok) throw new Error("a batch that may be taken is not refused");
    const receipt = { tenantId, keyId, receivedAt, skewSeconds };
    const { incident, refusal } = planned;
    if (incident !== null) await recordIncident(sql, { batch, incident, receipt });
    return refusal;
  }
  const { checkpoint } = planned;
  const cosignature =
    checkpoint === null
      ? planned.cosignature
      : parts.witness.cosign(checkpoint.text, Math.floor(receivedAt / 1_000));
  const receipt = { tenantId, keyId, receivedAt, skewSeconds, cosignature };
  await store(sql, { batch, accepted: planned, receipt });
  return {
    ok: true,
    acknowledgement: {
      schema: acknowledgementSchema,
      batch_id: batch.batch_id,
      accepted: planned.fresh.length,
      duplicates: planned.duplicates,
      acked_seq: planned.head.seq,
      acked_hash: planned.head.hash,
      cosignature,
      server_time: receivedAt,
      key_expires_at: caller.expiresAt,
    },
  };
}

/** Nothing of what it has is lost: it comes again, and is taken once there is room. */
function oneTooMany(): Refusal {
  const detail =
    "this tenant has as many agents as it may; an admin can revoke some, or ask for more";
  return refuse("rate-limited", detail);
}

/**
 * A key that was revoked while its request was on its way opens nothing more. And an agent that has sent with a key of its
 * own is nobody else's any more: who holds a key that is for any agent could go on with its trace, and name another signer.
 */
async function keyBarred(
  sql: Transaction,
  { tenantId, keyId, agentId: boundTo }: Caller,
  { agentId, nowMs }: { agentId: string; nowMs: number },
): Promise<Refusal | null> {
  const own =
    boundTo === null
      ? sql`EXISTS (
          SELECT FROM atlasbridge.api_keys o
          WHERE o.tenant_id = ${tenantId} AND o.agent_id = ${agentId} AND o.revoked_at IS NULL
            AND o.last_used_at IS NOT NULL AND COALESCE(o.expires_at > ${momentToIso(nowMs)}, true))`
      : sql`false`;
  const [key] = await sql<{ is_revoked: boolean; is_others: boolean }[]>`
    SELECT revoked_at IS NOT NULL AS is_revoked, ${own} AS is_others FROM atlasbridge.api_keys
    WHERE tenant_id = ${tenantId} AND key_id = ${keyId}`;
  if (key?.is_revoked !== false) return refuse("revoked-key", "the key was revoked");
  if (!key.is_others) return null;
  const detail =
    "the agent sends with a key of its own, and this one is for any agent; use that one, or have it revoked first";
  return refuse("agent-mismatch", detail);
}

async function contentBarred(
  sql: Transaction,
  tenantId: string,
  batch: UploadBatch,
): Promise<Refusal | null> {
  const isBare = ({ content, shown }: UploadEntry) => content === undefined && shown === undefined;
  if (batch.entries.every(isBare)) return null;
  const [settings] = await sql<{ content_allowed: boolean }[]>`
    SELECT content_allowed FROM atlasbridge.tenant_settings WHERE tenant_id = ${tenantId}`;
  if (settings?.content_allowed !== false) return null;
  return refuse("content-not-allowed", "this tenant takes no content");
}
