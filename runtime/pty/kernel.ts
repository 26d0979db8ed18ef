/** Asks the Linux kernel who waits for a terminal's input; the pure reading of its answers is in `kernel-text`. */
import { systemClock } from "../clock.ts";
import { Bystanders, type Thread } from "./bystanders.ts";
import { errandsOf } from "./errands.ts";
import { bunErrands, type LoopErrands, LoopFinder } from "./event-loop.ts";
import {
  type Blocked,
  epollReadFds,
  parseActivity,
  parseStat,
  parseStatus,
  parseSite,
  parseSyscall,
  type ProcessStat,
  pollReadFds,
  selectReadFds,
} from "./kernel-text.ts";
import type { Beside, KernelEvidence, KernelWait } from "./kernel-wait.ts";
import { type Member, otherAsked } from "./group.ts";
import { exists, Proc, type ReadMemory } from "./proc-files.ts";
import { Ticks } from "./ticks.ts";
import { Writers } from "./writers.ts";

/**
 * How far to look. `foreground`: the terminal's foreground process group, as found below its
 * session's leader. `machine`: the first thread of every process besides, for those that wait from
 * elsewhere (pinentry, tmux); costs about 10 µs for each of them. A list: these processes besides.
 */
export type Reach = "foreground" | "machine" | readonly number[];

/** More descriptors than this in one poll or select are not looked at. */
const watchedFdsMax = 4_096;
/** Relays within relays (`sudo` within `script`), and no further. */
const innerDepthMax = 3;

/** Looks at the terminal in which `pid` runs; of one look for the next only the places of event loops, what threads ran, and who wrote, are kept. */
export function kernelLook(
  tool: { pid: number },
  procRoot = "/proc",
): (reach?: Reach) => KernelEvidence | null {
  if (process.platform !== "linux") return () => null;
  const proc = new Proc(procRoot);
  const ticks = new Ticks(proc, systemClock.monotonicMs);
  const sources = { proc, loops: new LoopFinder(), ticks, writers: new Writers(proc) };
  return (reach = "foreground") => look(tool.pid, reach, sources);
}

type Terminal = { path: string; session: number; foregroundGroup: number };
type Sources = { proc: Proc; loops: LoopFinder; ticks: Ticks; writers: Writers };

function look(pid: number, reach: Reach, sources: Sources): KernelEvidence | null {
  const stat = statOf(sources.proc, pid);
  // A tool that has ended waits for nothing, whatever it left on the screen.
  if (stat === null ? !exists(pid) : hasEnded(sources.proc, pid, stat)) {
    return { waits: [], blind: false };
  }
  // /proc hides it, or it has left its terminal: nothing can be said.
  if (stat === null || stat.ttyPath === null) return null;
  const view = new View(terminalOf(stat, stat.ttyPath), sources);
  view.lookBelow(stat.session);
  view.lookAround();
  if (reach === "machine") view.lookAt(sources.proc.numbers("."));
  else if (reach !== "foreground") view.lookAt(reach);
  return { waits: view.waits, blind: view.blind };
}

/** It has exited and only its exit code is kept; not so where its first thread alone has. */
function hasEnded(proc: Proc, pid: number, { state }: ProcessStat): boolean {
  return (state === "Z" || state === "X") && proc.numbers(`${pid}/task`).length <= 1;
}

function terminalOf({ session, foregroundGroup }: ProcessStat, path: string): Terminal {
  return { path, session, foregroundGroup };
}

/** One look in progress. */
class View {
  waits: KernelWait[] = [];
  blind = false;
  /** Of the foreground group. */
  private readonly members: Member[] = [];
  private readonly terminal: Terminal;
  private readonly sources: Sources;
  private readonly depth: number;
  private readonly seen = new Set<number>();
  private readonly looked = new Set<number>();
  private readonly bystanders: Bystanders;

  constructor(terminal: Terminal, sources: Sources, depth = 0) {
    this.terminal = terminal;
    this.sources = sources;
    this.depth = depth;
    this.bystanders = new Bystanders(sources, (pid, blocked) => this.fdsOf(pid, blocked));
  }

  private get proc(): Proc {
    return this.sources.proc;
  }

