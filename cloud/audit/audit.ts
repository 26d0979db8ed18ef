/** A tenant's own log of what was changed in it: each mutation one entry, chained by hashes like a trace. */
import * as z from "zod";
import { canonicalJson } from "../../contracts/canonical.ts";
import { genesisHash } from "../../contracts/ids.ts";
import { sha256Hex } from "../crypto.ts";
import type { Transaction } from "../store/pool.ts";

/** `system`: the service itself, such as a job. */
export type Actor = {
  kind: "person" | "token" | "platform" | "system";
  /** Of the person or token; null where there is none. */
  id: string | null;
  name: string;
};

export type AuditWish = {
  tenantId: string;
  at: number;
  actor: Actor;
  /** The procedure's path, or the name of what was done otherwise, such as `sign-in`. */
  action: string;
  /** Id of what was changed. */
  target: string | null;
  /** What it was and what it is, as JSON without a secret; null: it was not there, or is no more. */
  before: unknown;
  after: unknown;
};

/** In the transaction that makes the change: both are there, or neither. */
export async function record(sql: Transaction, wish: AuditWish): Promise<void> {
  const { tenantId, at, actor, action, target } = wish;
  await sql`
    INSERT INTO atlasbridge.audit_heads (tenant_id, seq, hash)
    VALUES (${tenantId}, 0, ${Buffer.from(genesisHash, "hex")}) ON CONFLICT DO NOTHING`;
  const [head] = await sql<{ seq: string; hash: Uint8Array }[]>`
    SELECT seq, hash FROM atlasbridge.audit_heads WHERE tenant_id = ${tenantId} FOR UPDATE`;
  if (head === undefined) throw new Error("the audit log has lost its head");
  const seq = Number(head.seq) + 1;
  const unhashed = {
    ...{ tenant_id: tenantId, seq, at, actor, action, target },
    ...{ before: wish.before ?? null, after: wish.after ?? null },
    prev: Buffer.from(head.hash).toString("hex"),
  };
  const data = canonicalJson(unhashed);
  const hash = Buffer.from(sha256Hex(data), "hex");
  await sql`
    INSERT INTO atlasbridge.audit_entries (tenant_id, seq, data, hash)
    VALUES (${tenantId}, ${seq}, ${data}, ${hash})`;
  await sql`
    UPDATE atlasbridge.audit_heads SET seq = ${seq}, hash = ${hash} WHERE tenant_id = ${tenantId}`;
}

/** As it was hashed, beside its hash. */
type Row = { seq: string; data: string; hash: Uint8Array };

const entry = z.object({
  tenant_id: z.string(),
  seq: z.int(),
  at: z.int(),
  actor: z.object({
    kind: z.enum(["person", "token", "platform", "system"]),
    id: z.string().nullable(),
    name: z.string(),
  }),
  action: z.string(),
  target: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  prev: z.string(),
});
export type AuditEntry = z.infer<typeof entry> & { hash: string };

const readRow = ({ data, hash }: Row): AuditEntry => ({
  ...entry.parse(JSON.parse(data)),
  hash: Buffer.from(hash).toString("hex"),
});

/** The newest first; those before entry number `before`, if there is one. */
export async function listEntries(
  sql: Transaction,
  { tenantId, before, count }: { tenantId: string; before: number | null; count: number },
): Promise<AuditEntry[]> {
  const rows = await sql<Row[]>`
    SELECT seq, data, hash FROM atlasbridge.audit_entries
    WHERE tenant_id = ${tenantId} AND seq < ${before ?? Number.MAX_SAFE_INTEGER}
    ORDER BY seq DESC LIMIT ${count}`;
  return rows.map(readRow);
}

export type AuditVerdict = { entries: number; head: string; fault: string | null };

const verifiedAtOnce = 1_000;

/** Where the log says that it ends, and where it does. */
type Stands = { until: number; hash: string; last: number };

/** Both at one moment: what is written meanwhile comes after it. */
async function standsOf(sql: Transaction, tenantId: string): Promise<Stands> {
  const [row] = await sql<{ seq: string | null; hash: Uint8Array | null; last: string }[]>`
    SELECT h.seq, h.hash, COALESCE(
      (SELECT max(e.seq) FROM atlasbridge.audit_entries e WHERE e.tenant_id = ${tenantId}), 0) AS last
    FROM (SELECT 1) asked LEFT JOIN atlasbridge.audit_heads h ON h.tenant_id = ${tenantId}`;
  const { seq = null, hash = null, last = "0" } = row ?? {};
  const head = hash === null ? genesisHash : Buffer.from(hash).toString("hex");
  return { until: Number(seq ?? 0), hash: head, last: Number(last) };
}

/** Computes every link again, from the first entry to where the log says that it stands. */
export async function verifyLog(sql: Transaction, tenantId: string): Promise<AuditVerdict> {
  const { until, last, hash } = await standsOf(sql, tenantId);
  let at: At = { seq: 0, hash: genesisHash };
  while (at.seq < until) {
    const rows = await sql<Row[]>`
      SELECT seq, data, hash FROM atlasbridge.audit_entries
      WHERE tenant_id = ${tenantId} AND seq > ${at.seq} AND seq <= ${until}
      ORDER BY seq LIMIT ${verifiedAtOnce}`;
    if (rows.length === 0) return verdict(at, `entry ${at.seq + 1} is missing`);
    for (const row of rows) {
      const fault = faultOfLink(at, row, tenantId);
      if (fault !== null) return verdict(at, fault);
      at = { seq: Number(row.seq), hash: Buffer.from(row.hash).toString("hex") };
    }
  }
  if (last > until) return verdict(at, `the log says that it ends before entry ${until + 1}`);
  const isHead = hash === at.hash;
  return verdict(at, isHead ? null : `entry ${at.seq} is not the one that was written last`);
}

function readable(data: string): z.infer<typeof entry> | null {
  try {
    return entry.parse(JSON.parse(data));
  } catch {
    return null;
  }
}

type At = { seq: number; hash: string };

const verdict = ({ seq, hash }: At, fault: string | null): AuditVerdict => ({
  ...{ entries: seq, head: hash, fault },
});

function faultOfLink(at: At, row: Row, tenantId: string): string | null {
  const next = at.seq + 1;
  if (Number(row.seq) !== next) return `entry ${next} is missing`;
  if (sha256Hex(row.data) !== Buffer.from(row.hash).toString("hex")) {
    return `entry ${next} was changed after it was written`;
  }
  const read = readable(row.data);
  if (read === null) return `entry ${next} cannot be read`;
  if (read.seq !== next || read.tenant_id !== tenantId) return `entry ${next} is another one`;
  return read.prev === at.hash ? null : `entry ${next} does not follow entry ${at.seq}`;
}
