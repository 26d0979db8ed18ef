/** A tenant's own log of what was changed in it: each mutation one entry, chained by hashes like a trace. */
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
