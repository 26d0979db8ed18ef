/** What running processes cost, as Linux counts it: processor time, resident memory, descriptors, children. */
import { dlopen, ptr } from "bun:ffi";
import { readdirSync, readFileSync } from "node:fs";

const libc = dlopen("libc.so.6", { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });

/** Nanoseconds that the process has run, threads that have ended included. Throws when it is not there. */
export function cpuNs(pid: number): number {
  // The clock of another process, as clock_getcpuclockid(3) makes it.
  const clock = (~pid << 3) | 2;
  const time = new BigInt64Array(2);
  const result = libc.symbols.clock_gettime(clock, ptr(time));
  if (result !== 0) throw new Error(`process ${pid} has no clock`);
  return Number((time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n));
}

/** Resident and proportional set size in MB (10^6 bytes). */
export function memoryMB(pid: number): { rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const of = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * 1_024) / 1e6;
  return { rss: of("Rss"), pss: of("Pss") };
}

/** The most that was resident at any time so far, in MB; null when the process has ended. */
export function peakMB(pid: number): number | null {
  try {
    const kB = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kB === undefined ? null : (Number(kB) * 1_024) / 1e6;
  } catch {
    return null;
  }
}

export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, "utf8").split(" "))
    .filter((word) => word.trim() !== "")
    .map(Number);
}

export function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
}
