/** That a trace has only grown holds for its two checkpoints alone, signed by its agent, and says who witnessed the later one. */
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "bun:test";
import { signCheckpoint } from "./checkpoint.ts";
import { type ConsistencyFile, consistencyFile, verifyConsistency } from "./consistency.ts";
import {
  consistencyProof,
  emptyFrontier,
  type Frontier,
  grown,
  leafHash,
  rootOf,
  type Sha256,
} from "./merkle.ts";
import { cosign, type Ed25519Verify, type NoteKey, verifierKey } from "./note.ts";

const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
const spkiHead = Uint8Array.fromHex("302a300506032b6570032100");
const ed25519: Ed25519Verify = (publicKey, message, signature) => {
  const key = Buffer.concat([spkiHead, publicKey]);
  return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
};
const tools = { sha256, verify: ed25519 };

function signer(name: string, type: NoteKey["type"] = "ed25519") {
  const pair = generateKeyPairSync("ed25519");
  const spki = pair.publicKey.export({ format: "der", type: "spki" });
  const key: NoteKey = { name, publicKey: new Uint8Array(spki.subarray(-32)), type };
  return {
    key,
    sign: (text: Uint8Array) => new Uint8Array(sign(null, text, pair.privateKey)),
    sha256,
  };
}

const origin = "atlasbridge/trace/a";
const [before, after] = [signer(origin), signer(origin)];
const witness = signer("witness.example.com", "cosignature");
const leaves = Array.from({ length: 20 }, (_, at) => leafHash(Uint8Array.of(at), sha256));
const treeOf = (size: number): Frontier =>
  leaves.slice(0, size).reduce((tree, leaf) => grown(tree, leaf, sha256), emptyFrontier);

function fileOf(from: number, to: number): ConsistencyFile {
  const head = (size: number) => ({ size, root: rootOf(treeOf(size), sha256) });
  return consistencyFile.parse({
    format: "atlasbridge.consistency/1",
    first: signCheckpoint(head(from), before),
    // The key was changed in between.
    second: cosign(signCheckpoint(head(to), after), 1_790_000_000, witness),
    proof: consistencyProof(leaves.slice(0, to), from, sha256).map((step) => step.toBase64()),
    keys: [before, after].map(({ key }) => verifierKey(key, sha256)),
  });
}

const file = fileOf(7, 20);
const trusted = [...file.keys];
const witnesses = [verifierKey(witness.key, sha256)];

test("a trace that has only grown is proved to have, across a change of keys, with its witnesses", () => {
  for (const [from, to] of [
    [1, 2],
    [7, 20],
    [16, 17],
    [20, 20],
  ] as const) {
    const verdict = verifyConsistency(fileOf(from, to), { ...tools, trusted, witnesses });
    expect(verdict).toEqual({
      ok: true,
      from,
      to,
      witnesses: [{ name: witness.key.name, atSeconds: 1_790_000_000 }],
    });
  }
  expect(verifyConsistency(file, { ...tools, trusted: null })).toMatchObject({
    ok: true,
    witnesses: [],
  });
});

test("each thing that is wrong is named", () => {
  const why = (changed: Partial<ConsistencyFile>, trust = trusted): string => {
    const verdict = verifyConsistency(
      { ...file, ...changed },
      { ...tools, trusted: trust, witnesses },
    );
    return verdict.ok ? "proved" : verdict.why;
  };
  const apart = "the later checkpoint is not of what the earlier one was of";
  const unsigned = "a checkpoint is not one, or not signed by those keys";
  expect(why({})).toBe("proved");
  expect(why({ proof: file.proof.slice(1) })).toBe(apart);
  expect(why({ proof: [...file.proof.slice(1), "AAAA"] })).toBe(apart);
  expect(why({ first: fileOf(8, 20).first })).toBe(apart);
  expect(why({ first: file.second, second: file.first })).toBe(apart);
  expect(why({ second: file.second.replace("\n20\n", "\n19\n") })).toBe(unsigned);
  expect(why({ second: "nothing" })).toBe(unsigned);
  expect(why({}, trusted.slice(0, 1))).toBe(unsigned);
  expect(why({}, ["nothing"])).toBe("a verifier key is not one");
  const other = signer("atlasbridge/trace/b");
  const foreign = signCheckpoint({ size: 20, root: rootOf(treeOf(20), sha256) }, other);
  const both = [...trusted, verifierKey(other.key, sha256)];
  expect(why({ second: foreign }, both)).toBe("the checkpoints are of two traces");
});
