/** The statements of one batch: what is read of its agent under lock, and one statement with many rows for each table. */
import { genesisHash } from "../../contracts/ids.ts";
import { type Frontier, hashBytes } from "../../contracts/merkle.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { UploadBatch } from "../../contracts/upload.ts";
import type { Transaction } from "../store/pool.ts";
import { hasRoom } from "../limits/room.ts";
import type { Accepted, Incident, Known, KnownCheckpoint } from "./plan.ts";
import { project, type SessionRow } from "./project.ts";
import { projectSums } from "./project-sums.ts";
import { projectPrompts } from "./project-prompts.ts";
import { bytesArray, jsonArray, plainArray } from "./array-text.ts";
import { storable } from "./storable.ts";
import { addSums, upsertPrompts, type Whose } from "./write-reading.ts";

/** The nonce is this request's from now on, for everybody; false when it was somebody's before. */
export async function claimNonce(
  sql: Transaction,
  {
    tenantId,
    keyId,
    nonce,
    untilMs,
  }: { tenantId: string; keyId: string; nonce: string; untilMs: number },
): Promise<boolean> {
  const claimed = await sql`
    INSERT INTO atlasbridge.request_nonces (tenant_id, key_id, nonce, expires_at)
    VALUES (${tenantId}, ${keyId}, ${nonce}, ${momentToIso(untilMs)})
    ON CONFLICT DO NOTHING`;
  return claimed.count === 1;
}

/** Of this tenant, at most so many. */
export async function sweepNonces(
  sql: Transaction,
  { tenantId, nowMs, rowsMax }: { tenantId: string; nowMs: number; rowsMax: number },
): Promise<void> {
  await sql`
    DELETE FROM atlasbridge.request_nonces WHERE tenant_id = ${tenantId}
      AND (tenant_id, key_id, nonce) IN (
        SELECT tenant_id, key_id, nonce FROM atlasbridge.request_nonces
        WHERE tenant_id = ${tenantId} AND expires_at < ${momentToIso(nowMs)}
        LIMIT ${rowsMax})`;
}

export type AgentState = Known & {
  isRevoked: boolean;
  isNew: boolean;
  /** It was not known before, and its tenant may have no more. */
  isOneTooMany: boolean;
};

type AgentRow = {
  head_seq: string;
  head_hash: Uint8Array;
  frontier: Uint8Array;
  public_key: Uint8Array | null;
  is_revoked: boolean;
  kept_from_seq: string;
};

/** Waits for whoever is at this agent's trace; then nobody else is until the transaction ends. */
export async function lockAgent(
  sql: Transaction,
  tenantId: string,
  { batch, nowMs }: { batch: UploadBatch; nowMs: number },
): Promise<AgentState> {
  const agentId = batch.agent.id;
  const look = () =>
    Promise.all([
      sql<AgentRow[]>`
        SELECT head_seq, head_hash, frontier, public_key, revoked_at IS NOT NULL AS is_revoked,
          kept_from_seq
        FROM atlasbridge.agents WHERE tenant_id = ${tenantId} AND agent_id = ${agentId}
        FOR UPDATE`.execute(),
      storedCheckpoints(sql, tenantId, batch),
    ]);
  let [[row], checkpoints] = await look();
  const isNew = row === undefined;
  let isOneTooMany = false;
  if (isNew) {
    isOneTooMany = !(await hasRoom(sql, { what: "agents", tenantId, nowMs }));
    // Undone with everything else when the batch is refused.
    await sql`
      INSERT INTO atlasbridge.agents (tenant_id, agent_id) VALUES (${tenantId}, ${agentId})
      ON CONFLICT DO NOTHING`;
    [[row], checkpoints] = await look();
  }
  if (row === undefined) throw new Error("an agent that was just made is not there");
  const headSeq = Number(row.head_seq);
  const stored = await storedHashes(sql, tenantId, { batch, headSeq });
  return {
    headSeq,
    headHash: headSeq === 0 ? genesisHash : row.head_hash.toHex(),
    frontier: { size: headSeq, roots: rootsOf(row.frontier) },
    publicKey: row.public_key === null ? null : new Uint8Array(row.public_key),
    isRevoked: row.is_revoked,
    keptFromSeq: Number(row.kept_from_seq),
    isNew,
    isOneTooMany,
    stored,
    checkpoints,
  };
}

