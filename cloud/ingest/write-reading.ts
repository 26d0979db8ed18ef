/** The statements of what is read in place of entries: prompts, and sums by the hour. */
import type { Transaction } from "../store/pool.ts";
import { arrayText } from "./array-text.ts";
import type { SumsRow } from "./project-sums.ts";
import type { PromptRow } from "./project-prompts.ts";

export type Whose = { tenantId: string; agentId: string };

/** What is told already stays where this batch tells nothing else. */
export function upsertPrompts(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  { rows, receivedAt }: { rows: readonly PromptRow[]; receivedAt: string },
) {
  const column = (value: (row: PromptRow) => string | number | null): string =>
    arrayText(
      rows.map((row) => {
        const one = value(row);
        return one === null ? null : String(one);
      }),
    );
  const hex = (value: string | null): string | null => (value === null ? null : `\\x${value}`);
  return sql`
    INSERT INTO atlasbridge.trace_prompts AS p
      (tenant_id, agent_id, received_at, prompt_id, session_id, seq, at, prompt_kind, confidence,
       action, rule_id, reason, risk, escalated_at, replied_by, replied_at, reply_bytes, latency_ms,
       outcome, closed_at, question_print, reply_print)
    SELECT ${tenantId}::uuid, ${agentId}::uuid, ${receivedAt}::timestamptz, r.prompt_id,
      r.session_id, r.seq, to_timestamp(r.at / 1000.0), r.prompt_kind, r.confidence, r.action,
      r.rule_id, r.reason, r.risk, to_timestamp(r.escalated_at / 1000.0), r.replied_by,
      to_timestamp(r.replied_at / 1000.0), r.reply_bytes, r.latency_ms, r.outcome,
      to_timestamp(r.closed_at / 1000.0), r.question_print, r.reply_print
    FROM unnest(
      ${column((row) => row.prompt_id)}::text::uuid[],
      ${column((row) => row.session_id)}::text::uuid[],
      ${column((row) => row.seq)}::text::bigint[],
      ${column((row) => row.at)}::text::float8[],
      ${column((row) => row.prompt_kind)}::text::text[],
      ${column((row) => row.confidence)}::text::text[],
      ${column((row) => row.action)}::text::text[],
      ${column((row) => row.rule_id)}::text::text[],
      ${column((row) => row.reason)}::text::text[],
      ${column((row) => row.risk)}::text::text[],
      ${column((row) => row.escalated_at)}::text::float8[],
      ${column((row) => row.replied_by)}::text::text[],
      ${column((row) => row.replied_at)}::text::float8[],
      ${column((row) => row.reply_bytes)}::text::integer[],
      ${column((row) => row.latency_ms)}::text::float8[],
      ${column((row) => row.outcome)}::text::text[],
      ${column((row) => row.closed_at)}::text::float8[],
      ${column((row) => hex(row.question_print))}::text::bytea[],
      ${column((row) => hex(row.reply_print))}::text::bytea[]
    ) AS r (prompt_id, session_id, seq, at, prompt_kind, confidence, action, rule_id, reason, risk,
            escalated_at, replied_by, replied_at, reply_bytes, latency_ms, outcome, closed_at,
            question_print, reply_print)
    ON CONFLICT (tenant_id, prompt_id, agent_id) DO UPDATE SET
      ${sql.unsafe(later)}`;
}

const later = [
  ...["prompt_kind", "confidence", "action", "rule_id", "reason", "risk", "escalated_at"],
  ...["replied_by", "replied_at", "reply_bytes", "latency_ms", "outcome", "closed_at"],
  ...["question_print", "reply_print"],
]
  .map((name) => `${name} = COALESCE(EXCLUDED.${name}, p.${name})`)
  .join(", ");

const sums = [
  ...["entries", "sessions", "prompts", "decisions", "auto_replied", "denied"],
  ...["left_to_person", "notified", "matched", "escalated", "injected"],
];
const sumColumns = sums.join(", ");
const sumTypes = sums.map((name) => `${name} bigint`).join(", ");
const added = sums.map((name) => `${name} = t.${name} + EXCLUDED.${name}`).join(", ");

/** Where sums lie, and how long a span of theirs is. */
export const sumTables = {
  hour: { table: "atlasbridge.trace_hours", start: "hour" },
  day: { table: "atlasbridge.trace_days", start: "day" },
} as const;

/** To the hours; the database adds what they grow by to their days. */
export function addSums(sql: Transaction, { tenantId, agentId }: Whose, rows: readonly SumsRow[]) {
  return sql`
    INSERT INTO atlasbridge.trace_hours AS t
      (tenant_id, agent_id, hour, rules, ${sql.unsafe(sumColumns)})
    SELECT ${tenantId}::uuid, ${agentId}::uuid, to_timestamp(r.start / 1000.0), r.rules,
      ${sql.unsafe(sumColumns)}
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS r
      (start float8, rules jsonb, ${sql.unsafe(sumTypes)})
    ON CONFLICT (tenant_id, hour, agent_id) DO UPDATE SET ${sql.unsafe(added)},
      rules = CASE WHEN EXCLUDED.rules = '{}' THEN t.rules
        ELSE atlasbridge.counts_added(t.rules, EXCLUDED.rules) END`;
}
