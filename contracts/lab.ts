/** The shapes of `lab run --json` and of a gate file: how well detection did on a folder of recordings. */
import * as z from "zod";
import { outputFormat } from "./version.ts";

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** What must be reached; a bound that is left out is not checked. Shares are of those that the cases speak of. */
export const labGate = z.strictObject({
  /** Prompts that a policy could have answered (pace `recorded`: did answer). */
  recall: share.optional(),
  answerable: share.optional(),
  kind: share.optional(),
  options: share.optional(),
  default: share.optional(),
  keys: share.optional(),
  subject: share.optional(),
  question: share.optional(),
  idle: share.optional(),
  /** Answers where nobody asked, at most. */
  false: count.optional(),
});
export type LabGate = z.infer<typeof labGate>;

export const defaultLabGate: LabGate = {
  recall: 0.99,
  kind: 0.98,
  options: 0.95,
  default: 0.95,
  false: 0,
};

/** `right` of `of`. */
export const labRate = z.strictObject({ right: count, of: count });
export type LabRate = z.infer<typeof labRate>;

/** Of one tool, or under one kind of evidence. */
export const labGroup = z.strictObject({
  name: z.string(),
  recall: labRate,
  kind: labRate,
  options: labRate,
  false: count,
});
export type LabGroup = z.infer<typeof labGroup>;

export const labMiss = z.strictObject({
  case: z.string(),
  prompt: z.string(),
  at_ms: z.number(),
  /** What was not as expected: `recall`, `kind`, `question`, `options`, `default`, `keys`, `subject`. */
  wrong: z.array(z.string()),
  expected: z.string(),
  detected: z.string(),
  /** The row at which the cursor stood. */
  row: z.string(),
});
export type LabMiss = z.infer<typeof labMiss>;

export const labFalse = z.strictObject({
  case: z.string(),
  at_ms: z.number(),
  /** What the program did there. */
  why: z.string(),
  detected: z.string(),
});
export type LabFalse = z.infer<typeof labFalse>;

export const labReport = z.strictObject({
  pace: z.enum(["fast", "recorded"]),
  kernel_evidence: z.enum(["on", "off", "blind"]),
  cases: count,
  prompts: count,
  negatives: count,
  /** Moments at which somebody looked. */
  looks: count,
  /** Seen to wait, so that a rule or a person can act. */
  recall: labRate,
  /** Recognised, and sure enough for a rule. */
  answerable: labRate,
  kind: labRate,
  question: labRate,
  options: labRate,
  default: labRate,
  keys: labRate,
  subject: labRate,
  /** Idle input boxes that were not taken for a question. */
  idle: labRate,
  /** How often a prompt expected as one kind was detected as another; in brackets a state in which nobody asks. */
  confusion: z.array(
    z.strictObject({ expected: z.string(), detected: z.string(), count: count.min(1) }),
  ),
  by_program: z.array(labGroup),
  by_evidence: z.array(labGroup),
  /** Answers where nobody asked. */
  false: z.array(labFalse),
  /** Where a person was called though nobody asked. */
  called: z.array(labFalse),
  misses: z.array(labMiss),
});
export type LabReport = z.infer<typeof labReport>;

/** `lab run --json`. `unmet` has a sentence for each bound of the gate that was missed. */
export const labRunView = z.strictObject({
  format: z.literal(outputFormat),
  folder: z.string(),
  report: labReport,
  gate: labGate,
  unmet: z.array(z.string()),
});

/** `lab run --splits --json`: the same output cut into other reads must be the same to detection. */
export const labSplitsView = z.strictObject({
  format: z.literal(outputFormat),
  folder: z.string(),
  cases: count,
  /** Ways of cutting that were tried. */
  tried: count,
  faults: z.array(
    z.strictObject({
      case: z.string(),
      at_ms: z.number(),
      cuts: z.array(z.int()).max(16),
      cuts_count: count,
    }),
  ),
});
