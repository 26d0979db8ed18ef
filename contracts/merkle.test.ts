/** The tree and its proofs, against the reference vectors of RFC 6962's implementations and against each other. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  consistencyProof,
  emptyFrontier,
  type Frontier,
  grown,
  inclusionProof,
  isConsistent,
  isIncluded,
  isSame,
  leafHash,
  nodeHash,
  rootBetween,
  rootOf,
  type Sha256,
  type TreeHead,
} from "./merkle.ts";

const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);

/** The leaves and roots that certificate-transparency-go and transparency-dev/merkle are tested with. */
const inputs = [
  ...["", "00", "10", "2021", "3031", "40414243", "5051525354555657"],
  "606162636465666768696a6b6c6d6e6f",
].map(hex);
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const leaves = inputs.map((input) => leafHash(input, sha256));

function frontierOf(all: readonly Uint8Array[]): Frontier {
  return all.reduce((frontier, leaf) => grown(frontier, leaf, sha256), emptyFrontier);
}

const headOf = (all: readonly Uint8Array[], size: number) => ({
  size,
  root: rootOf(frontierOf(all.slice(0, size)), sha256),
});

test("roots of the reference tree, at every size", () => {
  const ours = roots.map((_root, size) => headOf(leaves, size).root.toHex());
  expect(ours).toEqual(roots);
});

test("audit paths of the reference tree", () => {
  const path = (index: number, size: number): string[] =>
    inclusionProof(leaves.slice(0, size), index, sha256).map((node) => node.toHex());
  expect(path(0, 1)).toEqual([]);
  expect(path(0, 8)).toEqual([
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
  expect(path(5, 8)).toEqual([
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
});

test("consistency proofs of the reference tree", () => {
  const proof = (from: number, to: number): string[] =>
    consistencyProof(leaves.slice(0, to), from, sha256).map((node) => node.toHex());
  expect(proof(1, 1)).toEqual([]);
  expect(proof(1, 8)).toEqual([
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
  expect(proof(6, 8)).toEqual([
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
});

const someLeaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => leafHash(Uint8Array.of(at, at >> 8), sha256));

const sizes = fc.integer({ min: 1, max: 70 });

describe("whatever the size", () => {
  test("every leaf is included where it stands, and nowhere else", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, at, other) => {
        const all = someLeaves(size);
        const [index, elsewhere] = [at % size, other % size];
        const proof = inclusionProof(all, index, sha256);
        const head = headOf(all, size);
        const leaf = all[index] ?? new Uint8Array(0);
        expect(isIncluded({ leaf, index, head, proof }, sha256)).toBe(true);
        const there = isIncluded({ leaf, index: elsewhere, head, proof }, sha256);
        expect(there).toBe(elsewhere === index);
      }),
    );
  });

  test("every beginning is consistent, and no other tree is", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, at) => {
        const all = someLeaves(size);
        const from = at % (size + 1);
        const proof = consistencyProof(all, from, sha256);
        const [first, second] = [headOf(all, from), headOf(all, size)];
        expect(isConsistent(first, second, { proof, sha256 })).toBe(from > 0);
        if (from === 0) return;
        const forged = { ...first, root: leafHash(first.root, sha256) };
        expect(isConsistent(forged, second, { proof, sha256 })).toBe(false);
      }),
    );
  });

  test("a proof with a bit turned, a step more or a step less proves nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), (size, at, bit) => {
        const all = someLeaves(size);
        const index = at % size;
        const proof = inclusionProof(all, index, sha256);
        const head = headOf(all, size);
        const leaf = all[index] ?? new Uint8Array(0);
        const step = bit % proof.length;
        const turned = proof.map((node, place) =>
          place === step ? node.map((byte, i) => (i === bit % 32 ? byte ^ 1 : byte)) : node,
        );
        for (const bad of [turned, proof.slice(1), proof.slice(0, -1), [...proof, leaf]]) {
          expect(isIncluded({ leaf, index, head, proof: bad }, sha256)).toBe(false);
        }
      }),
    );
  });
});

const leafOf = (index: number): Uint8Array => leaves[index] ?? new Uint8Array(0);

/** By its whole message: a stack that overflows is a `RangeError` too. */
function expectRefused(message: string, asked: () => unknown): void {
  expect(asked).toThrow(new RangeError(message));
}

test("places and sizes that no tree has are refused, by name", () => {
  for (const index of [8, -1, 0.5, Number.NaN]) {
    const message = `there is no leaf ${index} in a tree of 8`;
    expectRefused(message, () => inclusionProof(leaves, index, sha256));
  }
  for (const size of [9, -1, 0.5, Number.NaN]) {
    const message = `a tree of 8 leaves does not begin with ${size}`;
    expectRefused(message, () => consistencyProof(leaves, size, sha256));
  }
  expect(consistencyProof(leaves, 0, sha256)).toEqual([]);
  expect(consistencyProof(leaves, 8, sha256)).toEqual([]);
});

