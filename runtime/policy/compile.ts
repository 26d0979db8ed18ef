/** A policy made ready for deciding: patterns compiled, folders split, kinds in sets. Pure. */
import type { Policy, PolicyMatch, PolicyRule } from "../../contracts/policy.ts";
import { confidence, type PromptKind } from "../../contracts/prompt.ts";
import { absoluteSegments } from "./folders.ts";
import { compilePattern, literalMatcher, type TextMatcher } from "./pattern.ts";

export type CompiledRule = {
  rule: PolicyRule;
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
  /** The rule holds back, so it also goes by the text above the question. */
  searchesContext: boolean;
  /** The kinds that the rule names, rather than covering them with `*` or by silence. */
  named: ReadonlySet<string>;
};

export type CompiledPolicy = {
  policy: Policy;
  hash: string;
  userHome: string;
  rules: readonly CompiledRule[];
};

/** `userHome` is what `~` in `repo` stands for. Throws only on a policy that `parsePolicy` refuses. */
export function compilePolicy(
  policy: Policy,
  { hash, userHome }: { hash: string; userHome: string },
): CompiledPolicy {
  return { policy, hash, userHome, rules: policy.rules.map((rule) => compileRule(rule, userHome)) };
}

function compileRule(rule: PolicyRule, userHome: string): CompiledRule {
  const { match } = rule;
  const rank = (word: PolicyMatch["min_confidence"]): number => confidence.options.indexOf(word);
  return {
    rule,
    tool: match.tool_id === "*" ? null : match.tool_id,
    kinds: compileKinds(match.prompt_type),
    minConfidence: rank(match.min_confidence),
    maxConfidence: rank(match.max_confidence),
    repo: match.repo === undefined ? null : compileRepo(rule.id, match.repo, userHome),
    contains: match.contains === undefined ? null : compileContains(rule.id, match),
    searchesContext: rule.action.type === "deny" || rule.action.type === "require_human",
    named: new Set(match.prompt_type),
  };
}

function compileKinds(types: PolicyMatch["prompt_type"]): ReadonlySet<PromptKind> | null {
  if (types === undefined) return null;
  const kinds = new Set<PromptKind>();
  for (const type of types) {
    if (type === "*") return null;
    kinds.add(type);
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
  const pattern = compilePattern(contains);
  if (!pattern.ok) throw new Error(`rule ${id}: ${pattern.message}`);
  // A pattern may be written for the text as it stands or as it reads, so both are searched.
  return ({ raw, plain }) => pattern.matches(plain) || (plain !== raw && pattern.matches(raw));
}
