/** A session as its entries tell it: one line of facts, and each prompt's way from question to end. */
import type { PromptId, SessionId } from "../../contracts/ids.ts";
import { type Entry, entryContent, type StoredEntry } from "../../contracts/trace.ts";
import type { PromptTimeline, SessionSummary } from "../../contracts/views.ts";
import type { SessionHolder, TraceStore } from "./store.ts";

type Reading = Pick<TraceStore, "entries" | "openSessions">;
type IsGone = (holder: SessionHolder) => boolean;
type EntryOf<K extends Entry["kind"]> = Extract<Entry, { kind: K }>;

/** Null when the session's start is not in the trace. `isGone` tells whether its process has ended. */
export function summarise(trace: Reading, id: SessionId, isGone: IsGone): SessionSummary | null {
  const frame = [...trace.entries({ sessionId: id, kinds: ["session.started", "session.ended"] })];
  const started = frame.find((entry) => entry.kind === "session.started");
  if (started?.kind !== "session.started") return null;
  const ended = frame.find((entry) => entry.kind === "session.ended");
  const content = entryContent["session.started"].safeParse(started.content).data;
  const { tool, mode, pid, policy_hash } = started.data;
  return {
    session_id: id,
    tool,
    label: content?.label ?? null,
    command: content?.command ?? null,
    cwd: content?.cwd ?? null,
    mode,
    pid,
    policy_hash,
    started_at: started.at,
    ...(ended?.kind === "session.ended" ? endOf(ended) : stillOpen(trace, id, isGone)),
  };
}

type EndOf = Pick<
  SessionSummary,
  | "ended_at"
  | "state"
  | "activity"
  | "exit_code"
  | "signal"
  | "reason"
  | "prompts"
  | "answered"
  | "escalated"
>;

function endOf({ at, data }: EntryOf<"session.ended">): EndOf {
  const died = data.reason === "runtime_died";
  const ended = { state: "ended", reason: data.reason, prompt_kind: null, since: at } as const;
  return { ended_at: at, state: died ? "died" : "ended", activity: ended, ...data };
}

function stillOpen(trace: Reading, id: SessionId, isGone: IsGone): EndOf {
  const row = trace.openSessions().find((one) => one.sessionId === id);
  const state = row === undefined || isGone(row.holder) ? "died" : "running";
  const prompts = timelines(trace.entries({ sessionId: id }));
  return {
    ended_at: null,
    state,
    activity: state === "running" ? (row?.activity ?? null) : null,
    exit_code: null,
    signal: null,
    reason: null,
    prompts: prompts.length,
    answered: prompts.filter((prompt) => prompt.closed?.outcome === "answered").length,
    escalated: prompts.filter((prompt) => prompt.escalated_at !== null).length,
  };
}

/** The prompts among the entries, in the order in which they were asked. */
export function timelines(entries: Iterable<StoredEntry>): PromptTimeline[] {
  const prompts = new Map<PromptId, PromptTimeline>();
  for (const entry of entries) {
    if (entry.kind === "prompt.detected") {
      prompts.set(entry.data.prompt_id, asked(entry));
    } else if ("prompt_id" in entry.data && entry.data.prompt_id !== undefined) {
      const prompt = prompts.get(entry.data.prompt_id);
      if (prompt !== undefined) tell(prompt, entry);
    }
  }
  return [...prompts.values()];
}

function asked(entry: StoredEntry & EntryOf<"prompt.detected">): PromptTimeline {
  const { prompt_id, prompt_kind, confidence } = entry.data;
  const content = entryContent["prompt.detected"].safeParse(entry.content).data;
  return {
    prompt_id,
    detected_at: entry.at,
    prompt_kind,
    confidence,
    question: content?.question ?? null,
    decision: null,
    escalated_at: null,
    reply: null,
    closed: null,
  };
}

/** Fills in what the entry adds to the prompt's way. */
function tell(prompt: PromptTimeline, entry: StoredEntry): void {
  const { at } = entry;
  switch (entry.kind) {
    case "decision.made": {
      const { action, rule_id, reason } = entry.data;
      prompt.decision = { action, rule_id, reason, at };
      return;
    }
    case "prompt.escalated":
      prompt.escalated_at ??= at;
      return;
    case "reply.injected": {
      const { by, bytes, secret, latency_ms } = entry.data;
      prompt.reply = { by, bytes, latency_ms, at, ...(secret === undefined ? {} : { secret }) };
      return;
    }
    case "prompt.closed": {
      const { outcome, reason = null, typed = null } = entry.data;
      prompt.closed = { outcome, reason, typed, at };
      return;
    }
    default:
  }
}
