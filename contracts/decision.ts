/** A decision: what policy says about one prompt, with the rule and the reason. */
import * as z from "zod";
import { sha256Hex } from "./ids.ts";
import { limits } from "./limits.ts";
import { secretName } from "./secret.ts";

export const decisionAction = z.enum(["auto_reply", "deny", "require_human", "notify_only"]);
export type DecisionAction = z.infer<typeof decisionAction>;

export const risk = z.enum(["low", "medium", "high", "critical"]);
export type Risk = z.infer<typeof risk>;

/** Whose policy: the machine's, the person's own, or the project's, which can only hold back. Highest first. */
export const policyLayer = z.enum(["admin", "user", "project"]);
export type PolicyLayer = z.infer<typeof policyLayer>;

export const decision = z.strictObject({
  action: decisionAction,
  /** The rule that matched first; null when none did and `defaults` decided. */
  rule_id: z.string().max(limits.ruleIdCharsMax).nullable(),
  /** Whose rule, or whose `defaults`, it was; absent where there is one policy alone. */
  layer: policyLayer.optional(),
  /** One sentence for a person. */
  reason: z.string(),
  /** The reply's meaning, for `auto_reply` only; null otherwise. */
  value: z.string().max(limits.replyCharsMax).nullable(),
  /** For `auto_reply` in place of a value: the keychain's entry whose secret is the reply; absent or null otherwise. */
  secret: secretName.nullable().optional(),
  risk,
  risk_factors: z.array(z.string()),
  policy_hash: sha256Hex,
});
export type Decision = z.infer<typeof decision>;
