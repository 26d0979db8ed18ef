/** The shapes of `policy test --json` and `policy explain --json`: one prompt, one policy, and how they came together. */
import * as z from "zod";
import { decision, policyLayer } from "./decision.ts";
import { promptId, sessionId } from "./ids.ts";
import { autonomyMode, policyAction } from "./policy.ts";
import { prompt } from "./prompt.ts";
import { outputFormat } from "./version.ts";

const count = z.int().min(0);
export const format = z.literal(outputFormat);

export const matchResult = z.enum(["holds", "fails", "unknown"]);

/** Where the prompt comes from that a policy is asked about. */
export const askedSource = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("options") }),
  z.strictObject({ from: z.literal("trace"), session_id: sessionId, prompt_id: promptId }),
  z.strictObject({ from: z.literal("recording"), file: z.string(), at_ms: z.number().min(0) }),
]);
export type AskedSource = z.infer<typeof askedSource>;

/** One of the policies that decide together, with its files; none is built in. */
export const judgedLayer = z.strictObject({ layer: policyLayer, files: z.array(z.string()) });
export type JudgedLayer = z.infer<typeof judgedLayer>;

/** Highest first; empty: one file was named, and it alone was asked. */
export const judgedLayers = z.array(judgedLayer);

/** `policy test --json`. */
export const policyTestView = z.strictObject({
  format,
  /** The file that was named, or the user's own. */
  file: z.string(),
  layers: judgedLayers,
  source: askedSource,
  mode: autonomyMode.nullable(),
  decision,
  message: z.string().nullable(),
  /** Up to the rule that decides. */
  tried: z.array(
    z.strictObject({
      layer: policyLayer.nullable(),
      rule_id: z.string(),
      result: matchResult,
      why: z.string(),
    }),
  ),
  /** What is not known of the prompt and could have made a difference. */
  gaps: z.array(z.string()),
});
export type PolicyTestView = z.infer<typeof policyTestView>;

export const conditionView = z.strictObject({
  condition: z.string(),
  /** What the rule asks for, and what stands there. */
  wants: z.string(),
  saw: z.string(),
  result: matchResult,
  /** Null where it holds. */
  why: z.string().nullable(),
  /** Of `any_of` and `none_of`: each block by itself. */
  get blocks() {
    return z.array(blockView);
  },
});

const blockView = z.strictObject({
  result: matchResult,
  get conditions() {
    return z.array(conditionView);
  },
});

export const ruleView = z.strictObject({
  /** Null: one policy decides alone. */
  layer: policyLayer.nullable(),
  rule_id: z.string(),
  description: z.string().nullable(),
  action: policyAction,
  result: matchResult,
  /** False: an earlier rule of its policy has spoken. */
  reached: z.boolean(),
  conditions: z.array(conditionView),
});

export const brakeView = z.strictObject({
  brake: z.string(),
  /** Null: there is no such bound. */
  most: count.nullable(),
  given: count,
  holds_back: z.boolean(),
});
export type BrakeView = z.infer<typeof brakeView>;

/** `policy explain --json`. */
export const policyExplainView = z.strictObject({
  format,
  file: z.string(),
  layers: judgedLayers,
  policy_hash: z.string(),
  source: askedSource,
  tool: z.string(),
  cwd: z.string(),
  label: z.string().nullable(),
  prompt,
  mode: autonomyMode.nullable(),
  decision,
  message: z.string().nullable(),
  rules: z.array(ruleView),
  brakes: z.array(brakeView),
  gaps: z.array(z.string()),
});
export type PolicyExplainView = z.infer<typeof policyExplainView>;
