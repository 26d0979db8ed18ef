/** Decides what becomes of a batch, from what is known of its agent: nothing is read or written here. */
import { agentKey, originOf, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import {
  type Frontier,
  grown,
  isConsistent,
  isSame,
  leafHash,
  rootOf,
} from "../../contracts/merkle.ts";
import { fromBase64, type Note, vouchersOf } from "../../contracts/note.ts";
import type { UploadBatch } from "../../contracts/upload.ts";
import { ed25519Verify, sha256 } from "../crypto.ts";
import type { CheckedEntry } from "./check.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** What the database knows; of an agent that was never seen: nothing. */
export type Known = {
  headSeq: number;
  /** 64 hex digits. */
  headHash: string;
  frontier: Frontier;
  publicKey: Uint8Array | null;
  /** Hashes of stored entries, by number: those that the batch brings again. */
  stored: ReadonlyMap<number, string>;
  /** Checkpoints, by size: the batch's own, and the one that it continues. */
  checkpoints: ReadonlyMap<number, KnownCheckpoint>;
  /** Entries before this one were let go, and the checkpoints over them but for the last. */
  keptFromSeq: number;
};

export type KnownCheckpoint = {
  root: Uint8Array;
  cosignature: string;
  /** Whose signature it bears; null where that was not written down. */
  publicKey: Uint8Array | null;
};

export type Incident = {
  kind: "chain-fork" | "inconsistent-checkpoint";
  seq: number;
  known: Uint8Array | null;
  came: Uint8Array;
  detail: string;
};

export type Accepted = {
  ok: true;
  fresh: CheckedEntry[];
  duplicates: number;
  head: { seq: number; hash: string };
  frontier: Frontier;
  publicKey: Uint8Array | null;
  /** To be cosigned and kept; null when there is nothing new in it. */
  checkpoint: { size: number; root: Uint8Array; text: string; note: string } | null;
  /** Of a checkpoint that was cosigned before. */
  cosignature: string | null;
};

export type Plan = Accepted | { ok: false; refusal: Refusal; incident: Incident | null };

export function plan(batch: UploadBatch, entries: readonly CheckedEntry[], known: Known): Plan {
  const first = entries[0]?.seq ?? 0;
  if (first > known.headSeq + 1) {
    const expected_seq = known.headSeq + 1;
    const detail = `the next entry is ${expected_seq}, this batch begins with ${first}`;
    return refused(refuse("sequence-gap", detail, { expected_seq }));
  }
  const fork = forkIn(entries, known);
  if (fork !== null) {
    const detail = `entry ${fork.seq} is not the one that was taken before`;
    return refused(refuse("chain-fork", detail, { seq: fork.seq }), fork);
  }
  const fresh = entries.filter(({ seq }) => seq > known.headSeq);
  const frontier = fresh.reduce(
    (tree, { hash }) => grown(tree, leafHash(Uint8Array.fromHex(hash), sha256), sha256),
    known.frontier,
  );
  const last = fresh.at(-1);
  const head = {
    seq: last?.seq ?? known.headSeq,
    hash: last?.hash ?? known.headHash,
  };
  const named = lastKeyIn(fresh) ?? known.publicKey;
  const checked = checkpointOf(batch, { known, frontier, publicKey: named, entries });
  if ("refusal" in checked) return checked;
  return {
    ok: true,
    fresh,
    duplicates: entries.length - fresh.length,
    head,
    frontier,
    publicKey: named,
    ...checked,
  };
}

function refused(refusal: Refusal, incident: Incident | null = null): Plan & { ok: false } {
  return { ok: false, refusal, incident };
}

/** The first entry that is another one than was taken under its number, or that follows another one. */
function forkIn(
  entries: readonly CheckedEntry[],
  { headSeq, headHash, stored }: Known,
): Incident | null {
  for (const { seq, hash, prev } of entries) {
    const before = stored.get(seq);
    if (seq <= headSeq && before !== undefined && before !== hash) {
      return fork(seq, before, hash);
    }
    // Its predecessor, which is not in the batch, would have to be another one.
    if (seq === headSeq + 1 && prev !== headHash) return fork(headSeq, headHash, prev);
  }
  return null;
}

function fork(seq: number, known: string, came: string): Incident {
  return {
    kind: "chain-fork",
    seq,
    known: Uint8Array.fromHex(known),
    came: Uint8Array.fromHex(came),
    detail: "another entry of this number was taken before",
  };
}

/** The key that the trace names last; entries of this kind are hashed and chained like all others. */
function lastKeyIn(entries: readonly CheckedEntry[]): Uint8Array | null {
  const named = entries.findLast(({ kind }) => kind === "key.changed")?.data["public_key"];
  return typeof named === "string" && /^[0-9a-f]{64}$/.test(named)
    ? Uint8Array.fromHex(named)
    : null;
}

type Circumstances = {
  known: Known;
  frontier: Frontier;
  publicKey: Uint8Array | null;
  entries: readonly CheckedEntry[];
};
type Witnessed = Pick<Accepted, "checkpoint" | "cosignature">;

function checkpointOf(
  batch: UploadBatch,
  circumstances: Circumstances,
): Witnessed | (Plan & { ok: false }) {
  const read = readOwn(batch);
  if ("ok" in read) return refused(read);
  const { note, checkpoint } = read;
  const { known, frontier } = circumstances;
  const { root, size } = checkpoint;
  const before = known.checkpoints.get(size);
  const unsigned = signatureFault(note, batch.agent.id, signerOf(size, circumstances));
  if (unsigned !== null) return refused(unsigned);
  // Of a tree that has grown further since, the root is known only if it was kept.
  const own = size === frontier.size ? rootOf(frontier, sha256) : (before?.root ?? null);
  if (own !== null && !isSame(own, root)) {
    return inconsistent({ size, known: own, came: root }, "the root is not that of the entries");
  }
  const proof = consistencyFault(batch, { size, root }, known);
  if (proof !== null) return proof;
  if (before !== undefined) return { checkpoint: null, cosignature: before.cosignature };
  const kept = { size, root, text: note.text, note: batch.checkpoint };
  return { checkpoint: own === null ? null : kept, cosignature: null };
}

type Signer = Uint8Array | null | "not known any more";

/**
 * Who must have signed. A batch that brings nothing new may be from before the key was changed: then by the key of that
 * time, as far as that can be known. Nothing is cosigned for it in either case.
 */
function signerOf(size: number, { known, frontier, publicKey, entries }: Circumstances): Signer {
  if (size === frontier.size) return publicKey;
  return lastKeyIn(entries) ?? known.checkpoints.get(size)?.publicKey ?? "not known any more";
}

/** The batch's checkpoint, when it is this agent's and of exactly the batch's size. */
function readOwn({ agent, entries, checkpoint: text }: UploadBatch) {
  const size = entries.at(-1)?.seq ?? 0;
  const read = parseSignedCheckpoint(text);
  if (read === null) return refuse("malformed-payload", "the checkpoint is not one");
  if (read.checkpoint.origin === originOf(agent.id) && read.checkpoint.size === size) return read;
  return refuse("malformed-payload", `the checkpoint must be this agent's, of size ${size}`);
}

function signatureFault(note: Note, agent: string, publicKey: Signer): Refusal | null {
  if (publicKey === "not known any more") return null;
  if (publicKey === null) {
    const detail = "the trace names no key that could have signed the checkpoint (key.changed)";
    return refuse("malformed-payload", detail);
  }
  const key = agentKey(agent, publicKey);
  const vouched = vouchersOf(note, [key], { verify: ed25519Verify, sha256 });
  if (vouched !== null && vouched.length > 0) return null;
  return refuse(
    "invalid-signature",
    "the checkpoint is not signed by the key that the trace names",
  );
}

function inconsistent(
  { size, known, came }: { size: number; known: Uint8Array | null; came: Uint8Array },
  detail: string,
): Plan & { ok: false } {
  const incident: Incident = { kind: "inconsistent-checkpoint", seq: size, known, came, detail };
  return refused(refuse("inconsistent-checkpoint", detail, { seq: size }), incident);
}

/** The tree that was cosigned last must be the beginning of this one, and the proof must show it. */
function consistencyFault(
  batch: UploadBatch,
  head: { size: number; root: Uint8Array },
  known: Known,
): (Plan & { ok: false }) | null {
  const { from_size, proof } = batch.consistency;
  const hashes = proof.map((one) => fromBase64(one) ?? new Uint8Array(0));
  const from = known.checkpoints.get(from_size);
  if (from_size === 0 && hashes.length === 0) return null;
  // It was here and was let go. What it would prove is known anyhow: the root is that of the entries themselves.
  if (from === undefined && from_size < known.keptFromSeq - 1) return null;
  const came = { size: head.size, known: from?.root ?? null, came: head.root };
  if (from === undefined) {
    return inconsistent(came, `no checkpoint of size ${from_size} was cosigned here`);
  }
  const first = { size: from_size, root: from.root };
  if (isConsistent(first, head, { proof: hashes, sha256 })) return null;
  return inconsistent(came, `the proof from size ${from_size} does not hold`);
}
