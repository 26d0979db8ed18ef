/** Second histories that came: told until somebody has looked at them, and kept after that. */
import * as z from "zod";
import type {
  IncidentKey,
  IncidentRow,
  incidentsInput,
  IncidentsView,
} from "../../contracts/cloud-fleet.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { columnsOf, millis, number } from "../store/columns.ts";
import { cursorOf, pageOf, readCursor } from "../store/cursor.ts";
import type { Transaction } from "../store/pool.ts";

const columns = columnsOf(
  ["i.agent_id", "i.kind", "encode(i.came, 'hex') AS came", "encode(i.known, 'hex') AS known"],
  ["a.label", "i.key_id", "i.detail", "i.acknowledged_by", number("i.seq"), number("i.times")],
  ["i.first_at", "i.last_at", "i.acknowledged_at"].map(millis),
);

const sort = "incidents";
const place = z.tuple([z.number(), z.uuid(), z.string(), z.number(), z.string()]);

/** The latest first. */
export async function listIncidents(
  sql: Transaction,
  tenantId: string,
  { agent_id, open, cursor, rows }: z.infer<typeof incidentsInput>,
): Promise<IncidentsView> {
  const after = readCursor(cursor, sort, place);
  const beyond = () => {
    if (after === null) return sql``;
    const [at, agent, kind, seq, came] = after;
    return sql`AND (i.first_at, i.agent_id, i.kind, i.seq, i.came) < (
      ${momentToIso(at)}, ${agent}, ${kind}, ${seq}, decode(${came}, 'hex'))`;
  };
  const standing =
    open === true ? "AND i.acknowledged_at IS NULL" : "AND i.acknowledged_at IS NOT NULL";
  const found = await sql<IncidentRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.trace_incidents i
    LEFT JOIN atlasbridge.agents a ON a.tenant_id = i.tenant_id AND a.agent_id = i.agent_id
    WHERE i.tenant_id = ${tenantId}
      ${agent_id === undefined ? sql`` : sql`AND i.agent_id = ${agent_id}`}
      ${open === undefined ? sql`` : sql.unsafe(standing)} ${beyond()}
    ORDER BY i.first_at DESC, i.agent_id DESC, i.kind DESC, i.seq DESC, i.came DESC
    LIMIT ${rows + 1}`;
  return pageOf(found, rows, (row) =>
    cursorOf(sort, [row.first_at, row.agent_id, row.kind, row.seq, row.came]),
  );
}

/** Once: who looks at it again changes nothing. Returns it as it was and as it is. */
export async function acknowledgeIncident(
  sql: Transaction,
  { tenantId, by, atMs }: { tenantId: string; by: string; atMs: number },
  key: IncidentKey,
): Promise<{ before: IncidentRow; after: IncidentRow }> {
  const before = await incident(sql, tenantId, key);
  await sql`
    UPDATE atlasbridge.trace_incidents
    SET acknowledged_at = ${momentToIso(atMs)}, acknowledged_by = ${by}
    WHERE tenant_id = ${tenantId} AND agent_id = ${key.agent_id} AND kind = ${key.kind}
      AND seq = ${key.seq} AND came = decode(${key.came}, 'hex') AND acknowledged_at IS NULL`;
  return { before, after: await incident(sql, tenantId, key) };
}

async function incident(
  sql: Transaction,
  tenantId: string,
  { agent_id, kind, seq, came }: IncidentKey,
): Promise<IncidentRow> {
  const [row] = await sql<IncidentRow[]>`
    SELECT ${sql.unsafe(columns)} FROM atlasbridge.trace_incidents i
    LEFT JOIN atlasbridge.agents a ON a.tenant_id = i.tenant_id AND a.agent_id = i.agent_id
    WHERE i.tenant_id = ${tenantId} AND i.agent_id = ${agent_id} AND i.kind = ${kind}
      AND i.seq = ${seq} AND i.came = decode(${came}, 'hex')`;
  if (row === undefined) throw new AtlasError("not_found", "there is no such incident");
  return row;
}