const frontierBytes = ({ roots }: Frontier): Uint8Array => new Uint8Array(Buffer.concat(roots));

export function rootsOf(bytes: Uint8Array): Uint8Array[] {
  const count = bytes.length / hashBytes;
  return Array.from({ length: count }, (_, at) =>
    bytes.slice(at * hashBytes, (at + 1) * hashBytes),
  );
}

/** Of entries that are here already. */
async function storedHashes(
  sql: Transaction,
  tenantId: string,
  { batch, headSeq }: { batch: UploadBatch; headSeq: number },
): Promise<Map<number, string>> {
  const first = batch.entries[0]?.seq ?? 0;
  if (first > headSeq) return new Map();
  const last = Math.min(headSeq, batch.entries.at(-1)?.seq ?? 0);
  const rows = await sql<{ seq: string; hash: Uint8Array }[]>`
    SELECT seq, hash FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} AND agent_id = ${batch.agent.id} AND seq BETWEEN ${first} AND ${last}`;
  return new Map(rows.map(({ seq, hash }) => [Number(seq), hash.toHex()]));
}

async function storedCheckpoints(sql: Transaction, tenantId: string, batch: UploadBatch) {
  const own = batch.entries.at(-1)?.seq ?? 0;
  type Row = { size: string; root: Uint8Array; cosignature: string; public_key: Uint8Array | null };
  const rows = await sql<Row[]>`
    SELECT size, root, cosignature, public_key FROM atlasbridge.trace_checkpoints
    WHERE tenant_id = ${tenantId} AND agent_id = ${batch.agent.id}
      AND size IN (${own}, ${batch.consistency.from_size})`;
  return new Map(
    rows.map(({ size, root, cosignature, public_key }): [number, KnownCheckpoint] => {
      const publicKey = public_key === null ? null : new Uint8Array(public_key);
      return [Number(size), { root: new Uint8Array(root), cosignature, publicKey }];
    }),
  );
}

export type Receipt = {
  tenantId: string;
  keyId: string;
  receivedAt: number;
  skewSeconds: number;
  cosignature: string | null;
};

/** Everything of an accepted batch. Nothing waits for the one before it: they go out together. */
export async function store(
  sql: Transaction,
  { batch, accepted, receipt }: { batch: UploadBatch; accepted: Accepted; receipt: Receipt },
): Promise<void> {
  const whose = { tenantId: receipt.tenantId, agentId: batch.agent.id };
  const sessions = project(accepted.fresh);
  const prompts = projectPrompts(accepted.fresh);
  const receivedAt = momentToIso(receipt.receivedAt);
  const work: PromiseLike<unknown>[] = [];
  if (accepted.fresh.length > 0) {
    work.push(insertEntries(sql, whose, { accepted, receipt }));
    work.push(addSums(sql, whose, projectSums(accepted.fresh)));
  }
  if (prompts.length > 0) work.push(upsertPrompts(sql, whose, { rows: prompts, receivedAt }));
  if (sessions.length > 0) {
    work.push(upsertSessions(sql, whose, { rows: sessions, receivedAt }));
  }
  if (accepted.checkpoint !== null) work.push(insertCheckpoint(sql, whose, { accepted, receipt }));
  work.push(moveHead(sql, whose, { batch, accepted, receipt }));
  await Promise.all(work);
}

type Stored = { accepted: Accepted; receipt: Receipt };

