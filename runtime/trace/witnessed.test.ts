/** What a witness has signed is kept, and holds the trace to it: whoever changes the trace, its key and all beside it. */
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { emptyFrontier } from "../../contracts/merkle.ts";
import { cosign, type NoteKey, verifierKey } from "../../contracts/note.ts";
import { AgentKey } from "./agent-key.ts";
import { keepCosignature, readWitnesses, witnessKey } from "./cosignatures.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import type { OwnTrace } from "./own-trace.ts";
import { scratchFile } from "./scratch.example.ts";
import { sha256Bytes } from "./sha256.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import { withEntry } from "./tree.ts";
import { change, rechain } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

function newWitness(name = "witness.example.com/w1") {
  const pair = generateKeyPairSync("ed25519");
  const spki = pair.publicKey.export({ format: "der", type: "spki" });
  const publicKey = new Uint8Array(spki.subarray(-32));
  const key: NoteKey = { name, publicKey, type: "cosignature" };
  const by = {
    key,
    sign: (text: Uint8Array) => new Uint8Array(sign(null, text, pair.privateKey)),
    sha256: sha256Bytes,
  };
  return { key, cosign: (note: string, atSeconds = 1_790_000_000) => cosign(note, atSeconds, by) };
}

const witness = newWitness();

function openSigned(file: string): OwnTrace {
  return openAt(file, { keys: new AgentKey(`${file}.key`) });
}

/** The newest checkpoint in the trace. */
function newestNote(file: string): string {
  const reader = openSqliteReader(file);
  const note = reader.checkpoints().at(-1)?.note ?? "";
  reader.close();
  return note;
}

/** Two sessions; the first is witnessed. */
function witnessedTrace(): { file: string; note: string } {
  const file = scratchFile();
  const store = openSigned(file);
  draft.writeSession(store, 2);
  const note = witness.cosign(newestNote(file)) ?? "";
  const kept = keepCosignature(store, { note, witnesses: [witness.key] });
  expect(kept).toEqual({ kept: true, size: 12, witnesses: [witness.key.name] });
  draft.writeSession(store, 2);
  store.close();
  return { file, note };
}

function verified(file: string, known = [witness.key], notes: string[] = []) {
  const reader = openSqliteReader(file);
  try {
    return verifyTrace(reader, { witnessed: { known, notes } });
  } finally {
    reader.close();
  }
}

const faultsOf = (...args: Parameters<typeof verified>): string[] =>
  verified(...args).faults.map(({ seq, fault }) => `${seq} ${fault}`);

/** As an attacker would who knows all of the file: the tree is made to fit as well. */
function replant(file: string): void {
  const reader = openSqliteReader(file);
  const hashes = [...reader.rows()].map(({ hash }) => hash);
  reader.close();
  const { roots } = hashes.reduce(withEntry, emptyFrontier);
  change(file, `UPDATE tree SET roots = '${roots.map((root) => root.toHex()).join("")}'`);
}

describe("a cosignature", () => {
  test("is kept once with its checkpoint, and says up to where the witness vouches", () => {
    const { file, note } = witnessedTrace();
    expect(verified(file)).toMatchObject({
      ok: true,
      witnesses: [{ name: witness.key.name, to_seq: 12 }],
    });
    const store = openSigned(file);
    keepCosignature(store, { note, witnesses: [witness.key] });
    const later = witness.cosign(newestNote(file), 1_790_000_060) ?? "";
    keepCosignature(store, { note: later, witnesses: [witness.key] });
    store.close();
    const reader = openSqliteReader(file);
    expect(reader.cosignatures().map(({ size, at_s }) => [size, at_s])).toEqual([
      [12, 1_790_000_000],
      [22, 1_790_000_060],
    ]);
    reader.close();
    expect(verified(file).witnesses).toEqual([{ name: witness.key.name, to_seq: 22 }]);
    // Of one who is not trusted nothing is said.
    expect(verified(file, [])).toMatchObject({ ok: true, witnesses: [] });
  });

  test("that is none, of another trace, of a stranger, or changed is not kept", () => {
    const { file, note } = witnessedTrace();
    const other = witnessedTrace();
    const store = openSigned(file);
    const stranger = newWitness("stranger").cosign(newestNote(file)) ?? "";
    for (const [given, why] of [
      ["nothing", "it is no checkpoint"],
      [other.note, "it is of another trace"],
      [stranger, "no witness that is known has signed it"],
      [newestNote(file), "no witness that is known has signed it"],
      [note.replace("\n12\n", "\n13\n"), "a signature in it does not hold"],
    ] as const) {
      const kept = keepCosignature(store, { note: given, witnesses: [witness.key] });
      expect(kept).toEqual({ kept: false, why });
    }
    store.close();
  });
});

