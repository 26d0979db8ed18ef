/** What a call of git may cost: what it throws away, whose branch it writes. Pure. */
import { literal, type SimpleCommand, type Word } from "./shell/command.ts";

type GitFactor = { readonly name: `git:${string}`; readonly weight: number };

const gitFactors = {
  pushes: { name: "git:pushes", weight: 1 },
  forces: { name: "git:forces-push", weight: 3 },
  protectedBranch: { name: "git:protected-branch", weight: 3 },
  unknownBranch: { name: "git:unknown-branch", weight: 2 },
  discards: { name: "git:discards-work", weight: 3 },
  rewrites: { name: "git:rewrites-history", weight: 2 },
  configures: { name: "git:changes-settings", weight: 3 },
  fetches: { name: "git:fetches", weight: 1 },
  skipsChecks: { name: "git:skips-checks", weight: 2 },
} as const satisfies Record<string, GitFactor>;

/** Branches that others build on. */
const protectedName =
  /^(?:main|master|trunk|develop|development|dev|stable|prod|production|live|staging|gh-pages)$|^(?:release|releases|hotfix|support)(?:[/-]|$)/i;

/** Null: only the shell knows. */
type Texts = readonly (string | null)[];

const valued = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]);

/** The subcommand: undefined where there is none. */
function subcommandOf(given: readonly Word[]): { name: string | null | undefined; rest: Texts } {
  const texts: Texts = given.map((word) => literal(word));
  let at = 0;
  for (let text = texts[at]; text?.startsWith("-") === true; text = texts[at]) {
    at += valued.has(text) ? 2 : 1;
  }
  return { name: texts[at], rest: texts.slice(at + 1) };
}

const isForce = (text: string | null): boolean =>
  text === null || /^-[a-zA-Z]*f|^--force|^--mirror$|^--prune$|^--delete$|^-d$|^\+|^:./.test(text);

function ofPush(rest: Texts): readonly GitFactor[] {
  const { pushes, forces, protectedBranch, unknownBranch } = gitFactors;
  const found: GitFactor[] = [pushes];
  const isForced = rest.some(isForce);
  if (isForced) found.push(forces);
  const branches = rest.filter((text) => text?.startsWith("-") !== true).slice(1);
  const all = rest.some((text) => text === "--mirror" || text === "--all");
  if (all || branches.some((text) => text !== null && isProtected(text)))
    found.push(protectedBranch);
  const unknown =
    branches.length === 0 || branches.some((text) => text === null || /^\+?HEAD$/.test(text));
  if (isForced && unknown && !all) found.push(unknownBranch);
  return found;
}

/** `main`, `+main`, `topic:main`, `:main`, `HEAD:refs/heads/main`. */
function isProtected(refspec: string): boolean {
  const target = refspec.slice(refspec.lastIndexOf(":") + 1).replace(/^\+/, "");
  return protectedName.test(target.replace(/^refs\/heads\//, ""));
}

type Rule = {
  readonly factor: GitFactor;
  readonly subcommands: readonly string[];
  readonly when?: (rest: Texts) => boolean;
  readonly example: string;
  readonly counterExample: string;
};

const has =
  (form: RegExp) =>
  (rest: Texts): boolean =>
    rest.some((text) => text === null || form.test(text));

export const gitRules: readonly Rule[] = [
  {
    ...{
      factor: gitFactors.discards,
      subcommands: ["reset"],
      when: has(/^--(?:hard|merge|keep)$/),
    },
    ...{ example: "git reset --hard HEAD~1", counterExample: "git reset HEAD a" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["clean"] },
    when: (rest) => !has(/^-\w*n|^--dry-run$/)(rest) || rest.includes(null),
    ...{ example: "git clean -fd", counterExample: "git clean -n" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["restore"] },
    ...{ example: "git restore a", counterExample: "git show a" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["checkout", "switch"] },
    when: has(/^--$|^-\w*f|^--(?:force|discard-changes|ours|theirs)$|^\.|\.\w+$/),
    ...{ example: "git checkout -- a", counterExample: "git checkout -b a" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["stash"], when: has(/^(?:drop|clear)$/) },
    ...{ example: "git stash drop", counterExample: "git stash list" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["branch", "tag"] },
    when: has(/^-\w*[dDfM]|^--(?:delete|force|move)$/),
    ...{ example: "git branch -D a", counterExample: "git branch -a" },
  },
  {
    ...{
      factor: gitFactors.discards,
      subcommands: ["filter-branch", "filter-repo", "update-ref", "rm"],
    },
    ...{ example: "git update-ref -d refs/heads/a", counterExample: "git show-ref" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["worktree"], when: has(/^(?:remove|prune)$/) },
    ...{ example: "git worktree remove a", counterExample: "git worktree list" },
  },
  {
    ...{ factor: gitFactors.discards, subcommands: ["reflog"], when: has(/^(?:expire|delete)$/) },
    ...{ example: "git reflog expire --all", counterExample: "git reflog" },
  },
  {
    ...{
      factor: gitFactors.rewrites,
      subcommands: ["rebase", "filter-branch", "filter-repo", "replace"],
    },
    ...{ example: "git rebase main", counterExample: "git merge-base a b" },
  },
  {
    ...{ factor: gitFactors.rewrites, subcommands: ["commit"], when: has(/^--amend$/) },
    ...{ example: "git commit --amend", counterExample: "git commit -m a" },
  },
  {
    ...{ factor: gitFactors.skipsChecks, subcommands: ["commit", "push", "merge", "rebase"] },
    when: has(/^--no-verify$/),
    ...{ example: "git commit --no-verify -m a", counterExample: "git commit -m a" },
  },
  {
    ...{ factor: gitFactors.configures, subcommands: ["config"] },
    when: (rest) => !has(/^(?:--get\S*|--list|-l|list|get)$/)(rest) || rest.includes(null),
    ...{ example: "git config a.b c", counterExample: "git config --get a.b" },
  },
  {
    ...{ factor: gitFactors.configures, subcommands: ["remote"] },
    when: has(/^(?:add|set-url|rename|remove|rm|set-\w+)$/),
    ...{ example: "git remote set-url origin a", counterExample: "git remote -v" },
  },
  {
    ...{
      factor: gitFactors.configures,
      subcommands: ["submodule"],
      when: has(/^(?:add|update|init|set-\w+)$/),
    },
    ...{ example: "git submodule add a", counterExample: "git submodule status" },
  },
  {
    ...{ factor: gitFactors.fetches, subcommands: ["fetch", "pull", "clone", "ls-remote"] },
    ...{ example: "git pull", counterExample: "git log" },
  },
];

const names = new Set(["git", "git.exe"]);
const none: readonly GitFactor[] = [];

export function factorsOfGit({ name, arguments: given }: SimpleCommand): readonly GitFactor[] {
  if (!names.has(name.toLowerCase())) return none;
  const { name: subcommand, rest } = subcommandOf(given);
  if (subcommand === undefined) return [];
  if (subcommand === null) return [gitFactors.discards];
  const pushed = subcommand === "push" ? ofPush(rest) : [];
  const found = gitRules.filter(
    ({ subcommands, when }) =>
      subcommands.includes(subcommand) && (when === undefined || when(rest)),
  );
  return [...pushed, ...found.map(({ factor }) => factor)];
}
