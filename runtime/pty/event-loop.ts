/** Reads what keeps a program's event loop going out of its memory: libuv's (Node and others) and Bun's. Pure. */
import type { Errand } from "./kernel-wait.ts";
import type { ReadMemory } from "./proc-files.ts";

/** What an event loop waits for besides terminals; null where no loop of a known form was found. */
export type LoopErrands = readonly Errand[] | null;

/** Offsets in bytes of `uv_loop_t`, the same in every libuv 1 of a 64-bit Unix: its fields are public. */
const loop = { bytes: 72, activeHandles: 8, queue: 16, requests: 32, backend: 64 } as const;
/** The same of `uv_handle_t`; `queue` links it into its loop's list. */
const handle = { bytes: 96, loop: 8, type: 16, queue: 32, flags: 88 } as const;
const handleFlags = { active: 4, referenced: 8 } as const;

/** `uv_handle_type` as what it means for us; terminals are what is waited for. */
const handleTypes: Readonly<Record<number, Errand | "terminal">> = {
  3: "files",
  4: "files",
  7: "pipe",
  10: "child",
  12: "socket",
  13: "timer",
  14: "terminal",
  15: "socket",
};

/** The loop's address stands in the frames of its poll, above an array of 1,024 events. */
const stackBytes = 24_576;
const eventsBytes = 12_288;
const handlesMax = 512;
/** More handles than this are not those of a loop. */
const countMax = 1_000_000;

const searchesMax = 3;
const rememberedMax = 64;

/** Where the loop of an epoll descriptor was found last, by process and descriptor. */
export class LoopFinder {
  private readonly known = new Map<string, bigint>();
  /** How often one was searched for in vain: another kind of loop, and the search is dear. */
  private readonly failures = new Map<string, number>();

  /** `stack`: the stack pointer of the thread that waits in `epollFd`. */
  libuv(read: ReadMemory, at: { pid: number; epollFd: number; stack: bigint }): LoopErrands {
    const key = `${at.pid}:${at.epollFd}`;
    const known = this.known.get(key);
    if (known !== undefined && isLoop(read, known, at.epollFd)) return libuvErrands(read, known);
    this.known.delete(key);
    const failures = this.failures.get(key) ?? 0;
    if (failures >= searchesMax) return null;
    const address = findLoop(read, at.stack, at.epollFd);
    if (address === null) {
      remember(this.failures, key, failures + 1);
      return null;
    }
    remember(this.known, key, address);
    return libuvErrands(read, address);
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= rememberedMax) map.clear();
  map.set(key, value);
}

function findLoop(read: ReadMemory, stack: bigint, epollFd: number): bigint | null {
  const bytes = stackOf(read, stack);
  if (bytes === null) return null;
  const seen = new Set<bigint>();
  const words = bytes.length >> 3;
  const view = viewOf(bytes);
  for (let step = 0; step < words; step += 1) {
    // What lies behind the events first: most often it is there.
    const at = ((step + (eventsBytes >> 3)) % words) * 8;
    const address = view.getBigUint64(at, true);
    if (seen.has(address) || (address & 7n) !== 0n || address < 0x1000n) continue;
    seen.add(address);
    if (isLoop(read, address, epollFd)) return address;
  }
  return null;
}

/** Less than all of it near the stack's end. */
function stackOf(read: ReadMemory, stack: bigint): Uint8Array | null {
  for (let length = stackBytes; length >= 4_096; length -= 4_096) {
    const bytes = read(stack, length);
    if (bytes !== null) return bytes;
  }
  return null;
}

/** Its descriptor is the awaited one, and its list of handles leads back to it. */
function isLoop(read: ReadMemory, address: bigint, epollFd: number): boolean {
  const bytes = read(address, loop.bytes);
  if (bytes === null) return false;
  const view = viewOf(bytes);
  if (view.getInt32(loop.backend, true) !== epollFd) return false;
  if (view.getUint32(loop.activeHandles, true) > countMax) return false;
  const back = read(view.getBigUint64(loop.queue, true) + 8n, 8);
  return back !== null && viewOf(back).getBigUint64(0, true) === address + BigInt(loop.queue);
}

/** What is active and keeps the loop alive: a timer of the engine's own, say, is active but does not. */
function libuvErrands(read: ReadMemory, address: bigint): LoopErrands {
  const bytes = read(address, loop.bytes);
  if (bytes === null) return null;
  const errands = new Set<Errand>();
  const view = viewOf(bytes);
  if (view.getUint32(loop.requests, true) > 0) errands.add("request");
  const head = address + BigInt(loop.queue);
  let left = view.getUint32(loop.activeHandles, true);
  let at = view.getBigUint64(loop.queue, true);
  for (let count = 0; at !== head && left > 0; count += 1) {
    const one = count < handlesMax ? read(at - BigInt(handle.queue), handle.bytes) : null;
    if (one === null) return null;
    const seen = viewOf(one);
    if (seen.getBigUint64(handle.loop, true) !== address) return null;
    const both = handleFlags.active | handleFlags.referenced;
    if ((seen.getUint32(handle.flags, true) & both) === both) {
      left -= 1;
      const errand = handleTypes[seen.getUint32(handle.type, true)] ?? "other";
      if (errand !== "terminal") errands.add(errand);
    }
    at = seen.getBigUint64(handle.queue, true);
  }
  if (left > 0) errands.add("other");
  return [...errands];
}

/** Bun's loop: the counts stand right before the events that its `epoll_pwait2` fills. */
const bun = { bytes: 24, polls: 0, fd: 12, active: 16 } as const;

/** `events`: where the awaited events are put. Timers, children and the like count as active, one besides the terminal. */
export function bunErrands(
  read: ReadMemory,
  { epollFd, events }: { epollFd: number; events: bigint },
): LoopErrands {
  const bytes = read(events - BigInt(bun.bytes), bun.bytes);
  if (bytes === null) return null;
  const view = viewOf(bytes);
  const [polls, active] = [view.getInt32(bun.polls, true), view.getUint32(bun.active, true)];
  const isLike = view.getInt32(bun.fd, true) === epollFd && polls > 0 && polls <= countMax;
  if (!isLike || active > countMax) return null;
  return active <= 1 ? [] : ["other"];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