function insertEntries(sql: Transaction, whose: Whose, { accepted, receipt }: Stored) {
  const rows = accepted.fresh;
  return sql`
    INSERT INTO atlasbridge.trace_entries
      (tenant_id, agent_id, seq, received_at, at, session_id, kind, data, content_hash, prev, hash,
       mac, key_id, content, salt, shown)
    SELECT ${whose.tenantId}::uuid, ${whose.agentId}::uuid, r.seq,
      ${momentToIso(receipt.receivedAt)}::timestamptz, to_timestamp(r.at / 1000.0), r.session_id,
      r.kind, r.data, r.content_hash, r.prev, r.hash, r.mac, ${receipt.keyId}, r.content, r.salt,
      r.shown
    FROM unnest(
      ${plainArray(rows.map(({ seq }) => seq))}::text::bigint[],
      ${plainArray(rows.map(({ at }) => at))}::text::float8[],
      ${plainArray(rows.map(({ session_id }) => session_id))}::text::uuid[],
      ${plainArray(rows.map(({ kind }) => kind))}::text::text[],
      ${jsonArray(rows.map(({ dataText }) => dataText))}::text::text[],
      ${bytesArray(rows.map(({ content_hash }) => content_hash))}::text::bytea[],
      ${bytesArray(rows.map(({ prev }) => prev))}::text::bytea[],
      ${bytesArray(rows.map(({ hash }) => hash))}::text::bytea[],
      ${bytesArray(rows.map(({ macHex }) => macHex))}::text::bytea[],
      ${jsonArray(rows.map(({ contentText }) => contentText))}::text::text[],
      ${bytesArray(rows.map(({ salt }) => salt))}::text::bytea[],
      ${jsonArray(rows.map(({ shownText }) => shownText))}::text::text[]
    ) AS r (seq, at, session_id, kind, data, content_hash, prev, hash, mac, content, salt, shown)`;
}

function upsertSessions(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  { rows, receivedAt }: { rows: readonly SessionRow[]; receivedAt: string },
) {
  return sql`
    INSERT INTO atlasbridge.trace_sessions AS s
      (tenant_id, agent_id, session_id, tool, mode, started_at, ended_at, end_reason, exit_code,
       first_seq, last_seq, last_entry_at, entries, prompts, auto_replied, denied, left_to_person,
       notified, decisions, matched, escalated, injected, closed, label, command, cwd, content_at,
       kinds, rules)
    SELECT ${tenantId}::uuid, ${agentId}::uuid, r.session_id, r.tool, r.mode,
      to_timestamp(r.started_at / 1000.0), to_timestamp(r.ended_at / 1000.0), r.end_reason,
      r.exit_code, r.first_seq, r.last_seq, to_timestamp(r.last_entry_at / 1000.0), r.entries,
      r.prompts, r.auto_replied, r.denied, r.left_to_person, r.notified, r.decisions, r.matched,
      r.escalated, r.injected, r.closed, r.label, r.command, r.cwd,
      CASE WHEN num_nonnulls(r.label, r.command, r.cwd) > 0 THEN ${receivedAt}::timestamptz END,
      r.kinds, r.rules
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS r
      (session_id uuid, tool text, mode text, started_at float8, ended_at float8, end_reason text,
       exit_code integer, first_seq bigint, last_seq bigint, last_entry_at float8, entries bigint,
       prompts bigint, auto_replied bigint, denied bigint, left_to_person bigint, notified bigint,
       decisions bigint, matched bigint, escalated bigint, injected bigint, closed bigint,
       label text, command text, cwd text, kinds jsonb, rules jsonb)
    ON CONFLICT (tenant_id, agent_id, session_id) DO UPDATE SET
      tool = COALESCE(EXCLUDED.tool, s.tool), mode = COALESCE(EXCLUDED.mode, s.mode),
      started_at = COALESCE(s.started_at, EXCLUDED.started_at),
      ended_at = COALESCE(EXCLUDED.ended_at, s.ended_at),
      end_reason = COALESCE(EXCLUDED.end_reason, s.end_reason),
      exit_code = COALESCE(EXCLUDED.exit_code, s.exit_code),
      last_seq = EXCLUDED.last_seq, last_entry_at = EXCLUDED.last_entry_at,
      entries = s.entries + EXCLUDED.entries, prompts = s.prompts + EXCLUDED.prompts,
      auto_replied = s.auto_replied + EXCLUDED.auto_replied, denied = s.denied + EXCLUDED.denied,
      left_to_person = s.left_to_person + EXCLUDED.left_to_person,
      notified = s.notified + EXCLUDED.notified, decisions = s.decisions + EXCLUDED.decisions,
      matched = s.matched + EXCLUDED.matched, escalated = s.escalated + EXCLUDED.escalated,
      injected = s.injected + EXCLUDED.injected, closed = s.closed + EXCLUDED.closed,
      label = COALESCE(EXCLUDED.label, s.label), command = COALESCE(EXCLUDED.command, s.command),
      cwd = COALESCE(EXCLUDED.cwd, s.cwd), content_at = COALESCE(EXCLUDED.content_at, s.content_at),
      kinds = atlasbridge.counts_added(s.kinds, EXCLUDED.kinds),
      rules = atlasbridge.counts_added(s.rules, EXCLUDED.rules)`;
}

