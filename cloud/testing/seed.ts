/** Tenants with a lot in them, written by the database itself: for plans and for times, not for proofs. */
import type { Sql, Transaction } from "../store/pool.ts";

export type SeedWish = { tenantId: string; agents: number; sessions: number; prompts: number };

/** Spread over so many days before now. */
const days = 80;

/** As the superuser. Each session has `prompts` prompts of five entries each, a start and an end; every tenth is left open. */
export async function seedTenant(database: Sql, wish: SeedWish): Promise<void> {
  await database.begin(async (sql) => {
    await sql`SET LOCAL statement_timeout = 0`;
    // Without triggers: what they write is written below, all at once.
    await sql`SET LOCAL session_replication_role = replica`;
    await seed(sql, wish);
  });
}

async function seed(sql: Transaction, wish: SeedWish): Promise<void> {
  const { tenantId, agents, sessions, prompts } = wish;
  const perSession = prompts * 5 + 2;
  const perAgent = Math.ceil(sessions / agents);
  // The same for all of its statements: ids are made of it.
  const [{ now } = { now: "" }] = await sql<{ now: string }[]>`SELECT now()::text AS now`;
  const at = `'${now}'::timestamptz - interval '${days} days' * (1 - n::float8 / ${sessions})`;
  /** UUIDv7 (RFC 9562 §5.7) of that time, and otherwise of a hash. */
  const id = (kind: string, when: string, key: string): string => {
    const time = `encode(substring(int8send((extract(epoch FROM ${when}) * 1000)::bigint) FROM 3), 'hex')`;
    const hash = `encode(sha256(('${tenantId} ${kind} ' || ${key})::bytea), 'hex')`;
    return `(${time} || '7' || substr(${hash}, 1, 3) || '8' || substr(${hash}, 4, 15))::uuid`;
  };
  const agent = `('019392bd-2d21-7000-8000-' || lpad(to_hex(n % ${agents}), 12, '0'))::uuid`;
  const first = `(n / ${agents}) * ${perSession} + 1`;
  await sql.unsafe(`
    INSERT INTO atlasbridge.agents (tenant_id, agent_id, label, head_seq, last_seen_at, last_entry_at)
    SELECT '${tenantId}', ${agent}, 'agent ' || n, ${perAgent * perSession}, now(), now()
    FROM generate_series(0, ${agents - 1}) n`);
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_sessions
      (tenant_id, agent_id, session_id, tool, mode, started_at, ended_at, first_seq, last_seq,
       last_entry_at, entries, prompts, closed, decisions, matched, auto_replied, escalated, label, command,
       cwd, kinds, rules)
    SELECT '${tenantId}', ${agent}, ${id("session", at, "n::text")},
      (ARRAY['claude', 'codex', 'gemini'])[1 + n % 3], 'full', ${at},
      CASE WHEN n % 10 > 0 THEN ${at} END, ${first}, ${first} + ${perSession - 1}, ${at},
      ${perSession}, ${prompts}, ${prompts} - (n % 20 = 0)::int, ${prompts}, ${prompts} - n % 2,
      ${prompts} - 1, n % 7, 'run ' || n, 'tool --flag ' || n, '/home/someone/src/project-' || n % 9,
      '{"session.started": 1, "prompt.detected": 5, "decision.made": 5, "reply.injected": 5, "prompt.closed": 5}',
      '{"rule-1": 2, "rule-2": 2, "rule-3": 1}'
    FROM generate_series(0, ${sessions - 1}) n`);
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_mentions (tenant_id, session_id, agent_id, tool, mentions)
    SELECT tenant_id, session_id, agent_id, tool, mentions
    FROM atlasbridge.trace_sessions WHERE tenant_id = '${tenantId}' ORDER BY session_id`);
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_prompts
      (tenant_id, prompt_id, agent_id, session_id, seq, at, prompt_kind, confidence, action, rule_id,
       reason, risk, escalated_at, replied_by, replied_at, reply_bytes, outcome, closed_at, received_at)
    SELECT '${tenantId}', ${id("prompt", at, "n || ' ' || p")}, ${agent}, ${id("session", at, "n::text")},
      ${first} + p * 5 + 1, ${at}, 'yes_no', 'high', CASE WHEN (n + p) % 9 = 0 THEN 'require_human' ELSE 'auto_reply' END,
      'rule-' || (n + p) % 50, 'it matched', 'low', CASE WHEN (n + p) % 9 = 0 THEN ${at} END,
      'policy', ${at}, 2, 'answered', ${at}, ${at}
    FROM generate_series(0, ${sessions - 1}) n, generate_series(0, ${prompts - 1}) p`);
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_entries
      (tenant_id, agent_id, seq, received_at, at, session_id, kind, data, prev, hash, mac, key_id)
    SELECT '${tenantId}', ${agent}, ${first} + e, now(), ${at}, ${id("session", at, "n::text")},
      CASE e WHEN 0 THEN 'session.started' ELSE 'decision.made' END,
      '{"action":"auto_reply","duration_us":42,"policy_hash":"5f5f","reason":"it matched","rule_id":"r"}',
      sha256('prev'), sha256((n || ' ' || e)::bytea), sha256('mac'), 'abk_x'
    FROM generate_series(0, ${sessions - 1}) n, generate_series(0, ${perSession - 1}) e`);
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_checkpoints
      (tenant_id, agent_id, size, root, note, cosignature, received_at, frontier)
    SELECT '${tenantId}', ${agent}, ${first} + ${perSession - 1}, sha256('root'), 'note', 'line', now(), NULL
    FROM generate_series(0, ${sessions - 1}) n`);
  await seedSums(sql, wish, agent);
}

/** `agent`: its id as SQL, by its number `n`. */
async function seedSums(
  sql: Transaction,
  { tenantId, agents }: SeedWish,
  agent: string,
): Promise<void> {
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_hours
      (tenant_id, hour, agent_id, entries, sessions, prompts, decisions, matched, rules)
    SELECT '${tenantId}', date_trunc('hour', now()) - make_interval(hours => h), ${agent}, 500, 25, 90, 90, 80,
      '{"auto_reply rule-1": 40, "auto_reply rule-2": 30, "require_human ": 20}'
    FROM generate_series(0, ${days * 24 - 1}) h, generate_series(0, ${agents - 1}) n`);
  await sql.unsafe(`
    INSERT INTO atlasbridge.trace_days
      (tenant_id, day, agent_id, entries, sessions, prompts, decisions, matched, rules)
    SELECT tenant_id, date_trunc('day', hour, 'UTC'), agent_id, sum(entries), sum(sessions),
      sum(prompts), sum(decisions), sum(matched), min(rules::text)::jsonb
    FROM atlasbridge.trace_hours WHERE tenant_id = '${tenantId}' GROUP BY 1, 2, 3`);
}
