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

export type ProofVerdict =
  /** `key`: it all hangs on this one being the agent's. */
  { ok: true; key: NoteKey; size: number } | { ok: false; why: string };

/** `trusted`: the agent's verifier key, had from elsewhere; null: that of the proof is taken, and returned. */
export function verifyProof(
  proof: EntryProof,
  { trusted, ...tools }: ProofTools & { trusted: string | null },
): ProofVerdict {
  const why = entryFault(proof, tools) ?? contentFault(proof, tools);
  if (why !== null) return { ok: false, why };
  const key = parseVerifierKey(trusted ?? proof.key, tools.sha256);
  if (key === null) return { ok: false, why: "the verifier key is not one" };
  if (key.name !== originOf(proof.entry.agent_id)) {
    return { ok: false, why: "the key is that of another agent's trace" };
  }
  return checkpointVerdict(proof, key, tools);
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

function checkpointVerdict(proof: EntryProof, key: NoteKey, tools: ProofTools): ProofVerdict {
  const signed = parseSignedCheckpoint(proof.checkpoint);
  if (signed === null) return { ok: false, why: "the checkpoint is not one" };
  const { note, checkpoint: head } = signed;
  if (head.origin !== key.name) return { ok: false, why: "the checkpoint is of another trace" };
  const vouched = vouchersOf(note, [agentKey(proof.entry.agent_id, key.publicKey)], tools);
  if (vouched === null || vouched.length === 0) {
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
  return { ok: true, key, size: head.size };
}
