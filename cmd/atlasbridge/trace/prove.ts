/** `trace prove`: a proof of one entry that can be checked without the trace; and the checking of one. */
import { readFileSync, statSync } from "node:fs";
import * as z from "zod";
import { agentKey } from "../../../contracts/checkpoint.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { emptyFrontier, inclusionProof, leafHash, type Leaves } from "../../../contracts/merkle.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { verifierKey, withSignatures } from "../../../contracts/note.ts";
import {
  type EntryProof,
  entryProof,
  type ProofVerdict,
  verifyProof,
} from "../../../contracts/proof.ts";
import { sessionProof, sessionProofFormat } from "../../../contracts/session-proof.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceProofView } from "../../../contracts/views.ts";
import { readKeyFile } from "../../../runtime/trace/key-file.ts";
import type { CheckpointRow } from "../../../runtime/trace/checkpoints.ts";
import { readWitnesses } from "../../../runtime/trace/cosignatures.ts";
import { ed25519Verify } from "../../../runtime/trace/ed25519.ts";
import { sha256, sha256Bytes } from "../../../runtime/trace/sha256.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { visible, visibleJson } from "../visible.ts";
import { verifySessionProof } from "./prove-session.ts";
import { noSessions, noSuchEntry, openTrace, withTrace } from "./source.ts";

/** A session of many entries with their content, and some room. */
const proofBytesMax = 67_108_864;

export async function proveEntry(
  cli: Cli,
  seq: number,
  { content = false }: { content?: boolean },
): Promise<number> {
  return await withTrace(cli, (trace) => {
    if (trace === null)
      throw new AtlasError("not_found", `there is no entry ${seq}: ${noSessions}`);
    const proof = proofOf(trace, seq, content);
    const verdict = verifyProof(proof, { ...tools, trusted: null });
    // A trace that was tampered with proves nothing, and must not seem to.
    if (!verdict.ok) {
      const message = `entry ${seq} cannot be proved: ${verdict.why}; "atlasbridge trace verify" tells what is wrong with the trace`;
      throw new AtlasError("trace_corrupt", message);
    }
    cli.raw(`${visibleJson(proof)}\n`);
    return exitCodes.ok;
  });
}

const tools = { sha256: sha256Bytes, sha256Hex: sha256, verify: ed25519Verify };

function proofOf(trace: TraceReader, seq: number, withContent: boolean): EntryProof {
  const [found] = trace.entries({ afterSeq: seq - 1 });
  if (found?.seq !== seq) throw noSuchEntry(trace, seq);
  const sizes = new Set(trace.cosignatures().map(({ size }) => size));
  const covering = trace.checkpoints().filter(({ size }) => size >= seq);
  const checkpoint = covering.find(({ size }) => sizes.has(size)) ?? covering[0];
  if (checkpoint === undefined) {
    const message = `entry ${seq} is not signed yet; it will be at the end of its session at the latest`;
    throw new AtlasError("not_found", message);
  }
  const leaves = leavesFrom(trace, seq, checkpoint.size);
  const { content, salt, ...entry } = found;
  return {
    format: "atlasbridge.proof/1",
    entry,
    content: withContent ? content : null,
    salt: withContent ? salt : null,
    checkpoint: witnessedNote(trace, checkpoint),
    path: inclusionProof(leaves, seq - 1, sha256Bytes).map((step) => step.toBase64()),
    key: keyAt(trace, checkpoint.size),
  };
}

/** With what witnesses have signed of the very same checkpoint. */
function witnessedNote(trace: TraceReader, { size, note }: CheckpointRow): string {
  return trace
    .cosignatures()
    .filter((row) => row.size === size)
    .reduce((all, row) => withSignatures(all, row.note) ?? all, note);
}

/** Those from the file on in which the entry lies: what stands before it is known by its frontier. */
function leavesFrom(trace: TraceReader, seq: number, size: number): Leaves {
  const before = trace.archives().findLast(({ toSeq }) => toSeq < seq)?.tree ?? emptyFrontier;
  const hashes: Uint8Array[] = [];
  for (const { hash } of trace.rows({ afterSeq: before.size })) {
    if (before.size + hashes.length === size) break;
    hashes.push(leafHash(Uint8Array.fromHex(hash), sha256Bytes));
  }
  return { before, hashes };
}

