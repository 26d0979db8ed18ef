/** Facts about a started tool that the implementations share: why a start was refused, signal names, the foreground group. */
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { resolve } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { parseStat } from "./kernel-text.ts";
import type { PtyCommand } from "./pty.ts";

const signalNames = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals)) {
  // The first name of a number is the usual one: SIGABRT comes before SIGIOT.
  if (!signalNames.has(number)) signalNames.set(number, name);
}

/** `SIGTERM` for 15; a number without a name, such as a real-time signal, becomes `SIG40`. */
export function signalName(number: number): string {
  return signalNames.get(number) ?? `SIG${number}`;
}

const errnoNames = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** `ENOENT` for 2. */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `errno ${errno}`;
}

/** The error for a person when the kernel would not execute the tool. */
export function refusal(command: PtyCommand, code: string): AtlasError {
  const [program] = command.argv;
  const named = program.includes("/");
  if (code === "ENOENT" || code === "ENOTDIR") {
    if (named && existsSync(resolve(command.cwd, program))) {
      return new AtlasError(
        "command_not_executable",
        `${program}: the interpreter named in its first line does not exist; install it or correct that line`,
      );
    }
    const advice = named ? "check the path" : "check the spelling or your PATH";
    return new AtlasError("command_not_found", `${program}: command not found; ${advice}`);
  }
  return new AtlasError("command_not_executable", `${program}: ${whyNotExecutable(code)}`);
}

function whyNotExecutable(code: string): string {
  switch (code) {
    case "EACCES":
    case "EISDIR":
    case "EPERM":
      return "is not an executable file, or you may not run it; check its permissions";
    case "ENOEXEC":
      return "is neither a program for this machine nor a script that names its interpreter in its first line";
    case "E2BIG":
      return "its arguments and environment are too long; shorten them";
    default:
      return `could not be started (${code})`;
  }
}

/** The error for a person when the tool's working directory cannot be entered. */
export function noWorkingDirectory(cwd: string, code: string): AtlasError {
  const why = code === "ENOENT" ? "does not exist" : `cannot be entered (${code})`;
  return new AtlasError(
    "command_not_executable",
    `${cwd}: this working directory ${why}; start from another one`,
  );
}

/** Strings with a NUL byte cannot be passed to a program; they would arrive cut off. */
export function assertPassable(command: PtyCommand): void {
  const { argv, cwd, env } = command;
  const names = Object.keys(env);
  if ([...argv, cwd, ...names, ...Object.values(env)].some((text) => text.includes("\0"))) {
    throw new AtlasError(
      "command_not_executable",
      `${argv[0].replaceAll("\0", "\\0")}: an argument or variable contains a NUL character; remove it`,
    );
  }
}

/**
 * The foreground process group of the terminal that `pid` belongs to, or null where it is unknown.
 * From `/proc/PID/stat`; there is no cheap way where that does not exist.
 */
function foregroundGroup(pid: number): number | null {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
    return stat && stat.foregroundGroup > 0 ? stat.foregroundGroup : null;
  } catch {
    return null;
  }
}

/** Signals the foreground process group of the tool's terminal, or the tool where that is unknown. */
export function signalForeground(pid: number, name: NodeJS.Signals): void {
  const group = foregroundGroup(pid);
  sendSignal(group === null ? pid : -group, name);
}

/** To a process, or to a group by its negative number; nothing where that is gone, or another user's. */
export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    // Gone in the meantime, or of another user (set-uid): as with kill(1), nothing is to be done here.
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
