/** A session's entries as a person reads them: each prompt with all that became of it, and what happened besides. Pure. */
import type { TimelineEntry } from "../../../contracts/cloud-views.ts";

export type Asked = { what: "prompt"; id: string; seq: number; entries: TimelineEntry[] };
export type Happened = { what: "entry"; seq: number; entry: TimelineEntry };
export type Item = Asked | Happened;

/** In the order of their first entries. */
export function itemsOf(entries: readonly TimelineEntry[]): Item[] {
  const items: Item[] = [];
  const prompts = new Map<string, Asked>();
  for (const entry of entries) {
    const { prompt_id: id } = entry.data;
    if (typeof id !== "string" || !ofPrompt.has(entry.kind)) {
      items.push({ what: "entry", seq: entry.seq, entry });
      continue;
    }
    const known = prompts.get(id);
    if (known !== undefined) known.entries.push(entry);
    else {
      const asked: Asked = { what: "prompt", id, seq: entry.seq, entries: [entry] };
      prompts.set(id, asked);
      items.push(asked);
    }
  }
  return items;
}

const ofPrompt: ReadonlySet<string> = new Set([
  ...["prompt.detected", "decision.made", "prompt.escalated", "reply.received"],
  ...["reply.injected", "prompt.closed"],
]);

/** A field of it as words; null where it is not there. */
export function wordOf(entry: TimelineEntry | undefined, field: string): string | null {
  const value = entry?.data[field];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** A field of what was shared of it. */
export function sharedOf(entry: TimelineEntry | undefined, field: string): string | null {
  const { content } = entry ?? { content: null };
  if (content === null || typeof content !== "object" || Array.isArray(content)) return null;
  const value = content[field];
  if (typeof value === "string") return value;
  return value === undefined || value === null ? null : JSON.stringify(value);
}

export const stepNames: Readonly<Record<string, string>> = {
  "prompt.detected": "Seen",
  "decision.made": "Decided",
  "prompt.escalated": "Person called",
  "reply.received": "Reply given",
  "reply.injected": "Typed",
  "prompt.closed": "Closed",
};

const names: Readonly<Record<string, string>> = {
  "session.started": "The session began",
  "session.ended": "The session ended",
  "recording.closed": "The recording was closed",
  "policy.loaded": "A policy was loaded",
  "policy.changed": "The policy changed",
  "policy.kept": "A changed policy was not taken",
  "autopilot.changed": "The autopilot changed",
  "operator.acted": "The operator acted",
  "detector.disagreed": "Screen and tool disagree",
  "asking.changed": "The tool asks otherwise",
  "content.erased": "Content was erased",
  "audit.chosen": "The audit mode was chosen",
};

/** Newer agents know kinds that are not in the list: those keep their own name. */
export const nameOf = (kind: string): string => names[kind] ?? kind;

const actions: Readonly<Record<string, { text: string; tone: string }>> = {
  auto_reply: { text: "answered by policy", tone: "good" },
  deny: { text: "denied", tone: "bad" },
  require_human: { text: "left to a person", tone: "warn" },
  notify_only: { text: "left to a person, and told", tone: "warn" },
};

export const actionOf = (action: string | null): { text: string; tone: string } =>
  actions[action ?? ""] ?? { text: action ?? "not decided yet", tone: "" };

/** From the step before it; null for the first. */
export function sinceBefore(entries: readonly TimelineEntry[], at: number): number | null {
  const [now, before] = [entries[at], entries[at - 1]];
  return now === undefined || before === undefined ? null : Math.max(0, now.at - before.at);
}
