/** A proof that a trace has only grown between two of its checkpoints: nothing was taken out of it or changed. */
import * as z from "zod";
import { parseSignedCheckpoint } from "./checkpoint.ts";
import { hashBytes, isConsistent } from "./merkle.ts";
import { fromBase64, type NoteKey, parseVerifierKey, vouchersOf } from "./note.ts";
import { type ProofTools, type Witness, witnessesIn } from "./proof.ts";

/** RFC 9162 §2.1.4 of a tree of 2^53 leaves. */
const stepsMax = 54;
const noteCharsMax = 65_536;
/** Each change of keys adds one. */
const keysMax = 64;

export const consistencyFile = z.strictObject({
  format: z.literal("atlasbridge.consistency/1"),
  /** Signed notes: the earlier checkpoint and the later one. */
  first: z.string().max(noteCharsMax),
  second: z.string().max(noteCharsMax),
  /** RFC 9162 consistency proof between them, each step 32 bytes in base64. */
  proof: z.array(z.base64()).max(stepsMax),
  /** Verifier keys (C2SP signed-note) of the agent, by which the two are signed. Compare them with what its owner says. */
  keys: z.array(z.string().max(1_024)).min(1).max(keysMax),
});
export type ConsistencyFile = z.infer<typeof consistencyFile>;

export type ConsistencyVerdict =
  /** The first `from` entries are the beginning of the first `to`. `witnesses`: of the later checkpoint. */
  { ok: true; from: number; to: number; witnesses: Witness[] } | { ok: false; why: string };

export type ConsistencyTrust = {
  /** The agent's verifier keys, had from elsewhere; null: those of the file are taken. */
  trusted: readonly string[] | null;
  /** Verifier keys of witnesses whose word counts; none unless given. */
  witnesses?: readonly string[];
};

export function verifyConsistency(
  file: ConsistencyFile,
  { trusted, witnesses = [], ...tools }: Omit<ProofTools, "sha256Hex"> & ConsistencyTrust,
): ConsistencyVerdict {
  const keys = keysOf(trusted ?? file.keys, "ed25519", tools);
  const known = keysOf(witnesses, "cosignature", tools);
  if (keys === null || known === null) return { ok: false, why: "a verifier key is not one" };
  const read = (note: string) => checkpointIn(note, { keys, witnesses: known }, tools);
  const [first, second] = [read(file.first), read(file.second)];
  if (first === null || second === null) {
    return { ok: false, why: "a checkpoint is not one, or not signed by those keys" };
  }
  if (first.head.origin !== second.head.origin) {
    return { ok: false, why: "the checkpoints are of two traces" };
  }
  const proof = file.proof.map(fromBase64).filter((step) => step?.length === hashBytes);
  const steps = proof.filter((step) => step !== null);
  const isWhole = steps.length === file.proof.length;
  const how = { proof: steps, sha256: tools.sha256 };
  if (!isWhole || !isConsistent(first.head, second.head, how)) {
    return { ok: false, why: "the later checkpoint is not of what the earlier one was of" };
  }
  const { size: to } = second.head;
  return { ok: true, from: first.head.size, to, witnesses: witnessesIn(second.vouched) };
}

function keysOf(
  texts: readonly string[],
  type: NoteKey["type"],
  { sha256 }: Pick<ProofTools, "sha256">,
): NoteKey[] | null {
  const keys = texts.map((text) => parseVerifierKey(text, sha256));
  const ours = keys.filter((key) => key !== null).filter((key) => key.type === type);
  return ours.length === texts.length ? ours : null;
}

function checkpointIn(
  text: string,
  { keys, witnesses }: { keys: readonly NoteKey[]; witnesses: readonly NoteKey[] },
  tools: Omit<ProofTools, "sha256Hex">,
) {
  const signed = parseSignedCheckpoint(text);
  if (signed === null) return null;
  const { note, checkpoint: head } = signed;
  const own = keys.filter(({ name }) => name === head.origin);
  const vouched = vouchersOf(note, [...own, ...witnesses], tools);
  return vouched?.some(({ by }) => own.includes(by)) === true ? { head, vouched } : null;
}
