/** What must be written for a session whose process died: pure, from what it had recorded. */
import type { PromptId } from "../../contracts/ids.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";

export type Ending = { drafts: EntryDraft[]; promptsClosed: number };

/** Closes each open prompt as `interrupted`, then the session as `runtime_died`. `entries` are all of that session's. */
export function endingOf(entries: Iterable<StoredEntry>): Ending {
  const open = new Map<PromptId, "asked" | "recorded">();
  const escalated = new Set<PromptId>();
  let prompts = 0;
  let answered = 0;
  for (const entry of entries) {
    if (entry.kind === "prompt.detected") {
      prompts += 1;
      open.set(entry.data.prompt_id, "asked");
    } else if (entry.kind === "prompt.escalated") {
      escalated.add(entry.data.prompt_id);
    } else if (entry.kind === "reply.injected") {
      open.set(entry.data.prompt_id, "recorded");
    } else if (entry.kind === "prompt.closed") {
      open.delete(entry.data.prompt_id);
      if (entry.data.outcome === "answered") answered += 1;
    }
  }
  const drafts: EntryDraft[] = [...open].map(([promptId, progress]) => ({
    kind: "prompt.closed",
    data: { prompt_id: promptId, outcome: "interrupted", reason: reasons[progress] },
  }));
  drafts.push({
    kind: "session.ended",
    data: {
      exit_code: null,
      signal: null,
      reason: "runtime_died",
      prompts,
      answered,
      escalated: escalated.size,
    },
  });
  return { drafts, promptsClosed: open.size };
}

const reasons = {
  asked: "the runtime died while the question was open",
  recorded: "the runtime died after recording the reply; it may or may not have been typed",
} as const;

/** The last entry of a recovery: how much was put right. */
export function recoveredDraft(endings: readonly Ending[]): EntryDraft {
  const prompts = endings.reduce((sum, ending) => sum + ending.promptsClosed, 0);
  return { kind: "runtime.recovered", data: { sessions: endings.length, prompts } };
}
