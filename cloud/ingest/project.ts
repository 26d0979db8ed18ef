/** What a batch's entries tell of their sessions, added up: one row for each session. */
import type { CheckedEntry } from "./check.ts";
import { storable } from "./storable.ts";
import { bounds } from "../limits/bounds.ts";

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
  kinds: Record<string, number>;
  rules: Record<string, number>;
};

const wordCharsMax = 64;

export function project(entries: readonly CheckedEntry[]): SessionRow[] {
  const sessions = new Map<string, SessionRow>();
  for (const entry of entries) {
    const { session_id } = entry;
    if (session_id === null) continue;
    const row = added(sessions.get(session_id) ?? emptyRow(session_id, entry), entry);
    count(row.kinds, entry.kind);
    const rule = ruleOf(entry);
    if (rule !== null) count(row.rules, rule);
    sessions.set(session_id, row);
  }
  return [...sessions.values()];
}

/** Without a prototype, so that a rule may be called anything. */
const noCounts = (): Record<string, number> => Object.create(null);

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function emptyRow(session_id: string, { seq, at }: CheckedEntry): SessionRow {
  return {
    session_id,
    ...{ tool: null, mode: null, started_at: null, ended_at: null },
    ...{ end_reason: null, exit_code: null },
    ...{ first_seq: seq, last_seq: seq, last_entry_at: at, entries: 0 },
    ...{ prompts: 0, auto_replied: 0, denied: 0, left_to_person: 0, notified: 0 },
    ...{ decisions: 0, matched: 0, escalated: 0, injected: 0 },
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
      return { ...next, tool: word(data["tool"]), mode: word(data["mode"]), started_at: entry.at };
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
    case "autopilot.changed":
      return { ...next, mode: word(data["mode"]) ?? row.mode };
    default:
      return next;
  }
}

const actions: Readonly<Record<string, "auto_replied" | "denied" | "left_to_person" | "notified">> =
  {
    auto_reply: "auto_replied",
    deny: "denied",
    require_human: "left_to_person",
    notify_only: "notified",
  };

function decided(row: SessionRow, entry: CheckedEntry): SessionRow {
  const action = entry.data["action"];
  const isKnown = typeof action === "string" && Object.hasOwn(actions, action);
  const column = isKnown ? actions[action] : undefined;
  const matched = row.matched + (ruleOf(entry) === null ? 0 : 1);
  const next = { ...row, decisions: row.decisions + 1, matched };
  return column === undefined ? next : { ...next, [column]: row[column] + 1 };
}

function ruleOf({ kind, data }: CheckedEntry): string | null {
  const rule = kind === "decision.made" ? data["rule_id"] : null;
  return typeof rule === "string" && rule !== "" ? storable(rule, bounds.ruleIdCharsMax) : null;
}

const word = (value: unknown): string | null =>
  typeof value === "string" ? storable(value, wordCharsMax) : null;

const smallInteger = (value: unknown): number | null =>
  typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
