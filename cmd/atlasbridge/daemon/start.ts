/** `daemon start|stop|status`: begins the daemon in the background, ends it, says how it stands. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import type { DaemonStatusView } from "../../../contracts/daemon.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { programOfItself } from "../../../runtime/itself.ts";
import { isLocked } from "../../../runtime/operator/lock.ts";
import { resolvePaths } from "../../../runtime/paths.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { duration } from "../layout.ts";
import { hostedVariable } from "../run/host.ts";
import { visible } from "../visible.ts";
import { askDaemon, daemonSocket, daemonStatus } from "./reach.ts";

const lookEveryMs = 20;

/** Once it runs. One that runs already is as good. */
export async function startDaemon(cli: Cli): Promise<number> {
  // One that somebody else has just started holds its lock before it answers.
  const before = await becomes(cli, limits.daemonStartMs, ({ state }) => state !== "silent");
  if (before.state === "running") return say(cli, before, "it runs already: ");
  if (before.state === "silent") return say(cli, before, "");
  daemonSocket(cli);
  mkdirSync(cli.paths.state, { recursive: true, mode: 0o700 });
  const [program, ...args] = programOfItself();
  const child = spawn(program, [...args, "daemon", "start", "--foreground"], {
    cwd: cli.paths.state,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: daemonEnvironment(cli),
  });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  let ended: number | null = null;
  void once(child, "exit").then(([code]: unknown[]) => (ended = Number(code ?? 1)));
  const status = await becomes(cli, limits.daemonStartMs, ({ state }) => {
    // Where ours has ended because another was first, that one is about to answer.
    return state === "running" || (ended !== null && state !== "silent");
  });
  child.stderr.destroy();
  child.unref();
  if (status.state === "running") return say(cli, status, "");
  const message = told.trim().replace(/^atlasbridge: /, "") || "the daemon did not start";
  throw new AtlasError("internal", visible(message));
}

/** Once it has ended. What it was doing for others goes on: sessions are processes of their own. */
export async function stopDaemon(cli: Cli): Promise<number> {
  assertByPerson(cli);
  const before = await daemonStatus(cli);
  if (before.state === "stopped") return say(cli, before, "");
  const reply = await askDaemon(cli, { ask: "stop" }).catch((error: unknown) => {
    if (error instanceof AtlasError && error.code === "not_found") return null;
    throw error;
  });
  if (reply === null && isLocked(cli.paths.daemonLockFile)) return say(cli, before, "");
  const after = await becomes(cli, limits.daemonStopMs, ({ state }) => state === "stopped");
  if (after.state !== "stopped") return say(cli, after, "it has not ended yet: ");
  return print(cli, after, () => "the daemon has ended; sessions go on without it\n");
}

export async function showDaemon(cli: Cli): Promise<number> {
  return say(cli, await daemonStatus(cli), "");
}

async function becomes(
  cli: Cli,
  withinMs: number,
  isSo: (status: DaemonStatusView) => boolean,
): Promise<DaemonStatusView> {
  const until = systemClock.monotonicMs() + withinMs;
  for (;;) {
    const status = await daemonStatus(cli);
    if (isSo(status) || systemClock.monotonicMs() > until) return status;
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve));
  }
}

/** Nobody's session, and the folder that this command was told. */
export function daemonEnvironment({ environment, paths }: Cli): Record<string, string> {
  const {
    ATLASBRIDGE_SESSION: _session,
    ATLASBRIDGE_HOME: _home,
    [hostedVariable]: _hosted,
    ...rest
  } = environment.variables;
  const standard = resolvePaths(environment, null);
  const isStandard = paths.state === standard.state && paths.config === standard.config;
  return isStandard ? rest : { ...rest, ATLASBRIDGE_HOME: paths.state };
}

function say(cli: Cli, status: DaemonStatusView, before: string): number {
  print(cli, status, () => `${before}${textOf(status)}\n`);
  return status.state === "running" ? exitCodes.ok : exitCodes.failed;
}

function textOf({ state, daemon, why }: DaemonStatusView): string {
  if (state === "silent") {
    const because = why === undefined ? "" : `: ${visible(why)}`;
    return `the daemon lives (its lock is held) and does not answer${because}; if it stays so, end its process and start it again`;
  }
  if (daemon === null) return "the daemon does not run; start it: atlasbridge daemon start";
  const { pid, started_at: at, sessions, recovered, upload, dashboard, log, version } = daemon;
  const ran = duration(Math.max(0, systemClock.now() - at));
  return [
    `the daemon runs: process ${pid}, version ${version}, for ${ran} (since ${momentToIso(at)})`,
    `sessions  ${sessions} running${recovered === 0 ? "" : `; the end of ${recovered} that had died was recorded`}`,
    `upload    ${uploadText(upload)}`,
    ...(dashboard === null
      ? []
      : [`dashboard ${visible(dashboard)}; atlasbridge dashboard gives a link that opens it`]),
    `log       ${visible(log)}`,
  ].join("\n");
}

type Upload = NonNullable<DaemonStatusView["daemon"]>["upload"];

function uploadText({ state, detail, newest_seq: newest, acked_seq: acked }: Upload): string {
  if (state === "off") return "off: this machine is enrolled nowhere";
  if (state === "stopped") return visible(`stopped: ${detail ?? ""}`);
  if (newest === null || acked === null) return "sending";
  return `sending: ${acked} of ${newest} entries are there`;
}
