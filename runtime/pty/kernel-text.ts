/** Reads the texts and tables of Linux `/proc` that say what a thread waits for. Pure; see proc(5). */

export type ProcessStat = {
  /** `R` runs, `S` sleeps, `T` and `t` are stopped, `Z` has ended; see proc(5). */
  state: string;
  parent: number;
  group: number;
  session: number;
  /** Path of the controlling terminal when it is a pseudo-terminal; null for others or none. */
  ttyPath: string | null;
  /** Foreground process group of the controlling terminal; -1 without one. */
  foregroundGroup: number;
  /** How many threads it has; 0 where that is not told. */
  threads: number;
  /** When it was started, in the kernel's ticks; 0 where that is not told. */
  started: number;
};

/** `/proc/PID/stat`. Null when it is not of that form. */
export function parseStat(text: string): ProcessStat | null {
  // The program's name, in parentheses, may itself contain spaces and parentheses.
  const [state = "", parentText = "", ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const fields = rest.slice(0, 4).map(Number);
  const [group, session, ttyNumber, foregroundGroup] = fields;
  if (group === undefined || session === undefined) return null;
  if (ttyNumber === undefined || foregroundGroup === undefined) return null;
  if (fields.some(Number.isNaN)) return null;
  const threads = Number(rest[15] ?? 0) || 0;
  const parent = Number(parentText);
  const started = Number(rest[17] ?? 0) || 0;
  const ttyPath = ptsPath(ttyNumber);
  return { state, parent, group, session, ttyPath, foregroundGroup, threads, started };
}

/** Unix98 pseudo-terminals have the majors 136 to 143, 2^20 minors in all (Linux `new_encode_dev`). */
function ptsPath(device: number): string | null {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major < 136 || major > 143) return null;
  return `/dev/pts/${(major - 136) * 256 + minor}`;
}

/** What a blocked thread waits for, as far as its system call and arguments say. */
export type Blocked =
  | { on: "read"; fd: number }
  | { on: "poll"; address: bigint; count: number; timed: boolean }
  | { on: "select"; address: bigint; count: number; timed: boolean }
  | { on: "epoll"; fd: number; timed: boolean; poller: Poller };

/** Where to look for the event loop of a thread that waits in epoll. */
export type Poller = {
  call: "epoll_wait" | "epoll_pwait2";
  /** Where the events are put. */
  events: bigint;
  /** The thread's stack pointer. */
  stack: bigint;
};

type Call = "read" | "poll" | "ppoll" | "select" | "epoll_wait" | "epoll_pwait2";

/** System call numbers that can wait for a terminal. */
const calls: Readonly<Record<string, Readonly<Record<number, Call>>>> = {
  x64: {
    0: "read",
    7: "poll",
    19: "read", // readv
    23: "select",
    232: "epoll_wait",
    270: "select", // pselect6
    271: "ppoll",
    281: "epoll_wait", // epoll_pwait
    441: "epoll_pwait2",
  },
  arm64: {
    22: "epoll_wait", // epoll_pwait
    63: "read",
    65: "read", // readv
    72: "select", // pselect6
    73: "ppoll",
    441: "epoll_pwait2",
  },
};

/** `/proc/PID/task/TID/syscall`. Null when the thread runs or waits for something else. */
export function parseSyscall(text: string, arch: string): Blocked | null {
  const [number, ...rest] = text.split(" ");
  const call = calls[arch]?.[Number(number)];
  if (call === undefined || !isUserThread(rest)) return null;
  const args = rest.map((word) => BigInt(word));
  const [first = 0n, second = 0n, third = 0n, fourth = 0n, fifth = 0n] = args;
  switch (call) {
    case "read":
      return { on: "read", fd: Number(first) };
    case "poll":
      return { on: "poll", address: first, count: Number(second), timed: int32(third) >= 0 };
    case "ppoll":
      return { on: "poll", address: first, count: Number(second), timed: third !== 0n };
    case "select":
      return { on: "select", address: second, count: int32(first), timed: fifth !== 0n };
    case "epoll_wait":
    case "epoll_pwait2": {
      const timed = call === "epoll_wait" ? int32(fourth) >= 0 : fourth !== 0n;
      const poller = { call, events: second, stack: args[6] ?? 0n };
      return { on: "epoll", fd: Number(first), timed, poller };
    }
  }
}

