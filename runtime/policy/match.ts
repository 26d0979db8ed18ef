/** Whether one rule's conditions hold for one prompt: yes, no, or nobody can say. Pure. */
import { confidence, type Prompt } from "../../contracts/prompt.ts";
import type { CompiledMatch, CompiledPolicy } from "./compile.ts";
import { type Asked, readAsked, writesFiles } from "./asked.ts";
import { type CircumstanceName, type Circumstances, matchCircumstances } from "./circumstances.ts";
import { absoluteSegments, liesWithin, segmentsOfFolder } from "./folders.ts";
import { matchesHost } from "./host.ts";
import type { RealPaths } from "./paths.ts";
import { foldLabel, type PromptText, readText } from "./pattern.ts";
import { classifyRisk, type RiskOf } from "./risk.ts";
import { searchedText } from "./searched.ts";
import type { Trees } from "./trees.ts";

/** All that a decision depends on; there is no clock, network or chance in it. */
export type Facts = Circumstances & {
  prompt: Prompt;
  /** Name of the governed tool, as `tool_id` compares it. */
  tool: string;
  /** The session's folder, absolute. */
  cwd: string;
  /** The session's label; null when it has none. */
  tag: string | null;
  /** How many automatic replies each rule has already given in this session. */
  autoReplies: ReadonlyMap<string, number>;
  /** How many automatic replies this session has had, by all rules together. */
  recent: RecentReplies;
  /** Where the paths of the prompt lead; what is not in it, nobody knows. */
  real: RealPaths;
  /** What lies below the folders that a command of the prompt reads as a whole; what is not in it, nobody knows. */
  trees?: Trees;
  /**
   * Absolute paths of what governs the session, its policies above all: to change them is of critical risk. Asked for
   * where the prompt names a path.
   */
  guarded?: () => readonly string[];
};

export type RecentReplies = {
  session: number;
  lastMinute: number;
  /** In the last minute, to a prompt of this one's fingerprint. */
  samePrompt: number;
};

/** In the order in which they are looked at. */
export type Condition =
  | "tool_id"
  | "prompt_type"
  | "min_confidence"
  | "max_confidence"
  | "repo"
  | "session_tag"
  | CircumstanceName
  | "subject"
  | "command"
  | "path"
  | "host"
  | "option"
  | "risk"
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
  risk: RiskOf;
  /** The labels of what is offered, as `foldLabel` makes them. */
  labels: ReadonlySet<string>;
  asked: Asked;
  /** For rules that hold back: the text above the question, alone and together with the question. */
  context: readonly PromptText[];
};

export function describeSituation(
  facts: Facts,
  { userHome }: Pick<CompiledPolicy, "userHome">,
): Situation {
  const raw = searchedText(facts.prompt);
  const above = facts.prompt.context ?? "";
  const asked = readAsked(facts.prompt, { cwd: facts.cwd, userHome });
  return {
    facts,
    confidence: confidence.options.indexOf(facts.prompt.confidence),
    cwd: isHome(facts.cwd) ? absoluteSegments(facts.cwd, userHome) : segmentsOfFolder(facts.cwd),
    text: readText(raw),
    risk: classifyRisk(aboutRisk(facts, userHome, asked)),
    labels: labelsOf(facts.prompt),
    asked,
    context: above === "" ? [] : [readText(`${above}\n${raw}`), readText(above)],
  };
}

const isHome = (folder: string): boolean => folder.startsWith("~");

function aboutRisk(
  facts: Facts,
  userHome: string,
  asked: Asked,
): Parameters<typeof classifyRisk>[0] {
  const { prompt, cwd, environment, real, guarded } = facts;
  const given = { prompt, cwd, userHome, environment, real, asked };
  return guarded === undefined ? given : { ...given, guarded };
}

const noLabels: ReadonlySet<string> = new Set();

function labelsOf({ options }: Prompt): ReadonlySet<string> {
  return options.length === 0 ? noLabels : new Set(options.map(({ label }) => foldLabel(label)));
}

const holds: Outcome = { result: "holds" };
const fails = (condition: Condition): Outcome => ({ result: "fails", condition });
const unknown = (condition: Condition): Outcome => ({ result: "unknown", condition });
const outcomes = {
  tool: fails("tool_id"),
  kind: fails("prompt_type"),
  min: fails("min_confidence"),
  max: fails("max_confidence"),
  tag: fails("session_tag"),
  subject: fails("subject"),
  host: fails("host"),
  hostUnknown: unknown("host"),
  command: fails("command"),
  commandUnknown: unknown("command"),
  path: fails("path"),
  pathUnknown: unknown("path"),
  option: fails("option"),
  risk: fails("risk"),
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
  const asked = matchAsked(compiled, situation);
  if (asked.result === "fails") return asked;
  let undecided: Outcome = holds;
  for (const condition of costly) {
    const outcome = condition(compiled, situation);
    if (outcome.result === "fails") return outcome;
    if (outcome.result === "unknown") undecided = outcome;
  }
  return undecided;
}

/** What is asked about, in what session: these are known, whatever they are. */
function matchAsked(compiled: CompiledMatch, { facts, risk, labels }: Situation): Outcome {
  const { tag, subjects, option, risks } = compiled;
  const { subject } = facts.prompt;
  if (tag !== null && tag !== facts.tag) return outcomes.tag;
  if (subjects !== null && (subject === null || !subjects.has(subject.type))) {
    return outcomes.subject;
  }
  if (option !== null && !labels.has(option)) return outcomes.option;
  return risks === null || risks.has(risk.risk) ? holds : outcomes.risk;
}

/** Conditions that may also be unknown, cheapest first. */
const costly = [
  matchInCircumstances,
  matchRepo,
  matchHost,
  matchContains,
  matchCommand,
  matchPath,
  matchAnyOf,
  matchNoneOf,
];

function matchInCircumstances({ circumstances }: CompiledMatch, { facts }: Situation): Outcome {
  return circumstances === null ? holds : matchCircumstances(circumstances, facts);
}

function matchHost({ hosts }: CompiledMatch, { facts }: Situation): Outcome {
  if (hosts === null || matchesHost(facts.prompt.subject?.host ?? "", hosts)) return holds;
  // The host may stand in the part that is not on the screen.
  return facts.prompt.cut ? outcomes.hostUnknown : outcomes.host;
}

function matchCommand(compiled: CompiledMatch, { facts, asked }: Situation): Outcome {
  const { commands, paths, quantifier } = compiled;
  if (commands === null) return holds;
  const reading = asked.shell();
  if (reading === null) return outcomes.command;
  // Where to is for `path` to say; without it nothing may be written by a redirection.
  if (quantifier === "all" && paths === null && writesFiles(reading)) return outcomes.command;
  const answer = commands(reading, quantifier);
  if (answer === "yes") return holds;
  // More commands may stand in the part that is not on the screen.
  const hidden = facts.prompt.cut && quantifier === "any";
  return answer === "unknown" || hidden ? outcomes.commandUnknown : outcomes.command;
}

function matchPath({ paths, quantifier }: CompiledMatch, situation: Situation): Outcome {
  if (paths === null) return holds;
  const { facts, asked } = situation;
  const { cwd, real, trees } = facts;
  const answer = paths(asked.paths(), { cwd, real, trees });
  if (answer === "yes") return holds;
  const hidden = facts.prompt.cut && quantifier === "any";
  return answer === "unknown" || hidden ? outcomes.pathUnknown : outcomes.path;
}

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