function insertCheckpoint(sql: Transaction, whose: Whose, { accepted, receipt }: Stored) {
  const { checkpoint } = accepted;
  return sql`
    INSERT INTO atlasbridge.trace_checkpoints
      (tenant_id, agent_id, size, root, note, cosignature, received_at, frontier,
       public_key)
    VALUES (${whose.tenantId}, ${whose.agentId}, ${checkpoint?.size ?? 0},
      ${checkpoint?.root ?? new Uint8Array()}, ${checkpoint?.note ?? ""},
      ${receipt.cosignature ?? ""}, ${momentToIso(receipt.receivedAt)},
      ${frontierBytes(accepted.frontier)}, ${accepted.publicKey})`;
}

function moveHead(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  { batch, accepted, receipt }: Stored & { batch: UploadBatch },
) {
  const { head, frontier, publicKey, fresh } = accepted;
  const seen = momentToIso(receipt.receivedAt);
  const newest = fresh.at(-1)?.at;
  return sql`
    UPDATE atlasbridge.agents SET
      head_seq = ${head.seq}, head_hash = ${Uint8Array.fromHex(head.hash)},
      frontier = ${frontierBytes(frontier)}, public_key = ${publicKey},
      version = ${storable(batch.agent.version, 64)}, platform = ${storable(batch.agent.platform, 64)},
      last_seen_at = ${seen}, skew_seconds = ${receipt.skewSeconds},
      last_entry_at = COALESCE(to_timestamp(${newest ?? null}::float8 / 1000), last_entry_at)
    WHERE tenant_id = ${tenantId} AND agent_id = ${agentId}`;
}

export async function recordIncident(
  sql: Transaction,
  {
    batch,
    incident,
    receipt,
  }: { batch: UploadBatch; incident: Incident; receipt: Omit<Receipt, "cosignature"> },
): Promise<void> {
  const at = momentToIso(receipt.receivedAt);
  const { kind, seq, known, came, detail } = incident;
  await sql`
    INSERT INTO atlasbridge.trace_incidents AS i
      (tenant_id, agent_id, kind, seq, known, came, key_id, detail, first_at, last_at)
    VALUES (${receipt.tenantId}, ${batch.agent.id}, ${kind}, ${seq}, ${known}, ${came},
      ${receipt.keyId}, ${detail}, ${at}, ${at})
    ON CONFLICT (tenant_id, agent_id, kind, seq, came)
    DO UPDATE SET times = i.times + 1, last_at = EXCLUDED.last_at`;
}
