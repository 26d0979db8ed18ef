/** The Merkle tree over a trace's entries, and proofs from it that show nothing of the other entries (RFC 9162 §2.1). */

/** SHA-256 (FIPS 180-4) of bytes, as 32 bytes; passed in so that this file runs anywhere. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** A tree's size, in leaves, and its root hash (32 bytes). */
export type TreeHead = { size: number; root: Uint8Array };

export const hashBytes = 32;

const leafPrefix = 0x00;
const nodePrefix = 0x01;

/** RFC 9162 §2.1.1: SHA-256(0x00 || leaf). */
export function leafHash(leaf: Uint8Array, sha256: Sha256): Uint8Array {
  return hashOf(leafPrefix, [leaf], sha256);
}

/** RFC 9162 §2.1.1: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  return hashOf(nodePrefix, [left, right], sha256);
}

function hashOf(prefix: number, parts: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return sha256(bytes);
}

/**
 * What is needed to go on with a tree: its size, and the roots of its full subtrees, the largest first (one for each
 * bit that is set in the size). At most 53 of them.
 */
export type Frontier = { readonly size: number; readonly roots: readonly Uint8Array[] };

export const emptyFrontier: Frontier = { size: 0, roots: [] };

/** The tree with one leaf more. `leaf` is its leaf hash. */
export function grown(frontier: Frontier, leaf: Uint8Array, sha256: Sha256): Frontier {
  const roots = [...frontier.roots];
  let root = leaf;
  // Each subtree that is as large as the one to its right joins it.
  for (let size = frontier.size; size % 2 === 1; size = (size - 1) / 2) {
    const left = roots.pop();
    if (left === undefined) throw new RangeError("a frontier has a root for each bit of its size");
    root = nodeHash(left, root, sha256);
  }
  return { size: frontier.size + 1, roots: [...roots, root] };
}

/** RFC 9162 §2.1.1; of no leaf at all the hash of nothing. */
export function rootOf({ roots }: Frontier, sha256: Sha256): Uint8Array {
  const [last, ...others] = roots.toReversed();
  if (last === undefined) return sha256(new Uint8Array(0));
  return others.reduce((right, left) => nodeHash(left, right, sha256), last);
}

/**
 * Audit path of leaf `index` (from 0), RFC 9162 §2.1.3.1. Throws `RangeError` when there is no such leaf.
 * `leaves`: the leaf hashes of the whole tree, or those behind a frontier, where the leaf is one of them.
 */
export function inclusionProof(leaves: Leaves, index: number, sha256: Sha256): Uint8Array[] {
  const { before, hashes } = withFrontier(leaves);
  const size = before.size + hashes.length;
  if (!Number.isInteger(index) || index < before.size || index >= size) {
    throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
  }
  const proof: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      proof.push(rootBetween(leaves, { from: middle, to }, sha256));
      to = middle;
    } else {
      proof.push(rootBetween(leaves, { from, to: middle }, sha256));
      from = middle;
    }
  }
  return proof.reverse();
}

/**
 * Proof that the tree of the first `size` leaves is the beginning of the tree of all `leaves`, RFC 9162 §2.1.4.1; empty
 * for a `size` of 0 or of all. Throws `RangeError` when `size` is more than that, or lies in the midst of what only a
 * frontier is known of.
 */
export function consistencyProof(leaves: Leaves, size: number, sha256: Sha256): Uint8Array[] {
  const { before, hashes } = withFrontier(leaves);
  const all = before.size + hashes.length;
  if (!Number.isInteger(size) || size < 0 || size > all) {
    throw new RangeError(`a tree of ${all} leaves does not begin with ${size}`);
  }
  if (size === 0) return [];
  const proof: Uint8Array[] = [];
  let [from, to] = [0, all];
  // The old tree's own root is known to whoever asks, as long as the way went left alone.
  let isWhole = true;
  while (size !== to) {
    const middle = from + splitOf(to - from);
    if (size <= middle) {
      proof.push(rootBetween(leaves, { from: middle, to }, sha256));
      to = middle;
    } else {
      proof.push(rootBetween(leaves, { from, to: middle }, sha256));
      from = middle;
      isWhole = false;
    }
  }
  if (!isWhole) proof.push(rootBetween(leaves, { from, to }, sha256));
  return proof.reverse();
}