  /** Visits a process and all its descendants; those of the foreground group are looked at. */
  lookBelow(root: number): void {
    const pending = [root];
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      if (this.seen.has(pid)) continue;
      this.seen.add(pid);
      const stat = statOf(this.proc, pid);
      if (stat === null) {
        // It ended just now; or it exists and is hidden (`hidepid`), and could be what waits.
        if (exists(pid)) this.blind = true;
        continue;
      }
      const tids = threadsOf(this.proc, pid, stat);
      const children = childrenOf(this.proc, pid, tids);
      if (this.isForeground(stat)) this.lookAtProcess(pid, stat, { tids, children });
      if (children === null) return this.lookAtGroup();
      pending.push(...children);
    }
  }

  /** Kernels without `children` files: the group's members are found among all processes. */
  private lookAtGroup(): void {
    for (const pid of this.proc.numbers(".")) {
      if (this.seen.has(pid)) continue;
      const stat = statOf(this.proc, pid);
      if (stat === null || !this.isForeground(stat)) continue;
      this.seen.add(pid);
      this.lookAtProcess(pid, stat, this.familyOf(pid));
    }
  }

  /** The rest of the group: another of its processes may have written what stands there, and go on. */
  lookAround(): void {
    if (this.members.length < 2) return;
    this.waits = this.waits.map((wait) => {
      const { from = "descriptors", errands = [] } = wait.beside ?? {};
      if (errands.length > 0) return wait;
      const isOthers = otherAsked(wait.pid, this.members, this.sources.writers);
      return isOthers ? { ...wait, beside: { from, errands: ["job"] } } : wait;
    });
  }

  /** Processes from elsewhere. Their first threads alone: so many are looked at that each must cost little. */
  lookAt(pids: readonly number[]): void {
    for (const pid of pids) {
      if (this.looked.has(pid)) continue;
      const call = this.proc.read(`${pid}/syscall`);
      if (call.outcome !== "read" || parseSyscall(call.text, process.arch) === null) continue;
      const stat = statOf(this.proc, pid);
      if (stat !== null) this.lookAtProcess(pid, stat, this.familyOf(pid, [pid]));
    }
  }

  private familyOf(pid: number, tids = this.proc.numbers(`${pid}/task`)): Family {
    return { tids, children: childrenOf(this.proc, pid, tids) };
  }

  private isForeground(stat: ProcessStat): boolean {
    return stat.group === this.terminal.foregroundGroup && stat.ttyPath === this.terminal.path;
  }

  private lookAtProcess(pid: number, stat: ProcessStat, { tids, children }: Family): void {
    this.looked.add(pid);
    const foreground = this.isForeground(stat);
    const threads = tids.flatMap((tid) => this.threadOf(pid, tid, foreground));
    if (foreground) {
      const works = (): boolean => this.bystanders.processWorks(pid, threads);
      const goesOn = (): boolean => this.bystanders.processGoesOn(pid, threads);
      this.members.push({ pid, stat, works, goesOn });
    }
    for (const { tid, call, blocked, site } of threads) {
      const watched = blocked === null ? null : this.watchedBeside(pid, blocked, foreground);
      if (blocked === null || watched === null) continue;
      const status = this.proc.read(`${pid}/task/${tid}/status`);
      if (status.outcome !== "read") continue;
      const beside = this.lookBeside(pid, blocked, { stat, children, watched, tid, threads });
      this.waits.push({
        pid,
        tid,
        ...parseStatus(status.text),
        via: blocked.on === "read" ? "read" : "poll",
        timed: blocked.on !== "read" && blocked.timed,
        foreground,
        site,
        ...beside,
        ...this.timeOutOf(pid, { call, blocked }, beside),
      });
    }
  }

  private threadOf(pid: number, tid: number, foreground: boolean): Thread[] {
    const call = this.proc.read(`${pid}/task/${tid}/syscall`);
    // What cannot be read outside of the group says nothing about the group.
    if (call.outcome === "denied" && foreground) this.blind = true;
    if (call.outcome !== "read") return [];
    const activity = parseActivity(call.text, process.arch);
    // What a ring waits for cannot be seen: it may be the terminal.
    if (activity === "io_uring" && foreground) this.blind = true;
    const blocked = parseSyscall(call.text, process.arch);
    const site = blocked === null ? "" : parseSite(call.text, blocked);
    return [{ tid, call: call.text, blocked, site, activity }];
  }

  /** Of an event loop it says nothing that its errands do not. */
  private timeOutOf(
    pid: number,
    { call, blocked }: { call: string; blocked: Blocked },
    { beside }: { beside?: Beside },
  ): { timeOutMs?: number } {
    if (blocked.on === "read" || !blocked.timed || beside?.from === "loop") return {};
    const timeOutMs = this.bystanders.msOf(pid, call);
    return timeOutMs === null ? {} : { timeOutMs };
  }

  /** What the call waits to read besides the terminal; null when the terminal is not among it. */
  private watchedBeside(pid: number, blocked: Blocked, foreground: boolean): number[] | null {
    const fds = this.fdsOf(pid, blocked);
    if (fds === "denied") {
      if (foreground) this.blind = true;
      return null;
    }
    const beside = fds.filter((fd) => !this.isTerminal(pid, fd));
    return beside.length === fds.length ? null : beside;
  }

  private isTerminal(pid: number, fd: number): boolean {
    const path = this.proc.link(`${pid}/fd/${fd}`);
    // `/dev/tty` stands for the terminal of whoever opened it.
    if (path === "/dev/tty") return statOf(this.proc, pid)?.ttyPath === this.terminal.path;
    return path === this.terminal.path;
  }

  private fdsOf(pid: number, blocked: Blocked): readonly number[] | "denied" {
    switch (blocked.on) {
      case "read":
        return [blocked.fd];
      case "epoll": {
        const info = this.proc.read(`${pid}/fdinfo/${blocked.fd}`);
        if (info.outcome === "denied") return "denied";
        return info.outcome === "read" ? epollReadFds(info.text) : [];
      }
      case "poll":
      case "select": {
        const bytes = this.memoryOf(pid, blocked);
        if (bytes === "denied") return "denied";
        return blocked.on === "poll" ? pollReadFds(bytes) : selectReadFds(bytes, blocked.count);
      }
    }
  }

  private memoryOf(
    pid: number,
    { on, address, count }: Extract<Blocked, { on: "poll" | "select" }>,
  ): Uint8Array | "denied" {
    const nothing = new Uint8Array(0);
    const length = on === "poll" ? count * 8 : Math.ceil(count / 8);
    if (length > watchedFdsMax * 8) return nothing;
    const bytes = this.proc.withMemory(pid, (read) => read(address, length));
    if (bytes === "denied") return "denied";
    return bytes === "gone" || bytes === null ? nothing : bytes;
  }

  private lookBeside(pid: number, blocked: Blocked, about: About): { beside?: Beside } {
    const loop = blocked.on === "epoll" ? this.loopErrands(pid, blocked) : null;
    if (loop !== null) return { beside: { from: "loop", errands: loop } };
    const { watched, stat, tid } = about;
    const { asked, doings: threads } = this.bystanders.of(pid, about);
    // The first thread of a program has asked, and reads: were there work to do, it would do that.
    if (blocked.on === "read" && tid === pid && asked) return {};
    const children = about.children ?? [];
    const { group } = stat;
    const wait = waitOf(blocked);
    const errands = errandsOf(this.proc, { pid, group, wait, watched, threads, children });
    if (errands.includes("relay") && this.innerWaits(children)) {
      return { beside: { from: "inner", errands: [] } };
    }
    return { beside: { from: "descriptors", errands } };
  }

  private loopErrands(
    pid: number,
    { fd: epollFd, poller }: Extract<Blocked, { on: "epoll" }>,
  ): LoopErrands {
    const find = (read: ReadMemory): LoopErrands =>
      poller.call === "epoll_pwait2"
        ? bunErrands(read, { epollFd, events: poller.events })
        : this.sources.loops.libuv(read, { pid, epollFd, stack: poller.stack });
    const found = this.proc.withMemory(pid, find);
    return found === "denied" || found === "gone" ? null : found;
  }

  /** A relay (`script`, `sudo`) passes on what another terminal's programs ask: do they wait there? */
  private innerWaits(children: readonly number[]): boolean {
    if (this.depth >= innerDepthMax) return false;
    for (const child of children) {
      const stat = statOf(this.proc, child);
      if (stat === null || stat.ttyPath === null || stat.ttyPath === this.terminal.path) continue;
      const inner = new View(terminalOf(stat, stat.ttyPath), this.sources, this.depth + 1);
      inner.lookBelow(stat.session);
      inner.lookAround();
      if (inner.waits.some((wait) => wait.foreground && waitsAlone(wait))) return true;
    }
    return false;
  }
}

