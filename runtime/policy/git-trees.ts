/** Commands of git that show more than they name: what changed in many commits, objects by their number, whole folders. Pure. */
import { isLong } from "./shell/codes.ts";
import { literal, mayBeOption, type Word } from "./shell/command.ts";

/** What a command shows: these folders as a whole; null: of any file that there ever was. */
export type Shown = readonly Word[] | null;

const valued = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]);

export function shownByGit(given: readonly Word[]): Shown {
  let at = 0;
  for (let text = literal(given[at]); text?.startsWith("-") === true; text = literal(given[at])) {
    at += valued.has(text) ? 2 : 1;
  }
  const subcommand = literal(given[at]);
  // Which one it is only the shell knows, and so it may be any.
  if (subcommand === null) return given[at] === undefined ? [] : null;
  const show = shown.get(subcommand);
  return show === undefined ? [] : show(given.slice(at + 1));
}

/** Short options may be written together, in any order: `-wp` is `-w -p`. */
const has =
  (letters: string, ...long: readonly string[]) =>
  (rest: readonly Word[]): boolean =>
    rest.some((word) => {
      const text = literal(word);
      if (text === null) return mayBeOption(word);
      if (text.startsWith("--")) return isLong(text, long);
      return text.startsWith("-") && letters.split("").some((letter) => text.includes(letter));
    });

const showsChanges = has(
  "pucmSGLUW",
  ...["patch", "patch-with-stat", "patch-with-raw", "unified", "binary", "word-diff", "check"],
  ...["color-words", "cc", "dd", "remerge-diff", "diff-merges", "pickaxe-all", "pickaxe-regex"],
  ...["function-context", "submodule", "word-diff-regex"],
);
const goesOn = has(
  "g",
  ...["do-walk", "all", "branches", "tags", "remotes", "glob", "reflog", "walk-reflogs", "stdin"],
  ...["alternate-refs", "exclude", "indexed-objects", "single-worktree", "bisect", "merge"],
);
const isRange = (word: Word): boolean => /\.\.|^\^|\^[@-]/.test(literal(word) ?? "");
const isNamed = (word: Word): boolean => /:./.test(literal(word) ?? "");

const everything = (): Shown => null;
const throughHistory = (rest: readonly Word[]): Shown => (showsChanges(rest) ? null : []);
const showsStash = (first: Word | undefined): boolean =>
  first !== undefined && /^(?:list|show)$/.test(literal(first) ?? "list");

/** The tree without anything in it: what differs from it is everything. */
const emptyTree = /^(?:4b825d|6ef19b)[0-9a-f]*$/i;

/** Of two folders outside of its work tree, git shows what differs in them. */
function words(rest: readonly Word[]): Shown {
  if (rest.some((word) => emptyTree.test(literal(word) ?? ""))) return null;
  return rest.filter((word) => literal(word)?.startsWith("-") !== true);
}

/** Its kind and its size say nothing; by its number, an object may be any file. */
function ofObject(rest: readonly Word[]): Shown {
  if (has("", "batch")(rest)) return null;
  const tellsLittle = has("tse")(rest) && !has("p", "textconv", "filters")(rest);
  return tellsLittle || rest.some(isNamed) ? [] : null;
}

const shown: ReadonlyMap<string, (rest: readonly Word[]) => Shown> = new Map([
  ["log", throughHistory],
  ["reflog", throughHistory],
  // `git stash push -m` gives a message, `git stash list -p` shows what was stashed.
  ["stash", (rest: readonly Word[]) => (showsStash(rest[0]) ? throughHistory(rest) : [])],
  ["rev-list", (rest: readonly Word[]) => (has("", "header", "stdin")(rest) ? null : [])],
  ["whatchanged", everything],
  ["format-patch", everything],
  ["archive", everything],
  ["bundle", everything],
  ["fast-export", everything],
  ["show", (rest: readonly Word[]) => (goesOn(rest) || rest.some(isRange) ? null : [])],
  ["cat-file", ofObject],
  ["diff", words],
  ["difftool", words],
  ["grep", (rest: readonly Word[]) => [{ text: "." }, ...(words(rest) ?? [])]],
]);