/**
 * Where in its program a blocked thread waits: its call, for a read also of what and how much, its stack pointer and
 * its instruction. A buffer may lie elsewhere each time.
 */
export function parseSite(text: string, { on }: Blocked): string {
  const words = text.trim().split(" ");
  const asked = on === "read" ? [words[1], words[3]] : [];
  return [words[0], ...asked, ...words.slice(-2)].join(" ");
}

/** The kernel's own threads have no stack of a user's, and zeros all over. */
function isUserThread(words: readonly string[]): boolean {
  return words.length >= 6 && words[6] !== "0x0";
}

/**
 * What a thread does that waits for no terminal: it may wake by itself and go on. `rests`: so may this one, but so do
 * threads that belong to a language and not to the program.
 */
export type Activity = "runs" | "sleeps" | "awaits" | "awaits child" | "io_uring" | "rests";

const activities: Readonly<Record<string, Readonly<Record<number, Activity>>>> = {
  x64: {
    35: "sleeps", // nanosleep
    42: "awaits", // connect
    45: "awaits", // recvfrom
    47: "awaits", // recvmsg
    61: "awaits child", // wait4
    230: "sleeps", // clock_nanosleep
    247: "awaits child", // waitid
    426: "io_uring",
  },
  arm64: {
    95: "awaits child", // waitid
    101: "sleeps", // nanosleep
    115: "sleeps", // clock_nanosleep
    203: "awaits", // connect
    207: "awaits", // recvfrom
    212: "awaits", // recvmsg
    260: "awaits child", // wait4
    426: "io_uring",
  },
};

/** `/proc/PID/task/TID/syscall` again. Null for a thread that waits for another one, or in a way that says nothing. */
export function parseActivity(text: string, arch: string): Activity | null {
  if (text.startsWith("running")) return "runs";
  return activities[arch]?.[Number(text.slice(0, text.indexOf(" ")))] ?? null;
}

/** Waits that only another thread of the program ends, or a signal; for a time only where this argument is not zero. */
const idles: Readonly<Record<string, Readonly<Record<number, number | "no time-out">>>> = {
  x64: {
    34: "no time-out", // pause
    128: 2, // rt_sigtimedwait
    130: "no time-out", // rt_sigsuspend
    202: 3, // futex
  },
  arm64: {
    98: 3, // futex
    133: "no time-out", // rt_sigsuspend
    137: 2, // rt_sigtimedwait
  },
};

/** `/proc/PID/task/TID/syscall` once more: whether it does nothing until another thread of its program wakes it up. */
export function isIdle(text: string, arch: string): boolean {
  const [number, ...args] = text.trim().split(" ");
  const timeOut = idles[arch]?.[Number(number)];
  if (timeOut === undefined || !isUserThread(args)) return false;
  return timeOut === "no time-out" || Number(args[timeOut]) === 0;
}

/** When a wait ends by itself: after milliseconds, or after the seconds and parts of one that lie in memory. */
export type TimeOut = number | { at: bigint; perSecond: number };

type TimeOutArgument = { argument: number; perSecond?: number; operations?: readonly number[] };

