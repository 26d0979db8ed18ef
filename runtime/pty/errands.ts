/** What a program that waits for the terminal has going on besides, as its descriptors, children and threads show it. */
import { type Activity, parseStat } from "./kernel-text.ts";
import type { Errand } from "./kernel-wait.ts";
import type { Proc } from "./proc-files.ts";

export type Waiter = {
  pid: number;
  /** Its process group. */
  group: number;
  /** `timed`: its wait has a time-out, `loop`: and it is made as event loops make theirs. */
  wait: "timed" | "timed loop" | "open";
  /** Descriptors that the wait watches besides the terminal. */
  watched: readonly number[];
  /** What its other threads do. */
  threads: readonly (Activity | null)[];
  children: readonly number[];
};

/** More links than these are not read to find the other end of a pipe. */
const descriptorsMax = 1_024;

/** The list of a machine's local sockets, at some 100 bytes each; one that is longer shows no pair beyond this. */
const localSocketsBytesMax = 1_048_576;

export function errandsOf(proc: Proc, waiter: Waiter): Errand[] {
  const errands = new Set(errandsAt(proc, waiter.pid, waiter.watched));
  // One who waits for input alone and has a time-out waits for that input; a loop has something else to do then.
  const isLoop = waiter.wait === "timed loop" || waiter.watched.length > 0;
  if (waiter.wait !== "open" && isLoop) errands.add("timer");
  if (waiter.threads.some((thread) => thread !== null && thread !== "rests")) errands.add("thread");
  if (waiter.threads.includes("rests")) errands.add("unasked");
  if (waiter.children.some((child) => isAtWork(proc, child, waiter.group))) errands.add("child");
  return [...errands];
}

/** What may end a wait for these descriptors of a process, other than itself. */
export function errandsAt(proc: Proc, pid: number, fds: readonly number[]): Errand[] {
  const own = new OwnEnds(proc, pid);
  return fds.flatMap((fd) => errandOf(proc.link(`${pid}/fd/${fd}`), own) ?? []);
}

/** What is stopped (a debugger's program, a suspended job) or has ended does nothing. */
function isAtWork(proc: Proc, pid: number, group: number): boolean {
  const read = proc.read(`${pid}/stat`);
  const stat = read.outcome === "read" ? parseStat(read.text) : null;
  return stat !== null && stat.group === group && /[RSDI]/.test(stat.state);
}

function errandOf(link: string | null, own: OwnEnds): Errand | null {
  if (link === null) return null;
  if (link.startsWith("pipe:")) return own.hasBothEndsOf(link) ? null : "pipe";
  if (link.startsWith("socket:")) return own.hasPeerOf(link) ? null : "socket";
  if (/^\/dev\/(?:pts\/)?ptmx$/.test(link)) return "relay";
  if (link === "anon_inode:[timerfd]") return "timer";
  if (link === "anon_inode:[pidfd]") return "child";
  if (/^anon_inode:(?:inotify|\[?fanotify)/.test(link)) return "files";
  // Signals, wake-ups among threads, other terminals: no work of its own.
  return null;
}

function socketNumber(link: string): number | null {
  const digits = /^socket:\[(\d+)\]$/.exec(link)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Linux deals these numbers out to its processors so many at once, from 1 on (`get_next_ino` in `fs/inode.c`). */
const numbersAtOnce = 1_024;

/** Whether `second` may be what a processor gave out right after `first`: the first of some later deal after a last one. */
function isNext(first: number, second: number): boolean {
  if (second === first + 1) return true;
  return first % numbersAtOnce === 0 && second > first && second % numbersAtOnce === 1;
}

/** Both ends of a pipe or of a socket pair in one process: its way to wake itself up. */
class OwnEnds {
  private readonly proc: Proc;
  private readonly pid: number;
  private links: readonly string[] | null = null;

  constructor(proc: Proc, pid: number) {
    this.proc = proc;
    this.pid = pid;
  }

  hasBothEndsOf(pipe: string): boolean {
    return this.all().filter((link) => link === pipe).length > 1;
  }

  /** The two sockets of a pair are made one after the other, and so are their numbers. */
  hasPeerOf(socket: string): boolean {
    const number = socketNumber(socket);
    if (number === null) return false;
    const peers = this.all().flatMap((link) => {
      const one = socketNumber(link);
      return one !== null && (isNext(number, one) || isNext(one, number)) ? [one] : [];
    });
    if (peers.length === 0) return false;
    // Two connections may have been made one after the other, too.
    const local = this.proc.readList(`${this.pid}/net/unix`, localSocketsBytesMax);
    const lines = local.outcome === "read" ? local.text.split("\n") : [];
    const isLocal = (one: number) => lines.some((line) => line.split(/\s+/)[6] === `${one}`);
    return isLocal(number) && peers.some(isLocal);
  }

  private all(): readonly string[] {
    this.links ??= this.proc
      .numbers(`${this.pid}/fd`)
      .slice(0, descriptorsMax)
      .map((fd) => this.proc.link(`${this.pid}/fd/${fd}`) ?? "");
    return this.links;
  }
}
