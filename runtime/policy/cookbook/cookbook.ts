/** Policies for single tools, as the files beside this one: each is valid as it stands, and several can be joined. */
import apt from "./apt.yaml" with { type: "text" };
import claudeCode from "./claude-code.yaml" with { type: "text" };
import codex from "./codex.yaml" with { type: "text" };
import geminiCli from "./gemini-cli.yaml" with { type: "text" };
import git from "./git.yaml" with { type: "text" };
import npm from "./npm.yaml" with { type: "text" };
import terraform from "./terraform.yaml" with { type: "text" };

export const recipeNames = [
  "claude-code",
  "codex",
  "gemini-cli",
  "git",
  "npm",
  "apt",
  "terraform",
] as const;
export type RecipeName = (typeof recipeNames)[number];

/** What each is for, in half a line. */
export const recipePurpose: Readonly<Record<RecipeName, string>> = {
  "claude-code": "Claude Code reads, builds, edits and commits in its folder",
  codex: "the same for Codex",
  "gemini-cli": "the same for Gemini CLI",
  git: "local work with git; no forced push, nothing thrown away",
  npm: "scripts of the project; new packages and publishing are yours",
  apt: "apt's own question is answered when nothing is removed",
  terraform: "plans are made, never applied",
};

/** The text of each file. */
export const recipes: Readonly<Record<RecipeName, string>> = {
  "claude-code": String(claudeCode),
  codex: String(codex),
  "gemini-cli": String(geminiCli),
  git: String(git),
  npm: String(npm),
  apt: String(apt),
  terraform: String(terraform),
};

const joinedHead = `policy_version: "2"
name: cookbook
autonomy_mode: full

defaults:
  no_match: require_human
  low_confidence: require_human

brakes:
  replies_per_minute: 120
  same_prompt_per_minute: 20

rules:
`;

/** One recipe as it is, or one policy with the rules of all of them, in the order given. */
export function joinRecipes(names: readonly RecipeName[]): string {
  const [first, ...others] = [...new Set(names)];
  if (first !== undefined && others.length === 0) return recipes[first];
  const parts = [...new Set(names)].map(
    (name) => `  # ${name}: ${recipePurpose[name]}\n\n${rulesOf(name)}`,
  );
  const title = `# AtlasBridge policy from the cookbook: ${[...new Set(names)].join(", ")}.\n`;
  return `${title}${joinedHead}${parts.join("\n")}`;
}

/** Everything below the line that begins the rules, which every recipe ends with. */
function rulesOf(name: RecipeName): string {
  const text = recipes[name];
  return text.slice(text.indexOf("\nrules:\n") + "\nrules:\n".length);
}
