/** What running processes cost, as Linux counts it: processor time, resident memory, descriptors, children. */
import { readdirSync, readFileSync } from "node:fs";

/** Nanoseconds that all threads of the process have run; threads that have ended are not counted. */
export function cpuNs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((tid) => Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ")[0]))
    .reduce((a, b) => a + b, 0);
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
