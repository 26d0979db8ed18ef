/** What a batch's entries add to the sums of the hours in which they were made. */
import type { CheckedEntry } from "./check.ts";
import { columnOf, count, noCounts, type SessionRow } from "./project.ts";
import { ruleOf, word } from "./words.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

type Counts = Pick<
  SessionRow,
  | ("entries" | "prompts" | "decisions" | "auto_replied" | "denied" | "left_to_person")
  | ("notified" | "matched" | "escalated" | "injected")
>;
export type SumsRow = Counts & {
  /** Of the hour, in milliseconds. */
  start: number;
  sessions: number;
  rules: Record<string, number>;
};

/** One row for each hour in which there is an entry. */
export function projectSums(entries: readonly CheckedEntry[]): SumsRow[] {
  const spans = new Map<number, SumsRow>();
  for (const entry of entries) {
    const start = Math.floor(entry.at / hourMs) * hourMs;
    const row = spans.get(start) ?? emptySums(start);
    spans.set(start, row);
    add(row, entry);
  }
  return [...spans.values()];
}

function emptySums(start: number): SumsRow {
  return {
    ...{ start, entries: 0, sessions: 0, prompts: 0, decisions: 0, auto_replied: 0, denied: 0 },
    ...{ left_to_person: 0, notified: 0, matched: 0, escalated: 0, injected: 0 },
    rules: noCounts(),
  };
}

function add(row: SumsRow, { kind, data }: CheckedEntry): void {
  row.entries += 1;
  if (kind === "session.started") row.sessions += 1;
  else if (kind === "prompt.detected") row.prompts += 1;
  else if (kind === "prompt.escalated") row.escalated += 1;
  else if (kind === "reply.injected") row.injected += 1;
  else if (kind === "decision.made") decide(row, data);
}

function decide(row: SumsRow, data: CheckedEntry["data"]): void {
  const rule = ruleOf(data);
  const column = columnOf(data["action"]);
  row.decisions += 1;
  if (rule !== null) row.matched += 1;
  if (column !== null) row[column] += 1;
  count(row.rules, `${word(data["action"]) ?? ""} ${rule ?? ""}`);
}
