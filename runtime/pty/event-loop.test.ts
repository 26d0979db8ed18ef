/** Proves on made-up memory what is read of an event loop, and that other memory is none. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bunErrands, LoopFinder } from "./event-loop.ts";
import type { ReadMemory } from "./proc-files.ts";

const stack = 0x7000_0000_0000n;
const loopAt = 0x5000_0000_0000n;
const handlesAt = 0x5000_0001_0000n;
const epollFd = 14;

type Handle = { type: number; flags: number };
const [active, kept] = [4, 4 | 8];

/** A stack that names a libuv loop with these handles. */
function memory(handles: readonly Handle[], requests = 0): ReadMemory {
  const bytes = new Map<bigint, Uint8Array>();
  const put = (at: bigint, length: number, fill: (view: DataView) => void): void => {
    const block = new Uint8Array(length);
    fill(new DataView(block.buffer));
    bytes.set(at, block);
  };
  put(stack, 24_576, (view) => view.setBigUint64(15_000, loopAt, true));
  const queueOf = (index: number): bigint =>
    index < handles.length ? handlesAt + BigInt(index) * 256n + 32n : loopAt + 16n;
  put(loopAt, 72, (view) => {
    view.setUint32(8, handles.filter(({ flags }) => flags === kept).length, true);
    view.setBigUint64(16, queueOf(0), true);
    view.setUint32(32, requests, true);
    view.setInt32(64, epollFd, true);
  });
  if (handles.length === 0) put(loopAt + 24n, 8, (v) => v.setBigUint64(0, loopAt + 16n, true));
  handles.forEach(({ type, flags }, index) => {
    put(handlesAt + BigInt(index) * 256n, 96, (view) => {
      view.setBigUint64(8, loopAt, true);
      view.setUint32(16, type, true);
      view.setBigUint64(32, queueOf(index + 1), true);
      view.setBigUint64(40, index === 0 ? loopAt + 16n : queueOf(index - 1), true);
      view.setUint32(88, flags, true);
    });
  });
  return (address, length) => {
    for (const [at, block] of bytes) {
      const from = Number(address - at);
      if (from >= 0 && from + length <= block.length) return block.slice(from, from + length);
    }
    return null;
  };
}

const find = (read: ReadMemory): unknown =>
  new LoopFinder().libuv(read, { pid: 1, epollFd, stack });

describe("a libuv loop", () => {
  test("of a terminal alone has no errands", () => {
    expect(find(memory([{ type: 14, flags: kept }]))).toEqual([]);
  });

  test("is not kept by what is active without keeping it alive", () => {
    const handles = [13, 16, 10].map((type) => ({ type, flags: active }));
    expect(find(memory([{ type: 14, flags: kept }, ...handles]))).toEqual([]);
  });

  test("is kept by timers, children, connections, files and what is not known", () => {
    for (const [type, errand] of [
      [13, "timer"],
      [10, "child"],
      [12, "socket"],
      [7, "pipe"],
      [3, "files"],
      [99, "other"],
    ] as const) {
      const handles = [14, type].map((one) => ({ type: one, flags: kept }));
      expect(find(memory(handles))).toEqual([errand]);
    }
  });

  test("is kept by work of its threads", () => {
    expect(find(memory([{ type: 14, flags: kept }], 1))).toEqual(["request"]);
  });

  test("is none when its descriptor is another one", () => {
    const read = memory([{ type: 14, flags: kept }]);
    expect(new LoopFinder().libuv(read, { pid: 1, epollFd: 15, stack })).toBeNull();
  });

  test("is searched for in vain a few times only", () => {
    let reads = 0;
    const read: ReadMemory = (address, length) => {
      reads += 1;
      return address === stack ? new Uint8Array(length) : null;
    };
    const finder = new LoopFinder();
    for (let i = 0; i < 10; i += 1) finder.libuv(read, { pid: 1, epollFd, stack });
    const before = reads;
    expect(finder.libuv(read, { pid: 1, epollFd, stack })).toBeNull();
    expect(reads).toBe(before);
  });
});

test("any memory is read without an end that does not come", () => {
  const filler = fc.uint8Array({ minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(filler, fc.boolean(), (pattern, whole) => {
      const read: ReadMemory = (address, length) =>
        whole || address % 3n === 0n
          ? Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length] ?? 0)
          : null;
      find(read);
      bunErrands(read, { epollFd, events: 4_096n });
    }),
    { numRuns: 40 },
  );
});

test("Bun's loop counts what is active besides the terminal", () => {
  const at = (polls: number, fd: number, count: number): ReadMemory => {
    const words = Int32Array.of(polls, 0, 3, fd, count, 0);
    return () => new Uint8Array(words.buffer);
  };
  expect(bunErrands(at(2, 3, 1), { epollFd: 3, events: 99n })).toEqual([]);
  expect(bunErrands(at(3, 3, 2), { epollFd: 3, events: 99n })).toEqual(["other"]);
  expect(bunErrands(at(2, 4, 1), { epollFd: 3, events: 99n })).toBeNull();
  expect(bunErrands(() => null, { epollFd: 3, events: 99n })).toBeNull();
});
