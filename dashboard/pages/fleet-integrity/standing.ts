/** How a trace stands, in words. Pure. */
import type { IntegrityRow } from "../../../contracts/cloud-fleet.ts";

export const standings: Readonly<
  Record<IntegrityRow["standing"], { text: string; tone: string; more: string }>
> = {
  verified: {
    ...{ text: "verified", tone: "good" },
    more: "The last checkpoint covers the newest entry, has the tree's root, and is signed by the agent and by this service.",
  },
  unsigned: { text: "nothing yet", tone: "", more: "Nothing has come of it yet." },
  uncovered: {
    ...{ text: "not covered", tone: "warn" },
    more: "Entries are here that no checkpoint covers yet.",
  },
  root_mismatch: {
    ...{ text: "broken", tone: "bad" },
    more: "What is stored has another root than the checkpoint that was signed.",
  },
  signature_invalid: {
    ...{ text: "not signed", tone: "bad" },
    more: "The checkpoint is not signed by the keys that it should be signed by.",
  },
};
