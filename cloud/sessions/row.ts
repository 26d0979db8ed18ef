/** A session as lists show it. */
import { type SessionRow, sessionRow } from "../../contracts/cloud-views.ts";
import { columnsOf, millis, number } from "../store/columns.ts";
import { timeOfId } from "../store/period.ts";

/** From `trace_sessions s LEFT JOIN agents a`. */
export const sessionColumns = columnsOf(
  ["s.agent_id", "s.session_id", "a.label AS agent_label", "s.tool", "s.mode", "s.end_reason"],
  ["s.exit_code", "s.label", "s.command", "s.cwd"],
  ["s.started_at", "s.ended_at", "s.last_entry_at"].map(millis),
  ["s.first_seq", "s.last_seq", "s.entries", "s.prompts", "s.closed", "s.decisions"].map(number),
  ["s.auto_replied", "s.denied", "s.left_to_person", "s.notified", "s.escalated"].map(number),
  ["s.injected", "s.matched"].map(number),
);

export type SessionFound = Omit<
  SessionRow,
  "state" | "open_prompts" | "match_rate" | "started_at"
> & {
  started_at: number | null;
  closed: number;
  matched: number;
};

export function sessionOf({ closed, matched, ...row }: SessionFound): SessionRow {
  const open_prompts = row.ended_at === null ? Math.max(row.prompts - closed, 0) : 0;
  const open = open_prompts > 0 ? "waiting" : "open";
  return sessionRow.parse({
    ...row,
    state: row.ended_at === null ? open : "ended",
    // Its id tells when it began, where the entry that does has not come.
    started_at: row.started_at ?? timeOfId(row.session_id),
    open_prompts,
    match_rate: shareOf(matched, row.decisions),
  });
}

/** Null where there is no whole. */
export const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.min(part / whole, 1);