/** The largest power of two below `size`, which is at least 2. By doubling: logarithms are rounded up from 2^49 on. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The leaf hashes of a whole tree; or those of its end, and the frontier of what stands before them. */
export type Leaves =
  | readonly Uint8Array[]
  | { readonly before: Frontier; readonly hashes: readonly Uint8Array[] };

function withFrontier(leaves: Leaves) {
  return "before" in leaves ? leaves : { before: emptyFrontier, hashes: leaves };
}

/** A subtree of the whole tree. Throws `RangeError` for one within the frontier that is not one of its own. */
export function rootBetween(
  leaves: Leaves,
  { from, to }: { from: number; to: number },
  sha256: Sha256,
): Uint8Array {
  const { before, hashes } = withFrontier(leaves);
  if (from < before.size) {
    const root = fullSubtree(before, from, to);
    if (root !== null) return root;
    if (to <= before.size) throw new RangeError(`leaves ${from} to ${to} are not known one by one`);
    const middle = from + splitOf(to - from);
    const left = rootBetween(leaves, { from, to: middle }, sha256);
    return nodeHash(left, rootBetween(leaves, { from: middle, to }, sha256), sha256);
  }
  let frontier = emptyFrontier;
  for (let at = from; at < to; at += 1) {
    const leaf = hashes[at - before.size];
    if (leaf === undefined) throw new RangeError(`leaf ${at} is missing`);
    frontier = grown(frontier, leaf, sha256);
  }
  return rootOf(frontier, sha256);
}

function fullSubtree({ size, roots }: Frontier, from: number, to: number): Uint8Array | null {
  let at = 0;
  for (const root of roots) {
    const length = splitOf(size - at + 1);
    if (at === from && at + length === to) return root;
    at += length;
  }
  return null;
}

export type Inclusion = {
  /** Hash and place, from 0, of the leaf. */
  leaf: Uint8Array;
  index: number;
  head: TreeHead;
  proof: readonly Uint8Array[];
};

/** RFC 9162 §2.1.3.2: whether the leaf stands at that place of that tree. */
export function isIncluded(claim: Inclusion, sha256: Sha256): boolean {
  if (!isPossible(claim)) return false;
  const { leaf, index, head, proof } = claim;
  let [at, last] = [index, head.size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== hashBytes) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash, sha256);
      // It ends: the last of a level that has more than one is not at 0.
      while (at % 2 === 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling, sha256);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && isSame(hash, head.root);
}

function isPossible({ leaf, index, head }: Inclusion): boolean {
  const isPlace = isCount(index) && isCount(head.size) && index < head.size;
  return isPlace && leaf.length === hashBytes;
}

/** RFC 9162 §2.1.4.2: whether the first tree is the beginning of the second. */
export function isConsistent(
  first: TreeHead,
  second: TreeHead,
  { proof, sha256 }: { proof: readonly Uint8Array[]; sha256: Sha256 },
): boolean {
  if (!isCount(first.size) || !isCount(second.size) || first.size > second.size) return false;
  // Every tree begins with the empty one, which therefore proves nothing (RFC 9162: 0 < m).
  if (first.size === 0) return false;
  if (first.size === second.size) return proof.length === 0 && isSame(first.root, second.root);
  let [at, last] = [first.size - 1, second.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  // A whole subtree: its root is the first tree's own.
  const [start, ...rest] = at === 0 ? [first.root, ...proof] : proof;
  if (start === undefined) return false;
  const roots = climbed(start, { at, last, proof: rest, sha256 });
  return roots !== null && isSame(roots.before, first.root) && isSame(roots.after, second.root);
}

type Climb = { at: number; last: number; proof: readonly Uint8Array[]; sha256: Sha256 };

/** Both trees' roots, from their common subtree up; null where the proof is not of that many steps. */
function climbed(
  start: Uint8Array,
  climb: Climb,
): { before: Uint8Array; after: Uint8Array } | null {
  const { proof, sha256 } = climb;
  let { at, last } = climb;
  let [before, after] = [start, start];
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== hashBytes) return null;
    if (at % 2 === 1 || at === last) {
      before = nodeHash(sibling, before, sha256);
      after = nodeHash(sibling, after, sha256);
      while (at % 2 === 0) [at, last] = [half(at), half(last)];
    } else after = nodeHash(after, sibling, sha256);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? { before, after } : null;
}

const half = (value: number): number => Math.floor(value / 2);

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
