/** Proves the reading of `/proc` texts and of the tables in a process's memory. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import {
  epollReadFds,
  isIdle,
  isWriting,
  parseActivity,
  parseSite,
  parseStat,
  parseStatus,
  parseSyscall,
  parseWritten,
  pollReadFds,
  selectReadFds,
  timeOutOf,
} from "./kernel-text.ts";

const address = 0x7ffd12345678n;

function call(number: number, ...args: (number | bigint)[]): string {
  const six = [...args, ...Array(6 - args.length).fill(0)];
  return `${number} ${six.map((arg) => `0x${arg.toString(16)}`).join(" ")} 0x7ffd1 0x7f001\n`;
}

describe("stat", () => {
  test("a program's name may contain spaces and parentheses", () => {
    expect(parseStat("8032 (a ) S (b) S 8027 8030 8027 34817 8031 4194304 95")).toEqual({
      state: "S",
      parent: 8027,
      group: 8030,
      session: 8027,
      ttyPath: "/dev/pts/1",
      foregroundGroup: 8031,
      threads: 0,
      started: 0,
    });
  });

  test("threads and the time of its start are told by a kernel's line, whole", () => {
    const line = "6993 (x) S 6809 6809 6809 34816 6809 4194304 104 0 0 0 3 1 0 0 20 0 11 0 2982318";
    expect(parseStat(line)).toMatchObject({ threads: 11, started: 2_982_318 });
    expect(parseStat(readFileSync("/proc/self/stat", "latin1"))?.threads).toBeGreaterThan(0);
  });

  test("terminals above 255 and above the first major are named rightly", () => {
    // Linux new_encode_dev: minor 300 of major 136, and minor 5 of major 137.
    const stat = (device: number) => parseStat(`1 (x) S 1 1 1 ${device} 1`)?.ttyPath;
    expect(stat((136 << 8) | (300 & 0xff) | ((300 & ~0xff) << 12))).toBe("/dev/pts/300");
    expect(stat((137 << 8) | 5)).toBe("/dev/pts/261");
  });

  test("without a pseudo-terminal there is none", () => {
    expect(parseStat("1 (x) S 1 1 1 0 -1 0")?.ttyPath).toBeNull();
    expect(parseStat("1 (x) S 1 1 1 1025 1 0")?.ttyPath).toBeNull(); // tty1
    expect(parseStat("")).toBeNull();
    expect(parseStat("1 (x) S a b c d")).toBeNull();
  });
});

describe("syscall", () => {
  test("a running thread and one that waits otherwise wait for no terminal", () => {
    expect(parseSyscall("running\n", "x64")).toBeNull();
    expect(parseSyscall("-1 0x7ffd1 0x7f001\n", "x64")).toBeNull();
    expect(parseSyscall(call(202, address), "x64")).toBeNull(); // futex
    expect(parseSyscall(call(0, 0), "riscv64")).toBeNull();
  });

  test("the kernel's own threads read nothing", () => {
    expect(parseSyscall(`0${" 0x0".repeat(8)}\n`, "x64")).toBeNull();
  });

  test("read and readv name their descriptor", () => {
    for (const [arch, numbers] of [
      ["x64", [0, 19]],
      ["arm64", [63, 65]],
    ] as const) {
      for (const number of numbers) {
        expect(parseSyscall(call(number, 5, address, 1), arch)).toEqual({ on: "read", fd: 5 });
      }
    }
  });

  test("the place of a read is told by what it reads, not by where that is put", () => {
    const site = (text: string) => parseSite(text, { on: "read", fd: 0 });
    const here = site(call(0, 0, address, 1));
    expect(site(call(0, 0, address + 64n, 1))).toBe(here);
    expect(site(call(0, 0, address, 9))).not.toBe(here);
    expect(site(call(0, 3, address, 1))).not.toBe(here);
    expect(site(call(0, 0, address, 1).replace("0x7f001", "0x7f002"))).not.toBe(here);
    expect(site(call(0, 0, address, 1).replace("0x7ffd1 ", "0x7ffd2 "))).not.toBe(here);
  });

  test("poll's time-out is a signed int, whatever the upper half of the register holds", () => {
    const poll = (timeout: bigint) => parseSyscall(call(7, address, 3, timeout), "x64");
    expect(poll(0xffffffffn)).toEqual({ on: "poll", address, count: 3, timed: false });
    expect(poll(0xffffffffffffffffn)).toMatchObject({ timed: false });
    expect(poll(0xabcd00000064n)).toMatchObject({ timed: true });
  });

  test("ppoll and the selects are timed when they point to a time", () => {
    expect(parseSyscall(call(271, address, 1), "x64")).toMatchObject({ on: "poll", timed: false });
    expect(parseSyscall(call(73, address, 1, 9n), "arm64")).toMatchObject({ timed: true });
    const untimed = { on: "select", address, count: 4, timed: false };
    expect(parseSyscall(call(23, 4, address), "x64")).toEqual(untimed as never);
    expect(parseSyscall(call(270, 4, address, 0, 0, 9n), "x64")).toMatchObject({ timed: true });
    expect(parseSyscall(call(72, 4, address), "arm64")).toEqual(untimed as never);
  });

  test("the epoll calls name their instance", () => {
    for (const number of [232, 281]) {
      const wait = (timeout: bigint) => parseSyscall(call(number, 4, address, 64, timeout), "x64");
      const poller = { call: "epoll_wait", events: address, stack: 0x7ffd1n } as const;
      expect(wait(0xffffffffn)).toEqual({ on: "epoll", fd: 4, timed: false, poller });
      expect(wait(100n)).toMatchObject({ timed: true });
    }
    expect(parseSyscall(call(22, 4, address, 64, 5n), "arm64")).toMatchObject({ timed: true });
    expect(parseSyscall(call(441, 4, address, 64), "x64")).toMatchObject({ timed: false });
    expect(parseSyscall(call(441, 4, address, 64, 9n), "arm64")).toMatchObject({ timed: true });
  });
});

test("a thread that may go on by itself is told from one that waits for another", () => {
  expect(parseActivity("running\n", "x64")).toBe("runs");
  expect(parseActivity(call(230, 0), "x64")).toBe("sleeps");
  expect(parseActivity(call(47, 3), "x64")).toBe("awaits");
  expect(parseActivity(call(61, 0), "x64")).toBe("awaits child");
  expect(parseActivity(call(260, 0), "arm64")).toBe("awaits child");
  expect(parseActivity(call(426, 9), "x64")).toBe("io_uring");
  expect(parseActivity(call(202, 0), "x64")).toBeNull(); // futex
  expect(parseActivity("-1 0x7ffd1 0x7f001\n", "x64")).toBeNull();
});

test("idle is who waits without end for another thread, or for a signal", () => {
  for (const [arch, futex, signal] of [
    ["x64", 202, 128],
    ["arm64", 98, 137],
  ] as const) {
    expect(isIdle(call(futex, address, 0x189, 0, 0), arch)).toBe(true);
    expect(isIdle(call(futex, address, 0x189, 0, address), arch)).toBe(false);
    expect(isIdle(call(signal, address, 0, 0), arch)).toBe(true);
    expect(isIdle(call(signal, address, 0, address), arch)).toBe(false);
  }
  expect(isIdle(call(34), "x64")).toBe(true); // pause
  expect(isIdle("running\n", "x64")).toBe(false);
  expect(isIdle("-1 0x7ffd1 0x7f001\n", "x64")).toBe(false);
  expect(isIdle(call(230, 0), "x64")).toBe(false); // clock_nanosleep
  expect(isIdle(call(202, address), "riscv64")).toBe(false);
});

test("who writes is told from who reads", () => {
  expect(isWriting(call(1, 1), "x64")).toBe(true);
  expect(isWriting(call(66, 1), "arm64")).toBe(true);
  expect(isWriting(call(0, 1), "x64")).toBe(false);
  expect(isWriting("running\n", "x64")).toBe(false);
});

test("a time-out is told, or where in memory it stands", () => {
  expect(timeOutOf(call(7, address, 1, 1_500), "x64")).toBe(1_500);
  expect(timeOutOf(call(7, address, 1, 0xffffffffn), "x64")).toBeNull();
  expect(timeOutOf(call(281, 4, address, 64, 90_000), "x64")).toBe(90_000);
  expect(timeOutOf(call(270, 1, address, 0, 0, 9n), "x64")).toEqual({ at: 9n, perSecond: 1e9 });
  expect(timeOutOf(call(23, 1, address, 0, 0, 9n), "x64")).toEqual({ at: 9n, perSecond: 1e6 });
  expect(timeOutOf(call(73, address, 1, 9n), "arm64")).toEqual({ at: 9n, perSecond: 1e9 });
  expect(timeOutOf(call(73, address, 1), "arm64")).toBeNull();
  expect(timeOutOf("running\n", "x64")).toBeNull();
});

test("a futex's time-out is told where it is a span, not a time of day", () => {
  const futex = (operation: number) => timeOutOf(call(202, address, operation, 0, 9n), "x64");
  expect(futex(0x80)).toEqual({ at: 9n, perSecond: 1e9 });
  expect(futex(0x189)).toBeNull();
});

test("what was written is read off its line alone", () => {
  const text = "rchar: 6976\nwchar: 27\nsyscr: 10\nsyscw: 1\nread_bytes: 0\nwrite_bytes: 0\n";
  expect(parseWritten(text)).toBe(27);
  expect(parseWritten("")).toBeNull();
});

describe("what a call waits to read", () => {
  test("a pollfd that waits only to write, or is skipped, does not count", () => {
    const bytes = new Uint8Array(8 * 4 + 3);
    const view = new DataView(bytes.buffer);
    [
      [0, 1],
      [7, 4],
      [-1, 1],
      [300, 0x40],
    ].forEach(([fd = 0, events = 0], index) => {
      view.setInt32(index * 8, fd, true);
      view.setUint16(index * 8 + 4, events, true);
    });
    expect(pollReadFds(bytes)).toEqual([0, 300]);
  });

  test("an fd_set is read up to its count", () => {
    expect(selectReadFds(Uint8Array.of(0b1000_0001, 0b11), 9)).toEqual([0, 7, 8]);
    expect(selectReadFds(Uint8Array.of(1), 64)).toEqual([0]);
  });

  test("an epoll instance's interest is the readable part of its list", () => {
    const info = [
      "pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t1059",
      "tfd:        0 events:       19 data:                0  pos:0 ino:4 sdev:18",
      "tfd:       12 events: 80000004 data:                c  pos:0 ino:5 sdev:18",
      "tfd:       13 events: 40000001 data:                d  pos:0 ino:6 sdev:18\n",
    ].join("\n");
    expect(epollReadFds(info)).toEqual([0, 13]);
  });

  test("a thread's status gives its name and how often it slept", () => {
    const text =
      "Name:\tgit push\nState:\tS\nThreads:\t3\nvoluntary_ctxt_switches:\t42\nnonvoluntary_ctxt_switches:\t7\n";
    expect(parseStatus(text)).toEqual({ comm: "git push", sleeps: 42, threads: 3 });
  });
});
