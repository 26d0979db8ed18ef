/** What a batch's entries tell of their sessions, added up: one row for each session. */
import type { CheckedEntry } from "./check.ts";
import { bounds } from "../limits/bounds.ts";
import { ruleOf, sharedOf, smallInteger, word, words } from "./words.ts";

export type SessionRow = {
  session_id: string;
  tool: string | null;
  mode: string | null;
  started_at: number | null;
  ended_at: number | null;
  end_reason: string | null;
  exit_code: number | null;
  first_seq: number;
  last_seq: number;
  last_entry_at: number;
  entries: number;
  prompts: number;
  auto_replied: number;
  denied: number;
  left_to_person: number;
  notified: number;
  decisions: number;
  matched: number;
  escalated: number;
  injected: number;
  closed: number;
  /** Shared content; null where none was. */
  label: string | null;
  command: string | null;
  cwd: string | null;
  kinds: Record<string, number>;
  rules: Record<string, number>;
};

export function project(entries: readonly CheckedEntry[]): SessionRow[] {
  const sessions = new Map<string, SessionRow>();
  for (const entry of entries) {
    const { session_id } = entry;
    if (session_id === null) continue;
    const row = added(sessions.get(session_id) ?? emptyRow(session_id, entry), entry);
    count(row.kinds, entry.kind);
    const rule = entry.kind === "decision.made" ? ruleOf(entry.data) : null;
    if (rule !== null) count(row.rules, rule);
    sessions.set(session_id, row);
  }
  return [...sessions.values()];
}

/** Without a prototype, so that a rule may be called anything. */
export const noCounts = (): Record<string, number> => Object.create(null);

export function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function emptyRow(session_id: string, { seq, at }: CheckedEntry): SessionRow {
  return {
    session_id,
    ...{ tool: null, mode: null, started_at: null, ended_at: null },
    ...{ end_reason: null, exit_code: null },
    ...{ first_seq: seq, last_seq: seq, last_entry_at: at, entries: 0 },
    ...{ prompts: 0, auto_replied: 0, denied: 0, left_to_person: 0, notified: 0 },
    ...{ decisions: 0, matched: 0, escalated: 0, injected: 0, closed: 0 },
    ...{ label: null, command: null, cwd: null },
    ...{ kinds: noCounts(), rules: noCounts() },
  };
}

/** Kinds and fields that are not known are counted and otherwise passed over. */
function added(row: SessionRow, entry: CheckedEntry): SessionRow {
  const next = {
    ...row,
    entries: row.entries + 1,
    last_seq: entry.seq,
    last_entry_at: entry.at,
  };
  const { data } = entry;
  switch (entry.kind) {
    case "session.started":
      return { ...started(next, entry), ...sharedIn(entry) };
    case "session.ended": {
      const ended = {
        end_reason: word(data["reason"]),
        exit_code: smallInteger(data["exit_code"]),
      };
      return { ...next, ...ended, ended_at: entry.at };
    }
    case "prompt.detected":
      return { ...next, prompts: row.prompts + 1 };
    case "decision.made":
      return decided(next, entry);
    case "prompt.escalated":
      return { ...next, escalated: row.escalated + 1 };
    case "reply.injected":
      return { ...next, injected: row.injected + 1 };
    case "prompt.closed":
      return { ...next, closed: row.closed + 1 };
    case "autopilot.changed":
      return { ...next, mode: word(data["mode"]) ?? row.mode };
    default:
      return next;
  }
}

function started(row: SessionRow, { at, data }: CheckedEntry): SessionRow {
  return { ...row, tool: word(data["tool"]), mode: word(data["mode"]), started_at: at };
}

/** What lists show and search finds; the entry itself has all of it. */
function sharedIn(entry: CheckedEntry): Pick<SessionRow, "label" | "command" | "cwd"> {
  const shared = sharedOf(entry);
  const command = shared?.["command"];
  const line = Array.isArray(command) ? command.join(" ") : command;
  return {
    label: words(shared?.["label"], bounds.labelCharsMax),
    command: words(line, bounds.shownCharsMax),
    cwd: words(shared?.["cwd"], bounds.shownCharsMax),
  };
}

type ActionColumn = "auto_replied" | "denied" | "left_to_person" | "notified";
const actions: ReadonlyMap<unknown, ActionColumn> = new Map<unknown, ActionColumn>([
  ["auto_reply", "auto_replied"],
  ["deny", "denied"],
  ["require_human", "left_to_person"],
  ["notify_only", "notified"],
]);

/** Where a decision of that action is counted; null for one that is not known. */
export const columnOf = (action: unknown): ActionColumn | null => actions.get(action) ?? null;

function decided(row: SessionRow, { data }: CheckedEntry): SessionRow {
  const column = columnOf(data["action"]);
  const matched = row.matched + (ruleOf(data) === null ? 0 : 1);
  const next = { ...row, decisions: row.decisions + 1, matched };
  return column === null ? next : { ...next, [column]: row[column] + 1 };
}
