/** A policy made ready for deciding: patterns compiled, folders split, kinds in sets. Pure. */
import type { Policy, PolicyMatch, PolicyRule } from "../../contracts/policy.ts";
import type { Risk } from "../../contracts/decision.ts";
import { confidence, type PromptKind, type Subject } from "../../contracts/prompt.ts";
import { indexRules, type RuleIndex } from "./candidates.ts";
import { absoluteSegments } from "./folders.ts";
import {
  asksOfWorkspace,
  compileCircumstances,
  type CompiledCircumstances,
} from "./circumstances.ts";
import { type CommandMatcher, compileCommands, type Quantifier } from "./command.ts";
import { compilePaths, type PathMatcher } from "./paths.ts";
import { compileHost, type HostPattern } from "./host.ts";
import { compilePattern, foldLabel, literalMatcher, type TextMatcher } from "./pattern.ts";

/** The conditions of one `match`, or of one block of its `any_of` or `none_of`. */
export type CompiledMatch = {
  /** Null: any tool. */
  tool: string | null;
  /** Null: any kind. */
  kinds: ReadonlySet<PromptKind> | null;
  /** Ranks in `confidence.options`, both ends included. */
  minConfidence: number;
  maxConfidence: number;
  /** Null: any folder. */
  repo: readonly string[] | null;
  /** Null: any text. May throw: then nobody knows whether the rule matches. */
  contains: TextMatcher | null;
  /** Finding more makes the policy stricter here, so the text above the question is searched as well. */
  searchesContext: boolean;
  /** Of `commands` and `paths`: `all` where answering hangs on them, `any` where holding back does. */
  quantifier: Quantifier;
  /** Null: any session. */
  tag: string | null;
  /** Null: in any circumstances. */
  circumstances: CompiledCircumstances | null;
  /** Null: anything or nothing to be approved. */
  subjects: ReadonlySet<Subject["type"]> | null;
  /** Null: any commands or none. */
  commands: CommandMatcher | null;
  /** Null: any paths or none. */
  paths: PathMatcher | null;
  /** Null: any host or none. */
  hosts: readonly HostPattern[] | null;
  /** Folded as `foldLabel` does; null: whatever is offered. */
  option: string | null;
  /** Null: any risk. */
  risks: ReadonlySet<Risk> | null;
  /** Empty: no such condition. */
  anyOf: readonly CompiledMatch[];
  noneOf: readonly CompiledMatch[];
};

export type CompiledRule = CompiledMatch & {
  rule: PolicyRule;
  /** It names the risk `critical`, so it may answer at it. */
  namesCritical: boolean;
  /** A `contains` stands somewhere in its match. */
  goesByText: boolean;
  /** The kinds that the rule names, rather than covering them with `*` or by silence. */
  named: ReadonlySet<string>;
};

export type CompiledPolicy = {
  policy: Policy;
  hash: string;
  userHome: string;
  /** Some rule needs to know where paths lead. */
  usesPaths: boolean;
  /** Some rule needs to know what a person has said of the session's folder. */
  usesWorkspace: boolean;
  rules: readonly CompiledRule[];
  /** Null: the rules are few. */
  index: RuleIndex | null;
};

/** `userHome` is what `~` in `repo` stands for. Throws only on a policy that `parsePolicy` refuses. */
export function compilePolicy(
  policy: Policy,
  { hash, userHome }: { hash: string; userHome: string },
): CompiledPolicy {
  // Half of a policy would decide otherwise than the whole.
  if (policy.extends !== undefined) throw new Error("what the policy extends was not read");
  const usesPaths = policy.rules.some(({ match }) => goesByPath(match));
  const usesWorkspace = policy.rules.some(({ match }) => asksOfWorkspace(match));
  const rules = policy.rules.map((rule) => compileRule(rule, userHome));
  return { policy, hash, userHome, usesPaths, usesWorkspace, rules, index: indexRules(rules) };
}

