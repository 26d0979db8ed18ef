/** The place in the queue moves forward with acknowledgements alone, and what vouches for a batch is true of it. */
import { describe, expect, test } from "bun:test";
import { agentKey, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { genesisHash } from "../../contracts/ids.ts";
import { isConsistent } from "../../contracts/merkle.ts";
import { vouchersOf } from "../../contracts/note.ts";
import { manualClock } from "../manual-clock.ts";
import { archiveTrace } from "./archive.ts";
import { ed25519Verify } from "./ed25519.ts";
import { eraseSome } from "./erase.ts";
import { OutgoingTrace } from "./outgoing.example.ts";
import { sha256Bytes } from "./sha256.ts";
import { scratchFile } from "./scratch.example.ts";
import { archiveFolder, openSqliteReader } from "./sqlite-reader.ts";

const ack = { at: 5, cosigned: null, keyExpiresAt: null };
const trouble = { at: 7, problem: "x", detail: "y", stopped: true, again_at: null };

describe("the cursor", () => {
  test("begins before the first entry, and moves to what is acknowledged, never back", () => {
    const { outgoing, hashes } = new OutgoingTrace();
    expect(outgoing.state()).toMatchObject({ ackedSeq: 0, ackedHash: genesisHash, ackedAt: null });
    outgoing.acknowledge({ ...ack, seq: 9 });
    outgoing.acknowledge({ ...ack, seq: 4 });
    expect(outgoing.state()).toMatchObject({ ackedSeq: 9, ackedHash: hashes[8], ackedAt: 5 });
    expect([...outgoing.after(9)].map(({ seq }) => seq)).toEqual([10, 11, 12, 13, 14, 15, 16]);
  });

  test("cannot be moved to an entry that is not there", () => {
    const { outgoing } = new OutgoingTrace();
    expect(() => outgoing.acknowledge({ ...ack, seq: 17 })).toThrow();
    expect(outgoing.state().ackedSeq).toBe(0);
  });

  test("moves back where what follows must be sent again, as if it never had been", () => {
    const { outgoing, hashes } = new OutgoingTrace();
    outgoing.acknowledge({ ...ack, seq: 6 });
    const { note } = outgoing.vouch(12);
    outgoing.acknowledge({ ...ack, seq: 16, cosigned: note });
    outgoing.rewind(6);
    expect(outgoing.state()).toMatchObject({ ackedSeq: 6, ackedHash: hashes[5] });
    expect(outgoing.vouch(12)).toEqual({ note, fromSize: 0, proof: [] });
    outgoing.rewind(0);
    expect(outgoing.state()).toMatchObject({ ackedSeq: 0, ackedHash: genesisHash });
  });

  test("is of one service: another one is sent everything", () => {
    const trace = new OutgoingTrace();
    trace.outgoing.acknowledge({ ...ack, seq: 9 });
    trace.outgoing.tell(trouble);
    expect(trace.to("http://127.0.0.1:1").state()).toMatchObject({ ackedSeq: 9, trouble });
    expect(trace.to("https://x.example").state()).toMatchObject({ ackedSeq: 0, trouble: null });
  });

  test("can be read without a hand in the trace, and trouble is gone with the next acknowledgement", () => {
    const { outgoing, file } = new OutgoingTrace();
    outgoing.tell(trouble);
    const reader = openSqliteReader(file);
    expect(reader.upload()).toMatchObject({ ackedSeq: 0, trouble });
    outgoing.acknowledge({ ...ack, seq: 1 });
    expect(reader.upload()).toMatchObject({ ackedSeq: 1, trouble: null });
    reader.close();
  });
});

describe("what vouches for a batch", () => {
  test("is signed by the agent's key, and proved to continue what was cosigned last", () => {
    const trace = new OutgoingTrace();
    const { outgoing } = trace;
    let last = outgoing.vouch(3);
    outgoing.acknowledge({ ...ack, seq: 3, cosigned: last.note });
    for (const size of [4, 7, 11, 16]) {
      const next = outgoing.vouch(size);
      const [before, after] = [last, next].map(({ note }) => parseSignedCheckpoint(note));
      if (!before || !after) throw new Error("no checkpoint");
      const { proof } = next;
      const heads = [before.checkpoint, after.checkpoint] as const;
      expect(isConsistent(...heads, { proof, sha256: sha256Bytes })).toBe(true);
      expect(after.checkpoint.size).toBe(size);
      outgoing.acknowledge({ ...ack, seq: size, cosigned: next.note });
      last = next;
    }
    expect(trace.report()).toMatchObject({ ok: true, signed_to: 16 });
  });

  test("is the checkpoint that was signed already, where there is one", () => {
    const trace = new OutgoingTrace();
    trace.session();
    const reader = openSqliteReader(trace.file);
    const kept = reader.checkpoints().find(({ size }) => size === 30);
    reader.close();
    expect(trace.outgoing.vouch(30).note).toBe(kept?.note ?? "");
  });

  test("is not signed for a time when another key was in force, but had from what it signed then", () => {
    const trace = new OutgoingTrace();
    trace.session();
    const signs = trace.outgoing.vouch(30).note;
    const other = trace.to("http://127.0.0.1:1", { pair: () => null });
    expect(other.vouchableTo(31)).toBe(30);
    expect(other.vouch(30).note).toBe(signs);
    expect(() => other.vouch(25)).toThrow();
  });

  test("names its agent, and is nobody else's", () => {
    const { outgoing, folder } = new OutgoingTrace();
    const signed = parseSignedCheckpoint(outgoing.vouch(16).note);
    const by = { verify: ed25519Verify, sha256: sha256Bytes };
    const stranger = agentKey(outgoing.agentId, new Uint8Array(32));
    expect(signed === null ? null : vouchersOf(signed.note, [stranger], by)).toEqual([]);
    expect(folder).not.toBe("");
  });
});

describe("a trace whose owner has tidied it up", () => {
  const before = Date.parse("2026-09-01T00:00:00Z");

  test("is sent from its archives too, and vouched for in the middle of them", () => {
    const clock = manualClock(Date.parse("2026-07-10T00:00:00Z"));
    const trace = new OutgoingTrace(14, scratchFile(), clock);
    trace.session();
    clock.advance(90 * 86_400_000);
    trace.note(4);
    const { hashes } = trace;
    const folder = archiveFolder(trace.file);
    expect(archiveTrace(trace.store, { folder, before }).archives).toHaveLength(1);
    const { outgoing } = trace;
    expect([...outgoing.after(0)].map(({ hash }) => hash).slice(0, hashes.length)).toEqual(hashes);
    let last = outgoing.vouch(9);
    for (const size of [20, 32, 35]) {
      outgoing.acknowledge({
        ...ack,
        seq: last.fromSize === 0 ? 9 : size - 1,
        cosigned: last.note,
      });
      const next = outgoing.vouch(size);
      const [from, to] = [last, next].map(({ note }) => parseSignedCheckpoint(note)?.checkpoint);
      if (!from || !to) throw new Error("no checkpoint");
      expect(isConsistent(from, to, { proof: next.proof, sha256: sha256Bytes })).toBe(true);
      last = next;
    }
    outgoing.rewind(4);
    expect(outgoing.state().ackedHash).toBe(hashes[3] ?? "");
    expect(trace.report()).toMatchObject({ ok: true });
  });

  test("has no content to show where it was erased", () => {
    const trace = new OutgoingTrace(0);
    trace.session();
    const what = { fromSeq: 1, toSeq: 16, reason: "asked" } as const;
    eraseSome(trace.store, what, archiveFolder(trace.file));
    for (const { content, salt } of trace.outgoing.after(0)) {
      expect([content, salt]).toEqual([null, null]);
    }
  });
});
