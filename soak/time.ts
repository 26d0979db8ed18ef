/** Simulated time: events in the order of their moments, and processes whose timers die with them. */
import { drainMicrotasks } from "bun:jsc";
import type { Clock, Timer } from "../runtime/clock.ts";
import type { Chance } from "./chance.ts";

type Due = { atMs: number; order: number; call: (() => void) | null };

/** Wall time at the beginning of every world, in milliseconds UTC. */
export const worldBeganAt = 1_790_000_000_000;

export class Time {
  nowMs = 0;
  /** Events that came to pass. */
  passed = 0;
  #order = 0;
  #heap: Due[] = [];
  /** Of those in the heap. */
  #cancelled = 0;

  at(atMs: number, call: () => void): Timer {
    const due: Due = { atMs: Math.max(atMs, this.nowMs), order: this.#order, call };
    this.#order += 1;
    this.#push(due);
    return {
      cancel: () => {
        if (due.call === null) return;
        due.call = null;
        this.#cancelled += 1;
        if (this.#cancelled > this.#heap.length / 2) this.#sweep();
      },
    };
  }

  /** What was cancelled is not kept until its time would have come. */
  #sweep(): void {
    const left = this.#heap.filter(({ call }) => call !== null);
    this.#heap = [];
    this.#cancelled = 0;
    for (const due of left) this.#push(due);
  }

  after(ms: number, call: () => void): Timer {
    return this.at(this.nowMs + ms, call);
  }

  /** Lets everything happen that falls due until then. */
  runUntil(untilMs: number): void {
    for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
      if (next.atMs > untilMs) break;
      this.#pop();
      const { call } = next;
      if (call === null) {
        this.#cancelled -= 1;
        continue;
      }
      next.call = null;
      this.nowMs = next.atMs;
      this.passed += 1;
      call();
      // What was promised is kept before the next event, as an event loop does.
      drainMicrotasks();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(due, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Timers of one process: they come a little late, as on a real machine, and not at all once it is dead. */
export class ProcessClock implements Clock {
  isAlive = true;
  /** Timers that have been set and have neither come nor been cancelled. */
  pending = 0;
  readonly #time: Time;
  readonly #chance: Chance;
  readonly #wallOffsetMs: () => number;

  constructor(time: Time, chance: Chance, wallOffsetMs: () => number) {
    this.#time = time;
    this.#chance = chance;
    this.#wallOffsetMs = wallOffsetMs;
  }

  now(): number {
    return worldBeganAt + Math.floor(this.#time.nowMs + this.#wallOffsetMs());
  }

  monotonicMs(): number {
    return this.#time.nowMs;
  }

  after(ms: number, call: () => void): Timer {
    return this.#set(Math.max(0, ms) + this.#chance.fraction(), call);
  }

  soon(ms: number, call: () => void): Timer {
    return this.#set(Math.max(0, ms) + this.#chance.fraction() / 50, call);
  }

  #set(ms: number, call: () => void): Timer {
    this.pending += 1;
    let isSet = true;
    const over = (): void => {
      if (isSet) this.pending -= 1;
      isSet = false;
    };
    const timer = this.#time.after(ms, () => {
      over();
      if (this.isAlive) call();
    });
    return {
      cancel: () => {
        over();
        timer.cancel();
      },
    };
  }
}