function compileRule(rule: PolicyRule, userHome: string): CompiledRule {
  const { match, action } = rule;
  const denies =
    action.type === "deny" || (action.type === "auto_reply" && action.reply === "deny");
  const holdsBack = denies || action.type === "require_human";
  const quantifier = holdsBack || action.type === "notify_only" ? "any" : "all";
  return {
    ...compileMatch(match, { id: rule.id, userHome, quantifier, searchesContext: holdsBack }),
    rule,
    namesCritical: match.risk?.includes("critical") === true,
    goesByText: goesByText(match),
    named: new Set(match.prompt_type),
  };
}

function goesByText({ contains, any_of: any = [], none_of: none = [] }: PolicyMatch): boolean {
  return contains !== undefined || [...any, ...none].some(goesByText);
}

function goesByPath({ path, any_of: any = [], none_of: none = [] }: PolicyMatch): boolean {
  return path !== undefined || [...any, ...none].some(goesByPath);
}

type MatchPlace = {
  id: string;
  userHome: string;
  quantifier: Quantifier;
  searchesContext: boolean;
};

function compileMatch(match: PolicyMatch, place: MatchPlace): CompiledMatch {
  const { id, userHome, quantifier, searchesContext } = place;
  const rank = (word: PolicyMatch["min_confidence"]): number => confidence.options.indexOf(word);
  // What `none_of` finds makes the rule not match: there, the careful direction is the other one.
  const opposite: MatchPlace = {
    ...place,
    quantifier: quantifier === "all" ? "any" : "all",
    searchesContext: !searchesContext,
  };
  return {
    tool: match.tool_id === "*" ? null : match.tool_id,
    kinds: compileKinds(match.prompt_type),
    minConfidence: rank(match.min_confidence),
    maxConfidence: rank(match.max_confidence),
    repo: match.repo === undefined ? null : compileRepo(id, match.repo, userHome),
    contains: match.contains === undefined ? null : compileContains(id, match),
    searchesContext,
    quantifier,
    ...compileAsked(match),
    commands: match.command === undefined ? null : compileCommands(match.command),
    paths: match.path === undefined ? null : compilePaths(match.path, place),
    anyOf: match.any_of?.map((block) => compileMatch(block, place)) ?? [],
    noneOf: match.none_of?.map((block) => compileMatch(block, opposite)) ?? [],
  };
}

function compileAsked(
  match: PolicyMatch,
): Pick<CompiledMatch, "tag" | "circumstances" | "subjects" | "hosts" | "option" | "risks"> {
  return {
    tag: match.session_tag ?? null,
    circumstances: compileCircumstances(match),
    subjects: match.subject === undefined ? null : new Set(match.subject),
    hosts: match.host?.map(compileHost) ?? null,
    option: match.option === undefined ? null : foldLabel(match.option),
    risks: match.risk === undefined ? null : new Set(match.risk),
  };
}

function compileKinds(types: PolicyMatch["prompt_type"]): ReadonlySet<PromptKind> | null {
  if (types === undefined) return null;
  const kinds = new Set<PromptKind>();
  for (const type of types) {
    if (type === "*") return null;
    if (type !== "tool_use") kinds.add(type);
  }
  return kinds;
}

function compileRepo(id: string, repo: string, userHome: string): readonly string[] {
  const segments = absoluteSegments(repo, userHome);
  if (segments === null) throw new Error(`rule ${id}: repo is not an absolute folder`);
  return segments;
}

function compileContains(id: string, match: PolicyMatch): TextMatcher {
  const contains = match.contains ?? "";
  if (!match.contains_is_regex) return literalMatcher(contains);
  const matches = compileLazily(id, contains);
  // A pattern may be written for the text as it stands or as it reads, so both are searched.
  return ({ raw, plain }) => matches(plain) || (plain !== raw && matches(raw));
}

/** The file was checked, so most patterns need never be compiled again: few rules are looked at. */
function compileLazily(id: string, source: string): (text: string) => boolean {
  let matches: ((text: string) => boolean) | null = null;
  return (text) => {
    if (matches === null) {
      const pattern = compilePattern(source);
      if (!pattern.ok) throw new Error(`rule ${id}: ${pattern.message}`);
      matches = pattern.matches;
    }
    return matches(text);
  };
}
