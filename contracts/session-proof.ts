/** A session's entries with the proof that they stand, in this order, in a trace that its agent has signed. */
import * as z from "zod";
import { canonicalJson } from "./canonical.ts";
import { contentHash } from "./chain.ts";
import { agentKey, originOf, parseSignedCheckpoint } from "./checkpoint.ts";
import { agentId, sessionId } from "./ids.ts";
import { partRoot } from "./merkle-part.ts";
import { isSame, leafHash } from "./merkle.ts";
import { fromBase64, type NoteKey, parseVerifierKey, vouchersOf } from "./note.ts";
import { type ProofTools, type Trust, type Witness, witnessesIn } from "./proof.ts";
import { uploadEntry } from "./upload.ts";

export const sessionProofFormat = "atlasbridge.session-proof/1";
export const sessionProofEntriesMax = 20_000;

/** As it was uploaded, without the MAC of the upload. Kinds and fields may be of a newer version. */
const provedEntry = uploadEntry.omit({ mac: true });
export type ProvedEntry = z.infer<typeof provedEntry>;

export const sessionProof = z.strictObject({
  format: z.literal(sessionProofFormat),
  agent_id: agentId,
  session_id: sessionId,
  /** Ascending. Content where it was shared; `shown` in its place is proved by nothing. */
  entries: z.array(provedEntry).min(1).max(sessionProofEntriesMax),
  /** A signed note that covers the last of them, with what witnesses signed of it. */
  checkpoint: z.string().max(65_536),
  /** Roots of what lies between the entries in the tree (`partProof`), each 32 bytes in base64. */
  proof: z.array(z.base64()).max(sessionProofEntriesMax * 53),
  /** Verifier key (C2SP signed-note) of the agent. Compare it with what its owner says it is. */
  key: z.string().max(1_024),
});
export type SessionProof = z.infer<typeof sessionProof>;

export type SessionVerdict =
  | {
      ok: true;
      key: NoteKey;
      /** Of the trace that was signed. */
      size: number;
      witnesses: Witness[];
      /** From its start entry to its end entry, with as many prompts as the latter says. */
      isWhole: boolean;
    }
  | { ok: false; why: string };

/** What is not among the entries cannot be seen by this alone; that none of a whole session was left out, can. */
export function verifySession(
  proof: SessionProof,
  { trusted, witnesses = [], ...tools }: ProofTools & Trust,
): SessionVerdict {
  const why = entriesFault(proof, tools);
  if (why !== null) return { ok: false, why };
  const key = parseVerifierKey(trusted ?? proof.key, tools.sha256);
  if (key === null) return { ok: false, why: "the verifier key is not one" };
  if (key.name !== originOf(proof.agent_id)) {
    return { ok: false, why: "the key is that of another agent's trace" };
  }
  const known = witnesses.map((text) => parseVerifierKey(text, tools.sha256));
  const cosigners = known
    .filter((one) => one !== null)
    .filter(({ type }) => type === "cosignature");
  if (cosigners.length !== witnesses.length) {
    return { ok: false, why: "the verifier key of a witness is not one" };
  }
  return signedVerdict(proof, { key, cosigners }, tools);
}

function entriesFault(proof: SessionProof, tools: ProofTools): string | null {
  for (const [at, entry] of proof.entries.entries()) {
    const why = entryFault(proof, entry, tools) ?? placeFault(entry, proof.entries[at - 1]);
    if (why !== null) return `entry ${entry.seq} ${why}`;
  }
  return null;
}

function entryFault(
  { agent_id, session_id }: SessionProof,
  entry: ProvedEntry,
  tools: ProofTools,
): string | null {
  const { hash, content, salt, shown: _shown, ...unhashed } = entry;
  if (entry.agent_id !== agent_id || entry.session_id !== session_id) {
    return "is of another session";
  }
  if (tools.sha256Hex(canonicalJson(unhashed)) !== hash) {
    return "was changed: its hash does not match its fields";
  }
  if (content === undefined && salt === undefined) return null;
  if (content === undefined || salt === undefined) return "has content or salt alone";
  const own = contentHash(content, Uint8Array.fromHex(salt), tools.sha256Hex);
  return own === entry.content_hash ? null : "has other content than it commits to";
}

function placeFault(entry: ProvedEntry, before: ProvedEntry | undefined): string | null {
  if (before === undefined) return null;
  if (entry.seq <= before.seq) return "does not come after the one before it";
  const follows = entry.seq !== before.seq + 1 || entry.prev === before.hash;
  return follows ? null : "does not follow the one before it";
}

type Signers = { key: NoteKey; cosigners: readonly NoteKey[] };

function signedVerdict(
  proof: SessionProof,
  { key, cosigners }: Signers,
  tools: ProofTools,
): SessionVerdict {
  const signed = parseSignedCheckpoint(proof.checkpoint);
  if (signed === null) return { ok: false, why: "the checkpoint is not one" };
  const { note, checkpoint: head } = signed;
  if (head.origin !== key.name) return { ok: false, why: "the checkpoint is of another trace" };
  const signer = agentKey(proof.agent_id, key.publicKey);
  const vouched = vouchersOf(note, [signer, ...cosigners], tools);
  if (vouched?.some(({ by }) => by === signer) !== true) {
    return { ok: false, why: "the checkpoint is not signed by that key" };
  }
  const steps = proof.proof.map(fromBase64).filter((step) => step !== null);
  const part = {
    size: head.size,
    places: proof.entries.map(({ seq }) => seq - 1),
    leaves: proof.entries.map(({ hash }) => leafHash(Uint8Array.fromHex(hash), tools.sha256)),
    proof: steps,
  };
  const root = steps.length === proof.proof.length ? partRoot(part, tools.sha256) : null;
  if (root === null || !isSame(root, head.root)) {
    const why = "the entries are not among those that the checkpoint was signed over";
    return { ok: false, why };
  }
  const isWhole = isWholeSession(proof.entries);
  return { ok: true, key, size: head.size, witnesses: witnessesIn(vouched), isWhole };
}

function isWholeSession(entries: readonly ProvedEntry[]): boolean {
  const last = entries.at(-1);
  if (entries[0]?.kind !== "session.started" || last === undefined) return false;
  const end = entries.findLast(({ kind }) => kind === "session.ended");
  const prompts = entries.filter(({ kind }) => kind === "prompt.detected").length;
  return end !== undefined && end.data["prompts"] === prompts;
}
