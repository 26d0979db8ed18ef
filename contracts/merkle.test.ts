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
  leafHash,
  rootOf,
  type Sha256,
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

test("places and sizes that no tree has are refused", () => {
  expect(() => inclusionProof(leaves, 8, sha256)).toThrow(RangeError);
  expect(() => inclusionProof(leaves, -1, sha256)).toThrow(RangeError);
  expect(() => consistencyProof(leaves, 9, sha256)).toThrow(RangeError);
  const head = headOf(leaves, 8);
  const leaf = leaves[0] ?? new Uint8Array(0);
  for (const index of [-1, 8, 0.5, Number.NaN]) {
    expect(isIncluded({ leaf, index, head, proof: [] }, sha256)).toBe(false);
  }
  expect(isConsistent(headOf(leaves, 8), headOf(leaves, 7), { proof: [], sha256 })).toBe(false);
});
