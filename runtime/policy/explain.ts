/** Every rule and every condition of it against one prompt: what it wants, what it saw, and how it came out. Pure. */
import type { PolicyMatch, PolicyRule } from "../../contracts/policy.ts";
import type { CompiledCircumstances } from "./circumstances.ts";
import type { CompiledMatch, CompiledPolicy, CompiledRule } from "./compile.ts";
import {
  type Condition,
  describeSituation,
  type Facts,
  matchRule,
  type Outcome,
  type Situation,
} from "./match.ts";
import { sayCondition } from "./outcome.ts";
import { sawFor, sayReading, wantedBy } from "./saw.ts";

export type ConditionSeen = {
  condition: Condition;
  /** What the rule asks for, as the policy writes it. */
  wants: string;
  /** What the prompt or the session shows there. */
  saw: string;
  result: Outcome["result"];
  /** Null where it holds. */
  why: string | null;
  /** Of `any_of` and `none_of`: each block by itself. */
  blocks: readonly BlockSeen[];
};

export type BlockSeen = { result: Outcome["result"]; conditions: readonly ConditionSeen[] };

export type RuleSeen = BlockSeen & {
  rule: PolicyRule;
  /** False: an earlier rule has decided, and this one was looked at only to be shown. */
  reached: boolean;
};

/** All rules in their order, also those after the one that decides. */
export function explainRules(facts: Facts, policy: CompiledPolicy): RuleSeen[] {
  const situation = describeSituation(facts, policy);
  let reached = true;
  return policy.rules.map((compiled) => {
    const seen = { rule: compiled.rule, reached, ...explainRule(compiled, situation) };
    if (seen.result !== "fails") reached = false;
    return seen;
  });
}

function explainRule(compiled: CompiledRule, situation: Situation): BlockSeen {
  return explainBlock({ compiled, match: compiled.rule.match, situation });
}

type Block = { compiled: CompiledMatch; match: PolicyMatch; situation: Situation };

function explainBlock(block: Block): BlockSeen {
  const { compiled, match, situation } = block;
  const conditions = conditionsOf(match).map((condition) => explainOne(condition, block));
  return { result: matchRule(compiled, situation).result, conditions };
}

function explainOne(condition: Condition, { compiled, match, situation }: Block): ConditionSeen {
  const { result } = matchRule({ ...without(compiled), ...only[condition](compiled) }, situation);
  return {
    condition,
    wants: wantedBy(condition, match),
    saw: condition === "command" ? sawCommands(compiled, situation) : sawFor(condition, situation),
    result,
    why: result === "holds" ? null : sayCondition({ result, condition }, match, situation.facts),
    blocks: blocksOf(condition, { compiled, match, situation }),
  };
}

/** Where every command has to be named, those that are not are marked: they are what a person looks for. */
function sawCommands({ commands, quantifier }: CompiledMatch, situation: Situation): string {
  const reading = situation.asked.shell();
  if (commands === null || reading?.ok !== true || quantifier === "any") {
    return sayReading(reading, () => "");
  }
  return sayReading(reading, (command) =>
    commands({ ...reading, commands: [command], variables: [] }, quantifier) === "no"
      ? " (not named)"
      : "",
  );
}

function blocksOf(condition: Condition, { compiled, match, situation }: Block): BlockSeen[] {
  if (condition !== "any_of" && condition !== "none_of") return [];
  const inner = condition === "any_of" ? compiled.anyOf : compiled.noneOf;
  const written = match[condition] ?? [];
  return inner.flatMap((one, at) => {
    const said = written[at];
    return said === undefined ? [] : [explainBlock({ compiled: one, match: said, situation })];
  });
}

/** What the rule says, leaving out what says nothing: any tool, any confidence. */
function conditionsOf(match: PolicyMatch): Condition[] {
  return (Object.keys(only) as Condition[]).filter((condition) => {
    if (condition === "tool_id") return match.tool_id !== "*";
    if (condition === "min_confidence") return match.min_confidence !== "low";
    if (condition === "max_confidence") return match.max_confidence !== "high";
    return match[condition] !== undefined;
  });
}

/** The match with no condition left; how it quantifies and what it searches stays. */
function without({ quantifier, searchesContext }: CompiledMatch): CompiledMatch {
  return {
    tool: null,
    kinds: null,
    minConfidence: 0,
    maxConfidence: Number.POSITIVE_INFINITY,
    repo: null,
    contains: null,
    searchesContext,
    quantifier,
    tag: null,
    circumstances: null,
    subjects: null,
    commands: null,
    paths: null,
    hosts: null,
    option: null,
    risks: null,
    anyOf: [],
    noneOf: [],
  };
}

/** In the order in which a person reads a rule. */
const only: Readonly<Record<Condition, (whole: CompiledMatch) => Partial<CompiledMatch>>> = {
  tool_id: ({ tool }) => ({ tool }),
  prompt_type: ({ kinds }) => ({ kinds }),
  min_confidence: ({ minConfidence }) => ({ minConfidence }),
  max_confidence: ({ maxConfidence }) => ({ maxConfidence }),
  repo: ({ repo }) => ({ repo }),
  session_tag: ({ tag }) => ({ tag }),
  session_state: ({ circumstances }) => inCircumstance(circumstances, "states"),
  environment: ({ circumstances }) => inCircumstance(circumstances, "environment"),
  workspace_trusted: ({ circumstances }) => inCircumstance(circumstances, "trusted"),
  workspace_profile: ({ circumstances }) => inCircumstance(circumstances, "profile"),
  subject: ({ subjects }) => ({ subjects }),
  // Beside a `path` it is for that to say where may be written.
  command: ({ commands, paths }) => ({ commands, paths: paths === null ? null : anyPath }),
  path: ({ paths }) => ({ paths }),
  host: ({ hosts }) => ({ hosts }),
  option: ({ option }) => ({ option }),
  risk: ({ risks }) => ({ risks }),
  contains: ({ contains }) => ({ contains }),
  any_of: ({ anyOf }) => ({ anyOf }),
  none_of: ({ noneOf }) => ({ noneOf }),
};

const anyPath = () => "yes" as const;

const anywhere: CompiledCircumstances = {
  states: null,
  environment: null,
  trusted: null,
  profile: null,
};

function inCircumstance(
  asked: CompiledCircumstances | null,
  name: keyof CompiledCircumstances,
): Pick<CompiledMatch, "circumstances"> {
  return { circumstances: asked === null ? null : { ...anywhere, [name]: asked[name] } };
}
