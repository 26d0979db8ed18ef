/** Says for a person why a rule did or did not match one prompt. Local output only: it may quote the policy. Pure. */
import type { PolicyMatch } from "../../contracts/policy.ts";
import type { Tried } from "./decide.ts";
import type { Condition, Facts } from "./match.ts";
import { listed, quote } from "./problem.ts";

/** Half a sentence, such as `contains: "force push" is not in the prompt`. */
export function sayOutcome({ rule, outcome }: Tried, facts: Facts): string {
  if (outcome.result === "holds") return "every condition holds";
  const { condition } = outcome;
  if (outcome.result === "fails")
    return `${condition}: ${sayFailure(condition, rule.match, facts)}`;
  if (condition === "repo") return "repo: the session's folder is not absolute";
  if (condition !== "contains") return `${condition}: one of its blocks could not be decided`;
  return facts.prompt.cut
    ? "contains: not found, but part of the prompt is hidden"
    : "contains: the pattern could not be run";
}

function sayFailure(
  condition: Condition,
  match: PolicyMatch,
  { prompt, tool, cwd }: Facts,
): string {
  switch (condition) {
    case "tool_id":
      return `the tool is ${quote(tool)}, not ${quote(match.tool_id)}`;
    case "prompt_type":
      return `the prompt is ${prompt.kind}, not ${listed(match.prompt_type ?? [])}`;
    case "min_confidence":
      return `${prompt.confidence} is below ${match.min_confidence}`;
    case "max_confidence":
      return `${prompt.confidence} is above ${match.max_confidence}`;
    case "repo":
      return `${quote(cwd)} is not within ${quote(match.repo ?? "")}`;
    case "contains": {
      const what = match.contains_is_regex ? "pattern" : "text";
      return `the ${what} ${quote(match.contains ?? "")} is not in the prompt`;
    }
    case "any_of":
      return "none of its blocks matches";
    case "none_of":
      return "one of its blocks matches";
  }
}
