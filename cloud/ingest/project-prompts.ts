/** What a batch's entries tell of their prompts: one row for each, with what this batch adds to it. */
import { canonicalJson } from "../../contracts/canonical.ts";
import { promptId } from "../../contracts/ids.ts";
import { bounds } from "../limits/bounds.ts";
import { sha256Hex } from "../crypto.ts";
import type { CheckedEntry } from "./check.ts";
import { ruleOf, sharedOf, smallInteger, word, words } from "./words.ts";

export type PromptRow = {
  prompt_id: string;
  session_id: string | null;
  seq: number;
  at: number;
  prompt_kind: string | null;
  confidence: string | null;
  action: string | null;
  rule_id: string | null;
  reason: string | null;
  risk: string | null;
  escalated_at: number | null;
  replied_by: string | null;
  replied_at: number | null;
  reply_bytes: number | null;
  latency_ms: number | null;
  outcome: string | null;
  closed_at: number | null;
  /** SHA-256 in hex of what was shared: equal for equal questions, and for equal replies. */
  question_print: string | null;
  reply_print: string | null;
};

export function projectPrompts(entries: readonly CheckedEntry[]): PromptRow[] {
  const prompts = new Map<string, PromptRow>();
  for (const entry of entries) {
    const told = toldBy(entry);
    if (told === null) continue;
    const named = entry.data["prompt_id"];
    const row = typeof named === "string" ? prompts.get(named) : undefined;
    const id = row === undefined ? promptId.safeParse(named).data : undefined;
    if (row !== undefined) Object.assign(row, told);
    else if (id !== undefined) prompts.set(id, { ...emptyRow(id, entry), ...told });
  }
  return [...prompts.values()];
}

function emptyRow(prompt_id: string, { session_id, seq, at }: CheckedEntry): PromptRow {
  return {
    ...{ prompt_id, session_id, seq, at, prompt_kind: null, confidence: null },
    ...{ action: null, rule_id: null, reason: null, risk: null },
    ...{ escalated_at: null, replied_by: null, replied_at: null, reply_bytes: null },
    ...{ latency_ms: null, outcome: null, closed_at: null },
    ...{ question_print: null, reply_print: null },
  };
}

/** Null for entries that are about no prompt. */
function toldBy(entry: CheckedEntry): Partial<PromptRow> | null {
  const { data, at } = entry;
  switch (entry.kind) {
    case "prompt.detected":
      return {
        prompt_kind: word(data["prompt_kind"]),
        confidence: word(data["confidence"]),
        ...printOf(entry, "question"),
      };
    case "decision.made":
      return {
        action: word(data["action"]),
        rule_id: ruleOf(data),
        reason: words(data["reason"], bounds.reasonCharsMax),
        risk: word(data["risk"]),
      };
    case "prompt.escalated":
      return { escalated_at: at };
    case "reply.received":
      return { replied_by: word(data["by"]), ...printOf(entry, "reply") };
    case "reply.injected": {
      const latency = data["latency_ms"];
      return {
        replied_by: word(data["by"]),
        replied_at: at,
        reply_bytes: smallInteger(data["bytes"]),
        latency_ms: typeof latency === "number" ? latency : null,
      };
    }
    case "prompt.closed":
      return { outcome: word(data["outcome"]), closed_at: at };
    default:
      return null;
  }
}

/** Over everything that was shared: the same question about two commands is two questions. */
function printOf(entry: CheckedEntry, what: "question" | "reply"): Partial<PromptRow> {
  const shared = sharedOf(entry);
  if (shared === null || typeof shared[what] !== "string") return {};
  return { [`${what}_print`]: sha256Hex(canonicalJson(shared)) };
}
