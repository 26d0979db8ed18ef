/** Where the daemon listens, and whether it runs: by its lock, and by what it says itself. */
import { rmSync } from "node:fs";
import {
  daemonReply,
  type DaemonReply,
  type DaemonRequest,
  type DaemonStatusView,
} from "../../../contracts/daemon.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { askOver, Silent } from "../../../runtime/operator/ask.ts";
import { isLocked } from "../../../runtime/operator/lock.ts";
import { socketPath } from "../../../runtime/operator/socket-file.ts";
import type { Cli } from "../cli.ts";

/** Throws `home_unusable` where its path would be too long. */
export function daemonSocket({ paths }: Cli): string {
  const path = socketPath(paths.socketFolder, "daemon");
  if (path !== null) return path;
  const message = `${paths.socketFolder} is too long a path for a socket; name a shorter --home`;
  throw new AtlasError("home_unusable", message);
}

export function freeSocket(path: string): void {
  rmSync(path, { force: true });
}

/** Within `limits.daemonAskMs`. */
export async function askDaemon(cli: Cli, request: DaemonRequest): Promise<DaemonReply> {
  const options = { clock: systemClock, patienceMs: limits.daemonAskMs, schema: daemonReply };
  return await askOver(daemonSocket(cli), request, options);
}

/** The lock tells whether it lives, its answer whether it works. */
export async function daemonStatus(cli: Cli): Promise<DaemonStatusView> {
  const format = outputFormat;
  if (!isLocked(cli.paths.daemonLockFile)) return { format, state: "stopped", daemon: null };
  try {
    const { reply, ...daemon } = await askDaemon(cli, { ask: "status" });
    if (reply === "status" && "pid" in daemon) return { format, state: "running", daemon };
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code === "home_unusable") throw error;
    if (error instanceof Silent) return { format, state: "silent", daemon: null, why: error.why };
  }
  return { format, state: "silent", daemon: null };
}
