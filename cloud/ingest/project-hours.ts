/** What a batch's entries add to the sums of the hours in which they were made. */
import type { CheckedEntry } from "./check.ts";
import { columnOf, count, noCounts, type SessionRow } from "./project.ts";
import { ruleOf, word } from "./words.ts";

const hourMs = 3_600_000;

type Sums = Pick<
  SessionRow,
  | ("entries" | "prompts" | "decisions" | "auto_replied" | "denied" | "left_to_person")
  | ("notified" | "matched" | "escalated" | "injected")
>;
export type HourRow = Sums & {
  /** Its begin, in milliseconds. */
  hour: number;
  sessions: number;
  rules: Record<string, number>;
};

export function projectHours(entries: readonly CheckedEntry[]): HourRow[] {
  const hours = new Map<number, HourRow>();
  for (const entry of entries) {
    const hour = Math.floor(entry.at / hourMs) * hourMs;
    const row = hours.get(hour) ?? emptyHour(hour);
    hours.set(hour, row);
    add(row, entry);
  }
  return [...hours.values()];
}

function emptyHour(hour: number): HourRow {
  return {
    ...{ hour, entries: 0, sessions: 0, prompts: 0, decisions: 0, auto_replied: 0, denied: 0 },
    ...{ left_to_person: 0, notified: 0, matched: 0, escalated: 0, injected: 0 },
    rules: noCounts(),
  };
}

function add(row: HourRow, { kind, data }: CheckedEntry): void {
  row.entries += 1;
  if (kind === "session.started") row.sessions += 1;
  else if (kind === "prompt.detected") row.prompts += 1;
  else if (kind === "prompt.escalated") row.escalated += 1;
  else if (kind === "reply.injected") row.injected += 1;
  else if (kind === "decision.made") decide(row, data);
}

function decide(row: HourRow, data: CheckedEntry["data"]): void {
  const rule = ruleOf(data);
  const column = columnOf(data["action"]);
  row.decisions += 1;
  if (rule !== null) row.matched += 1;
  if (column !== null) row[column] += 1;
  count(row.rules, `${word(data["action"]) ?? ""} ${rule ?? ""}`);
}
