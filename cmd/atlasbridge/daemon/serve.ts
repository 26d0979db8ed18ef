/** The daemon itself: closes sessions whose process died, sends the trace, keeps no longer than is wanted. */
import { join } from "node:path";
import { type DaemonReply, daemonRequest, type DaemonState } from "../../../contracts/daemon.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { listenForLines } from "../../../runtime/operator/listen.ts";
import { takeLock } from "../../../runtime/operator/lock.ts";
import { LogFile } from "../../../runtime/operator/log-file.ts";
import type { Cli } from "../cli.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { DaemonDashboard } from "./dashboard.ts";
import { daemonSocket, freeSocket } from "./reach.ts";
import { Uploads } from "./uploads.ts";
import { Watch } from "./watch.ts";

/** Runs until it is told to stop. Throws `usage` where another one runs. */
export async function serveDaemon(own: Cli): Promise<number> {
  const lock = takeLock(own.paths.daemonLockFile);
  if (lock === null) {
    throw new AtlasError("usage", "the daemon runs already; see: atlasbridge daemon status");
  }
  const redactor = ownRedactorOrDefault(own);
  const log = new LogFile({
    path: join(own.paths.logsFolder, "daemon.log"),
    clock: systemClock,
    redact: (text) => redactor.redact(text),
  });
  const cli: Cli = {
    ...own,
    note: (line) => log.write(line),
    out: (text) => log.write(text),
    raw: (text) => log.write(text),
  };
  const startedAt = systemClock.now();
  tellOfTheOneBefore(log);
  log.write(`started: version ${productVersion}, process ${process.pid}`);
  const stopping = stopSignal(log);
  const uploads = new Uploads(cli, stopping.signal);
  const watch = new Watch(cli);
  const dashboard = new DaemonDashboard(cli);
  const state = (): DaemonState => ({
    pid: process.pid,
    version: productVersion,
    started_at: startedAt,
    sessions: watch.running,
    recovered: watch.recovered,
    upload: uploads.state,
    dashboard: dashboard.origin,
    log: log.path,
  });
  const close = listen(cli, { state, uploads, dashboard, stop: () => stopping.abort("asked to") });
  try {
    await dashboard.begin();
    await Promise.all([watch.run(stopping.signal), uploads.run()]);
  } finally {
    close();
    await dashboard.end();
    log.write(`stopped: ${String(stopping.signal.reason ?? "it failed")}`);
    lock.release();
  }
  return exitCodes.ok;
}

/** Its lock went with it, its last words are all that is left of it. */
function tellOfTheOneBefore(log: LogFile): void {
  const { last } = log;
  if (last === null || / (?:stopped|crashed): /.test(last)) return;
  log.write("the daemon before ended without a word: it was killed, or the machine went down");
}

/** Ends with the first signal; a second one ends at once. */
function stopSignal(log: LogFile): AbortController {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(exitCodes.failed);
      stopping.abort(name);
    });
  }
  process.on("SIGHUP", () => log.write("the terminal that it was started in has gone"));
  const die = (error: unknown): void => {
    log.write(
      `crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    process.exit(exitCodes.failed);
  };
  process.on("uncaughtException", die).on("unhandledRejection", die);
  return stopping;
}

type Listened = {
  state: () => DaemonState;
  uploads: Uploads;
  dashboard: DaemonDashboard;
  stop: () => void;
};

/** Returns what takes the socket away. */
function listen(cli: Cli, { state, uploads, dashboard, stop }: Listened): () => void {
  const path = daemonSocket(cli);
  // The lock is ours: what lies there is a dead daemon's.
  freeSocket(path);
  const socket = listenForLines(path, cli.paths.socketFolder, (line): DaemonReply => {
    const request = daemonRequest.safeParse(jsonOf(line));
    if (!request.success) return { reply: "refused", why: "there is no such request" };
    if (request.data.ask === "status") return { reply: "status", ...state() };
    if (request.data.ask === "upload") {
      if (request.data.do === "stop") uploads.hold();
      else uploads.begin();
      return { reply: "status", ...state() };
    }
    if (request.data.ask === "end_dashboard") {
      void dashboard.end();
      return { reply: "status", ...state() };
    }
    systemClock.after(0, stop);
    return { reply: "stopping" };
  });
  if (socket === null) {
    const message = `${path} cannot be listened at; see: atlasbridge doctor`;
    throw new AtlasError("home_unusable", message);
  }
  return () => socket.close();
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