const nanoseconds = 1e9;
/** Of FUTEX_WAIT: the others are given the time of day at which they end. */
const relative = [0];
const timeOuts: Readonly<Record<string, Readonly<Record<number, TimeOutArgument>>>> = {
  x64: {
    7: { argument: 2 }, // poll
    23: { argument: 4, perSecond: 1e6 }, // select
    202: { argument: 3, perSecond: nanoseconds, operations: relative }, // futex
    232: { argument: 3 }, // epoll_wait
    270: { argument: 4, perSecond: nanoseconds }, // pselect6
    271: { argument: 2, perSecond: nanoseconds }, // ppoll
    281: { argument: 3 }, // epoll_pwait
    441: { argument: 3, perSecond: nanoseconds }, // epoll_pwait2
  },
  arm64: {
    22: { argument: 3 }, // epoll_pwait
    72: { argument: 4, perSecond: nanoseconds }, // pselect6
    73: { argument: 2, perSecond: nanoseconds }, // ppoll
    98: { argument: 3, perSecond: nanoseconds, operations: relative }, // futex
    441: { argument: 3, perSecond: nanoseconds }, // epoll_pwait2
  },
};

/** FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME do not matter. */
const operationMask = 0x7f;

/** The time-out of a wait, in the same text; null where it has none, or none that is known. */
export function timeOutOf(text: string, arch: string): TimeOut | null {
  const [number, ...args] = text.trim().split(" ");
  const known = timeOuts[arch]?.[Number(number)];
  const value = BigInt(args[known?.argument ?? 0] ?? 0);
  if (known === undefined) return null;
  const { perSecond, operations } = known;
  if (operations?.includes(Number(args[1]) & operationMask) === false) return null;
  if (perSecond === undefined) return int32(value) < 0 ? null : int32(value);
  return value === 0n ? null : { at: value, perSecond };
}

const writes: Readonly<Record<string, readonly string[]>> = {
  x64: ["1", "20"],
  arm64: ["64", "66"],
};

/** It waits in write or writev, for whoever reads what it writes. */
export function isWriting(text: string, arch: string): boolean {
  return writes[arch]?.includes(text.slice(0, text.indexOf(" "))) === true;
}

/** `/proc/PID/task/TID/io` or `/proc/PID/io`: how many bytes it has ever written, to anywhere. Null when it is not of that form. */
export function parseWritten(text: string): number | null {
  const bytes = /^wchar: (\d+)$/m.exec(text)?.[1];
  return bytes === undefined ? null : Number(bytes);
}

/** The upper half of the register is not part of an `int` argument and may hold anything. */
function int32(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

/** POLLIN, POLLPRI and POLLRDNORM: the same values for poll and epoll. */
const readEvents = 0x1 | 0x2 | 0x40;

/** Descriptors that an array of `struct pollfd` waits to read from. */
export function pollReadFds(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fds: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const fd = view.getInt32(at, true);
    // A negative descriptor is one that the program wants skipped.
    if (fd >= 0 && (view.getUint16(at + 4, true) & readEvents) !== 0) fds.push(fd);
  }
  return fds;
}

/** Members of an `fd_set`, whose bits are little-endian words on both architectures. */
export function selectReadFds(bytes: Uint8Array, count: number): number[] {
  const fds: number[] = [];
  for (let fd = 0; fd < count; fd += 1) {
    if (((bytes[fd >> 3] ?? 0) >> (fd & 7)) & 1) fds.push(fd);
  }
  return fds;
}

/** Descriptors that an epoll instance waits to read from: the `tfd` lines of its `/proc/PID/fdinfo/N`. */
export function epollReadFds(text: string): number[] {
  const fds: number[] = [];
  for (const [, fd, events] of text.matchAll(/^tfd:\s*(\d+) events:\s*([0-9a-f]+)/gm)) {
    if ((Number.parseInt(events ?? "0", 16) & readEvents) !== 0) fds.push(Number(fd));
  }
  return fds;
}

/** `/proc/PID/task/TID/status`: the thread's name, and how often it has gone to sleep of itself. */
export function parseStatus(text: string): { comm: string; sleeps: number; threads: number } {
  const comm = /^Name:\t(.*)$/m.exec(text)?.[1] ?? "";
  const sleeps = Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(text)?.[1] ?? 0);
  const threads = Number(/^Threads:\t(\d+)$/m.exec(text)?.[1] ?? 0);
  return { comm, sleeps, threads };
}
