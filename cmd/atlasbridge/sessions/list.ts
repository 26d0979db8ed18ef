/** `sessions list`: one line for each governed run. */
import type { Activity } from "../../../contracts/activity.ts";
import { exitCodes } from "../../../contracts/errors.ts";
import type { SessionSummary, SessionsListView } from "../../../contracts/views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { recordingOf } from "../../../runtime/recording/files.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { stateOf } from "../running.ts";
import { duration, layoutFor, localTime, shortIds, size, table } from "../layout.ts";
import { noSessions, withTrace } from "../trace/source.ts";
import { visible, visibleJson } from "../visible.ts";

export const sessionsListedDefault = 20;

export const listedStates = ["running", "waiting", "working", "idle", "ended", "died"] as const;

export type ListOptions = {
  limit: number;
  label?: string;
  tool?: string;
  state?: (typeof listedStates)[number];
};

export async function listSessions(cli: Cli, options: ListOptions): Promise<number> {
  const { limit } = options;
  return await withTrace(cli, async (trace) => {
    const ids = trace?.sessionIds() ?? [];
    const found = trace === null ? [] : await latest(cli, { trace, ids, options });
    if (cli.json) {
      const view: SessionsListView = { format: outputFormat, sessions: found };
      cli.out(`${visibleJson(view)}\n`);
    } else if (ids.length === 0) {
      cli.note(noSessions);
    } else if (found.length === 0) {
      cli.note("no session is like that; without options all are listed");
    } else {
      const short = shortIds(ids);
      const rows = found.map((session) => cellsOf(session, short));
      cli.out(table(heading, rows, layoutFor(process.stdout, cli)));
      if (!isFiltered(options) && ids.length > limit) {
        cli.note(`${ids.length - limit} older sessions; --limit ${ids.length} shows all`);
      }
    }
    return exitCodes.ok;
  });
}

const isFiltered = ({ label, tool, state }: ListOptions): boolean =>
  label !== undefined || tool !== undefined || state !== undefined;

type Listed = SessionsListView["sessions"][0];
type Source = { trace: TraceReader; ids: readonly SessionId[]; options: ListOptions };

async function latest(cli: Cli, { trace, ids, options }: Source): Promise<Listed[]> {
  const found: SessionSummary[] = [];
  for (const id of ids.toReversed()) {
    if (found.length >= options.limit) break;
    const summary = summarise(trace, id, isGone);
    if (summary !== null && fits(summary, options)) found.push(summary);
  }
  return await Promise.all(
    found.map(async (summary) => {
      const { session_id: id, state } = summary;
      const live = state === "running" ? await liveOf(cli, id) : null;
      const recording = recordingOf(cli.paths.recordingsFolder, id);
      return { ...summary, recording_bytes: recording?.bytes ?? null, live };
    }),
  );
}

function fits(summary: SessionSummary, { label, tool, state }: ListOptions): boolean {
  if (label !== undefined && summary.label?.includes(label) !== true) return false;
  if (tool !== undefined && summary.tool !== tool) return false;
  if (state === undefined || state === summary.state) return true;
  return summary.state === "running" && summary.activity?.state === state;
}

/** What it says itself; null where it does not answer. */
async function liveOf(cli: Cli, id: SessionId): Promise<Listed["live"]> {
  const state = await stateOf(cli, id).catch(() => null);
  if (state === null) return null;
  const { detached, paused, pen, seats } = state;
  return { detached, paused, pen, seats };
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
    stateOfSession(session),
    exitOf(session),
    `${session.prompts}/${session.answered}/${session.escalated}`,
    session.recording_bytes === null ? "-" : size(session.recording_bytes),
    visible(session.label ?? ""),
  ];
}

function stateOfSession({ state, activity, live }: Listed): string {
  const doing = visible((state === "running" ? doingText(activity) : null) ?? state);
  if (state === "running" && live === null) return `${doing}, does not answer`;
  const isHeld = live !== null && live !== undefined && live.paused !== "running";
  return !isHeld ? doing : `${live.paused}: ${doing}`;
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
