/** What becomes of a batch follows from what is known of its agent alone: taken, taken already, or refused with its reason. */
import { describe, expect, test } from "bun:test";
import { emptyFrontier, grown, leafHash, rootOf } from "../../contracts/merkle.ts";
import { genesisHash } from "../../contracts/ids.ts";
import type { UploadBatch } from "../../contracts/upload.ts";
import { sha256 } from "../crypto.ts";
import { TestAgent } from "../testing/agent.ts";
import { checkEntries } from "./check.ts";
import { type Accepted, type Known, plan } from "./plan.ts";

const key = { key_id: "abk_x", secret: "abs_x" };
const nothing: Known = {
  ...{ headSeq: 0, headHash: genesisHash, frontier: emptyFrontier, publicKey: null },
  ...{ stored: new Map(), checkpoints: new Map(), keptFromSeq: 1 },
};

function planned(batch: UploadBatch, known: Known) {
  const checked = checkEntries(batch, key.secret);
  if (!checked.ok) throw new Error(checked.detail);
  return plan(batch, checked.entries, known);
}

function taken(batch: UploadBatch, known: Known): Accepted {
  const result = planned(batch, known);
  if (!result.ok) throw new Error(result.refusal.detail);
  return result;
}

/** As the agent's second entry names it. */
function keyOf({ entries }: TestAgent): string {
  const named = entries[1]?.data["public_key"];
  return typeof named === "string" ? named : "";
}

/** What is known after that: as the database keeps it. */
function knowing(known: Known, { head, frontier, publicKey, fresh, checkpoint }: Accepted): Known {
  const signed = checkpoint === null ? null : { ...cosigned(checkpoint), publicKey };
  const kept = checkpoint === null || signed === null ? [] : [[checkpoint.size, signed] as const];
  return {
    keptFromSeq: known.keptFromSeq,
    ...{ headSeq: head.seq, headHash: head.hash, frontier, publicKey },
    stored: new Map([...known.stored, ...fresh.map(({ seq, hash }) => [seq, hash] as const)]),
    checkpoints: new Map([...known.checkpoints, ...kept]),
  };
}

const cosigned = ({ size, root }: { size: number; root: Uint8Array }) => {
  return { root, cosignature: `of ${size}`, publicKey: null };
};

/** An agent of six entries and more, of which the first four were taken. */
function begun(): { agent: TestAgent; known: Known } {
  const agent = new TestAgent();
  agent.session(1);
  const first = agent.batch({ from: 1, to: 4, key });
  return { agent, known: knowing(nothing, taken(first, nothing)) };
}

describe("a batch from before", () => {
  test("the key was changed has the older key's signature: by the batch itself, or by what is kept", () => {
    const agent = new TestAgent();
    agent.session(1);
    const early = agent.batch({ from: 3, to: 6, key });
    agent.changeKey();
    const all = agent.batch({ from: 1, to: agent.seq, key });
    const known = knowing(nothing, taken(all, nothing));
    expect(planned(early, known)).toMatchObject({ ok: true, duplicates: 4, checkpoint: null });
    const other = new TestAgent(agent.id).checkpoint(agent.head(6));
    // Nothing says who signed then, and nothing is cosigned for it.
    expect(planned({ ...early, checkpoint: other }, known)).toMatchObject({ ok: true });
    const checkpoints = new Map([[6, { ...cosigned(agent.head(6)), publicKey: bytesOf(agent) }]]);
    expect(planned(early, { ...known, checkpoints }).ok).toBeTrue();
    expect(planned({ ...early, checkpoint: other }, { ...known, checkpoints }).ok).toBeFalse();
    const first = agent.batch({ from: 1, to: 6, key });
    expect(planned(first, known).ok).toBeTrue();
    expect(planned({ ...first, checkpoint: other }, known).ok).toBeFalse();
  });

  test("checkpoints were let go may begin its proof there, and nowhere else that was never cosigned", () => {
    const { agent, known } = begun();
    const batch = agent.batch({ from: 5, to: 8, key, witnessed: 2 });
    expect(planned(batch, known)).toMatchObject({ ok: false });
    expect(planned(batch, { ...known, keptFromSeq: 3 }).ok).toBeFalse();
    expect(planned(batch, { ...known, keptFromSeq: 4 }).ok).toBeTrue();
  });
});

const bytesOf = (agent: TestAgent): Uint8Array => Uint8Array.fromHex(keyOf(agent));

