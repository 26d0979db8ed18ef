/** What the threads beside one that reads a terminal do, and whether it was that one which wrote what stands there. */
import { errandsAt } from "./errands.ts";
import { type Activity, type Blocked, isIdle, isWriting, timeOutOf } from "./kernel-text.ts";
import type { Proc } from "./proc-files.ts";
import type { Ticks } from "./ticks.ts";
import type { Writers } from "./writers.ts";

export type Thread = {
  tid: number;
  /** Its system call, as the kernel writes it. */
  call: string;
  blocked: Blocked | null;
  site: string;
  activity: Activity | null;
};

type Sources = { proc: Proc; ticks: Ticks; writers: Writers };
type FdsOf = (pid: number, blocked: Blocked) => readonly number[] | "denied";

/** What each of the other threads does, and whether the one that reads has written last. */
type Others = { asked: boolean; doings: readonly (Activity | null)[] };

/** What waits for longer than this is Go's own: it looks after itself now and then, and keeps connections for later. */
const ownMsLeast = 10_000;

export class Bystanders {
  private readonly sources: Sources;
  private readonly fdsOf: FdsOf;

  constructor(sources: Sources, fdsOf: FdsOf) {
    this.sources = sources;
    this.fdsOf = fdsOf;
  }

  /**
   * Those of a process beside its thread `tid`, which reads. Where that one has not written last, somebody else has
   * asked, or nobody: then all count that may go on by themselves, a language's own as well.
   */
  of(pid: number, { tid, threads }: { tid: number; threads: readonly Thread[] }): Others {
    const others = threads.filter((thread) => thread.tid !== tid);
    if (others.length === 0) return { asked: true, doings: [] };
    const reader = threads.find((thread) => thread.tid === tid);
    const go = reader !== undefined && isGoStack(reader.call);
    const asked = this.hasAsked(pid, tid, others);
    const doings = others.map((thread) => {
      if (!asked) return this.mayGoOn(pid, thread, { go }) ? (thread.activity ?? "rests") : null;
      return go ? this.doingInGo(pid, thread) : this.doingOf(pid, thread);
    });
    // Whatever a routine of Go wrote, its thread may read for another one.
    return { asked: asked && !(go && doings.some((doing) => doing !== null)), doings };
  }

  /** Of another process of the group: it works, sleeps for a time, or waits for what comes from outside of the group. */
  processGoesOn(pid: number, threads: readonly Thread[]): boolean {
    return threads.some((thread) => {
      // It waits for its children, which are looked at themselves, or for whoever reads what it writes.
      if (thread.activity === "awaits child" || isWriting(thread.call, process.arch)) return false;
      return this.mayGoOn(pid, thread, { pipes: "of the group" });
    });
  }

  /** Of a parent of the reader: it has not come to wait for it. */
  processWorks(pid: number, threads: readonly Thread[]): boolean {
    return threads.some((thread) => ["runs", "sleeps"].includes(this.doingOf(pid, thread) ?? ""));
  }

  /** A runtime's clock that was caught ticking does nothing. */
  private doingOf(pid: number, { tid, activity }: Thread): Activity | null {
    const isTick = activity === "runs" && this.sources.ticks.isTicking(pid, tid);
    return isTick ? null : activity;
  }

  /** Its threads never sleep for a routine: that is one which looks after the others. What is due is waited for in poll. */
  private doingInGo(pid: number, thread: Thread): Activity | null {
    const doing = this.doingOf(pid, thread);
    if (doing !== null) return doing === "sleeps" ? null : doing;
    return this.waitsForTime(pid, thread) ? "rests" : null;
  }

  /** Nobody but this thread has written since the last look that found anything written. */
  private hasAsked(pid: number, tid: number, others: readonly Thread[]): boolean {
    const folderOf = (one: number): string => `${pid}/task/${one}`;
    const folders = [tid, ...others.map((other) => other.tid)].map(folderOf);
    const last = this.sources.writers.lastOf(`${pid}`, folders);
    if (last === null) return false;
    const wrote = others.filter((other) => last.who.has(folderOf(other.tid)));
    if (wrote.length === 0) return true;
    // What others wrote when it began, before the program was another one perhaps, is long ago.
    const isOwn = last.first && last.who.has(folderOf(tid));
    return isOwn && wrote.every(({ call }) => isIdle(call, process.arch));
  }

  /** Its wait ends by itself, or by what comes from outside: of its program, or of the group. */
  private mayGoOn(
    pid: number,
    { call, blocked }: Thread,
    { go = false, pipes }: { go?: boolean; pipes?: "of the group" },
  ): boolean {
    if (blocked === null) return !isIdle(call, process.arch) && !(go && this.isOwnWait(pid, call));
    if (blocked.on !== "read" && blocked.timed) return true;
    const fds = this.fdsOf(pid, blocked);
    if (fds === "denied") return true;
    // A filter waits for the program before it.
    const found = errandsAt(this.sources.proc, pid, fds);
    return found.some((errand) => pipes === undefined || errand !== "pipe");
  }

  private isOwnWait(pid: number, call: string): boolean {
    const ms = this.msOf(pid, call);
    return ms !== null && ms > ownMsLeast;
  }

  /** In an event loop of its own, until something is due that is not long from now. */
  private waitsForTime(pid: number, { call, blocked }: Thread): boolean {
    if (blocked === null || blocked.on === "read" || !blocked.timed) return false;
    const ms = this.msOf(pid, call);
    return ms === null || ms <= ownMsLeast;
  }

  /** How long a wait lasts at most; null where that is not known. */
  msOf(pid: number, call: string): number | null {
    const timeOut = timeOutOf(call, process.arch);
    if (timeOut === null || typeof timeOut === "number") return timeOut;
    const { at, perSecond } = timeOut;
    const bytes = this.sources.proc.withMemory(pid, (read) => read(at, 16));
    if (bytes === null || typeof bytes === "string") return null;
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const fraction = Number(words.getBigInt64(8, true)) / perSecond;
    return (Number(words.getBigInt64(0, true)) + fraction) * 1_000;
  }
}

/** Go keeps its routines' stacks in a place of their own, and gives each of its threads whichever routine is next. */
function isGoStack(call: string): boolean {
  const stack = BigInt(call.trim().split(" ")[7] ?? 0);
  return stack >> 32n === 0xc0n;
}
