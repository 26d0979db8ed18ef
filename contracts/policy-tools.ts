/** The shapes of the policy tools' `--json` that go through the trace or a whole policy, one value each. */
import * as z from "zod";
import { decisionAction, policyLayer } from "./decision.ts";
import { promptId, sessionId } from "./ids.ts";
import { moment } from "./moment.ts";
import { autonomyMode, policyRule } from "./policy.ts";
import { judgedLayers } from "./policy-views.ts";
import { confidence, promptKind, subject } from "./prompt.ts";
import { outputFormat } from "./version.ts";

const count = z.int().min(0);
const format = z.literal(outputFormat);

/** `asks`: the person answers. `tells`: the same, by a rule that says so. `suggests`: the person, in assist mode. */
export const effect = z.enum(["answers", "denies", "suggests", "asks", "tells"]);

const subjectType = subject.shape.type.nullable();

/** One recorded prompt, in short. */
export const pastPromptView = z.strictObject({
  prompt_id: promptId,
  session_id: sessionId,
  at: moment,
  tool: z.string(),
  kind: promptKind,
  confidence,
  /** Null: the trace has no content of it. */
  question: z.string().nullable(),
  subject: subjectType,
});
export type PastPromptView = z.infer<typeof pastPromptView>;

/** What the trace was read for. */
const span = {
  prompts: count,
  sessions: count,
  from: moment.nullable(),
  to: moment.nullable(),
};

const sort = z.strictObject({ name: z.string(), prompts: count, uncovered: count });

/** `policy coverage --json`. */
export const policyCoverageView = z.strictObject({
  format,
  file: z.string(),
  layers: judgedLayers,
  policy_hash: z.string(),
  mode: autonomyMode.nullable(),
  ...span,
  rules: z.array(
    z.strictObject({
      /** Null: one policy decides alone. */
      layer: policyLayer.nullable(),
      rule_id: z.string(),
      action: decisionAction,
      hits: count,
      answers: count,
      sessions: count,
      last: moment.nullable(),
      /** The earlier rule because of which it can never decide. */
      shadowed_by: z.string().nullable(),
    }),
  ),
  /** No rule decided. */
  defaults: count,
  /** Cannot be decided again: their content is gone, or policy was not asked. */
  no_content: count,
  not_asked: count,
  effects: z.record(effect, count),
  kinds: z.array(sort),
  tools: z.array(sort),
  subjects: z.array(sort),
  /** What no rule decided. */
  gaps: z.array(
    z.strictObject({
      tool: z.string(),
      kind: promptKind,
      subject: subjectType,
      count,
      example: pastPromptView,
    }),
  ),
  escalated: z.array(
    z.strictObject({
      count,
      layer: policyLayer.nullable(),
      rule_id: z.string().nullable(),
      example: pastPromptView,
    }),
  ),
  /** There were more sorts than could be counted at once: the rarest are missing. */
  approximate: z.boolean(),
  limits: z.array(z.string()),
});
export type PolicyCoverageView = z.infer<typeof policyCoverageView>;

const decidedBy = z.strictObject({ effect, rule_id: z.string().nullable() });
const decidedNow = decidedBy.extend({ reason: z.string() });

/** `policy simulate --json`. */
export const policySimulateView = z.strictObject({
  format,
  file: z.string(),
  layers: judgedLayers,
  policy_hash: z.string(),
  mode: autonomyMode.nullable(),
  ...span,
  /** Decided again, in sum; `same` and `changed` are by what the prompt comes to. */
  same: count,
  changed: count,
  /** Of the same: by another rule. */
  other_rule: count,
  /** Replies that the counts and brakes hold back. */
  held_back: count,
  no_content: count,
  not_asked: count,
  /** Prompts that a policy of this very hash decided, and how many come out again as recorded. */
  own: z.strictObject({ prompts: count, same: count }),
  table: z.array(z.strictObject({ was: effect, now: effect, count })),
  groups: z.array(
    z.strictObject({ was: decidedBy, now: decidedNow, count, example: pastPromptView }),
  ),
  changes: z.array(
    z.strictObject({
      prompt: pastPromptView,
      was: decidedBy,
      now: decidedNow,
      held_back: z.boolean(),
    }),
  ),
  /** Changes that are not listed one by one. */
  changes_left_out: count,
  limits: z.array(z.string()),
});
export type PolicySimulateView = z.infer<typeof policySimulateView>;

const diffDecided = z.strictObject({
  action: decisionAction,
  rule_id: z.string().nullable(),
  value: z.string().nullable(),
  /** Name of the keychain's entry whose secret would be typed. */
  secret: z.string().nullable(),
});

/** A made-up situation; what is left out is plain: a yes-or-no question of high confidence about nothing. */
export const madeUpView = z.strictObject({
  tool: z.string().optional(),
  cwd: z.string().optional(),
  tag: z.string().optional(),
  environment: z.string().optional(),
  trusted: z.boolean().optional(),
  profile: z.string().optional(),
  kind: promptKind.optional(),
  confidence: confidence.optional(),
  question: z.string().optional(),
  context: z.string().optional(),
  options: z.array(z.string()).optional(),
  subject: subject.optional(),
  cut: z.boolean().optional(),
  /** Replies given before, by rule. */
  replied: z.record(z.string(), count).optional(),
  recent: z.strictObject({ session: count, lastMinute: count, samePrompt: count }).optional(),
});

const differenceView = z.strictObject({
  a: diffDecided,
  b: diffDecided,
  count,
  /** The smallest that was found. */
  example: madeUpView,
});

/** `policy diff A B --json`. */
export const policyDiffView = z.strictObject({
  format,
  a: z.string(),
  b: z.string(),
  same: z.boolean(),
  /** Situations compared; `bounded`: there were more. */
  compared: count,
  bounded: z.boolean(),
  mode: z.strictObject({ a: autonomyMode, b: autonomyMode }).nullable(),
  differences: z.array(differenceView),
  limits: z.array(z.string()),
});
export type PolicyDiffView = z.infer<typeof policyDiffView>;

/** `policy migrate --json`. */
export const policyMigrateView = z.strictObject({
  format,
  file: z.string(),
  from: z.enum(["0", "1", "2"]),
  to: z.enum(["0", "1", "2"]),
  /** The policy in its new version. */
  text: z.string(),
  /** What was done besides the version. */
  steps: z.array(z.string()),
  /** Situations in which both decide the same; null where that was not asked for (`--stricter`). */
  compared: count.nullable(),
  written: z.boolean(),
  /** Where the old file is kept. */
  backup: z.string().nullable(),
});
export type PolicyMigrateView = z.infer<typeof policyMigrateView>;

/** `policy suggest --json`. */
export const policySuggestView = z.strictObject({
  format,
  /** Prompts that a person was asked. */
  asked: count,
  suggestions: z.array(
    z.strictObject({
      rule: policyRule,
      /** What was answered every time: `y`, `n`, a line break for Enter, or an option's label. */
      reply: z.string(),
      evidence: z.strictObject({
        count,
        sessions: count,
        first: moment,
        last: moment,
        example: pastPromptView,
      }),
    }),
  ),
  /** Prompts that led to no suggestion, by the reason. */
  left_out: z.record(z.string(), count),
  /** A valid policy of the rules, each under its evidence. */
  text: z.string(),
});
export type PolicySuggestView = z.infer<typeof policySuggestView>;
