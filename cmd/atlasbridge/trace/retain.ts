/** Content that was kept for as long as its owner wants, erased at the start of a session by a process of its own. */
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { commandOfItself } from "../../../runtime/itself.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { AgentKey } from "../../../runtime/trace/agent-key.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import { erasePastRetention, isRetentionDue } from "../../../runtime/trace/retention.ts";
import { openSqliteStore } from "../../../runtime/trace/sqlite.ts";
import { archiveFolder } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { retainArgument } from "./retain-argument.ts";

const dayMs = 86_400_000;

/**
 * Starts the process where there is something to erase, and returns at once. Reads a row or two of the trace, so that
 * sessions which have nothing to erase start nothing: null then, else its end.
 */
export function startRetention(
  { paths, environment }: Cli,
  trace: OwnTrace,
): Promise<number> | null {
  const { content_days: days } = readConfig(paths, environment).retention;
  if (days === null) return null;
  const before = systemClock.now() - days * dayMs;
  if (!isRetentionDue(trace, { before, archives: archiveFolder(paths.traceFile) })) {
    return null;
  }
  const command = commandOfItself(retainArgument, join(import.meta.dir, "retain-main.ts"));
  const child = Bun.spawn([...command, paths.traceFile, paths.keyFile, String(before)], {
    cwd: "/",
    env: {},
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    timeout: limits.retentionMs,
    killSignal: "SIGKILL",
  });
  // The session may end before it.
  child.unref();
  return child.exited;
}

/** What the process does: a bounded part of it, and what is left the next time. */
export function retain([file = "", keyFile = "", before = ""]: readonly string[]): void {
  const trace = openSqliteStore({
    file,
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: productVersion,
    create: false,
    keys: new AgentKey(keyFile),
  });
  try {
    const archives = archiveFolder(file);
    if (erasePastRetention(trace, { before: Number(before), archives }) > 0) trace.emptyLog();
  } finally {
    trace.close();
  }
}
