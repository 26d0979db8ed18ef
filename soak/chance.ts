/** Chance from a seed: everything that a simulated world leaves to luck is drawn here, and is the same each time. */
import type { Random } from "../runtime/random.ts";

const wordRange = 2 ** 32;

export class Chance implements Random {
  #state: number;
  readonly #now: () => number;

  /** `now`: for identifiers that begin with the time. */
  constructor(seed: number, now: () => number = () => 0) {
    this.#state = seed | 0;
    this.#now = now;
    // Neighbouring seeds begin alike; a few steps later they have nothing in common.
    for (let step = 0; step < 4; step += 1) this.#word();
  }

  /** One of its own for a part of the world: what that draws changes nothing for the others. */
  fork(now = this.#now): Chance {
    return new Chance(this.#word(), now);
  }

  /** From 0 up to, and never, 1. */
  fraction(): number {
    return this.#word() / wordRange;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  /** True this often. */
  sometimes(share: number): boolean {
    return this.fraction() < share;
  }

  one<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#word() & 0xff);
  }

  uuidv7(): string {
    const time = Math.floor(this.#now()).toString(16).padStart(12, "0").slice(-12);
    const hex = this.bytes(10).toHex();
    const variant = ((this.#word() & 0x3) | 0x8).toString(16);
    const [a, b, c] = [hex.slice(0, 3), hex.slice(3, 6), hex.slice(6, 18)];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${variant}${b}-${c}`;
  }

  /** Mulberry32: small, and good enough for choosing. */
  #word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
