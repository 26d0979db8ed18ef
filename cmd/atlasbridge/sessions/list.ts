/** `sessions list`: one line for each governed run. */
import type { Activity } from "../../../contracts/activity.ts";
import { exitCodes } from "../../../contracts/errors.ts";
import type { SessionSummary, SessionsListView } from "../../../contracts/views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { recordingOf } from "../../../runtime/recording/files.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { duration, layoutFor, localTime, shortIds, size, table } from "../layout.ts";
import { noSessions, withTrace } from "../trace/source.ts";
import { visible, visibleJson } from "../visible.ts";

export const sessionsListedDefault = 20;

export async function listSessions(cli: Cli, { limit }: { limit: number }): Promise<number> {
  return await withTrace(cli, (trace) => {
    const ids = trace?.sessionIds() ?? [];
    const latest = ids.slice(-limit).toReversed();
    const sessions = latest.flatMap((id) => {
      const summary = trace === null ? null : summarise(trace, id, isGone);
      if (summary === null) return [];
      const recording = recordingOf(cli.paths.recordingsFolder, id);
      return [{ ...summary, recording_bytes: recording?.bytes ?? null }];
    });
    if (cli.json) {
      const view: SessionsListView = { format: outputFormat, sessions };
      cli.out(`${visibleJson(view)}\n`);
    } else if (sessions.length === 0) {
      cli.note(noSessions);
    } else {
      const short = shortIds(ids);
      const rows = sessions.map((session) => cellsOf(session, short));
      cli.out(table(heading, rows, layoutFor(process.stdout, cli.environment)));
      if (ids.length > sessions.length) {
        cli.note(`${ids.length - sessions.length} older sessions; --limit ${ids.length} shows all`);
      }
    }
    return exitCodes.ok;
  });
}

const heading = [
  "ID",
  "TOOL",
  "STARTED",
  "DURATION",
  "STATE",
  "EXIT",
  "ASKED/ANSWERED/ESCALATED",
  "RECORDING",
  "LABEL",
] as const;

function cellsOf(
  session: SessionsListView["sessions"][0],
  short: (id: string) => string,
): string[] {
  return [
    short(session.session_id),
    visible(session.tool),
    localTime(session.started_at).slice(0, -".000".length),
    lasted(session),
    visible((session.state === "running" ? doingText(session.activity) : null) ?? session.state),
    exitOf(session),
    `${session.prompts}/${session.answered}/${session.escalated}`,
    session.recording_bytes === null ? "-" : size(session.recording_bytes),
    visible(session.label ?? ""),
  ];
}

/** How long it ran, or has run so far; unknown for one that died without a word. */
export function lasted({ state, started_at, ended_at }: SessionSummary): string {
  if (ended_at === null && state !== "running") return "?";
  const until = ended_at ?? systemClock.now();
  return duration(Math.max(0, until - started_at));
}

/** A person has to answer: the one reason that is told with its time. */
const forYou = "for you";

/** `working`, `waiting for you 2 min 05 s (yes_no)`, `idle (why)`; null where that is not known. */
export function doingText(activity: Activity | null): string | null {
  if (activity === null) return null;
  const { state, reason, prompt_kind: kind, since } = activity;
  if (state === "idle") return `idle (${reason})`;
  if (state !== "waiting") return state;
  const forMs = Math.max(0, systemClock.now() - since);
  const what = kind ?? "unknown";
  return reason === forYou
    ? `waiting for you ${duration(forMs)} (${what})`
    : `waiting (${what}): ${reason}`;
}

/** The tool's exit code or the signal that ended it. */
export function exitOf({ exit_code, signal }: SessionSummary): string {
  return exit_code === null ? (signal ?? "-") : String(exit_code);
}
