/** A proof holds for its entry and content alone, by these files only: as in a browser, with hashes passed in. */
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "bun:test";
import { contentHash, entryHash, type Sha256Hex } from "./chain.ts";
import { agentKey, signCheckpoint } from "./checkpoint.ts";
import { exampleAgentId } from "./examples.ts";
import { genesisHash } from "./ids.ts";
import { emptyFrontier, grown, inclusionProof, leafHash, rootOf, type Sha256 } from "./merkle.ts";
import { verifierKey } from "./note.ts";
import { type EntryProof, entryProof, verifyProof } from "./proof.ts";
import { entry, type Entry } from "./trace.ts";

const sha256Hex: Sha256Hex = (data) => createHash("sha256").update(data).digest("hex");
const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());

const pair = generateKeyPairSync("ed25519");
const spki = pair.publicKey.export({ format: "der", type: "spki" });
const key = agentKey(exampleAgentId, new Uint8Array(spki.subarray(-32)));
const tools = {
  sha256,
  sha256Hex,
  verify: (raw: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    const der = Buffer.concat([spki.subarray(0, -32), raw]);
    const known = createPublicKey({ key: der, format: "der", type: "spki" });
    return verify(null, message, known, signature);
  },
};

const content = { reply: "y" };
const salt = "00112233445566778899aabbccddeeff";

function chainOf(count: number): Entry[] {
  const chain: Entry[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const unhashed = {
      v: 1 as const,
      agent_id: exampleAgentId,
      seq,
      at: 1_790_000_000_000 + seq,
      session_id: null,
      kind: "operator.acted" as const,
      data: { action: `act ${seq}`, by: "cli" as const },
      content_hash: contentHash(content, Uint8Array.fromHex(salt), sha256Hex),
      prev: chain.at(-1)?.hash ?? genesisHash,
    };
    const parsed = entry.parse({ ...unhashed, hash: genesisHash });
    const { hash: _none, ...fields } = parsed;
    chain.push({ ...fields, hash: entryHash(fields, sha256Hex) });
  }
  return chain;
}

function proofOf(seq: number, size: number): EntryProof {
  const chain = chainOf(size);
  const leaves = chain.map(({ hash }) => leafHash(Uint8Array.fromHex(hash), sha256));
  const tree = leaves.reduce((grew, leaf) => grown(grew, leaf, sha256), emptyFrontier);
  const by = { key, sign: (text: Uint8Array) => sign(null, text, pair.privateKey), sha256 };
  return entryProof.parse({
    format: "atlasbridge.proof/1",
    entry: chain[seq - 1],
    content: null,
    salt: null,
    checkpoint: signCheckpoint({ size, root: rootOf(tree, sha256) }, by),
    path: inclusionProof(leaves, seq - 1, sha256).map((step) => step.toBase64()),
    key: verifierKey(key, sha256),
  });
}

const verdict = (proof: EntryProof, trusted: string | null = null): string => {
  const said = verifyProof(proof, { ...tools, trusted });
  return said.ok ? `proved among ${said.size}` : said.why;
};

test("an entry of a signed trace is proved, by a key that is trusted or its own", () => {
  for (const [seq, size] of [
    [1, 1],
    [3, 7],
    [7, 7],
  ] as const) {
    const proof = proofOf(seq, size);
    expect(verdict(proof)).toBe(`proved among ${size}`);
    expect(verdict(proof, proof.key)).toBe(`proved among ${size}`);
  }
});

test("content is proved with its salt, and neither other content nor another salt", () => {
  const proof = proofOf(2, 5);
  expect(verdict({ ...proof, content, salt })).toBe("proved among 5");
  const wrong = "the content is not what the entry committed to";
  expect(verdict({ ...proof, content: { reply: "n" }, salt })).toBe(wrong);
  expect(verdict({ ...proof, content, salt: salt.replace("00", "01") })).toBe(wrong);
  expect(verdict({ ...proof, content })).toBe("content without its salt proves nothing");
});

test("each part that is not the trace's own is named", () => {
  const [proof, other] = [proofOf(2, 5), proofOf(3, 6)];
  expect(verdict({ ...proof, entry: { ...proof.entry, at: 1 } })).toStartWith(
    "the entry was changed",
  );
  const elsewhere = "the entry is not among those that the checkpoint was signed over";
  expect(verdict({ ...proof, checkpoint: other.checkpoint })).toBe(elsewhere);
  expect(verdict({ ...proof, path: other.path })).toBe(elsewhere);
  expect(verdict({ ...proof, path: [...proof.path.slice(1), "AAAA"] })).toBe(elsewhere);
  expect(verdict({ ...proof, checkpoint: "nothing" })).toBe("the checkpoint is not one");
  expect(verdict({ ...proof, key: "nothing" })).toBe("the verifier key is not one");
  const stranger = verifierKey({ ...key, publicKey: sha256(new Uint8Array(1)) }, sha256);
  expect(verdict(proof, stranger)).toBe("the checkpoint is not signed by that key");
  const otherTrace = verifierKey({ ...key, name: "atlasbridge/trace/other" }, sha256);
  expect(verdict(proof, otherTrace)).toBe("the key is that of another agent's trace");
});
