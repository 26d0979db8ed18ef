/** A session as a file that proves itself: its entries, and what of the tree around them its agent has signed. */
import type { SessionKey } from "../../contracts/cloud-views.ts";
import { agentKey } from "../../contracts/checkpoint.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { emptyFrontier, leafHash, type Leaves } from "../../contracts/merkle.ts";
import { partProof } from "../../contracts/merkle-part.ts";
import { verifierKey } from "../../contracts/note.ts";
import {
  type ProvedEntry,
  type SessionProof,
  sessionProof,
  sessionProofEntriesMax,
} from "../../contracts/session-proof.ts";
import { sha256 } from "../crypto.ts";
import { rootsOf } from "../ingest/write.ts";
import { witnessed } from "../integrity/standing.ts";
import { bounds } from "../limits/bounds.ts";
import { millis } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";
import { findSession } from "./timeline.ts";

/** Throws `AtlasError` for a session that is not there, that retention has taken, or that is too long for one file. */
export async function proveSession(
  sql: Transaction,
  tenantId: string,
  key: SessionKey,
): Promise<SessionProof> {
  const { session, keptFromSeq } = await findSession(sql, tenantId, key);
  const from = Math.max(session.first_seq, keptFromSeq);
  const whose = { tenantId, ...key };
  const cover = await coverOf(sql, whose, session.last_seq);
  const base = await baseOf(sql, whose, from);
  const span = cover.size - base.size;
  if (session.entries > sessionProofEntriesMax || span > bounds.provedSpanMax) {
    const message = `session ${session.session_id} is too long to be proved in one file`;
    throw new AtlasError("usage", message);
  }
  const [entries, hashes, [agent]] = await Promise.all([
    entriesOf(sql, whose, { from, to: session.last_seq }),
    hashesOf(sql, whose, { from: base.size + 1, to: cover.size }),
    sql<{ public_key: Uint8Array | null }[]>`
      SELECT public_key FROM atlasbridge.agents
      WHERE tenant_id = ${tenantId} AND agent_id = ${key.agent_id}`,
  ]);
  if (entries.length === 0) {
    throw new AtlasError("not_found", "its entries were removed: retention has come to them");
  }
  const leaves: Leaves = {
    before: base.size === 0 ? emptyFrontier : base,
    hashes: hashes.map(({ hash }) => leafHash(new Uint8Array(hash), sha256)),
  };
  const places = entries.map(({ seq }) => seq - 1);
  const proof = partProof(leaves, { places, size: cover.size }, sha256);
  const publicKey = cover.public_key ?? agent?.public_key ?? new Uint8Array(0);
  return sessionProof.parse({
    format: "atlasbridge.session-proof/1",
    ...{ agent_id: key.agent_id, session_id: key.session_id, entries },
    checkpoint: witnessed(cover.note, cover.cosignature),
    proof: proof.map((step) => step.toBase64()),
    key: verifierKey(agentKey(key.agent_id, new Uint8Array(publicKey)), sha256),
  });
}

type Whose = SessionKey & { tenantId: string };

type Cover = { size: number; note: string; cosignature: string; public_key: Uint8Array | null };

/** The first checkpoint that covers the entry: there is one, since every batch brings its own. */
async function coverOf(sql: Transaction, { tenantId, agent_id }: Whose, seq: number) {
  const [row] = await sql<Cover[]>`
    SELECT size::float8 AS size, note, cosignature, public_key FROM atlasbridge.trace_checkpoints
    WHERE tenant_id = ${tenantId} AND agent_id = ${agent_id} AND size >= ${seq}
    ORDER BY size LIMIT 1`;
  if (row !== undefined) return row;
  throw new AtlasError("not_found", `no checkpoint covers entry ${seq}`);
}

/** The last tree before the entry that is known by its frontier. */
async function baseOf(sql: Transaction, { tenantId, agent_id }: Whose, seq: number) {
  const [row] = await sql<{ size: number; frontier: Uint8Array }[]>`
    SELECT size::float8 AS size, frontier FROM atlasbridge.trace_checkpoints
    WHERE tenant_id = ${tenantId} AND agent_id = ${agent_id} AND size < ${seq}
      AND frontier IS NOT NULL
    ORDER BY size DESC LIMIT 1`;
  return row === undefined ? emptyFrontier : { size: row.size, roots: rootsOf(row.frontier) };
}

type EntryFound = Omit<ProvedEntry, "data" | "content" | "salt" | "shown"> & {
  data: string;
  content: string | null;
  salt: string | null;
  shown: string | null;
};

async function entriesOf(
  sql: Transaction,
  { tenantId, agent_id, session_id }: Whose,
  { from, to }: { from: number; to: number },
) {
  const rows = await sql<EntryFound[]>`
    SELECT 1 AS v, agent_id, seq::float8 AS seq, ${sql.unsafe(millis("at"))}, session_id, kind,
      encode(content_hash, 'hex') AS content_hash, encode(prev, 'hex') AS prev,
      encode(hash, 'hex') AS hash, data, content, encode(salt, 'hex') AS salt, shown
    FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} AND agent_id = ${agent_id} AND seq BETWEEN ${from} AND ${to}
      AND session_id = ${session_id}
    ORDER BY seq LIMIT ${sessionProofEntriesMax}`;
  return rows.map(({ data, content, salt, shown, ...row }) => ({
    ...row,
    data: JSON.parse(data),
    ...(content === null || salt === null ? {} : { content: JSON.parse(content), salt }),
    ...(shown === null ? {} : { shown: JSON.parse(shown) }),
  }));
}

function hashesOf(
  sql: Transaction,
  { tenantId, agent_id }: Whose,
  { from, to }: { from: number; to: number },
) {
  return sql<{ hash: Uint8Array }[]>`
    SELECT hash FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} AND agent_id = ${agent_id} AND seq BETWEEN ${from} AND ${to}
    ORDER BY seq`;
}
