/** What the report tells of a session: read from the trace, and from the recording where there is one. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { entryContent, type StoredEntry } from "../../../contracts/trace.ts";
import type { RecordingView } from "../../../contracts/recording.ts";
import type { PromptTimeline, SessionSummary } from "../../../contracts/views.ts";
import type { Subject } from "../../../contracts/prompt.ts";
import { attested } from "../../../runtime/recording/attested.ts";
import { recordingFile } from "../../../runtime/recording/files.ts";
import { withCast } from "../../../runtime/recording/read.ts";
import { stillsOf } from "../../../runtime/recording/stills.ts";
import type { Snapshot } from "../../../runtime/screen/snapshot.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { summarise, timelines } from "../../../runtime/trace/summary.ts";

export type ShownScreen = Pick<Snapshot, "screen" | "cols">;

export type PromptFacts = {
  timeline: PromptTimeline;
  /** Numbers of its first and last entry. */
  seqs: { first: number; last: number };
  options: readonly { label: string; key: string | null }[];
  subject: Subject | null;
  risk: { level: string; factors: readonly string[] } | null;
  layer: string | null;
  /** What a person answered, where it was recorded. */
  answer: string | null;
  screen: ShownScreen | null;
};

export type SessionFacts = {
  summary: SessionSummary;
  recording: RecordingView;
  prompts: PromptFacts[];
  /** The last thing that was shown; null without a recording. */
  end: ShownScreen | null;
};

export type FactsOptions = { folder: string; content: boolean };

/** Null when the session's start is not in the trace. */
export function sessionFacts(
  trace: TraceReader,
  id: SessionId,
  { folder, content }: FactsOptions,
): SessionFacts | null {
  const summary = summarise(trace, id, isGone);
  if (summary === null) return null;
  const stored = [...trace.entries({ sessionId: id })];
  const entries = content ? stored : stored.map((entry) => ({ ...entry, content: null }));
  const recording = attested(trace, id, folder);
  const hasFile = content && recording.state !== "none" && recording.state !== "removed";
  const screens = hasFile ? screensOf(recordingFile(folder, id), id) : new Map();
  const prompts = timelines(entries).map((timeline) => {
    return promptFacts(timeline, entries, screens.get(timeline.prompt_id) ?? null);
  });
  const bare = { ...summary, command: null, cwd: null, label: null };
  const end = screens.get("end") ?? null;
  return { summary: content ? summary : bare, recording, prompts, end };
}

function promptFacts(
  timeline: PromptTimeline,
  entries: readonly StoredEntry[],
  screen: PromptFacts["screen"],
): PromptFacts {
  const facts: PromptFacts = {
    ...{ timeline, screen, options: [], subject: null, risk: null, layer: null, answer: null },
    seqs: { first: Number.POSITIVE_INFINITY, last: 0 },
  };
  for (const entry of entries) {
    if (!("prompt_id" in entry.data) || entry.data.prompt_id !== timeline.prompt_id) continue;
    facts.seqs.first = Math.min(facts.seqs.first, entry.seq);
    facts.seqs.last = Math.max(facts.seqs.last, entry.seq);
    tell(facts, entry);
  }
  return facts;
}

function tell(facts: PromptFacts, entry: StoredEntry): void {
  if (entry.kind === "prompt.detected") {
    const content = entryContent["prompt.detected"].safeParse(entry.content).data;
    facts.options = content?.options ?? [];
    facts.subject = content?.subject ?? null;
  }
  if (entry.kind === "decision.made") {
    facts.risk = { level: entry.data.risk, factors: entry.data.risk_factors };
    facts.layer = entry.data.layer ?? null;
  }
  if (entry.kind === "reply.received") {
    facts.answer = entryContent["reply.received"].safeParse(entry.content).data?.reply ?? null;
  }
}

/** By prompt, and `end`. Of a recording that cannot be read, as a power cut may leave one, up to there. */
function screensOf(path: string, id: SessionId): Map<string, ShownScreen> {
  const screens = new Map<string, ShownScreen>();
  try {
    withCast(path, `the recording of session ${id}`, (cast) => {
      for (const { prompt, snapshot } of stillsOf(cast)) {
        const { screen, cols } = snapshot;
        screens.set(prompt?.id ?? "end", { screen, cols });
      }
    });
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
  }
  return screens;
}
