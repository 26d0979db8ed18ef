/** A session is proved by what its agent signed, and by nothing less: each way to bend it is told. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { emptyFrontier, grown, leafHash, nodeHash, rootOf, type Sha256 } from "./merkle.ts";
import { partProof, partRoot } from "./merkle-part.ts";

const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
const leaf = (at: number) => leafHash(new TextEncoder().encode(`entry ${at}`), sha256);
const treeOf = (size: number) =>
  Array.from({ length: size }, (_, at) => leaf(at)).reduce(
    (tree, one) => grown(tree, one, sha256),
    emptyFrontier,
  );

const trees = fc.integer({ min: 1, max: 200 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    places: fc
      .uniqueArray(fc.integer({ min: 0, max: size - 1 }), { minLength: 1, maxLength: 40 })
      .map((all) => all.sort((a, b) => a - b)),
    known: fc.integer({ min: 0, max: size }),
  }),
);

describe("a proof of many leaves", () => {
  test("gives the root of the whole tree, wherever they stand in it", () => {
    fc.assert(
      fc.property(trees, ({ size, places }) => {
        const hashes = Array.from({ length: size }, (_, at) => leaf(at));
        const proof = partProof(hashes, { places, size }, sha256);
        const root = partRoot({ size, places, leaves: places.map(leaf), proof }, sha256);
        expect(root).toEqual(rootOf(treeOf(size), sha256));
      }),
    );
  });

  test("needs nothing of what stands before a frontier that lies before them", () => {
    fc.assert(
      fc.property(trees, ({ size, places, known }) => {
        const from = Math.min(known, places[0] ?? 0);
        const hashes = Array.from({ length: size - from }, (_, at) => leaf(from + at));
        const proof = partProof({ before: treeOf(from), hashes }, { places, size }, sha256);
        const root = partRoot({ size, places, leaves: places.map(leaf), proof }, sha256);
        expect(root).toEqual(rootOf(treeOf(size), sha256));
      }),
    );
  });

  test("gives another root, or none, once a leaf, a place or a step is another", () => {
    fc.assert(
      fc.property(trees, fc.nat(), ({ size, places }, pick) => {
        const hashes = Array.from({ length: size }, (_, at) => leaf(at));
        const proof = partProof(hashes, { places, size }, sha256);
        const leaves = places.map(leaf);
        const true_ = rootOf(treeOf(size), sha256);
        const at = pick % leaves.length;
        const forged = leaves.map((one, place) => (place === at ? leaf(size + 1) : one));
        const all = [
          { size, places, leaves: forged, proof },
          { size, places, leaves, proof: [...proof, leaf(0)] },
          { size, places, leaves: leaves.slice(1), proof },
          { size, places: places.map((place) => place + 1), leaves, proof },
          { size, places: [...places].reverse().concat(0), leaves: [...leaves, leaf(0)], proof },
        ];
        for (const part of all) expect(partRoot(part, sha256)).not.toEqual(true_);
        if (proof.length > 0) {
          const less = { size, places, leaves, proof: proof.slice(1) };
          expect(partRoot(less, sha256)).toBeNull();
        }
      }),
    );
  });

  test("that is none has no root, even where its sums come out", () => {
    const [first, second, third] = [leaf(0), leaf(1), leaf(2)];
    const short = first.subarray(1);
    const sound = { size: 3, places: [0, 2], leaves: [first, third], proof: [second] };
    expect(partRoot(sound, sha256)).toEqual(rootOf(treeOf(3), sha256));
    const parts = {
      "without a place": { places: [], leaves: [], proof: [first] },
      "with a place behind the last": { places: [0, 3], proof: [second, second] },
      "with a place before the first": { places: [-1, 2] },
      "with a place between two": { places: [0, 1.5] },
      "with places in another order": { places: [2, 0], proof: [second, second] },
      "with a place twice": { places: [0, 0, 2], leaves: [first, first, third] },
      "with more leaves than places": { leaves: [first, third, second] },
      "with fewer leaves than places": { leaves: [first] },
      "of a tree of half a leaf more": { size: 3.5, proof: [second, second] },
      "of a tree of no known size": { size: Number.NaN },
      "with a leaf of another length": { leaves: [first, short] },
      "with a step of another length": { proof: [short] },
      "with a step more": { proof: [second, second] },
      "without its step, which is the first thing needed": {
        places: [1],
        leaves: [second],
        proof: [],
      },
    };
    const believed = Object.entries(parts).filter(([, part]) => {
      return partRoot({ ...sound, ...part }, sha256) !== null;
    });
    expect(believed.map(([name]) => name)).toEqual([]);
  });

  test("has a root or none in the largest of trees too", () => {
    const size = Number.MAX_SAFE_INTEGER;
    const steps = Array.from({ length: 53 }, (_, at) => leaf(at));
    const proved = { size, places: [0], leaves: [leaf(0)], proof: steps };
    const root = steps.reduce((left, right) => nodeHash(left, right, sha256), leaf(0));
    expect(partRoot(proved, sha256)).toEqual(root);
    expect(partRoot({ ...proved, proof: steps.slice(1) }, sha256)).toBeNull();
  });
});
