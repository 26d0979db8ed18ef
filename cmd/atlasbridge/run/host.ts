/** A session in the background: the process that governs it, started so that no terminal's end is its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { programOfItself } from "../../../runtime/itself.ts";
import { socketPath } from "../../../runtime/operator/socket-file.ts";
import type { PtySize } from "../../../runtime/pty/pty.ts";
import { systemRandom } from "../../../runtime/random.ts";
import type { Cli } from "../cli.ts";
import { stateOf } from "../running.ts";
import { withTrace } from "../trace/source.ts";
import type { RunOptions } from "./options.ts";

export type Hosted = { id: SessionId; size: PtySize };

/** Tells the process that it is the one in the background: which session it is to be, and how large. */
export const hostedVariable = "ATLASBRIDGE_HOSTED";

/** Where there is no terminal to take the size from. */
const sizeDefault: PtySize = { cols: 120, rows: 40 };

/** Null where this process governs in the terminal that it was started in. */
export function hostedAs({ environment }: Cli): Hosted | null {
  const [id, cols, rows] = (environment.variables[hostedVariable] ?? "").split(" ");
  const known = sessionId.safeParse(id);
  if (!known.success) return null;
  return { id: known.data, size: { cols: Number(cols), rows: Number(rows) } };
}

/** What the session had to say while nobody was attached. */
function logFile(cli: Cli, id: SessionId): string {
  return join(cli.paths.logsFolder, `${id}.log`);
}

/** A log without a word is none. */
export function endLog(cli: Cli, { id }: Hosted): void {
  const file = logFile(cli, id);
  if (statSync(file, { throwIfNoEntry: false })?.size === 0) rmSync(file, { force: true });
}

/** `over`: the exit code of a session that has ended meanwhile. */
export type Begun = { id: SessionId; pid: number; over: number | null };

/**
 * Starts this very command again in the background. Resolves when its tool runs, or has run; where it does not start,
 * tells why as it would have been told here, and resolves with its exit code.
 */
export async function startHost(cli: Cli, options: RunOptions): Promise<Begun | number> {
  assertHostable(options);
  const id = sessionId.parse(systemRandom.uuidv7());
  if (socketPath(cli.paths.socketFolder, id, "tty") === null) {
    const message = `${cli.paths.socketFolder} is too long a path for a socket, and so nothing could be attached; name a shorter --home`;
    throw new AtlasError("home_unusable", message);
  }
  mkdirSync(cli.paths.logsFolder, { recursive: true, mode: 0o700 });
  const file = logFile(cli, id);
  const log = openSync(file, "a", 0o600);
  const { cols, rows } = sizeHere();
  const [program, ...before] = programOfItself();
  const host = spawn(program, [...before, ...process.argv.slice(2)], {
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...cli.environment.variables, [hostedVariable]: `${id} ${cols} ${rows}` },
  });
  closeSync(log);
  host.unref();
  const over = await begun(cli, id, host);
  for (const line of linesOf(file)) cli.note(line);
  if (over === null || (await hasRun(cli, id))) return { id, pid: host.pid ?? 0, over };
  rmSync(file, { force: true });
  return over;
}

/** None where the session has ended without a word, and taken its log away. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function hasRun(cli: Cli, id: SessionId): Promise<boolean> {
  return await withTrace(cli, (trace) => trace?.sessionIds().includes(id) === true);
}

/** Null: it runs; else it has ended with this code. */
async function begun(
  cli: Cli,
  id: SessionId,
  host: ReturnType<typeof spawn>,
): Promise<number | null> {
  let ended: number | null = null;
  void once(host, "exit").then(([code]: unknown[]) => {
    ended = typeof code === "number" ? code : 1;
  });
  const until = systemClock.monotonicMs() + limits.hostStartMs;
  while (systemClock.monotonicMs() < until) {
    const code = ended;
    if (code !== null) return code;
    if ((await stateOf(cli, id)) !== null) return null;
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve));
  }
  const message = `the session has not started within ${limits.hostStartMs / 1_000} s; see ${logFile(cli, id)}`;
  throw new AtlasError("internal", message);
}

const lookEveryMs = 10;

function assertHostable({ events, keep, detach }: RunOptions): void {
  if (keep === true && detach === true) {
    throw new AtlasError("usage", "--keep is --detach and attach in one; give one of the two");
  }
  if (keep === true && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new AtlasError("usage", "--keep needs a terminal; without one say --detach");
  }
  if (events?.startsWith("fd:") === true) {
    const message = `--events ${events} ends with this command; name a file for a session in the background`;
    throw new AtlasError("usage", message);
  }
  if (process.platform === "win32") {
    throw new AtlasError("usage", "sessions in the background are not there on Windows yet");
  }
}

function sizeHere(): PtySize {
  if (!process.stdout.isTTY) return sizeDefault;
  const [cols, rows] = process.stdout.getWindowSize();
  return cols > 0 && rows > 0 ? { cols, rows } : sizeDefault;
}