describe("behind a frontier", () => {
  const before = frontierOf(leaves.slice(0, 6));
  const known = { before, hashes: leaves.slice(6) };

  test("a proof is that of the whole tree, wherever what it needs is known", () => {
    for (const index of [6, 7]) {
      const whole = inclusionProof(leaves, index, sha256);
      expect(inclusionProof(known, index, sha256)).toEqual(whole);
    }
    for (const size of [0, 4, 6, 7, 8]) {
      const whole = consistencyProof(leaves, size, sha256);
      expect(consistencyProof(known, size, sha256)).toEqual(whole);
    }
  });

  test("what would show its leaves one by one is refused, by name", () => {
    expectRefused("there is no leaf 5 in a tree of 8", () => inclusionProof(known, 5, sha256));
    const between = (from: number, to: number) => rootBetween(known, { from, to }, sha256);
    for (const [from, to] of [
      [2, 4],
      [0, 2],
      [5, 6],
    ] as const) {
      expectRefused(`leaves ${from} to ${to} are not known one by one`, () => between(from, to));
    }
    expectRefused("leaf 8 is missing", () => between(6, 9));
    expectRefused("leaves 5 to 6 are not known one by one", () =>
      consistencyProof(known, 5, sha256),
    );
  });

  test("one that lacks the root of a bit of its size does not grow", () => {
    const short = { size: 3, roots: before.roots.slice(0, 1) };
    const message = "a frontier has a root for each bit of its size";
    expectRefused(message, () => grown(short, leafOf(0), sha256));
  });
});

const node = (left: Uint8Array, right: Uint8Array): Uint8Array => nodeHash(left, right, sha256);
/** One byte less than a hash has. */
const short = leafOf(1).subarray(1);

describe("a claim that is none is refused, even where its sums come out", () => {
  const pair = { size: 2, root: node(leafOf(0), leafOf(1)) };
  const sound = { leaf: leafOf(0), index: 0, head: pair, proof: [leafOf(1)] };

  test("a leaf in a tree", () => {
    expect(isIncluded(sound, sha256)).toBe(true);
    const alone = { size: 1, root: leafOf(0) };
    const claims = {
      "with a step more than the tree is high": { head: { ...pair, size: 1 } },
      "with a step of another length": {
        head: { size: 2, root: node(leafOf(0), short) },
        proof: [short],
      },
      "of a leaf of another length": {
        leaf: short,
        head: { size: 2, root: node(short, leafOf(1)) },
      },
      "with a root that begins like the tree's": {
        head: { ...pair, root: Uint8Array.of(...pair.root, 0) },
      },
      "at the place behind the last": { index: 1, head: alone, leaf: leafOf(0), proof: [] },
      "before the first place": { index: -1 },
      "between two places": { index: 0.5 },
      "at no place": { index: Number.NaN },
      "in a tree of half a leaf": { head: { ...pair, size: 1.5 } },
      "in a tree of no known size": { head: { ...pair, size: Number.NaN } },
      "in an empty tree": { leaf: leafOf(0), head: { size: 0, root: leafOf(0) }, proof: [] },
    };
    const believed = Object.entries(claims).filter(([, claim]) => {
      return isIncluded({ ...sound, ...claim }, sha256);
    });
    expect(believed.map(([name]) => name)).toEqual([]);
  });

  test("a tree as the beginning of another", () => {
    const [three, eight] = [headOf(leaves, 3), headOf(leaves, 8)];
    const proof = consistencyProof(leaves, 3, sha256);
    const isBegun = (first: TreeHead, second: TreeHead, steps: readonly Uint8Array[]) =>
      isConsistent(first, second, { proof: steps, sha256 });
    expect(isBegun(three, eight, proof)).toBe(true);
    const one = { size: 1, root: leafOf(0) };
    const claims: Record<string, [TreeHead, TreeHead, Uint8Array[]]> = {
      "of itself, with a step": [eight, eight, proof],
      "of itself, with another root": [eight, { ...eight, root: three.root }, []],
      "of a smaller one with its root": [eight, { ...eight, size: 7 }, []],
      "of one with another root": [three, { ...eight, root: three.root }, proof],
      "with another root": [{ ...three, root: eight.root }, eight, proof],
      "without any step": [three, eight, []],
      "with a step less": [three, eight, proof.slice(0, -1)],
      "with a step more": [
        one,
        { size: 2, root: node(node(leafOf(0), leafOf(1)), leafOf(2)) },
        leaves.slice(1, 3),
      ],
      "of more leaves than its steps reach": [one, { ...pair, size: 4 }, [leafOf(1)]],
      "with a step of another length": [one, { size: 2, root: node(leafOf(0), short) }, [short]],
      "that is empty": [
        { ...one, size: 0 },
        { size: 2, root: node(leafOf(0), leafOf(1)) },
        leaves.slice(0, 2),
      ],
      "of less than no leaf": [{ ...one, size: -1 }, { size: 1, root: leafOf(0) }, [leafOf(0)]],
      "of half a leaf": [{ ...one, size: 0.5 }, { ...pair }, [leafOf(0), leafOf(1)]],
      "of one and a half": [one, { ...pair, size: 1.5 }, [leafOf(1)]],
      "of no known size": [one, { ...one, size: Number.NaN }, []],
    };
    const believed = Object.entries(claims).filter(([, claim]) => isBegun(...claim));
    expect(believed.map(([name]) => name)).toEqual([]);
  });
});

test("hashes are the same only where both are as long", () => {
  const [hash, beginning] = [leafOf(0), leafOf(0).subarray(0, 31)];
  expect(isSame(hash, Uint8Array.from(hash))).toBe(true);
  expect([isSame(hash, beginning), isSame(beginning, hash)]).toEqual([false, false]);
});
