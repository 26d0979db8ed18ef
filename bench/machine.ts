/** Says on what machine a figure was made: without that it means nothing. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";

export type Machine = {
  cpu: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  system: string;
  bun: string;
};

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? "unknown",
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${platform()} ${release()}`,
    system: systemName(),
    bun: Bun.version,
  };
}

/** The load average of the last minute: other work on the machine, and ours. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function systemName(): string {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}

/** The commit that is checked out; with a `+` where files were changed since. Null outside a git repository. */
export function commitOf(folder: string): string | null {
  const git = (...args: string[]) => Bun.spawnSync(["git", ...args], { cwd: folder });
  const { exitCode, stdout } = git("rev-parse", "--short=12", "HEAD");
  if (exitCode !== 0) return null;
  const isChanged = git("status", "--porcelain", "--", ":!*/results", ":!docs").stdout.length > 0;
  return `${stdout.toString().trim()}${isChanged ? "+" : ""}`;
}
