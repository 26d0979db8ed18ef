/** Counts many things in bounded memory: what comes up seldom may be forgotten, and that is said. Pure. */

export type Counted<T> = { value: T; count: number };

export class Tally<T> {
  /** Something was forgotten: counts of what is left may be too low. */
  forgot = false;
  readonly #max: number;
  readonly #counts = new Map<string, Counted<T>>();

  /** Keeps at most `max` keys. */
  constructor(max: number) {
    this.#max = max;
  }

  add(key: string, value: T): Counted<T> {
    const found = this.#counts.get(key);
    if (found !== undefined) {
      found.count += 1;
      return found;
    }
    if (this.#counts.size >= this.#max) this.#forgetHalf();
    const counted = { value, count: 1 };
    this.#counts.set(key, counted);
    return counted;
  }

  get(key: string): Counted<T> | undefined {
    return this.#counts.get(key);
  }

  /** The most frequent first; of equals, the one that came first. */
  sorted(): Counted<T>[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }

  #forgetHalf(): void {
    this.forgot = true;
    const all = [...this.#counts].toSorted(([, a], [, b]) => a.count - b.count);
    for (const [key] of all.slice(0, Math.ceil(all.length / 2))) this.#counts.delete(key);
  }
}
