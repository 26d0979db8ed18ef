/** A proof of many leaves of one tree at once: the roots of what lies between them, each only once (RFC 9162 trees). */
import { hashBytes, type Leaves, nodeHash, rootBetween, type Sha256, splitOf } from "./merkle.ts";

/** Whether one of the ascending places lies in [from, to). */
function isWanted(places: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return (places[low] ?? Number.POSITIVE_INFINITY) < to;
}

/**
 * Roots of the largest subtrees without any of the wanted leaves, from left to right. `places`: from 0, ascending, at least
 * one. Throws `RangeError` for what the leaves given do not reach.
 */
export function partProof(
  leaves: Leaves,
  { places, size }: { places: readonly number[]; size: number },
  sha256: Sha256,
): Uint8Array[] {
  const proof: Uint8Array[] = [];
  const walk = (from: number, to: number): void => {
    if (!isWanted(places, from, to)) {
      proof.push(rootBetween(leaves, { from, to }, sha256));
      return;
    }
    if (to - from === 1) return;
    const middle = from + splitOf(to - from);
    walk(from, middle);
    walk(middle, to);
  };
  walk(0, size);
  return proof;
}

export type Part = {
  size: number;
  /** Places, from 0 and ascending, and the leaf hashes that are claimed to stand there. */
  places: readonly number[];
  leaves: readonly Uint8Array[];
  proof: readonly Uint8Array[];
};

/** The root of the tree in which they all stand; null where the proof is none of that form. */
export function partRoot(part: Part, sha256: Sha256): Uint8Array | null {
  if (!isPossible(part)) return null;
  const { size, places } = part;
  const leaves = [...part.leaves].reverse();
  const proof = [...part.proof].reverse();
  const walk = (from: number, to: number): Uint8Array | null => {
    if (!isWanted(places, from, to)) return proof.pop() ?? null;
    if (to - from === 1) return leaves.pop() ?? null;
    const middle = from + splitOf(to - from);
    const left = walk(from, middle);
    if (left === null) return null;
    const right = walk(middle, to);
    return right === null ? null : nodeHash(left, right, sha256);
  };
  const root = walk(0, size);
  return proof.length === 0 ? root : null;
}

function isPossible({ size, places, leaves, proof }: Part): boolean {
  const isAscending = places.every(
    (place, at) => Number.isSafeInteger(place) && place > (places[at - 1] ?? -1),
  );
  const fits = Number.isSafeInteger(size) && (places.at(-1) ?? size) < size;
  const areHashes = [...leaves, ...proof].every((hash) => hash.length === hashBytes);
  return isAscending && fits && areHashes && leaves.length === places.length;
}
