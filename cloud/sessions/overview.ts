/** The fleet at a glance: what happened in a span of time, beside the span before it, in points for charts. */
import {
  type Activity,
  type Bucket,
  bucketsMax,
  type OverviewView,
} from "../../contracts/cloud-views.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { type Period, periodOf } from "../store/period.ts";
import type { Transaction } from "../store/pool.ts";
import { dayMs, hourMs } from "../ingest/project-sums.ts";
import { sumTables } from "../ingest/write-reading.ts";
import { shareOf } from "./row.ts";

export type OverviewInput = Period & {
  bucket?: Bucket | undefined;
  agent_id?: string | undefined;
};

const widths: Readonly<Record<Bucket, number>> = {
  ...{ hour: hourMs, day: dayMs, week: 7 * dayMs },
};
/** Weeks begin on a Monday; 1970 began on a Thursday. */
const firstMondayMs = 4 * dayMs;

export async function overview(
  sql: Transaction,
  { tenantId, nowMs }: { tenantId: string; nowMs: number },
  input: OverviewInput,
): Promise<OverviewView> {
  const period = periodOf(input, nowMs);
  const bucket = bucketOf(period, input.bucket);
  const starts = startsOf(period, bucket);
  const from = starts[0] ?? period.from;
  const to = period.to;
  const agentId = input.agent_id ?? null;
  const whose = { tenantId, agentId };
  const unit = bucket === "hour" ? hourMs : dayMs;
  const spanMs = Math.ceil((to - from) / unit) * unit;
  const [sums, [before], [counts]] = await Promise.all([
    sumsOf(sql, whose, { bucket, from, to, width: widths[bucket] }),
    sumsOf(sql, whose, { bucket, from: from - spanMs, to: from, width: null }),
    countsOf(sql, whose, from),
  ]);
  const byStart = new Map(sums.map(({ at, ...row }) => [at, row]));
  const points = starts.map((at) => ({ at, ...rated(byStart.get(at) ?? nothing) }));
  return {
    ...{ from, to, bucket, points },
    total: rated([...byStart.values()].reduce(plus, nothing)),
    before: rated(before ?? nothing),
    ...countsView(counts ?? noCounts),
  };
}

/** The finest that gives no more points than a chart takes. Throws `AtlasError` where the one asked for gives more. */
function bucketOf({ from, to }: { from: number; to: number }, asked?: Bucket): Bucket {
  const fits = (one: Bucket): boolean => (to - from) / widths[one] <= bucketsMax - 2;
  if (asked !== undefined && !fits(asked)) {
    throw new AtlasError("usage", `that many ${asked}s do not fit a chart; ask for less time`);
  }
  const found = asked ?? (["hour", "day", "week"] as const).find(fits);
  if (found !== undefined) return found;
  throw new AtlasError("usage", "that much time does not fit a chart; ask for less");
}

function startsOf({ from, to }: { from: number; to: number }, bucket: Bucket): number[] {
  const width = widths[bucket];
  const offset = bucket === "week" ? firstMondayMs : 0;
  const first = Math.floor((from - offset) / width) * width + offset;
  const points = Math.ceil((to - first) / width);
  return Array.from({ length: points }, (_, at) => Math.max(first + at * width, 0));
}

type Whose = { tenantId: string; agentId: string | null };

const names = [
  ...["entries", "sessions", "prompts", "decisions", "auto_replied", "denied"],
  ...["left_to_person", "notified", "matched", "escalated", "injected"],
] as const;
export type Sums = Record<(typeof names)[number], number>;

const nothing: Sums = {
  ...{ entries: 0, sessions: 0, prompts: 0, decisions: 0, auto_replied: 0, denied: 0 },
  ...{ left_to_person: 0, notified: 0, matched: 0, escalated: 0, injected: 0 },
};
const summed = names.map((name) => `COALESCE(sum(${name}), 0)::float8 AS ${name}`).join(", ");

/** Of hours, or days, that begin in the span; `width`: one row for each bucket, which begins at `from` and so on. */
function sumsOf(
  sql: Transaction,
  { tenantId, agentId }: Whose,
  { bucket, from, to, width }: { bucket: Bucket; from: number; to: number; width: number | null },
) {
  const { table, start: column } = sumTables[bucket === "hour" ? "hour" : "day"];
  const begun = sql.unsafe(column);
  const start =
    width === null
      ? sql`${from}::float8`
      : sql`${from} + floor((date_part('epoch', ${begun}) * 1000 - ${from}) / ${width}) * ${width}`;
  return sql<(Sums & { at: number })[]>`
    SELECT ${start} AS at, ${sql.unsafe(summed)}
    FROM ${sql.unsafe(table)}
    WHERE tenant_id = ${tenantId}
      AND ${begun} >= ${momentToIso(Math.max(from, 0))} AND ${begun} < ${momentToIso(Math.max(to, 0))}
      ${agentId === null ? sql`` : sql`AND agent_id = ${agentId}`}
    GROUP BY 1 ORDER BY 1`;
}

const plus = (one: Sums, other: Sums): Sums => {
  const sum = { ...one };
  for (const name of names) sum[name] += other[name];
  return sum;
};

function rated(sums: Sums): Activity {
  return {
    ...sums,
    match_rate: shareOf(sums.matched, sums.decisions),
    escalation_rate: shareOf(sums.escalated, sums.prompts),
  };
}

type Counts = Record<"known" | "seen" | "revoked" | "open" | "waiting" | "incidents", number>;

const noCounts: Counts = { known: 0, seen: 0, revoked: 0, open: 0, waiting: 0, incidents: 0 };

function countsView({ known, seen, revoked, open, waiting, incidents }: Counts) {
  return {
    agents: { known, seen, revoked },
    sessions: { open, waiting },
    incidents_open: incidents,
  };
}

function countsOf(sql: Transaction, { tenantId, agentId }: Whose, from: number) {
  const one = agentId === null ? sql`` : sql`AND agent_id = ${agentId}`;
  const count = (filter: string): string => `count(*) FILTER (WHERE ${filter})::float8`;
  return sql<Counts[]>`
    SELECT a.known, a.seen, a.revoked, s.open, s.waiting, i.incidents
    FROM (
      SELECT count(*)::float8 AS known,
        count(*) FILTER (WHERE last_seen_at >= ${momentToIso(from)})::float8 AS seen,
        ${sql.unsafe(count("revoked_at IS NOT NULL"))} AS revoked
      FROM atlasbridge.agents WHERE tenant_id = ${tenantId} ${one}
    ) a, (
      SELECT ${sql.unsafe(count("prompts <= closed"))} AS open,
        ${sql.unsafe(count("prompts > closed"))} AS waiting
      FROM atlasbridge.trace_sessions WHERE tenant_id = ${tenantId} AND ended_at IS NULL ${one}
    ) s, (
      SELECT count(*)::float8 AS incidents FROM atlasbridge.trace_incidents
      WHERE tenant_id = ${tenantId} AND acknowledged_at IS NULL ${one}
    ) i`;
}
