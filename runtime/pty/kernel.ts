/** Asks the Linux kernel who waits for a terminal's input; the pure reading of its answers is in `kernel-text`. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import {
  type Blocked,
  epollReadFds,
  parseStat,
  parseStatus,
  parseSyscall,
  type ProcessStat,
  pollReadFds,
  selectReadFds,
} from "./kernel-text.ts";
import type { KernelEvidence, KernelWait, LookAtKernel } from "./kernel-wait.ts";

/**
 * How far to look. `foreground`: the terminal's foreground process group, as found below its
 * session's leader. `machine`: every process besides, for those that wait from elsewhere (pinentry,
 * tmux); costs about 10 µs for each process of the machine.
 */
export type Reach = "foreground" | "machine";

/** More descriptors than this in one poll or select are not looked at. */
const watchedFdsMax = 4_096;

/** Looks at the terminal in which `pid` runs. Every look is one moment: synchronous, nothing is kept. */
export function kernelLook(tool: { pid: number }, reach: Reach = "foreground"): LookAtKernel {
  if (process.platform !== "linux") return () => null;
  return () => look(tool.pid, reach);
}

type Terminal = { path: string; session: number; foregroundGroup: number };

function look(pid: number, reach: Reach): KernelEvidence | null {
  const stat = statOf(pid);
  // The tool has gone, or /proc hides it, or it has left its terminal: nothing can be said.
  if (stat === null || stat.ttyPath === null) return null;
  const { session, foregroundGroup, ttyPath: path } = stat;
  const view = new View({ path, session, foregroundGroup });
  view.lookBelow(session);
  if (reach === "machine") view.lookEverywhere();
  return { waits: view.waits, blind: view.blind };
}

/** One look in progress. */
class View {
  readonly waits: KernelWait[] = [];
  blind = false;
  private readonly terminal: Terminal;
  private readonly seen = new Set<number>();

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** Visits a process and all its descendants; those of the foreground group are looked at. */
  lookBelow(root: number): void {
    const pending = [root];
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      if (this.seen.has(pid)) continue;
      this.seen.add(pid);
      const stat = statOf(pid);
      if (stat === null) {
        // It ended just now; or it exists and is hidden (`hidepid`), and could be what waits.
        if (exists(pid)) this.blind = true;
        continue;
      }
      const threads = threadsOf(pid);
      if (this.isForeground(stat)) this.lookAtThreads(pid, threads, true);
      const children = childrenOf(pid, threads);
      if (children === null) return this.lookAtGroup();
      pending.push(...children);
    }
  }

  /** Kernels without `children` files: the group's members are found among all processes. */
  private lookAtGroup(): void {
    for (const pid of allProcesses()) {
      if (this.seen.has(pid)) continue;
      const stat = statOf(pid);
      if (stat === null || !this.isForeground(stat)) continue;
      this.seen.add(pid);
      this.lookAtThreads(pid, threadsOf(pid), true);
    }
  }

  lookEverywhere(): void {
    for (const pid of allProcesses()) {
      const stat = statOf(pid);
      if (stat === null) continue;
      const foreground = this.isForeground(stat);
      if (foreground && this.seen.has(pid)) continue;
      this.lookAtThreads(pid, threadsOf(pid), foreground);
    }
  }

  private isForeground(stat: ProcessStat): boolean {
    return stat.group === this.terminal.foregroundGroup && stat.ttyPath === this.terminal.path;
  }

  private lookAtThreads(pid: number, threads: readonly number[], foreground: boolean): void {
    for (const tid of threads) {
      const call = readProc(`/proc/${pid}/task/${tid}/syscall`);
      // What cannot be read outside of the group says nothing about the group.
      if (call.outcome === "denied" && foreground) this.blind = true;
      if (call.outcome !== "read") continue;
      const blocked = parseSyscall(call.text, process.arch);
      if (blocked === null || !this.waitsForTerminal(pid, blocked, foreground)) continue;
      const status = readProc(`/proc/${pid}/task/${tid}/status`);
      if (status.outcome !== "read") continue;
      this.waits.push({
        pid,
        tid,
        ...parseStatus(status.text),
        via: blocked.on === "read" ? "read" : "poll",
        timed: blocked.on !== "read" && blocked.timed,
        foreground,
      });
    }
  }

  private waitsForTerminal(pid: number, blocked: Blocked, foreground: boolean): boolean {
    const fds = readFds(pid, blocked);
    if (fds === "denied") {
      if (foreground) this.blind = true;
      return false;
    }
    return fds.some((fd) => {
      const path = linkOf(pid, fd);
      return path === this.terminal.path || (path === "/dev/tty" && this.sharesTerminal(pid));
    });
  }

  /** `/dev/tty` stands for the terminal of whoever opened it. */
  private sharesTerminal(pid: number): boolean {
    return statOf(pid)?.ttyPath === this.terminal.path;
  }
}

