/** A proof that one entry stands in a signed trace, which shows nothing of the others and needs no database. */
import * as z from "zod";
import { contentHash, entryHash, type Sha256Hex } from "./chain.ts";
import { agentKey, originOf, parseSignedCheckpoint } from "./checkpoint.ts";
import { hashBytes, isIncluded, leafHash, type Sha256 } from "./merkle.ts";
import {
  type Ed25519Verify,
  fromBase64,
  type NoteKey,
  parseVerifierKey,
  type Vouched,
  vouchersOf,
} from "./note.ts";
import { entry } from "./trace.ts";

/** A path through a tree of 2^53 leaves has this many steps. */
const stepsMax = 53;

/** `trace prove SEQ` */
export const entryProof = z.strictObject({
  format: z.literal("atlasbridge.proof/1"),
  /** The entry with its hash; of its content only the commitment. */
  entry,
  /** What the commitment is of, where it is shown; null where it is withheld, erased, or there is none. */
  content: z.unknown(),
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  /** A signed note that covers the entry. */
  checkpoint: z.string().max(65_536),
  /** RFC 9162 audit path from the entry to the checkpoint's root, each step 32 bytes in base64. */
  path: z.array(z.base64()).max(stepsMax),
  /** Verifier key (C2SP signed-note) of the agent. Compare it with what its owner says it is. */
  key: z.string().max(1_024),
});
export type EntryProof = z.infer<typeof entryProof>;

export type ProofTools = { sha256: Sha256; sha256Hex: Sha256Hex; verify: Ed25519Verify };

/** A witness that has cosigned the checkpoint, and the time that it tells, in seconds since 1970. */
export type Witness = { name: string; atSeconds: number };

export type ProofVerdict =
  /** `key`: it all hangs on this one being the agent's. `witnesses`: of those that were given. */
  { ok: true; key: NoteKey; size: number; witnesses: Witness[] } | { ok: false; why: string };

export type Trust = {
  /** The agent's verifier key, had from elsewhere; null: that of the proof is taken, and returned. */
  trusted: string | null;
  /** Verifier keys of witnesses whose word counts; none unless given. */
  witnesses?: readonly string[];
};

export function verifyProof(
  proof: EntryProof,
  { trusted, witnesses = [], ...tools }: ProofTools & Trust,
): ProofVerdict {
  const why = entryFault(proof, tools) ?? contentFault(proof, tools);
  if (why !== null) return { ok: false, why };
  const key = parseVerifierKey(trusted ?? proof.key, tools.sha256);
  if (key === null) return { ok: false, why: "the verifier key is not one" };
  if (key.name !== originOf(proof.entry.agent_id)) {
    return { ok: false, why: "the key is that of another agent's trace" };
  }
  const known = witnesses.map((text) => parseVerifierKey(text, tools.sha256));
  if (known.some((one) => one?.type !== "cosignature")) {
    return { ok: false, why: "the verifier key of a witness is not one" };
  }
  const trust = { key, witnesses: known.filter((one) => one !== null) };
  return checkpointVerdict(proof, trust, tools);
}

function entryFault(
  { entry: { hash, ...unhashed } }: EntryProof,
  tools: ProofTools,
): string | null {
  if (entryHash(unhashed, tools.sha256Hex) === hash) return null;
  return "the entry was changed: its hash does not match its fields";
}

function contentFault(
  { entry: about, content, salt }: EntryProof,
  tools: ProofTools,
): string | null {
  if (salt === null) return content === null ? null : "content without its salt proves nothing";
  const bytes = Uint8Array.fromHex(salt);
  if (about.content_hash === contentHash(content, bytes, tools.sha256Hex)) return null;
  return "the content is not what the entry committed to";
}

function checkpointVerdict(
  proof: EntryProof,
  { key, witnesses }: { key: NoteKey; witnesses: readonly NoteKey[] },
  tools: ProofTools,
): ProofVerdict {
  const signed = parseSignedCheckpoint(proof.checkpoint);
  if (signed === null) return { ok: false, why: "the checkpoint is not one" };
  const { note, checkpoint: head } = signed;
  if (head.origin !== key.name) return { ok: false, why: "the checkpoint is of another trace" };
  const signer = agentKey(proof.entry.agent_id, key.publicKey);
  const vouched = vouchersOf(note, [signer, ...witnesses], tools);
  if (vouched?.some(({ by }) => by === signer) !== true) {
    return { ok: false, why: "the checkpoint is not signed by that key" };
  }
  const path = proof.path.map(fromBase64);
  const steps = path.filter((step) => step?.length === hashBytes).filter((step) => step !== null);
  const leaf = leafHash(Uint8Array.fromHex(proof.entry.hash), tools.sha256);
  const isWhole = steps.length === path.length;
  const index = proof.entry.seq - 1;
  if (!isWhole || !isIncluded({ leaf, index, head, proof: steps }, tools.sha256)) {
    return { ok: false, why: "the entry is not among those that the checkpoint was signed over" };
  }
  return { ok: true, key, size: head.size, witnesses: witnessesIn(vouched) };
}

export function witnessesIn(vouched: readonly Vouched[]): Witness[] {
  return vouched.flatMap(({ by, atSeconds }) => {
    return atSeconds === null ? [] : [{ name: by.name, atSeconds }];
  });
}
