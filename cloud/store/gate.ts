/** So many at once, so many waiting, and the rest is refused: nobody waits without an end. */

export class Crowded extends Error {
  override readonly name = "Crowded";
}

export class Gate {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  #active = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnceMax: number, waitingMax: number) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Throws `Crowded` at once when too many wait already. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= this.#atOnceMax) {
      if (this.#waiting.length >= this.#waitingMax) throw new Crowded("too many are waiting");
      // Whoever leaves hands its place over, so `active` does not change in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#active += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#active -= 1;
      else next();
    }
  }
}

/** A gate for each name, as long as somebody is at it: what one may take of what all share. */
export class Shares {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  readonly #gates = new Map<string, Gate>();

  constructor(atOnceMax: number, waitingMax: number) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
  }

  get waiting(): number {
    return [...this.#gates.values()].reduce((sum, gate) => sum + gate.waiting, 0);
  }

  /** Throws `Crowded` at once when too many of that name wait already. */
  async through<T>(name: string, work: () => Promise<T>): Promise<T> {
    const gate = this.#gates.get(name) ?? new Gate(this.#atOnceMax, this.#waitingMax);
    this.#gates.set(name, gate);
    try {
      return await gate.through(work);
    } finally {
      if (gate.active === 0) this.#gates.delete(name);
    }
  }
}
