/** `trace verify --proof` of a whole session, as the cloud gives it out: no trace and no cloud is needed. */
import { exitCodes } from "../../../contracts/errors.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import type { ProofTools, Trust } from "../../../contracts/proof.ts";
import {
  type SessionProof,
  type SessionVerdict,
  verifySession,
} from "../../../contracts/session-proof.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceSessionProofView } from "../../../contracts/views.ts";
import type { Cli } from "../cli.ts";
import { visible, visibleJson } from "../visible.ts";

/** `trusted`: the agent's key as somebody knows it; null: that of the file is taken, and shown to be compared. */
export function verifySessionProof(cli: Cli, proof: SessionProof, how: ProofTools & Trust): number {
  const verdict = verifySession(proof, how);
  const view: TraceSessionProofView = {
    format: outputFormat,
    ok: verdict.ok,
    agent_id: proof.agent_id,
    session_id: proof.session_id,
    entries: proof.entries.length,
    whole: verdict.ok && verdict.isWhole,
    key: how.trusted ?? proof.key,
    key_known: how.trusted !== null,
    why: verdict.ok ? null : verdict.why,
  };
  cli.out(cli.json ? `${visibleJson(view)}\n` : describe(proof, verdict, view));
  return verdict.ok ? exitCodes.ok : exitCodes.integrity;
}

function describe(
  { session_id, agent_id, entries }: SessionProof,
  verdict: SessionVerdict,
  { key, key_known: isKnown }: TraceSessionProofView,
): string {
  if (!verdict.ok) return `session ${session_id} is not proved: ${visible(verdict.why)}\n`;
  const [first, last] = [entries[0]?.at ?? 0, entries.at(-1)?.at ?? 0];
  const lines = [
    `the ${entries.length} entries of session ${session_id} stand in the trace of agent ${agent_id}`,
    `from ${momentToIso(first)} to ${momentToIso(last)}; ${
      verdict.isWhole
        ? "none of it is missing: its end entry counts the same prompts"
        : "whether that is all of it cannot be told: its begin or its end is not among them"
    }`,
    `signed with ${verdict.size} entries by ${key}`,
    ...verdict.witnesses.map(({ name, atSeconds }) => {
      return `seen by the witness ${name} at ${momentToIso(Math.min(atSeconds * 1_000, 8.64e15))}`;
    }),
    ...(isKnown
      ? []
      : [
          "whose key that is you have to know: compare it with what its owner tells, or give it with --key",
        ]),
  ];
  return `${lines.join("\n")}\n`;
}
