/** Says for a person why a rule did or did not match one prompt. Local output only: it may quote the policy. Pure. */
import type { PolicyMatch } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { CircumstanceName } from "./circumstances.ts";
import type { Tried } from "./decide.ts";
import type { Condition, Facts, Outcome } from "./match.ts";
import { listed, quote } from "./problem.ts";

/** Half a sentence, such as `contains: "force push" is not in the prompt`. */
export function sayOutcome({ rule, outcome }: Tried, facts: Facts): string {
  if (outcome.result === "holds") return "every condition holds";
  return `${outcome.condition}: ${sayCondition(outcome, rule.match, facts)}`;
}

type Missed = Exclude<Outcome, { result: "holds" }>;

/** Why one condition of a match failed or could not be decided. */
export function sayCondition({ result, condition }: Missed, match: PolicyMatch, facts: Facts) {
  if (result === "fails") return sayFailure(condition, match, facts);
  if (condition === "repo") return "the session's folder is not absolute";
  if (condition === "command" || condition === "path") return sayUnread(condition);
  if (isCircumstance(condition)) return untold[condition];
  if (condition === "host") return "not found, but part of the prompt is hidden";
  if (condition !== "contains") return "one of its blocks could not be decided";
  return facts.prompt.cut
    ? "not found, but part of the prompt is hidden"
    : "the pattern could not be run";
}

const untold: Readonly<Record<CircumstanceName, string>> = {
  session_state: "the session does not say what it is doing",
  environment: "no environment was given (run --environment NAME)",
  workspace_trusted: "what was said of this folder cannot be read (atlasbridge workspace list)",
  workspace_profile: "what was said of this folder cannot be read (atlasbridge workspace list)",
};

function isCircumstance(condition: Condition): condition is CircumstanceName {
  return condition in untold;
}

function sayCircumstance(condition: CircumstanceName, match: PolicyMatch, facts: Facts): string {
  const { state, environment, workspace } = facts;
  switch (condition) {
    case "session_state":
      return `the session is ${state ?? "unknown"}, not ${listed(match.session_state ?? [])}`;
    case "environment":
      return `the environment is ${quote(environment ?? "")}, not ${quote(match.environment ?? "")}`;
    case "workspace_trusted":
      return `the folder is ${workspace?.trusted === true ? "" : "not "}trusted`;
    case "workspace_profile": {
      const given = workspace?.profile ?? null;
      const has = given === null ? "no profile" : `the profile ${quote(given)}`;
      return `the folder has ${has}, not ${quote(match.workspace_profile ?? "")}`;
    }
  }
}

function sayUnread(condition: "command" | "path"): string {
  return condition === "command"
    ? "what would be run cannot be told with certainty"
    : "where a path leads cannot be told with certainty";
}

type Asked = "session_tag" | "subject" | "command" | "path" | "host" | "option" | "risk";
type Blocks = "any_of" | "none_of";

function sayFailure(condition: Condition, match: PolicyMatch, facts: Facts): string {
  const { prompt, tool, cwd } = facts;
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
    case "none_of":
      return blocksFailed[condition];
    case "session_state":
    case "environment":
    case "workspace_trusted":
    case "workspace_profile":
      return sayCircumstance(condition, match, facts);
    default:
      return sayAsked(condition, match, prompt);
  }
}

const blocksFailed: Readonly<Record<Blocks, string>> = {
  any_of: "none of its blocks matches",
  none_of: "one of its blocks matches",
};

const noSubject = { type: "nothing", command: null, host: null } as const;

function sayAsked(condition: Asked, match: PolicyMatch, prompt: Prompt): string {
  const subject = prompt.subject ?? noSubject;
  switch (condition) {
    case "session_tag":
      return `the session's label is not ${quote(match.session_tag ?? "")}`;
    case "subject":
      return saySubject(subject.type, match.subject ?? []);
    case "command":
      return sayCommand(subject.command);
    case "path":
      return "what it is about does not lie where the rule says";
    case "host":
      return sayHost(subject.host, match.host ?? []);
    case "option":
      return `no option is called ${quote(match.option ?? "")}`;
    case "risk":
      return `the risk is not ${listed(match.risk ?? [])}`;
  }
}

function saySubject(asked: string, allowed: readonly string[]): string {
  return `${asked} is to be approved, not ${listed(allowed)}`;
}

function sayCommand(command: string | null): string {
  if (command === null) return "no command is to be approved";
  return `${quote(command)} is not, or not only, what the rule names`;
}

function sayHost(host: string | null, allowed: readonly string[]): string {
  const names = listed(allowed.map((one) => quote(one)));
  return `${host === null ? "no host" : quote(host)} is to be reached, not ${names}`;
}
