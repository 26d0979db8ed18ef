/** Checks what is stored of an agent against what was signed of it, some checkpoints at a time: nobody has edited it here. */
import type { RecheckView } from "../../contracts/cloud-fleet.ts";
import { contentHash } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { genesisHash } from "../../contracts/ids.ts";
import {
  emptyFrontier,
  type Frontier,
  grown,
  isSame,
  leafHash,
  rootOf,
} from "../../contracts/merkle.ts";
import { sha256, sha256Hex } from "../crypto.ts";
import { canonicalEntry } from "../ingest/check.ts";
import { rootsOf } from "../ingest/write.ts";
import { bounds } from "../limits/bounds.ts";
import { millis } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";

type Agent = { head_seq: number; kept_from_seq: number };
type Checkpoint = { size: number; root: Uint8Array; frontier: Uint8Array | null };
type EntryFound = {
  seq: number;
  at: number;
  session_id: string | null;
  kind: string;
  data: string;
  content_hash: string | null;
  prev: string;
  hash: string;
  content: string | null;
  salt: string | null;
};
type Whose = { tenantId: string; agentId: string };

/** From the checkpoint of `after` entries on. What retention has removed is passed over. */
export async function recheck(
  sql: Transaction,
  whose: Whose,
  after: number | undefined,
): Promise<RecheckView> {
  const { tenantId, agentId } = whose;
  const [agent] = await sql<Agent[]>`
    SELECT head_seq::float8 AS head_seq, kept_from_seq::float8 AS kept_from_seq
    FROM atlasbridge.agents WHERE tenant_id = ${tenantId} AND agent_id = ${agentId}`;
  if (agent === undefined) throw new AtlasError("not_found", `there is no agent ${agentId}`);
  const { head_seq } = agent;
  const from = Math.max(after ?? 0, agent.kept_from_seq - 1);
  if (from >= head_seq) return { checked_to: from, head_seq, fault: null, done: true };
  const base = from === 0 ? emptyFrontier : await frontierAt(sql, whose, from);
  if (base === null) throw new AtlasError("usage", `there is no checkpoint of ${from} entries`);
  const checkpoints = await checkpointsAfter(sql, whose, from);
  const to = checkpoints.at(-1)?.size ?? head_seq;
  const [before, entries] = await Promise.all([
    hashOf(sql, whose, from),
    entriesBetween(sql, whose, { from, to }),
  ]);
  const found = faultIn(entries, { agentId, base, before, checkpoints, to });
  const checked_to = found === null ? to : found.seq - 1;
  return { checked_to, head_seq, fault: found, done: found !== null || to >= head_seq };
}

async function frontierAt(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  size: number,
): Promise<Frontier | null> {
  const [row] = await sql<Checkpoint[]>`
    SELECT frontier, root, size::float8 AS size FROM atlasbridge.trace_checkpoints
    WHERE tenant_id = ${tenantId} AND agent_id = ${agentId} AND size = ${size}`;
  if (row === undefined || row.frontier === null) return null;
  const frontier = { size, roots: rootsOf(row.frontier) };
  // Its root is what was signed: a frontier that has another was changed here.
  return isSame(rootOf(frontier, sha256), new Uint8Array(row.root)) ? frontier : null;
}

/** Those within reach of one step; at least the next one. */
async function checkpointsAfter(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  from: number,
): Promise<Checkpoint[]> {
  const after = sql`tenant_id = ${tenantId} AND agent_id = ${agentId} AND size > ${from}`;
  return await sql<Checkpoint[]>`
    SELECT size::float8 AS size, root, frontier FROM atlasbridge.trace_checkpoints
    WHERE ${after} AND size <= GREATEST(${from + bounds.recheckRowsMax}::bigint,
      (SELECT min(size) FROM atlasbridge.trace_checkpoints WHERE ${after}))
    ORDER BY size LIMIT ${bounds.recheckRowsMax}`;
}

async function hashOf(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  seq: number,
): Promise<string | null> {
  if (seq === 0) return genesisHash;
  const [row] = await sql<{ hash: string }[]>`
    SELECT encode(hash, 'hex') AS hash FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} AND agent_id = ${agentId} AND seq = ${seq}`;
  // Removed by retention: the tree alone says what stood there.
  return row?.hash ?? null;
}

function entriesBetween(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  { from, to }: { from: number; to: number },
) {
  return sql<EntryFound[]>`
    SELECT seq::float8 AS seq, ${sql.unsafe(millis("at"))}, session_id, kind, data,
      encode(content_hash, 'hex') AS content_hash, encode(prev, 'hex') AS prev,
      encode(hash, 'hex') AS hash, content, encode(salt, 'hex') AS salt
    FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} AND agent_id = ${agentId} AND seq BETWEEN ${from + 1} AND ${to}
    ORDER BY seq`;
}

type Fault = { seq: number; what: string };
type Walk = {
  agentId: string;
  base: Frontier;
  /** Hash of the entry before the first; null: nobody knows it any more. */
  before: string | null;
  checkpoints: readonly Checkpoint[];
  to: number;
};

function faultIn(entries: readonly EntryFound[], walk: Walk): Fault | null {
  const { agentId, base, checkpoints, to } = walk;
  const roots = new Map(checkpoints.map(({ size, root }) => [size, new Uint8Array(root)]));
  let tree = base;
  let before = walk.before;
  for (const entry of entries) {
    const seq = tree.size + 1;
    if (entry.seq !== seq) return { seq, what: "it is missing" };
    const what = entryFault(entry, agentId, before);
    if (what !== null) return { seq, what };
    tree = grown(tree, leafHash(Uint8Array.fromHex(entry.hash), sha256), sha256);
    const root = roots.get(seq);
    if (root !== undefined && !isSame(rootOf(tree, sha256), root)) {
      return { seq, what: "the checkpoint over it was signed over other entries" };
    }
    before = entry.hash;
  }
  return tree.size === to ? null : { seq: tree.size + 1, what: "it is missing" };
}

function entryFault(entry: EntryFound, agent_id: string, before: string | null): string | null {
  const { data, content, salt, content_hash, prev, hash } = entry;
  if (before !== null && prev !== before) return "it does not follow the one before it";
  if (sha256Hex(canonicalEntry({ v: 1, agent_id, ...entry }, data)) !== hash) {
    return "it was changed: its hash does not match its fields";
  }
  if (content === null || salt === null) return null;
  const own = contentHash(JSON.parse(content), Uint8Array.fromHex(salt), sha256Hex);
  return own === content_hash ? null : "it has other content than it commits to";
}
