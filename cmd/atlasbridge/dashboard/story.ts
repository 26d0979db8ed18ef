/** One session with each of its prompts whole: from what was seen to what came of it. */
import { type DashboardSession, type PromptStory } from "../../../contracts/dashboard.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { sessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { entryContent, type StoredEntry } from "../../../contracts/trace.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { attested } from "../../../runtime/recording/attested.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import { summarise, timelines } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { withTrace } from "../trace/source.ts";

/** Throws `not_found`. */
export async function sessionStory(cli: Cli, id: string): Promise<DashboardSession> {
  return await withTrace(cli, (trace) => {
    const parsed = sessionId.safeParse(id);
    const session =
      trace === null || !parsed.success ? null : summarise(trace, parsed.data, isGone);
    if (trace === null || session === null) {
      throw new AtlasError("not_found", `the trace does not hold session ${id}`);
    }
    const entries = [...trace.entries({ sessionId: session.session_id })];
    const stories = storiesOf(entries);
    return {
      format: outputFormat,
      session,
      agent_id: trace.agentId,
      recording: attested(trace, session.session_id, cli.paths.recordingsFolder),
      prompts: stories.slice(-limits.dashboardPromptsMax),
      prompts_left_out: Math.max(0, stories.length - limits.dashboardPromptsMax),
    };
  });
}

function storiesOf(entries: readonly StoredEntry[]): PromptStory[] {
  const stories = new Map<string, PromptStory>();
  for (const timeline of timelines(entries)) {
    const nothing = { first_seq: 0, last_seq: 0, evidence: [], options: [], subject: null };
    stories.set(timeline.prompt_id, { ...timeline, ...nothing, judged: null, received: null });
  }
  for (const entry of entries) {
    if (!("prompt_id" in entry.data) || entry.data.prompt_id === undefined) continue;
    const story = stories.get(entry.data.prompt_id);
    if (story === undefined) continue;
    story.first_seq ||= entry.seq;
    story.last_seq = entry.seq;
    tell(story, entry);
  }
  return [...stories.values()];
}

function tell(story: PromptStory, entry: StoredEntry): void {
  if (entry.kind === "prompt.detected") {
    const content = entryContent["prompt.detected"].safeParse(entry.content).data;
    story.evidence = entry.data.evidence;
    story.options = content?.options ?? [];
    story.subject = content?.subject ?? null;
  }
  if (entry.kind === "decision.made") {
    const { layer = null, risk, risk_factors, policy_hash, duration_us } = entry.data;
    story.judged = { layer, risk, risk_factors, policy_hash, duration_us };
  }
  if (entry.kind === "reply.received") {
    const reply = entryContent["reply.received"].safeParse(entry.content).data?.reply ?? null;
    story.received = { by: entry.data.by, at: entry.at, reply };
  }
}