describe("a batch that goes on where the agent stands", () => {
  test("of a new agent is taken whole, with the key that it names and its checkpoint", () => {
    const agent = new TestAgent();
    agent.session(1);
    const batch = agent.batch({ from: 1, to: 5, key });
    const result = taken(batch, nothing);
    expect(result.fresh.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(result.head).toEqual({ seq: 5, hash: agent.entries[4]?.hash ?? "" });
    expect(result).toMatchObject({ duplicates: 0, cosignature: null });
    expect(result.publicKey?.toHex()).toBe(keyOf(agent));
    const leaves = agent.leaves(5);
    const tree = leaves.reduce((one, leaf) => grown(one, leaf, sha256), emptyFrontier);
    expect(result.frontier).toEqual(tree);
    expect(result.checkpoint).toEqual({
      ...{ size: 5, root: rootOf(tree, sha256), note: batch.checkpoint },
      text: batch.checkpoint.slice(0, batch.checkpoint.indexOf("\n\n") + 1),
    });
  });

  test("of a known one needs a proof from the checkpoint that was cosigned", () => {
    const { agent, known } = begun();
    const result = taken(agent.batch({ from: 5, to: 8, key, witnessed: 4 }), known);
    expect(result.fresh.map(({ seq }) => seq)).toEqual([5, 6, 7, 8]);
    expect(result.checkpoint?.root).toEqual(agent.head(8).root);
    expect(result.publicKey).toEqual(known.publicKey);
  });

  test("may bring again what was taken, which counts as taken and not as new", () => {
    const { agent, known } = begun();
    const result = taken(agent.batch({ from: 3, to: 6, key, witnessed: 4 }), known);
    expect([result.fresh.map(({ seq }) => seq), result.duplicates]).toEqual([[5, 6], 2]);
  });

  test("that was taken before gets the cosignature it got, and changes nothing", () => {
    const { agent, known } = begun();
    const result = taken(agent.batch({ from: 2, to: 4, key }), known);
    expect(result).toMatchObject({ fresh: [], duplicates: 3, checkpoint: null });
    expect(result.cosignature).toBe("of 4");
    expect(result.head).toEqual({ seq: 4, hash: known.headHash });
    expect(result.frontier).toEqual(known.frontier);
  });

  test("of a size that was passed and never cosigned is acknowledged without a cosignature", () => {
    const { agent, known } = begun();
    const result = taken(agent.batch({ from: 1, to: 3, key }), known);
    expect(result).toMatchObject({ duplicates: 3, checkpoint: null, cosignature: null });
  });

  test("names the last key of several, and a value that is no key is none", () => {
    const agent = new TestAgent();
    const own = keyOf(agent);
    agent.write({ kind: "key.changed", data: { public_key: "5f".repeat(32) } });
    const other = planned(agent.batch({ from: 1, to: 3, key }), nothing);
    expect(other).toMatchObject({ ok: false, refusal: { problem: "invalid-signature" } });
    for (const wrong of [`${own}0`, `0${own}`, own.toUpperCase(), 7]) {
      const next = new TestAgent();
      next.write({ kind: "key.changed", data: { public_key: wrong } });
      expect(planned(next.batch({ from: 1, to: 3, key }), nothing)).toMatchObject({
        refusal: {
          problem: "malformed-payload",
          detail: "the trace names no key that could have signed the checkpoint (key.changed)",
        },
      });
    }
  });
});

describe("a batch is refused, and nothing of it taken,", () => {
  test("behind a gap, with the number that is expected", () => {
    const { agent, known } = begun();
    expect(planned(agent.batch({ from: 6, to: 8, key, witnessed: 4 }), known)).toEqual({
      ok: false,
      incident: null,
      refusal: {
        ...{ ok: false, problem: "sequence-gap", more: { expected_seq: 5 } },
        detail: "the next entry is 5, this batch begins with 6",
      },
    });
    expect(planned(agent.batch({ from: 2, to: 3, key }), nothing).ok).toBeFalse();
  });

  test("with another entry under a number that was taken: a fork, told with both hashes", () => {
    const { agent, known } = begun();
    const stored = new Map([...known.stored, [4, "ab".repeat(32)]]);
    const result = planned(agent.batch({ from: 3, to: 6, key, witnessed: 4 }), {
      ...known,
      stored,
    });
    expect(result).toEqual({
      ok: false,
      incident: {
        ...{ kind: "chain-fork", seq: 4, known: Uint8Array.fromHex("ab".repeat(32)) },
        came: Uint8Array.fromHex(agent.entries[3]?.hash ?? ""),
        detail: "another entry of this number was taken before",
      },
      refusal: {
        ...{ ok: false, problem: "chain-fork", more: { seq: 4 } },
        detail: "entry 4 is not the one that was taken before",
      },
    });
  });

  test("when its first new entry follows another one than the last that was taken", () => {
    const { agent, known } = begun();
    const headHash = "cd".repeat(32);
    const result = planned(agent.batch({ from: 5, to: 6, key, witnessed: 4 }), {
      ...known,
      headHash,
    });
    expect(result).toMatchObject({
      ...{ ok: false, refusal: { problem: "chain-fork", more: { seq: 4 } } },
      incident: {
        ...{ seq: 4, known: Uint8Array.fromHex(headHash) },
        came: Uint8Array.fromHex(agent.entries[3]?.hash ?? ""),
      },
    });
  });

  test("with a checkpoint that is none, of another agent, or of another size", () => {
    const { agent, known } = begun();
    const batch = agent.batch({ from: 5, to: 8, key, witnessed: 4 });
    const other = new TestAgent();
    const of = (checkpoint: string) => planned({ ...batch, checkpoint }, known);
    const malformed = { ok: false, incident: null, refusal: { problem: "malformed-payload" } };
    expect(of("nothing")).toMatchObject(malformed);
    expect(of("nothing")).toMatchObject({ refusal: { detail: "the checkpoint is not one" } });
    for (const wrong of [agent.checkpoint(agent.head(7)), other.checkpoint(agent.head(8))]) {
      expect(of(wrong)).toMatchObject(malformed);
      expect(of(wrong)).toMatchObject({
        refusal: { detail: "the checkpoint must be this agent's, of size 8" },
      });
    }
  });

  test("with a checkpoint that another key signed", () => {
    const { agent, known } = begun();
    const impostor = new TestAgent(agent.id);
    const batch = agent.batch({ from: 5, to: 8, key, witnessed: 4 });
    const checkpoint = impostor.checkpoint(agent.head(8));
    expect(planned({ ...batch, checkpoint }, known)).toMatchObject({
      ...{ ok: false, incident: null },
      refusal: {
        problem: "invalid-signature",
        detail: "the checkpoint is not signed by the key that the trace names",
      },
    });
  });

  test("with a root that is not that of the entries, now or when they were taken", () => {
    const { agent, known } = begun();
    const wrong = { size: 8, root: sha256(new Uint8Array([1])) };
    const batch = agent.batch({ from: 5, to: 8, key, witnessed: 4 });
    const incident = {
      ...{ kind: "inconsistent-checkpoint", seq: 8, known: agent.head(8).root, came: wrong.root },
      detail: "the root is not that of the entries",
    };
    const forged = { ...batch, checkpoint: agent.checkpoint(wrong) };
    expect(planned(forged, known)).toMatchObject({ ok: false, incident });
    expect(planned(forged, known)).toMatchObject({
      refusal: { problem: "inconsistent-checkpoint", more: { seq: 8 }, detail: incident.detail },
    });
    const kept = new Map([...known.checkpoints, [3, cosigned({ ...wrong, size: 3 })]]);
    const again = planned(agent.batch({ from: 1, to: 3, key }), { ...known, checkpoints: kept });
    expect(again).toMatchObject({ ok: false, incident: { seq: 3, known: wrong.root } });
  });

  test("with a proof from a checkpoint that was never cosigned, or one that does not hold", () => {
    const { agent, known } = begun();
    const batch = agent.batch({ from: 5, to: 8, key, witnessed: 4 });
    const of = (consistency: Partial<UploadBatch["consistency"]>) =>
      planned({ ...batch, consistency: { ...batch.consistency, ...consistency } }, known);
    const unknown = { seq: 8, known: null, detail: "no checkpoint of size 3 was cosigned here" };
    expect(of({ from_size: 3 })).toMatchObject({ ok: false, incident: unknown });
    const broken = {
      ...{ seq: 8, known: agent.head(4).root, came: agent.head(8).root },
      detail: "the proof from size 4 does not hold",
    };
    expect(of({ proof: [] })).toMatchObject({ ok: false, incident: broken });
    expect(of({ proof: ["?", ...batch.consistency.proof.slice(1)] })).toMatchObject({
      incident: broken,
    });
    // Nothing is proved from nothing: then there must be no proof either.
    expect(of({ from_size: 0 }).ok).toBeFalse();
    expect(of({ from_size: 0, proof: [] }).ok).toBeTrue();
  });
});

test("the leaves of the tree are the hashes of the entries", () => {
  const agent = new TestAgent();
  const { frontier } = taken(agent.batch({ from: 1, to: 1, key: key }), {
    ...nothing,
    publicKey: Uint8Array.fromHex(keyOf(agent)),
  });
  const leaf = leafHash(Uint8Array.fromHex(agent.entries[0]?.hash ?? ""), sha256);
  expect(frontier).toEqual({ size: 1, roots: [leaf] });
});
