/** Tells a thread that ticks, as a language's runtime has one, from a thread that works: both run now and then. */
import type { Proc } from "./proc-files.ts";

type Ran = { ns: number; slices: number; atMs: number };

/** Two sights that are closer, or further apart, say nothing of what it does now. */
const apartMs = { least: 20, most: 1_000 } as const;
/** More than this of the time between is work. */
const shareMax = 0.05;
/** A thread that works gets few turns on a busy machine, but takes long ones. */
const sliceNsMax = 200_000;
const rememberedMax = 256;

export class Ticks {
  private readonly proc: Proc;
  private readonly monotonicMs: () => number;
  private readonly seen = new Map<string, Ran>();

  constructor(proc: Proc, monotonicMs: () => number) {
    this.proc = proc;
    this.monotonicMs = monotonicMs;
  }

  /** Whether a thread that runs right now has hardly run since it was last asked about. */
  isTicking(pid: number, tid: number): boolean {
    const key = `${pid}/task/${tid}`;
    const now = this.ranOf(key);
    const before = this.seen.get(key);
    if (now === null) return false;
    const passedMs = now.atMs - (before?.atMs ?? Number.NEGATIVE_INFINITY);
    if (passedMs < apartMs.least) return false;
    if (this.seen.size >= rememberedMax) this.seen.clear();
    this.seen.set(key, now);
    if (before === undefined || passedMs > apartMs.most) return false;
    const ns = now.ns - before.ns;
    return ns <= passedMs * 1e6 * shareMax && ns <= (now.slices - before.slices) * sliceNsMax;
  }

  /** `/proc/PID/task/TID/schedstat`: time on a processor, time in wait for one, turns. */
  private ranOf(key: string): Ran | null {
    const read = this.proc.read(`${key}/schedstat`);
    const [ns = "", , slices = ""] = read.outcome === "read" ? read.text.split(" ") : [];
    const ran = { ns: Number(ns), slices: Number(slices), atMs: this.monotonicMs() };
    return ns === "" || Number.isNaN(ran.ns + ran.slices) ? null : ran;
  }
}