/** The verifier key that was in force when the tree had this size. */
function keyAt(trace: TraceReader, size: number): string {
  const { agentId } = trace;
  const archived = trace.archives().findLast(({ toSeq }) => toSeq <= size)?.publicKey ?? null;
  let key = archived === null ? "" : keyText(agentId, archived);
  for (const entry of trace.entries({ kinds: ["key.changed"] })) {
    if (entry.kind !== "key.changed" || entry.seq > size) continue;
    key = keyText(agentId, entry.data.public_key);
  }
  return key;
}

function keyText(agent: string, publicKey: string): string {
  return verifierKey(agentKey(agent, Uint8Array.fromHex(publicKey)), sha256Bytes);
}

/** Of one entry, or of a whole session as the cloud gives it out. */
export function verifyProofFile(cli: Cli, file: string, trusted: string | undefined): number {
  const proof = readProof(file);
  const witnesses = readWitnesses(cli.paths.witnessesFile).map((key) => {
    return verifierKey(key, sha256Bytes);
  });
  if (proof.format === sessionProofFormat) {
    const own = trusted ?? ownKey(cli, proof.agent_id);
    return verifySessionProof(cli, proof, { ...tools, trusted: own, witnesses });
  }
  const own = trusted ?? ownKey(cli, proof.entry.agent_id);
  const verdict = verifyProof(proof, { ...tools, trusted: own, witnesses });
  const view: TraceProofView = {
    format: outputFormat,
    ok: verdict.ok,
    seq: proof.entry.seq,
    key: own ?? proof.key,
    key_known: own !== null,
    why: verdict.ok ? null : verdict.why,
  };
  cli.out(cli.json ? `${visibleJson(view)}\n` : describe(proof, verdict, view));
  return verdict.ok ? exitCodes.ok : exitCodes.integrity;
}

/** This machine's own, for a proof of its own trace. */
function ownKey(cli: Cli, agent: string): string | null {
  const place = readKeyFile(cli.paths.keyFile);
  const trace = place === null ? null : openTrace(cli);
  if (place === null || trace === null) return null;
  const isOwn = trace.agentId === agent;
  trace.close();
  return isOwn ? keyText(agent, place.publicKey) : null;
}

const anyProof = z.discriminatedUnion("format", [entryProof, sessionProof]);

function readProof(file: string): z.infer<typeof anyProof> {
  const shown = visible(file);
  try {
    if (statSync(file).size > proofBytesMax) {
      throw new AtlasError(
        "usage",
        `${shown} is larger than any proof; name a file made by trace prove, or a session's proof from the cloud`,
      );
    }
    return anyProof.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof AtlasError) throw error;
    const why = error instanceof z.ZodError ? z.prettifyError(error).split("\n")[0] : String(error);
    throw new AtlasError(
      "usage",
      `${shown} is no proof: ${visible(why ?? "")}; make one with: atlasbridge trace prove SEQ`,
    );
  }
}

function describe(
  proof: EntryProof,
  verdict: ProofVerdict,
  { key, key_known: isKnown }: TraceProofView,
): string {
  const { entry, content } = proof;
  if (!verdict.ok) return `entry ${entry.seq} is not proved: ${verdict.why}\n`;
  const lines = [
    `entry ${entry.seq} (${entry.kind}, ${momentToIso(entry.at)}) stands in the trace of agent ${entry.agent_id}`,
    `signed with ${verdict.size} entries by ${key}`,
    ...verdict.witnesses.map(({ name, atSeconds }) => {
      return `seen by the witness ${name} at ${momentToIso(Math.min(atSeconds * 1_000, 8.64e15))}`;
    }),
    content === null ? "its content is not shown" : `content ${visible(JSON.stringify(content))}`,
    ...(isKnown
      ? []
      : [
          "whose key that is you have to know: compare it with what its owner tells, or give it with --key",
        ]),
  ];
  return `${lines.join("\n")}\n`;
}
