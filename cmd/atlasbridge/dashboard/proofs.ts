/** What the dashboard asks of the log beyond its verification: proofs of entries, their checking, and archives. */
import { dashboardProof } from "../../../contracts/dashboard.ts";
import { entryProof } from "../../../contracts/proof.ts";
import { traceArchiveView } from "../../../contracts/views.ts";
import type { LocalParts } from "../../../runtime/operator/local-router.ts";
import type { Cli } from "../cli.ts";
import { ownJson, withFile } from "./own-command.ts";

type ProofParts = Pick<LocalParts, "prove" | "checkProof" | "archive">;

export function proofParts(cli: Cli): ProofParts {
  return {
    async prove({ seq, content }) {
      const how = content ? ["--content"] : [];
      const proof = await ownJson(cli, ["trace", "prove", String(seq), ...how], entryProof);
      return `${JSON.stringify(proof, null, 2)}\n`;
    },
    checkProof: async (text) =>
      await withFile({ name: "proof.json", text }, async (file) => {
        return await ownJson(cli, ["trace", "verify", "--proof", file], dashboardProof);
      }),
    archive: async (before) =>
      await ownJson(cli, ["trace", "archive", "--before", before], traceArchiveView),
  };
}
