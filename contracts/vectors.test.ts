/** What others publish to test implementations by: JSON (RFC 8785), Merkle proofs (RFC 9162), signed notes (C2SP). */
import { createHash, createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { canonicalJson } from "./canonical.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { isConsistent, isIncluded, type Sha256 } from "./merkle.ts";
import { type Ed25519Verify, fromBase64, parseNote, parseVerifierKey, vouchersOf } from "./note.ts";
import merkle from "./vectors/merkle.json";
import rfc8785 from "./vectors/rfc8785.json";

const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
const spkiHead = Uint8Array.fromHex("302a300506032b6570032100");
const ed25519: Ed25519Verify = (publicKey, message, signature) => {
  const key = Buffer.concat([spkiHead, publicKey]);
  return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
};

/** What is no hash at all is a step that no proof can have. */
function bytes(text: string | null): Uint8Array {
  return text === null ? new Uint8Array(0) : (fromBase64(text) ?? new Uint8Array(0));
}

describe(`canonical JSON: ${rfc8785.source}`, () => {
  for (const [name, { input, outhex }] of Object.entries(rfc8785.files)) {
    test(name, () => {
      expect(Buffer.from(canonicalJson(JSON.parse(input))).toString("hex")).toBe(outhex);
    });
  }

  test("its first hundred thousand numbers, by the published hashes", () => {
    const next = numbers(rfc8785.numbers.static);
    const hasher = createHash("sha256");
    let written = 0;
    for (const { lines, sha256: published } of rfc8785.numbers.sums) {
      if (lines > 100_000) continue;
      let text = "";
      for (; written < lines; written += 1) {
        const { bits, value } = next();
        text += `${bits},${canonicalJson(value)}\n`;
      }
      hasher.update(text);
      expect(hasher.copy().digest("hex")).toBe(published);
    }
    expect(written).toBe(100_000);
  });
});

/** The sequence of doubles that the vectors' README describes: edge cases, 2000 in a row, then a chain of hashes. */
function numbers(fixed: readonly string[]): () => { bits: string; value: number } {
  const inARow = 2_000;
  const firstOfRow = 0x0010000000000000n;
  let index = 0;
  let block = new Uint8Array(32);
  let left: bigint[] = [];
  const random = (): bigint => {
    for (;;) {
      if (left.length === 0) {
        block = new Uint8Array(sha256(block));
        left = [...new BigUint64Array(block.buffer)];
      }
      const bits = left.shift() ?? 0n;
      const value = doubleOf(bits);
      if (value !== 0 && Number.isFinite(value)) return bits;
    }
  };
  return () => {
    const known = fixed[index];
    const place = index - fixed.length;
    index += 1;
    const row = place < inARow ? firstOfRow + BigInt(place) : null;
    const bits = known === undefined ? (row ?? random()) : BigInt(`0x${known}`);
    return { bits: bits.toString(16), value: doubleOf(bits) };
  };
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

describe(`Merkle proofs: ${merkle.source}`, () => {
  test("every inclusion proof, good and bad", () => {
    expect(merkle.inclusion.length).toBe(98);
    for (const { name, leafIdx, treeSize, root, leafHash, proof, wantErr } of merkle.inclusion) {
      const steps = proof.map(bytes);
      const head = { size: treeSize, root: bytes(root) };
      const claim = { leaf: bytes(leafHash), index: leafIdx, head, proof: steps };
      expect({ name, isIncluded: isIncluded(claim, sha256) }).toEqual({
        name,
        isIncluded: !wantErr,
      });
    }
  });

  test("every consistency proof, good and bad", () => {
    expect(merkle.consistency.length).toBe(98);
    for (const { name, size1, size2, root1, root2, proof, wantErr } of merkle.consistency) {
      const [first, second] = [
        { size: size1, root: bytes(root1) },
        { size: size2, root: bytes(root2) },
      ];
      const isGood = isConsistent(first, second, { proof: proof.map(bytes), sha256 });
      expect({ name, isGood }).toEqual({ name, isGood: !wantErr });
    }
  });
});

describe("signed notes: C2SP signed-note.md and tlog-cosignature.md at 417fb0c31475", () => {
  /** signed-note.md, "Verifier keys", Example. */
  const example = {
    key: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    note: "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
  };

  test("the example verifies by its key, and no other text does", () => {
    const key = parseVerifierKey(example.key, sha256);
    const note = parseNote(example.note);
    if (key === null || note === null) throw new Error("neither may be null");
    const by = { verify: ed25519, sha256 };
    expect(vouchersOf(note, [key], by)).toEqual([{ by: key, atSeconds: null }]);
    expect(vouchersOf({ ...note, text: "This is another message.\n" }, [key], by)).toBeNull();
    expect(parseVerifierKey(example.key.replace("530d903a", "530d903b"), sha256)).toBeNull();
  });

  /** tlog-cosignature.md, the example at its beginning; the keys are not published. */
  const cosigned = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

  test("the cosigned checkpoint is read as it is described, with the witness's time", () => {
    const note = parseNote(cosigned);
    expect(parseCheckpoint(note?.text ?? "")).toMatchObject({
      origin: "example.com/behind-the-sofa",
      size: 20_852_163,
    });
    const [own, witness] = note?.signatures ?? [];
    expect(own?.signature).toHaveLength(64);
    expect(witness).toMatchObject({ name: "witness.example.com/w1", keyId: 0x8d66cf3f });
    expect(witness?.signature).toHaveLength(8 + 64);
    const view = new DataView(witness?.signature.slice(0, 8).buffer ?? new ArrayBuffer(8));
    expect(view.getBigUint64(0)).toBe(1_679_315_147n);
  });
});
