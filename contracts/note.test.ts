/** Notes and checkpoints, against the published example of a signed note and against tampering. */
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { agentKey, parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import type { Sha256 } from "./merkle.ts";
import {
  type Ed25519Verify,
  formatNote,
  keyIdOf,
  type NoteKey,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierKey,
  vouchersOf,
} from "./note.ts";

const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
/** RFC 8410 §4: what stands before a raw Ed25519 public key in a SubjectPublicKeyInfo. */
const spkiHead = Uint8Array.fromHex("302a300506032b6570032100");

const verifies: Ed25519Verify = (publicKey, message, signature) => {
  const key = Buffer.concat([spkiHead, publicKey]);
  return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
};
const by = { verify: verifies, sha256 };

function signer(name: string) {
  const pair = generateKeyPairSync("ed25519");
  const spki = pair.publicKey.export({ format: "der", type: "spki" });
  const key: NoteKey = { name, publicKey: new Uint8Array(spki.subarray(-32)), type: "ed25519" };
  return {
    key,
    sign: (text: Uint8Array) => new Uint8Array(sign(null, text, pair.privateKey)),
    sha256,
  };
}

/** The example of golang.org/x/mod/sumdb/note, where the format comes from. */
const published = {
  key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  note: `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`,
};

describe("the published note", () => {
  const key = parseVerifierKey(published.key, sha256);
  const note = parseNote(published.note);

  test("is signed by the published key", () => {
    expect(key?.name).toBe("PeterNeumann");
    expect(note?.text).toStartWith("If you think");
    if (key === null || note === null) throw new Error("neither may be null");
    expect(vouchersOf(note, [key], by)).toEqual([{ by: key, atSeconds: null }]);
    expect(verifierKey(key, sha256)).toBe(published.key);
    expect(formatNote(note)).toBe(published.note);
  });

  test("is void with a word changed, and nobody's to those who do not know its key", () => {
    if (key === null || note === null) throw new Error("neither may be null");
    const changed = { ...note, text: note.text.replace("answer", "reason") };
    expect(vouchersOf(changed, [key], by)).toBeNull();
    expect(vouchersOf(note, [{ ...key, name: "Somebody" }], by)).toEqual([]);
  });
});

test("a verifier key with another id, name or type is none", () => {
  for (const text of [
    published.key.replace("c74f20a3", "c74f20a4"),
    published.key.replace("Peter", "Petra"),
    published.key.replace("+ARpc", "+AhpC"),
    published.key.slice(0, -4),
    "PeterNeumann",
    "",
  ]) {
    expect(parseVerifierKey(text, sha256)).toBeNull();
  }
});

test("what is not whole is no note", () => {
  const { note } = published;
  const without = [
    note.slice(0, -1),
    note.replace("\n\n", "\n"),
    note.slice(0, note.indexOf("—")),
    note.replace("— Peter", "- Peter"),
    note.replace("x08go", "x08g\u0000"),
    note.replace("x08go/", "x08go!"),
    `${note}trailing`,
    `${"x".repeat(70_000)}${note}`,
  ];
  expect(without.map(parseNote)).toEqual(without.map(() => null));
});

test("a text that is no whole lines is not signed", () => {
  const own = signer("me");
  expect(() => signNote("no line feed", own)).toThrow(RangeError);
  expect(() => signNote("a\u0007\n", own)).toThrow(RangeError);
});

describe("a checkpoint", () => {
  const agent = "01890000-0000-7000-8000-000000000001";
  const root = sha256(Uint8Array.of(1));
  const own = signer(agentKey(agent, new Uint8Array(32)).name);
  const text = signCheckpoint({ size: 12, root }, own);

  test("tells origin, size and root, signed by its agent's key", () => {
    const note = parseNote(text);
    if (note === null) throw new Error("it must be a note");
    expect(vouchersOf(note, [own.key], by)).toHaveLength(1);
    const head = { origin: `atlasbridge/trace/${agent}`, size: 12, root };
    expect(parseCheckpoint(note.text)).toEqual(head);
    expect(note.text).toBe(`${head.origin}\n12\n${root.toBase64()}\n`);
  });

  test("with another size or root is no longer signed", () => {
    for (const changed of [
      text.replace("\n12\n", "\n11\n"),
      text.replace(root.toBase64(), sha256(Uint8Array.of(2)).toBase64()),
    ]) {
      const note = parseNote(changed);
      expect(note === null ? [] : vouchersOf(note, [own.key], by)).toBeNull();
    }
  });

  test("is cosigned with a time, as witnesses do", () => {
    const witness = signer("witness");
    const key: NoteKey = { ...witness.key, type: "cosignature" };
    const note = parseNote(text);
    if (note === null) throw new Error("it must be a note");
    const message = new TextEncoder().encode(`cosignature/v1\ntime 1700000000\n${note.text}`);
    const signature = new Uint8Array(72);
    new DataView(signature.buffer).setBigUint64(0, 1_700_000_000n);
    signature.set(witness.sign(message), 8);
    const signed = { name: key.name, keyId: keyIdOf(key, sha256), signature };
    const both = { text: note.text, signatures: [...note.signatures, signed] };
    const vouched = vouchersOf(both, [own.key, key], by);
    expect(vouched?.map(({ atSeconds }) => atSeconds)).toEqual([null, 1_700_000_000]);
    signature[7] = 1;
    expect(vouchersOf(both, [own.key, key], by)).toBeNull();
  });

  test("of any other form is none", () => {
    const lines = ["origin", "12", root.toBase64(), ""];
    const broken = [
      ["", ...lines.slice(1)],
      [lines[0], "012", ...lines.slice(2)],
      [lines[0], "-1", ...lines.slice(2)],
      [lines[0], "12", "AAAA", ""],
      lines.slice(0, 3),
    ].map((parts) => parts.join("\n"));
    expect(broken.map(parseCheckpoint)).toEqual(broken.map(() => null));
    expect(parseCheckpoint(`${lines.join("\n")}extension\n`)?.size).toBe(12);
  });
});
