/** The policy language, versions 0 and 1, as data: what a policy file may say after YAML has been read. */
import * as z from "zod";
import { limits } from "./limits.ts";
import { confidence, promptKind } from "./prompt.ts";

export const autonomyMode = z.enum(["off", "assist", "full"]);
export type AutonomyMode = z.infer<typeof autonomyMode>;

export const policyMatch = z.strictObject({
  /** Name of the tool (`claude`, `git`), compared whole; `*` is any. */
  tool_id: z.string().min(1).default("*"),
  /** The session's folder must be this one or lie below it; compared by path segments. */
  repo: z.string().min(1).optional(),
  /** Kinds of prompt; `*` is any. An automatic reply to `unknown` needs that kind by name. */
  prompt_type: z
    .array(z.enum([...promptKind.options, "*"]))
    .min(1)
    .optional(),
  /**
   * Text within the question, command or path, letter case ignored; a pattern when `contains_is_regex`. For rules that
   * hold back (`deny`, `require_human`) the paragraph above the question is searched as well.
   */
  contains: z.string().min(1).max(limits.patternCharsMax).optional(),
  contains_is_regex: z.boolean().default(false),
  min_confidence: confidence.default("low"),
  max_confidence: confidence.default("high"),
  /** At least one of these must match as well; each may hold every field of `match`. Version 1 and later. */
  get any_of() {
    return z.array(policyMatch).min(1).max(limits.matchBlocksMax).optional();
  },
  /** None of these may match; each may hold every field of `match`. Version 1 and later. */
  get none_of() {
    return z.array(policyMatch).min(1).max(limits.matchBlocksMax).optional();
  },
});
export type PolicyMatch = z.infer<typeof policyMatch>;

export const replyConstraints = z.strictObject({
  max_length: z.int().min(1).max(limits.replyCharsMax).optional(),
  numeric_only: z.boolean().default(false),
  allowed_choices: z.array(z.string()).min(1).optional(),
  /** False: `allowed_choices` must be given, so that nothing but one of them can be the value. */
  allow_free_text: z.boolean().default(true),
});

export const policyAction = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("auto_reply"),
    value: z.string().max(limits.replyCharsMax),
    constraints: replyConstraints.optional(),
  }),
  z.strictObject({ type: z.literal("require_human"), message: z.string().optional() }),
  z.strictObject({ type: z.literal("deny"), reason: z.string().optional() }),
  z.strictObject({ type: z.literal("notify_only"), message: z.string().optional() }),
]);
export type PolicyAction = z.infer<typeof policyAction>;

export const policyRule = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(limits.ruleIdCharsMax)
    .regex(/^[A-Za-z0-9_-]+$/, "may hold letters, digits, _ and - only"),
  description: z.string().optional(),
  match: policyMatch.prefault({}),
  action: policyAction,
  max_auto_replies: z.int().min(1).max(limits.autoRepliesPerRuleMax).optional(),
});
export type PolicyRule = z.infer<typeof policyRule>;

const fallback = z.enum(["require_human", "deny"]).default("require_human");

export const policy = z.strictObject({
  policy_version: z.enum(["0", "1"]),
  name: z.string().min(1).default("default"),
  autonomy_mode: autonomyMode.optional(),
  /**
   * Another policy file, whose rules come after this one's; relative to this file's folder. A rule here replaces the
   * one of the same id there. What this file does not say of `autonomy_mode` and `defaults`, that one does. Version 1.
   */
  extends: z.string().min(1).max(limits.policyPathCharsMax).optional(),
  defaults: z.strictObject({ no_match: fallback, low_confidence: fallback }).prefault({}),
  rules: z.array(policyRule).max(limits.policyRulesMax).default([]),
});
export type Policy = z.infer<typeof policy>;
