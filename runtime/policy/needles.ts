/** Many short texts looked for in one pass over a long one (Aho and Corasick 1975). Pure but for its notes of the last search. */

/** Needles beyond so many states are not looked for: 12 MB of table is enough. */
const statesMax = 1 << 16;
const ascii = 128;

export type Needles = {
  /** Forgets what was found. */
  clear(): void;
  /** Notes every needle that stands in the text. */
  search(text: string): void;
  /** Whether this needle was found. */
  readonly has: (needle: number) => boolean;
  /** Number of each needle found since it was cleared, once, in no order; `count` of them. */
  readonly found: Uint32Array;
  count(): number;
};

/** Adds needles one by one; each gets a number, which equal ones share. */
export class NeedleSet {
  readonly #numbers = new Map<string, number>();
  readonly #children: Map<number, number>[] = [new Map()];
  readonly #ends: number[] = [-1];

  /** `needle`: ASCII, not empty. Null: it is one too many, and nothing can be said of it. */
  add(needle: string): number | null {
    const known = this.#numbers.get(needle);
    if (known !== undefined) return known;
    if (this.#children.length + needle.length > statesMax) return null;
    let state = 0;
    for (let at = 0; at < needle.length; at += 1) {
      state = this.#step(state, needle.charCodeAt(at));
    }
    const number = this.#numbers.size;
    this.#numbers.set(needle, number);
    this.#ends[state] = number;
    return number;
  }

  #step(from: number, code: number): number {
    const children = this.#children[from] ?? new Map<number, number>();
    const known = children.get(code);
    if (known !== undefined) return known;
    const next = this.#children.length;
    children.set(code, next);
    this.#children.push(new Map());
    this.#ends.push(-1);
    return next;
  }

  /** The set as it is now, ready for searching. */
  build(): Needles {
    return searcher(buildTable(this.#children, this.#ends), this.#numbers.size);
  }
}

type Table = {
  /** The class of each ASCII character; 0 is every other one, which no needle holds. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  /** The state after each state and class. */
  readonly next: Uint16Array;
  /** The needle that ends at a state; -1: none. */
  readonly ends: Int32Array;
  /** The longest shorter end of a state at which a needle ends as well; 0: none. */
  readonly shorter: Uint16Array;
};

function buildTable(children: readonly Map<number, number>[], ends: readonly number[]): Table {
  const classOf = new Uint8Array(ascii);
  let classes = 1;
  for (const code of new Set(children.flatMap((map) => [...map.keys()]))) {
    classOf[code] = classes;
    classes += 1;
  }
  const next = new Uint16Array(children.length * classes);
  const fallback = new Uint16Array(children.length);
  const shorter = new Uint16Array(children.length);
  const at = (table: Uint16Array, index: number): number => table[index] ?? 0;
  // Breadth first: a state's fallback is nearer to the root, and so is finished before it.
  const queue = [0];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const back = at(fallback, state);
    shorter[state] = state === 0 || ends[back] !== -1 ? back : at(shorter, back);
    if (state !== 0) {
      next.copyWithin(state * classes, back * classes, (back + 1) * classes);
    }
    for (const [code, child] of children[state] ?? []) {
      const place = state * classes + at8(classOf, code);
      fallback[child] = state === 0 ? 0 : at(next, place);
      next[place] = child;
      queue.push(child);
    }
  }
  return { classOf, classes, next, ends: Int32Array.from(ends), shorter };
}

const at8 = (table: Uint8Array, index: number): number => table[index] ?? 0;

function searcher({ classOf, classes, next, ends, shorter }: Table, size: number): Needles {
  /** The round in which each needle was last found: clearing is a new round. */
  const rounds = new Float64Array(size);
  const found = new Uint32Array(size);
  let round = 1;
  let count = 0;
  const note = (needle: number): void => {
    if (rounds[needle] === round) return;
    rounds[needle] = round;
    found[count] = needle;
    count += 1;
  };
  return {
    found,
    count: () => count,
    has: (needle) => rounds[needle] === round,
    clear() {
      round += 1;
      count = 0;
    },
    search(text) {
      let state = 0;
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        state = code < ascii ? (next[state * classes + at8(classOf, code)] ?? 0) : 0;
        for (let end = state; end !== 0; end = shorter[end] ?? 0) {
          const needle = ends[end] ?? -1;
          if (needle >= 0) note(needle);
        }
      }
    },
  };
}
