/** Rules that can never decide, since an earlier one matches whatever they do. Says so only where it is certain. Pure. */
import type { PolicyMatch } from "../../contracts/policy.ts";
import type { CompiledCircumstances } from "./circumstances.ts";
import type { CompiledPolicy, CompiledRule } from "./compile.ts";
import { liesWithin } from "./folders.ts";
import { foldText, plainText } from "./pattern.ts";

export type Shadowed = { rule_id: string; by: string };

export function shadowedRules({ rules }: CompiledPolicy): Shadowed[] {
  return rules.flatMap((later, at) => {
    const earlier = rules.slice(0, at).find((one) => covers(one, later));
    return earlier === undefined ? [] : [{ rule_id: later.rule.id, by: earlier.rule.id }];
  });
}

/** Wherever `later` holds, `earlier` holds or cannot be decided: either way `later` is not reached. */
function covers(earlier: CompiledRule, later: CompiledRule): boolean {
  return conditions.every((implied) => implied(earlier, later));
}

type Implied = (earlier: CompiledRule, later: CompiledRule) => boolean;

const sameWay: Implied = (a, b) =>
  a.quantifier === b.quantifier && a.searchesContext === b.searchesContext;

const conditions: readonly Implied[] = [
  (a, b) => a.tool === null || a.tool === b.tool,
  (a, b) => includesAll(a.kinds, b.kinds),
  (a, b) => a.minConfidence <= b.minConfidence && a.maxConfidence >= b.maxConfidence,
  (a, b) => a.repo === null || (b.repo !== null && liesWithin(b.repo, a.repo)),
  (a, b) => a.tag === null || a.tag === b.tag,
  (a, b) => circumstancesImplied(a.circumstances, b.circumstances),
  (a, b) => includesAll(a.subjects, b.subjects),
  (a, b) => a.option === null || a.option === b.option,
  (a, b) => includesAll(a.risks, b.risks),
  (a, b) => listImplied(a.rule.match.host, b.rule.match.host),
  (a, b) =>
    a.paths === null || (sameWay(a, b) && listImplied(a.rule.match.path, b.rule.match.path)),
  (a, b) => a.commands === null || (sameWay(a, b) && commandsImplied(a, b)),
  (a, b) => a.contains === null || containsImplied(a, b),
  (a, b) =>
    a.anyOf.length === 0 || (sameWay(a, b) && isSame(a.rule.match.any_of, b.rule.match.any_of)),
  (a, b) => a.noneOf.length === 0 || (sameWay(a, b) && noneImplied(a.rule.match, b.rule.match)),
];

/** Null is everything. */
function includesAll(a: ReadonlySet<unknown> | null, b: ReadonlySet<unknown> | null): boolean {
  if (a === null) return true;
  return b !== null && [...b].every((one) => a.has(one));
}

function listImplied(
  a: readonly unknown[] | undefined,
  b: readonly unknown[] | undefined,
): boolean {
  if (a === undefined) return true;
  const known = new Set(a.map((one) => JSON.stringify(one)));
  return b !== undefined && b.every((one) => known.has(JSON.stringify(one)));
}

/** Without a path beside it, a command that writes a file is no match for a rule that answers. */
function commandsImplied(a: CompiledRule, b: CompiledRule): boolean {
  const samePlaces = (a.paths === null) === (b.paths === null);
  return samePlaces && listImplied(a.rule.match.command, b.rule.match.command);
}

function containsImplied(a: CompiledRule, b: CompiledRule): boolean {
  const { contains: wanted = "", contains_is_regex: isPattern } = a.rule.match;
  const { contains: given, contains_is_regex: isGivenPattern } = b.rule.match;
  if (given === undefined || isPattern !== isGivenPattern) return false;
  // What the later one finds above the question the earlier one must look for there as well.
  if (b.searchesContext && !a.searchesContext) return false;
  if (isPattern) return wanted === given;
  const needle = foldText(plainText(wanted));
  return needle !== "" && foldText(plainText(given)).includes(needle);
}

function noneImplied(a: PolicyMatch, b: PolicyMatch): boolean {
  return listImplied(b.none_of, a.none_of ?? []) && b.none_of !== undefined;
}

function circumstancesImplied(
  a: CompiledCircumstances | null,
  b: CompiledCircumstances | null,
): boolean {
  if (a === null) return true;
  if (b === null) return false;
  return (
    includesAll(a.states, b.states) &&
    (a.environment === null || a.environment === b.environment) &&
    (a.trusted === null || a.trusted === b.trusted) &&
    (a.profile === null || a.profile === b.profile)
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
