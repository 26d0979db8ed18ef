/** A page of the list of sessions for the dashboard, newest first. */
import { type SessionId, sessionId } from "../../../contracts/ids.ts";
import { entryContent, type StoredEntry } from "../../../contracts/trace.ts";
import type { SessionsAsked, SessionsPage } from "../../../runtime/operator/local-router.ts";
import { recordingOf } from "../../../runtime/recording/files.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { withTrace } from "../trace/source.ts";

export async function sessionsPage(cli: Cli, asked: SessionsAsked): Promise<SessionsPage> {
  return await withTrace(cli, (trace) => {
    if (trace === null) return { sessions: [], next: null };
    const sessions: SessionsPage["sessions"] = [];
    for (const id of wanted(trace, asked)) {
      const summary = summarise(trace, id, isGone);
      if (summary === null || (asked.state !== "all" && summary.state !== asked.state)) continue;
      if (sessions.length === asked.limit)
        return { sessions, next: sessions.at(-1)?.session_id ?? null };
      const recording = recordingOf(cli.paths.recordingsFolder, id);
      sessions.push({ ...summary, recording_bytes: recording?.bytes ?? null });
    }
    return { sessions, next: null };
  });
}

/** Newest first, after the cursor. */
function wanted(trace: TraceReader, { cursor, search }: SessionsAsked): SessionId[] {
  const words = (search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const ids = words.length === 0 ? trace.sessionIds() : found(trace, words);
  const newest = ids.toReversed();
  if (cursor === undefined || cursor === null) return newest;
  const at = newest.indexOf(cursor);
  return at === -1 ? newest.filter((id) => id < cursor) : newest.slice(at + 1);
}

function found(trace: TraceReader, words: readonly string[]): SessionId[] {
  const ids: SessionId[] = [];
  for (const entry of trace.entries({ kinds: ["session.started"] })) {
    const id = sessionId.safeParse(entry.session_id);
    if (!id.success) continue;
    const text = textOf(entry);
    if (words.every((word) => text.includes(word))) ids.push(id.data);
  }
  return ids;
}

function textOf(entry: StoredEntry): string {
  if (entry.kind !== "session.started") return "";
  const content = entryContent["session.started"].safeParse(entry.content).data;
  const { command = [], cwd = "", label = "" } = content ?? {};
  return [entry.session_id, entry.data.tool, label, cwd, ...command].join(" ").toLowerCase();
}