/** A process's threads and children; null where the kernel does not list the latter. */
type Family = { tids: readonly number[]; children: readonly number[] | null };

type About = {
  stat: ProcessStat;
  children: readonly number[] | null;
  watched: readonly number[];
  /** Who waits, and all threads of its process. */
  tid: number;
  threads: readonly Thread[];
};

function waitOf(blocked: Blocked): "timed" | "timed loop" | "open" {
  if (blocked.on === "read" || !blocked.timed) return "open";
  return blocked.on === "epoll" ? "timed loop" : "timed";
}

function waitsAlone({ via, timed, beside }: KernelWait): boolean {
  if ((beside?.errands.length ?? 0) > 0) return false;
  return via === "read" || !timed || beside?.from === "loop" || beside?.from === "inner";
}

function statOf(proc: Proc, pid: number): ProcessStat | null {
  const stat = proc.read(`${pid}/stat`);
  return stat.outcome === "read" ? parseStat(stat.text) : null;
}

/** The only thread of a process has its number: no need to list it. */
function threadsOf(proc: Proc, pid: number, { threads }: ProcessStat): number[] {
  return threads === 1 ? [pid] : proc.numbers(`${pid}/task`);
}

/** Null where the kernel was built without these files. */
export function childrenOf(proc: Proc, pid: number, tids: readonly number[]): number[] | null {
  const children: number[] = [];
  for (const tid of tids) {
    const list = proc.read(`${pid}/task/${tid}/children`);
    if (list.outcome === "read") children.push(...list.text.split(" ").filter(Boolean).map(Number));
    else if (tid === pid && statOf(proc, pid) !== null) return null;
  }
  return children;
}
