/** How each agent's trace stands here: whether its last checkpoint is of what is stored, and who has signed it. */
import type * as z from "zod";
import type { agentsPage, IntegrityRow } from "../../contracts/cloud-fleet.ts";
import { agentKey, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { isSame, rootOf } from "../../contracts/merkle.ts";
import { parseVerifierKey, verifierKey, vouchersOf } from "../../contracts/note.ts";
import { ed25519Verify, sha256 } from "../crypto.ts";
import { rootsOf } from "../ingest/write.ts";
import { columnsOf, millis, number } from "../store/columns.ts";
import type { Transaction } from "../store/pool.ts";

type Found = Pick<
  IntegrityRow,
  "agent_id" | "label" | "head_seq" | "kept_from_seq" | "last_entry_at" | "incidents_open"
> & {
  head_hash: Uint8Array;
  frontier: Uint8Array;
  public_key: Uint8Array | null;
  size: number | null;
  root: Uint8Array | null;
  note: string | null;
  cosignature: string | null;
  received_at: number | null;
};

const columns = columnsOf(
  ["a.agent_id", "a.label", "a.head_hash", "a.frontier", "a.public_key"],
  ["a.head_seq", "a.kept_from_seq"].map(number),
  [millis("a.last_entry_at"), "c.size::float8 AS size", "c.root", "c.note", "c.cosignature"],
  [millis("c.received_at")],
);

/** `witness`: the verifier key under which this service cosigns. */
export async function integrityPage(
  sql: Transaction,
  { tenantId, witness }: { tenantId: string; witness: string },
  { agent_id, after, rows }: z.infer<typeof agentsPage>,
): Promise<{ agents: IntegrityRow[]; next: IntegrityRow["agent_id"] | null }> {
  const first = after ?? "00000000-0000-0000-0000-000000000000";
  const found = await sql<Found[]>`
    SELECT ${sql.unsafe(columns)}, (
      SELECT count(*)::float8 FROM atlasbridge.trace_incidents i
      WHERE i.tenant_id = ${tenantId} AND i.agent_id = a.agent_id AND i.acknowledged_at IS NULL
    ) AS incidents_open
    FROM atlasbridge.agents a
    LEFT JOIN LATERAL (
      SELECT size, root, note, cosignature, received_at FROM atlasbridge.trace_checkpoints t
      WHERE t.tenant_id = ${tenantId} AND t.agent_id = a.agent_id
      ORDER BY t.tenant_id, t.agent_id, t.size DESC LIMIT 1
    ) c ON true
    WHERE a.tenant_id = ${tenantId} AND a.agent_id > ${first}::uuid
      ${agent_id === undefined ? sql`` : sql`AND a.agent_id = ${agent_id}`}
    ORDER BY a.tenant_id, a.agent_id LIMIT ${rows + 1}`;
  const page = found.slice(0, rows);
  return {
    agents: page.map((row) => rowOf(row, witness)),
    next: found.length > rows ? (page.at(-1)?.agent_id ?? null) : null,
  };
}

function rowOf(found: Found, witness: string): IntegrityRow {
  const { agent_id, label, head_seq, kept_from_seq, last_entry_at, incidents_open } = found;
  const { size, root, note, received_at, public_key } = found;
  const isThere = size !== null && root !== null && note !== null && received_at !== null;
  const key =
    public_key === null
      ? null
      : verifierKey(agentKey(agent_id, new Uint8Array(public_key)), sha256);
  return {
    ...{ agent_id, label, head_seq, kept_from_seq, last_entry_at, incidents_open, key },
    head_hash: head_seq === 0 ? null : found.head_hash.toHex(),
    checkpoint: isThere
      ? { size, root: root.toHex(), received_at, note: witnessed(note, found.cosignature) }
      : null,
    standing: standingOf(found, witness),
  };
}

/** A signed note with one more line. */
export const witnessed = (note: string, cosignature: string | null): string =>
  cosignature === null || cosignature === "" ? note : `${note}${cosignature}\n`;

function standingOf(found: Found, witness: string): IntegrityRow["standing"] {
  const { head_seq, size, root, note, frontier } = found;
  if (head_seq === 0) return "unsigned";
  if (size === null || root === null || note === null || size !== head_seq) return "uncovered";
  const tree = { size: head_seq, roots: rootsOf(frontier) };
  if (!isSame(rootOf(tree, sha256), new Uint8Array(root))) return "root_mismatch";
  return isSigned(found, witness, { size, root: new Uint8Array(root) })
    ? "verified"
    : "signature_invalid";
}

/** By the agent, of exactly that tree, and by the witness. */
function isSigned(
  { agent_id, public_key, note, cosignature }: Found,
  witness: string,
  tree: { size: number; root: Uint8Array },
): boolean {
  const key = parseVerifierKey(witness, sha256);
  const signed = parseSignedCheckpoint(witnessed(note ?? "", cosignature));
  if (signed === null || key === null || public_key === null) return false;
  const own = agentKey(agent_id, new Uint8Array(public_key));
  const { checkpoint } = signed;
  const isOfIt =
    checkpoint.origin === own.name &&
    checkpoint.size === tree.size &&
    isSame(checkpoint.root, tree.root);
  const vouched = vouchersOf(signed.note, [own, key], { verify: ed25519Verify, sha256 });
  return isOfIt && [own, key].every((one) => vouched?.some(({ by }) => by === one) === true);
}
