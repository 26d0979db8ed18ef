/** A session is proved by what its agent signed, and by nothing less: each way to bend it is told. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { emptyFrontier, grown, leafHash, rootOf, type Sha256 } from "./merkle.ts";
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
});
