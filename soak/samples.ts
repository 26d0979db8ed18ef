/** Watches what the runtime's processes hold while they run: memory and descriptors. */
import { readdirSync, readFileSync } from "node:fs";

export type Peak = { rssMB: number; descriptors: number; samples: number };

export type Sampler = { watch(pid: number): void; peak(): Peak; stop(): void };

const everyMs = 250;

export function startSampler(): Sampler {
  const pids = new Set<number>();
  const peak: Peak = { rssMB: 0, descriptors: 0, samples: 0 };
  const timer = setInterval(() => {
    for (const pid of pids) {
      const seen = look(pid);
      if (seen === null) {
        pids.delete(pid);
        continue;
      }
      peak.rssMB = Math.max(peak.rssMB, seen.rssMB);
      peak.descriptors = Math.max(peak.descriptors, seen.descriptors);
      peak.samples += 1;
    }
  }, everyMs);
  return {
    watch: (pid) => {
      pids.add(pid);
    },
    peak: () => ({ ...peak }),
    stop: () => clearInterval(timer),
  };
}

/** Null when the process has ended. */
function look(pid: number): { rssMB: number; descriptors: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kB = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    if (kB === undefined) return null;
    return {
      rssMB: (Number(kB) * 1_024) / 1e6,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  } catch {
    return null;
  }
}
