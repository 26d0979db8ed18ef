/** The Merkle tree (RFC 9162 §2.1) of very many entries, grown in place: the fast way to `grown` of the contracts. */
import type { Frontier } from "../../contracts/merkle.ts";
import { sha256Into } from "./sha256.ts";

const hashBytes = 32;

export class Growth {
  /** At each level the root of the full subtree that waits for one to its right; valid where `size` has that bit. */
  readonly #waiting: Uint8Array[] = [];
  readonly #leaf = new Uint8Array(1 + hashBytes);
  readonly #node = new Uint8Array(1 + 2 * hashBytes);
  readonly #left = this.#node.subarray(1, 1 + hashBytes);
  readonly #right = this.#node.subarray(1 + hashBytes);
  #size = 0;

  constructor() {
    // RFC 9162 §2.1.1: 0 before a leaf, 1 before two subtrees.
    this.#node[0] = 1;
  }

  get size(): number {
    return this.#size;
  }

  /** `entryHash`: its 32 bytes. */
  add(entryHash: Uint8Array): void {
    this.#leaf.set(entryHash, 1);
    sha256Into(this.#leaf, this.#right);
    let level = 0;
    let rest = this.#size;
    for (; rest % 2 === 1; rest = (rest - 1) / 2) {
      this.#left.set(this.#at(level));
      sha256Into(this.#node, this.#right);
      level += 1;
    }
    this.#at(level).set(this.#right);
    this.#size += 1;
  }

  /** Goes on from another tree. */
  restart({ size, roots }: Frontier): void {
    this.#size = size;
    const rest = roots.toReversed();
    let level = 0;
    for (let left = size; left > 0; left = Math.floor(left / 2)) {
      const root = left % 2 === 1 ? rest.shift() : undefined;
      if (root !== undefined) this.#at(level).set(root);
      level += 1;
    }
  }

  frontier(): Frontier {
    const roots: Uint8Array[] = [];
    let level = 0;
    for (let rest = this.#size; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) roots.push(this.#at(level).slice());
      level += 1;
    }
    return { size: this.#size, roots: roots.toReversed() };
  }

  #at(level: number): Uint8Array {
    const known = this.#waiting[level];
    if (known !== undefined) return known;
    const made = new Uint8Array(hashBytes);
    this.#waiting[level] = made;
    return made;
  }
}
