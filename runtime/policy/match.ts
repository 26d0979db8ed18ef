/** Whether one rule's conditions hold for one prompt: yes, no, or nobody can say. Pure. */
import { confidence, type Prompt } from "../../contracts/prompt.ts";
import type { CompiledMatch, CompiledPolicy } from "./compile.ts";
import { absoluteSegments, liesWithin } from "./folders.ts";
import { type PromptText, readText } from "./pattern.ts";

/** All that a decision depends on; there is no clock, network or chance in it. */
export type Facts = {
  prompt: Prompt;
  /** Name of the governed tool, as `tool_id` compares it. */
  tool: string;
  /** The session's folder, absolute. */
  cwd: string;
  /** How many automatic replies each rule has already given in this session. */
  autoReplies: ReadonlyMap<string, number>;
};

/** In the order in which they are looked at. */
export type Condition =
  | "tool_id"
  | "prompt_type"
  | "min_confidence"
  | "max_confidence"
  | "repo"
  | "contains"
  | "any_of"
  | "none_of";

/** `unknown` is a third answer: the condition could not be decided, so neither could the rule. */
export type Outcome =
  | { result: "holds" }
  | { result: "fails"; condition: Condition }
  | { result: "unknown"; condition: Condition };

/** The facts in the form that every rule asks for, made once per decision. */
export type Situation = {
  facts: Facts;
  confidence: number;
  /** Null: the folder is not absolute, so no `repo` can be decided. */
  cwd: readonly string[] | null;
  text: PromptText;
  /** For rules that hold back: the text above the question, alone and together with the question. */
  context: readonly PromptText[];
};

export function describeSituation(facts: Facts, { userHome }: CompiledPolicy): Situation {
  const raw = searchedText(facts.prompt);
  const above = facts.prompt.context ?? "";
  return {
    facts,
    confidence: confidence.options.indexOf(facts.prompt.confidence),
    cwd: absoluteSegments(facts.cwd, userHome),
    text: readText(raw),
    context: above === "" ? [] : [readText(`${above}\n${raw}`), readText(above)],
  };
}

/** What `contains` looks at: the question and, for approvals, the command and the path; one per line. */
export function searchedText({ question, subject }: Prompt): string {
  if (subject === null) return question;
  const parts = [question, subject.command, subject.path];
  return parts.filter((part) => part !== null && part !== "").join("\n");
}

const holds: Outcome = { result: "holds" };
const fails = (condition: Condition): Outcome => ({ result: "fails", condition });
const unknown = (condition: Condition): Outcome => ({ result: "unknown", condition });
const outcomes = {
  tool: fails("tool_id"),
  kind: fails("prompt_type"),
  min: fails("min_confidence"),
  max: fails("max_confidence"),
  repo: fails("repo"),
  contains: fails("contains"),
  repoUnknown: unknown("repo"),
  containsUnknown: unknown("contains"),
  any: fails("any_of"),
  anyUnknown: unknown("any_of"),
  none: fails("none_of"),
  noneUnknown: unknown("none_of"),
};

/** A condition that fails decides, whatever the others are; one that is unknown decides last. */
export function matchRule(compiled: CompiledMatch, situation: Situation): Outcome {
  const { facts, confidence: rank } = situation;
  if (compiled.tool !== null && compiled.tool !== facts.tool) return outcomes.tool;
  if (compiled.kinds !== null && !compiled.kinds.has(facts.prompt.kind)) return outcomes.kind;
  if (rank < compiled.minConfidence) return outcomes.min;
  if (rank > compiled.maxConfidence) return outcomes.max;
  let undecided: Outcome = holds;
  for (const condition of costly) {
    const outcome = condition(compiled, situation);
    if (outcome.result === "fails") return outcome;
    if (outcome.result === "unknown") undecided = outcome;
  }
  return undecided;
}

/** Conditions that may also be unknown, cheapest first. */
const costly = [matchRepo, matchContains, matchAnyOf, matchNoneOf];

function matchAnyOf({ anyOf }: CompiledMatch, situation: Situation): Outcome {
  if (anyOf.length === 0) return holds;
  const found = matchSome(anyOf, situation);
  if (found === "holds") return holds;
  return found === "unknown" ? outcomes.anyUnknown : outcomes.any;
}

function matchNoneOf({ noneOf }: CompiledMatch, situation: Situation): Outcome {
  if (noneOf.length === 0) return holds;
  const found = matchSome(noneOf, situation);
  if (found === "holds") return outcomes.none;
  return found === "unknown" ? outcomes.noneUnknown : holds;
}

/** `holds` when a block does, whatever the others; `unknown` when one might. */
function matchSome(blocks: readonly CompiledMatch[], situation: Situation): Outcome["result"] {
  let found: Outcome["result"] = "fails";
  for (const block of blocks) {
    const { result } = matchRule(block, situation);
    if (result === "holds") return result;
    if (result === "unknown") found = result;
  }
  return found;
}

function matchRepo({ repo }: CompiledMatch, { cwd }: Situation): Outcome {
  if (repo === null) return holds;
  if (cwd === null) return outcomes.repoUnknown;
  return liesWithin(cwd, repo) ? holds : outcomes.repo;
}

function matchContains(
  { contains, searchesContext }: CompiledMatch,
  { text, context, facts }: Situation,
): Outcome {
  if (contains === null) return holds;
  try {
    if (contains(text)) return holds;
    if (searchesContext && context.some(contains)) return holds;
  } catch {
    // A pattern that cannot be run says nothing: a rule that denies must not be skipped for it.
    return outcomes.containsUnknown;
  }
  // The text may stand in the part that is not on the screen.
  return facts.prompt.cut ? outcomes.containsUnknown : outcomes.contains;
}
