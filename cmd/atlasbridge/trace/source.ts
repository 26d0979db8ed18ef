/** The trace as the reading commands find it: there, or not there yet. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { openSqliteReader, type TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { visible } from "../visible.ts";

/** What a new user is told instead of an error. */
export const noSessions = "no sessions yet; start one with: atlasbridge run -- CMD";

/** Null when nothing has been recorded on this machine yet. */
export function openTrace(cli: Cli, file = cli.paths.traceFile): TraceReader | null {
  try {
    return openSqliteReader(file);
  } catch (error) {
    if (error instanceof AtlasError && error.code === "not_found") return null;
    throw error;
  }
}

/** It is in an archive that is not there, or was never written. */
export function noSuchEntry(trace: TraceReader, seq: number): AtlasError {
  const away = trace.missing().find(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
  const why =
    away === undefined
      ? `there is no entry ${seq}: the trace ends at entry ${trace.head().seq}`
      : `entry ${seq} is in the archive ${away.file} (entries ${away.fromSeq} to ${away.toSeq}), which is not there; put it back`;
  return new AtlasError("not_found", why);
}

/** Calls `use` with this machine's own trace, or with null, and closes it afterwards. */
export async function withTrace<T>(
  cli: Cli,
  use: (trace: TraceReader | null) => T | Promise<T>,
): Promise<T> {
  return await withTraceAt(cli, cli.paths.traceFile, use);
}

/** The same with the trace in this file. */
export async function withTraceAt<T>(
  cli: Cli,
  file: string,
  use: (trace: TraceReader | null) => T | Promise<T>,
): Promise<T> {
  const trace = openTrace(cli, file);
  try {
    return await use(trace);
  } finally {
    trace?.close();
  }
}

/** The one session whose id begins so. Throws `not_found` for none, `usage` for several. */
export function findSession(trace: TraceReader | null, prefix: string): SessionId {
  const wanted = prefix.toLowerCase();
  const found = (trace?.sessionIds() ?? []).filter((id) => wanted !== "" && id.startsWith(wanted));
  const [first, second] = found;
  if (first === undefined) {
    const message = `no session's id begins with "${visible(prefix)}"; "atlasbridge sessions list" shows them`;
    throw new AtlasError("not_found", message);
  }
  if (second === undefined) return first;
  const some = found.slice(0, 3).join(", ");
  const message = `"${visible(prefix)}" fits ${found.length} sessions (${some}${found.length > 3 ? ", …" : ""}); give more of the id`;
  throw new AtlasError("usage", message);
}