describe("what the witness signed contradicts", () => {
  test("a trace written anew with its owner's own key", () => {
    const { file } = witnessedTrace();
    change(file, "UPDATE entries SET at = at + 1 WHERE seq = 6", "DELETE FROM checkpoints");
    rechain(file, 6);
    expect(faultsOf(file)).toEqual(["1 witness_contradicted"]);
    expect(verified(file).faults[0]?.message).toContain("2026-09-21T14:13:20.000Z");
  });

  test("a second history, shown by a note that the witness gives out", () => {
    const { file, note } = witnessedTrace();
    const rewritten = `${file}.rewritten`;
    copyFileSync(file, rewritten);
    change(
      rewritten,
      "UPDATE entries SET at = at + 1 WHERE seq = 6",
      "DELETE FROM checkpoints",
      "DELETE FROM cosignatures",
    );
    rechain(rewritten, 6);
    replant(rewritten);
    expect(faultsOf(rewritten)).toEqual([]);
    expect(faultsOf(rewritten, [witness.key], [note])).toEqual(["1 witness_contradicted"]);
    expect(faultsOf(file, [witness.key], [note])).toEqual([]);
  });

  test("a trace whose end was cut off behind the witness's back", () => {
    const { file, note } = witnessedTrace();
    change(
      file,
      ...["entries WHERE seq", "claims WHERE seq", "checkpoints WHERE size"].map(
        (which) => `DELETE FROM ${which} > 9`,
      ),
    );
    expect(faultsOf(file)).toContain("10 truncated");
    change(file, "DELETE FROM cosignatures");
    expect(faultsOf(file, [witness.key], [note])).toContain("10 truncated");
  });

  test("a cosignature that was forged, moved, or is of another trace", () => {
    const { file } = witnessedTrace();
    const other = witnessedTrace();
    change(file, "UPDATE cosignatures SET size = 11");
    expect(faultsOf(file)).toEqual(["11 cosignature_invalid"]);
    change(file, `UPDATE cosignatures SET size = 12, note = replace(note, 'w1 ', 'w1 A')`);
    expect(faultsOf(file)).toEqual(["12 cosignature_invalid"]);
    change(file, `UPDATE cosignatures SET note = '${other.note}'`);
    expect(faultsOf(file)).toEqual(["12 cosignature_invalid"]);
  });
});

describe("the list of witnesses", () => {
  test("is a verifier key a line, with remarks; a plain signer's key makes no witness", () => {
    const file = `${scratchFile()}.witnesses`;
    const key = verifierKey(witness.key, sha256Bytes);
    expect(readWitnesses(file)).toEqual([]);
    writeFileSync(file, `# ours\n\n${key}\n`);
    expect(readWitnesses(file)).toEqual([witness.key]);
    expect(witnessKey(verifierKey({ ...witness.key, type: "ed25519" }, sha256Bytes))).toBeNull();
    writeFileSync(file, `${key}\nnonsense\n`);
    expect(() => readWitnesses(file)).toThrow(`${file}:2: not the verifier key of a witness`);
    rmSync(file);
  });
});

test("a note keeps its agent's signature beside the witness's", () => {
  const { note } = witnessedTrace();
  const names = parseSignedCheckpoint(note)?.note.signatures.map(({ name }) => name);
  expect(names).toEqual([expect.stringContaining("atlasbridge/trace/"), witness.key.name]);
});