function readFds(pid: number, blocked: Blocked): readonly number[] | "denied" {
  switch (blocked.on) {
    case "read":
      return [blocked.fd];
    case "epoll": {
      const info = readProc(`/proc/${pid}/fdinfo/${blocked.fd}`);
      if (info.outcome === "denied") return "denied";
      return info.outcome === "read" ? epollReadFds(info.text) : [];
    }
    case "poll": {
      const bytes = readMemory(pid, blocked.address, blocked.count * 8);
      return bytes === "denied" ? bytes : pollReadFds(bytes);
    }
    case "select": {
      const bytes = readMemory(pid, blocked.address, Math.ceil(blocked.count / 8));
      return bytes === "denied" ? bytes : selectReadFds(bytes, blocked.count);
    }
  }
}

function readMemory(pid: number, address: bigint, length: number): Uint8Array | "denied" {
  if (address === 0n || length <= 0 || length > watchedFdsMax * 8) return new Uint8Array(0);
  const bytes = new Uint8Array(length);
  const outcome = readAt(`/proc/${pid}/mem`, bytes, address);
  if (outcome === "denied") return "denied";
  return outcome === "gone" ? new Uint8Array(0) : bytes.subarray(0, outcome);
}

function statOf(pid: number): ProcessStat | null {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat.outcome === "read" ? parseStat(stat.text) : null;
}

function threadsOf(pid: number): number[] {
  return numbersIn(`/proc/${pid}/task`);
}

function allProcesses(): number[] {
  return numbersIn("/proc");
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Null where the kernel was built without these files. */
function childrenOf(pid: number, threads: readonly number[]): number[] | null {
  const children: number[] = [];
  for (const tid of threads) {
    const list = readProc(`/proc/${pid}/task/${tid}/children`);
    if (list.outcome === "read") children.push(...list.text.split(" ").filter(Boolean).map(Number));
    else if (tid === pid && statOf(pid) !== null) return null;
  }
  return children;
}

function linkOf(pid: number, fd: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return null;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

type ProcRead = { outcome: "read"; text: string } | { outcome: "denied" | "gone" };

const scratch = Buffer.alloc(65_536);

function readProc(path: string): ProcRead {
  const outcome = readAt(path, scratch, null);
  return typeof outcome === "number"
    ? { outcome: "read", text: scratch.toString("latin1", 0, outcome) }
    : { outcome };
}

/** Number of bytes read. Much faster than `readFileSync`, which asks for the size of a file that has none. */
function readAt(
  path: string,
  into: Uint8Array,
  position: bigint | null,
): number | "denied" | "gone" {
  let fd = -1;
  try {
    fd = openSync(path, "r");
    return readSync(fd, into, 0, into.length, position);
  } catch (error) {
    const code = codeOf(error);
    return code === "EACCES" || code === "EPERM" ? "denied" : "gone";
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
