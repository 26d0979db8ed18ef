/** Chance that comes again: numbers drawn from a seed, the same for everybody who has it. */

export interface Chance {
  /** From 0 up to `below`, whole. */
  below(count: number): number;
  /** How often in a hundred. */
  percent(of: number): boolean;
  pick<T>(from: readonly T[]): T;
  shuffled<T>(from: readonly T[]): T[];
  /** For somebody who draws at a pace of his own. */
  split(): Chance;
}

/** SplitMix32: a counter whose bits are mixed. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (count: number): number => Math.floor((next() / 2 ** 32) * count);
  return {
    below,
    percent: (of) => below(100) < of,
    pick(from) {
      const one = from[below(from.length)];
      if (one === undefined) throw new Error("there is nothing to pick from");
      return one;
    },
    shuffled(from) {
      const left = [...from];
      return from.map(() => left.splice(below(left.length), 1)).flat();
    },
    split: () => chanceOf(next()),
  };
}
