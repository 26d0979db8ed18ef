/** For a person: what a condition asks for, as the policy writes it, and what stands there. Local output only. Pure. */
import type { CommandPattern, PolicyMatch } from "../../contracts/policy.ts";
import type { Workspace } from "./circumstances.ts";
import type { Condition, Situation } from "./match.ts";
import type { NamedPath } from "./paths.ts";
import { listed, quote } from "./problem.ts";
import { literal, type ShellReading, type SimpleCommand } from "./shell/command.ts";

/** Half a line, such as `"git push **" or "git fetch"`. */
export function wantedBy(condition: Condition, match: PolicyMatch): string {
  switch (condition) {
    case "prompt_type":
    case "subject":
    case "risk":
    case "session_state":
      return listed(match[condition] ?? []);
    case "min_confidence":
      return `${match.min_confidence} or surer`;
    case "max_confidence":
      return `${match.max_confidence} or less sure`;
    case "contains": {
      const text = quote(match.contains ?? "", textCharsMax);
      return match.contains_is_regex ? `the pattern ${text}` : text;
    }
    case "command":
      return someOf((match.command ?? []).map(sayPattern));
    case "path":
    case "host":
      return someOf((match[condition] ?? []).map((one) => quote(one)));
    case "workspace_trusted":
      return sayTrust(match.workspace_trusted === true);
    case "any_of":
    case "none_of": {
      const how = condition === "any_of" ? "at least one of" : "none of";
      return `${how} ${(match[condition] ?? []).length}`;
    }
    default:
      return quote(match[condition] ?? "");
  }
}

/** Half a line, such as `shell "git push"`. */
export function sawFor(condition: Exclude<Condition, "command">, situation: Situation): string {
  const { facts, risk } = situation;
  const { prompt } = facts;
  switch (condition) {
    case "tool_id":
      return quote(facts.tool);
    case "prompt_type":
      return prompt.kind;
    case "min_confidence":
    case "max_confidence":
      return prompt.confidence;
    case "repo":
      return quote(facts.cwd, textCharsMax);
    case "session_tag":
      return facts.tag === null ? "no label" : quote(facts.tag);
    case "session_state":
      return facts.state ?? "unknown";
    case "environment":
      return facts.environment === null ? "none given" : quote(facts.environment);
    case "workspace_trusted":
    case "workspace_profile":
      return sayWorkspace(condition, facts.workspace);
    case "subject":
      return prompt.subject?.type ?? "nothing to be approved";
    case "host":
      return prompt.subject?.host === undefined || prompt.subject.host === null
        ? "no host"
        : quote(prompt.subject.host);
    case "risk":
      return risk.factors.length === 0 ? risk.risk : `${risk.risk} (${risk.factors.join(", ")})`;
    default:
      return sawText(condition, situation);
  }
}

type OfText = "path" | "option" | "contains" | "any_of" | "none_of";

function sawText(condition: OfText, { facts, text, asked, context }: Situation): string {
  switch (condition) {
    case "path":
      return sayPaths(asked.paths(), facts.real);
    case "option":
      return all(facts.prompt.options.map(({ label }) => quote(label))) || "no options";
    case "contains":
      return quote(text.raw, textCharsMax) + (context.length > 0 ? " and the text above it" : "");
    case "any_of":
    case "none_of":
      return "see below";
  }
}

const sayTrust = (trusted: boolean): string => (trusted ? "trusted" : "not trusted");

function sayWorkspace(
  condition: "workspace_trusted" | "workspace_profile",
  workspace: Workspace | null,
): string {
  if (workspace === null) return "unknown";
  if (condition === "workspace_trusted") return sayTrust(workspace.trusted);
  return workspace.profile === null ? "no profile" : quote(workspace.profile);
}

const textCharsMax = 200;
/** Of a list, more are counted. */
const shownMax = 6;

function someOf(words: readonly string[]): string {
  if (words.length === 0) return "none";
  if (words.length <= shownMax) return listed(words);
  return `${words.slice(0, shownMax).join(", ")} and ${words.length - shownMax} more`;
}

function all(words: readonly string[]): string {
  const more = words.length > shownMax ? ` and ${words.length - shownMax} more` : "";
  return words.slice(0, shownMax).join(", ") + more;
}

function sayPattern(pattern: CommandPattern): string {
  if (typeof pattern === "string") return quote(pattern);
  const { program, first_argument: first, any_argument: any, no_argument: none } = pattern;
  const parts = [
    quote(program),
    ...(first === undefined ? [] : [`with first ${someOf(first)}`]),
    ...(any === undefined ? [] : [`with any of ${someOf(any)}`]),
    ...(none === undefined ? [] : [`without ${someOf(none)}`]),
  ];
  return parts.join(" ");
}

/** The simple commands as they were read: what a rule's patterns are held against. `mark` is put behind each. */
export function sayReading(
  reading: ShellReading | null,
  mark: (command: SimpleCommand) => string,
): string {
  if (reading === null) return "no command to be approved";
  if (!reading.ok) return `not readable: the command has ${reading.reason}`;
  if (reading.commands.length === 0) return "no command at all";
  return all(reading.commands.map((one) => `${quote(sayCommand(one), textCharsMax)}${mark(one)}`));
}

function sayCommand({ assignments, program, arguments: given, runs }: SimpleCommand): string {
  const words = given.map((word) => literal(word) ?? "?");
  const set = assignments.map((name) => `${name}=…`);
  const code = runs === "code" ? ["(runs code of its own)"] : [];
  return [...set, program, ...words, ...code].join(" ");
}

function sayPaths(paths: readonly NamedPath[], real: ReadonlyMap<string, string | null>): string {
  const told = paths.map((path) => {
    if (path === null) return "a path that only the shell knows";
    const leads = real.get(path.written) ?? null;
    const name = `${path.kind === "path" ? "" : "below "}${quote(path.path, textCharsMax)}`;
    if (leads === null) return `${name} (not looked up)`;
    return leads === path.path ? name : `${name} (which is ${quote(leads, textCharsMax)})`;
  });
  return paths.length === 0 ? "no path" : all([...new Set(told)]);
}
