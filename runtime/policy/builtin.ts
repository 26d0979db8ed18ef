/** The policy of a machine without one: every prompt goes to a person. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../contracts/canonical.ts";
import type { Policy } from "../../contracts/policy.ts";

export const builtinPolicy: Policy = {
  policy_version: "1",
  name: "built-in: everything to a person",
  brakes: {},
  defaults: { no_match: "require_human", low_confidence: "require_human" },
  rules: [],
};

/** There is no file, so the hash is over the policy's canonical JSON. */
export function builtinHash(): string {
  return createHash("sha256").update(canonicalJson(builtinPolicy)).digest("hex");
}
