/** Looks at running processes and files now and then, and keeps what it saw as lines of a file, so that a restart loses nothing. */
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";

export type Sample = {
  /** Of the soak's own time, which stands still while it does not run. */
  atMs: number;
  name: string;
  pid: number;
  rssMB: number;
  descriptors: number;
  /** Of the processor, since the process began. */
  cpuSeconds: number;
  walMB: number;
};

const bytesPerMB = 1e6;
/** As Linux reports processor time everywhere (USER_HZ). */
const ticksPerSecond = 100;

/** Null when the process has ended. */
export function look(pid: number): Pick<Sample, "rssMB" | "descriptors" | "cpuSeconds"> | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kB = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    if (Number.isNaN(kB)) return null;
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return { rssMB: (kB * 1_024) / bytesPerMB, descriptors, cpuSeconds };
  } catch {
    return null;
  }
}

export function sizeMB(file: string): number {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) / bytesPerMB;
}

export function keepSample(file: string, sample: Sample): void {
  appendFileSync(file, `${JSON.stringify(sample)}\n`);
}

export function readSamples(file: string): Sample[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"));
  // Written by `keepSample`; a last line may have been cut by a power failure.
  return lines.map((line) => JSON.parse(line) as Sample);
}
