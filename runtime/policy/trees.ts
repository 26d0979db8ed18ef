/** Commands that read every file below a folder: what stands there matters as much as what is named. Pure. */
import { shownByGit } from "./git-trees.ts";
import type { SimpleCommand, Word } from "./shell/command.ts";
import { isLong } from "./shell/codes.ts";

/** `hidden`: files whose names begin with a dot are read as well. */
export type TreeOf = { readonly root: Word; readonly hidden: boolean };

/** Every path below a folder, by the name that `treeName` gives it; null: too many, or nobody knows. */
export type Trees = ReadonlyMap<string, readonly string[] | null>;

export const treeName = (written: string, hidden: boolean): string =>
  hidden ? written : `${written}\0visible`;

const here: Word = { text: "." };

/** The folders that it reads as a whole, as it names them; a word that is no folder does no harm among them. */
export function treesOf({ name, arguments: given }: SimpleCommand): readonly TreeOf[] {
  if (/^git(?:\.exe)?$/i.test(name)) return treesOfGit(given);
  const search = searches.get(name.toLowerCase());
  if (search === undefined || !search.isWhole(given)) return [];
  const hidden = search.isHidden(given);
  const { named, hasPattern, isSure } = operandsOf(given, search.flags);
  // Without a word besides the pattern the place is the folder itself.
  const isHere = search.startsHere && (!isSure || named.length < (hasPattern ? 1 : 2));
  const words = given.filter((word) => !("text" in word) || !word.text.startsWith("-"));
  return [...(isHere ? [here] : []), ...words].map((root) => ({ root, hidden }));
}

function treesOfGit(given: readonly Word[]): readonly TreeOf[] {
  const shown = shownByGit(given) ?? [{ unknown: "any file that there ever was" }];
  return shown.map((root) => ({ root, hidden: true }));
}

type Operands = {
  readonly named: readonly Word[];
  /** The pattern is the value of an option, and none of the named. */
  readonly hasPattern: boolean;
  /** False: what looks like an option may be the value of the one before it. */
  readonly isSure: boolean;
};

/** What is no option, nor the value of one. An option that is not known is taken for one with a value. */
function operandsOf(given: readonly Word[], flags: string): Operands {
  const named: Word[] = [];
  let hasPattern = false;
  let isSure = true;
  let isValue = false;
  for (const word of given) {
    const text = "text" in word ? word.text : "";
    if (text.startsWith("-") && text !== "-") {
      if (isValue) isSure = false;
      hasPattern ||= text === "-e" || text === "-f";
      isValue = takesValue(text, flags);
    } else if (isValue) isValue = false;
    else named.push(word);
  }
  return { named, hasPattern, isSure };
}

function takesValue(option: string, flags: string): boolean {
  if (option.startsWith("--"))
    return option !== "--" && !option.includes("=") && !plain.has(option);
  return !flags.includes(option.at(-1) ?? "");
}

/** Long options of theirs without a value, in full. */
const plain: ReadonlySet<string> = new Set([
  ...["--recursive", "--line-number", "--ignore-case", "--files-with-matches", "--count", "--text"],
  ...["--files-without-match", "--word-regexp", "--line-regexp", "--fixed-strings", "--no-heading"],
  ...["--extended-regexp", "--perl-regexp", "--invert-match", "--no-messages", "--only-matching"],
  ...["--quiet", "--with-filename", "--no-filename", "--hidden", "--no-ignore", "--smart-case"],
  ...["--case-sensitive", "--multiline", "--json", "--pcre2", "--heading", "--null", "--stats"],
  ...["--column", "--vimgrep", "--trim", "--pretty", "--no-line-number", "--unrestricted"],
  ...["--color", "--colour", "--initial-tab", "--line-buffered", "--null-data", "--basic-regexp"],
]);

type Search = {
  /** Where nothing else is named, it reads the folder itself. */
  readonly startsHere: boolean;
  /** Letters of short options without a value. */
  readonly flags: string;
  /** Whether it reads whole folders when it is called so. */
  readonly isWhole: (given: readonly Word[]) => boolean;
  readonly isHidden: (given: readonly Word[]) => boolean;
};

const always = (): boolean => true;

const grep: Search = {
  startsHere: true,
  flags: "nilLcwxFEPGvsqoHhrRazZIUTby0123456789",
  isWhole: (given) =>
    hasOption(given, "rR", ["recursive", "dereference-recursive"]) ||
    given.some((word) => "text" in word && /(?:^|=|^-\w*d)recurse$/.test(word.text)),
  isHidden: always,
};

/** They search the folder unless told otherwise, and pass over what is hidden or ignored unless told otherwise. */
const ripgrep: Search = {
  startsHere: true,
  flags: "nilcwxFPvsqoHhu.SpNazUVIb0",
  // First of all: elsewhere it may be the value of an option, such as a pattern.
  isWhole: ([first]) => first === undefined || !("text" in first) || first.text !== "--files",
  isHidden: (given) =>
    hasOption(given, "u.gaUQ", [
      ...["hidden", "unrestricted", "glob", "iglob", "glob-case-insensitive", "all-types"],
      ...["no-ignore", "no-ignore-dot", "no-ignore-vcs", "skip-vcs-ignores"],
    ]),
};

/** Of two folders it shows what differs, file by file. */
const diff: Search = { startsHere: false, flags: "", isWhole: always, isHidden: always };

/** As `rg`, of options that are not listed here. */
const others: Search = { ...ripgrep, flags: "" };

const searches: ReadonlyMap<string, Search> = new Map([
  ...["grep", "egrep", "fgrep", "ggrep", "zgrep", "bzgrep", "xzgrep"].map(
    (name): [string, Search] => [name, grep],
  ),
  ["rg", ripgrep],
  ...["ag", "ack", "ugrep"].map((name): [string, Search] => [name, others]),
  ["diff", diff],
]);

/** One of these letters among others, or a long option or its beginning; what only the shell knows may be one. */
function hasOption(given: readonly Word[], letters: string, long: readonly string[]): boolean {
  return given.some((word) => {
    if (!("text" in word)) return !("home" in word);
    const { text } = word;
    if (text.startsWith("--")) return isLong(text, long);
    return text.startsWith("-") && letters.split("").some((letter) => text.includes(letter));
  });
}
