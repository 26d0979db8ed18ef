/** Every path that a prompt is about, and whether a rule's `path` covers them. Pure: what is on the disk is a fact. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { Answer, Quantifier } from "./command.ts";
import { absoluteSegments, liesWithin, segmentsOfFolder } from "./folders.ts";
import { compilePath, type PathGlob } from "./glob.ts";
import {
  literal,
  type Redirection,
  type ShellReading,
  type SimpleCommand,
  type Word,
} from "./shell/command.ts";
import { type ResolvedPath, resolvePath } from "./shell/shell.ts";
import { treeName, type Trees, treesOf } from "./trees.ts";

/** Where a path leads once links are followed, by the path as it was written; null: nobody knows. */
export type RealPaths = ReadonlyMap<string, string | null>;

type Known = Exclude<ResolvedPath, { kind: "unknown" }>;
/** Everything below a folder, of which `Trees` may know what there is. */
type Tree = Omit<Known, "kind"> & {
  readonly kind: "tree";
  readonly name: string;
  readonly hidden: boolean;
};
/** Null: there is a path that only the shell knows. */
export type NamedPath = Known | Tree | null;

export type Where = { cwd: string; userHome: string };

/** All that may be read, written or entered, as far as words tell; null in it for what they do not. */
export function pathsOf(
  { subject }: Prompt,
  reading: ShellReading | null,
  where: Where,
): readonly NamedPath[] {
  if (reading !== null) return reading.ok ? pathsOfShell(reading, where) : [null];
  const path = subject?.path ?? null;
  if (path === null || path === "") return [];
  if (isForeign(path)) return [null];
  const word: Word = /^~(?=\/|$)/.test(path) ? { home: path.slice(1) } : { text: path };
  return [known(resolvePath(word, { cwd: where.cwd, home: where.userHome }))];
}

/**
 * A path that a tool names need not be one of this system: it may be an address, another user's home, a drive, a variable
 * or a quoted name. Read as a file of the folder it would look harmless, so it is left unknown.
 */
function isForeign(path: string): boolean {
  const isAddress = /^(?:[a-z][a-z0-9+.-]*:[\\/]|file:|[a-z]:)/i.test(path);
  const isEncoded = /%(?:00|2e|2f|5c)|\\|\p{Cc}/iu.test(path);
  return isAddress || isEncoded || /^(?:~[^/]|[\s"'`$%]|@[/.~])/.test(path);
}

/** What the caller has to look up on the disk. */
export function pathsToFollow(paths: readonly NamedPath[], cwd: string): readonly string[] {
  return [cwd, ...paths.flatMap((path) => (path === null ? [] : [path.written]))];
}

/** What is written there is gone, and nothing is read from it. */
const nowhere = "/dev/null";

type Read = Extract<ShellReading, { ok: true }>;

function pathsOfShell(reading: Read, where: Where): NamedPath[] {
  const found = reading.commands.flatMap((command) => pathsOfCommand(command, where));
  for (const { target, folders, effect } of [...reading.writes, ...reading.reads]) {
    if (literal(target) === nowhere) continue;
    if (effect === "writes" || effect === "reads") found.push(...resolveIn(target, folders, where));
  }
  return found;
}

type Words = Pick<SimpleCommand, "name" | "arguments" | "folders">;

/** What a command's words may name as paths, without the folder in which it runs. */
export function pathsInWords(command: Words, where: Where): NamedPath[] {
  const { folders } = command;
  const paths: NamedPath[] = [];
  for (const word of command.arguments) {
    for (const one of candidates(word, command)) paths.push(...resolveIn(one, folders, where));
  }
  return paths;
}

/** Where a redirection leads. */
export function pathsOfTarget({ target, folders }: Redirection, where: Where): NamedPath[] {
  return literal(target) === nowhere ? [] : resolveIn(target, folders, where);
}

function pathsOfCommand(command: SimpleCommand, where: Where): NamedPath[] {
  const { folders } = command;
  const own =
    folders === null ? [null] : folders.map((folder) => inFolder({ text: "." }, folder, where));
  return [...own, ...pathsInWords(command, where), ...treesIn(command, where)];
}

function treesIn(command: SimpleCommand, where: Where): NamedPath[] {
  return treesOf(command).flatMap(({ root, hidden }) =>
    resolveIn(root, command.folders, where).map((path) => {
      if (path === null) return null;
      const name = treeName(path.written, hidden);
      return { kind: "tree", path: path.path, written: path.written, name, hidden } as const;
    }),
  );
}

/** The folders of which a caller has to list what lies below: each with its name in `Trees`. */
export function treesToList(paths: readonly NamedPath[]): readonly Tree[] {
  return paths.flatMap((path) => (path?.kind === "tree" ? [path] : []));
}

function resolveIn(word: Word, folders: readonly string[] | null, where: Where): NamedPath[] {
  // An absolute path means the same wherever one stands.
  const isFixed = "home" in word || ("text" in word && word.text.startsWith("/"));
  if (isFixed) return [inFolder(word, where.cwd, where)];
  const [first] = folders ?? [];
  if (folders?.length === 1 && first !== undefined) return [inFolder(word, first, where)];
  return folders === null ? [null] : folders.map((folder) => inFolder(word, folder, where));
}

function inFolder(word: Word, cwd: string, { userHome }: Where): NamedPath {
  return known(resolvePath(word, { cwd, home: userHome }));
}

function known(path: ResolvedPath): NamedPath {
  return path.kind === "unknown" ? null : path;
}

/**
 * What of an argument may be a path. Most words are none (`status`, `s/a/b/`), and then they stand for a file in the
 * folder, which does no harm; a path in an option must not be missed.
 */
function candidates(word: Word, { name }: Pick<SimpleCommand, "name">): Word[] {
  if (!("text" in word)) return [word];
  const { text } = word;
  if (isOnePath.test(text) && text !== nowhere) return [word];
  if (text === "" || /^(?!file:)[a-z][a-z0-9+.-]*:\/\//i.test(text)) return [];
  const parts = [text.replace(/^file:\/\//i, "")];
  const value = text.indexOf("=");
  if (value >= 0) parts.push(text.slice(value + 1));
  if (/^-[^-]./.test(text)) parts.push(text.slice(2));
  const ofGit = name === "git" ? pathsOfGit(text) : [];
  if (ofGit === null) return [{ unknown: "a path behind too many colons" }];
  parts.push(...ofGit);
  const host = /^[^/=]+:(.+)$/.exec(text);
  if (host?.[1] !== undefined) parts.push(host[1]);
  return parts
    .filter((part) => !(part.startsWith("-") && name !== "cd"))
    .map((part) => part.replace(/^@/, ""))
    .filter((part) => part !== "" && part !== nowhere)
    .map((part) => (/^~(?=\/|$)/.test(part) ? { home: part.slice(1) } : { text: part }));
}

/** Nothing in it that would make it several paths, or none. */
const isOnePath = /^[\w./+,%][\w./+,%-]*$/;

/** In one word of git; more are left unknown. */
const colonsMax = 16;

/** What stands behind each colon: `HEAD:a`, `origin/main:a`, `-L1,5:a`, and with its magic before it `:(top)a`, `:/a`. */
function pathsOfGit(text: string): string[] | null {
  const parts = text.split(":");
  if (parts.length > colonsMax) return null;
  return parts
    .map((_, at) => parts.slice(at).join(":"))
    .slice(1)
    .map((part) => part.replace(/^\([^)]*\)|^[!^/]+(?=[^/])/, ""));
}

export type PathMatcher = (
  paths: readonly NamedPath[],
  facts: { cwd: string; real: RealPaths; trees?: Trees | undefined },
) => Answer;

type CompiledPattern =
  | { what: "inside" | "outside" }
  | { what: "glob"; glob: PathGlob }
  /** Below the session's folder, which is known only when deciding. */
  | { what: "relative"; segments: readonly string[] };

export function compilePaths(
  patterns: readonly string[],
  { userHome, quantifier }: { userHome: string; quantifier: Quantifier },
): PathMatcher {
  const spelled = quantifier === "any" ? foldCase : asWritten;
  const compiled = patterns.map((pattern) => compilePattern(pattern, { userHome, spelled }));
  return (paths, { cwd, real, trees }) => {
    const folder = real.get(cwd) ?? null;
    const home = folder === null ? null : segmentsOfFolder(folder);
    const answers = paths.map((path) => matchPath(path, { compiled, home, real, trees, spelled }));
    if (quantifier === "any") {
      return answers.includes("yes") ? "yes" : answers.includes("unknown") ? "unknown" : "no";
    }
    if (answers.length === 0 || answers.includes("no")) return "no";
    return answers.includes("unknown") ? "unknown" : "yes";
  };
}

type Spelled = (segment: string) => string;

const asWritten: Spelled = (segment) => segment;

/** Some file systems do not tell `.GIT` from `.git`, nor see what is invisible: what is held back must not pass by that. */
const foldCase: Spelled = (segment) => {
  if (/^[ -~]*$/.test(segment)) return segment.toLowerCase();
  const seen = segment.replace(/\p{Cf}/gu, "");
  return seen.toUpperCase().toLowerCase();
};

function compilePattern(
  pattern: string,
  { userHome, spelled }: { userHome: string; spelled: Spelled },
): CompiledPattern {
  if (pattern === "inside" || pattern === "outside") return { what: pattern };
  if (pattern.startsWith("./")) {
    return { what: "relative", segments: pattern.slice(2).split("/").map(spelled) };
  }
  const segments = pattern.startsWith("**/")
    ? pattern.split("/")
    : (absoluteSegments(pattern, userHome) ?? []);
  return { what: "glob", glob: compilePath(segments.map(spelled)) };
}

type Looking = {
  compiled: readonly CompiledPattern[];
  home: readonly string[] | null;
  real: RealPaths;
  trees: Trees | undefined;
  spelled: Spelled;
};

function matchPath(path: NamedPath, looking: Looking): Answer {
  if (path === null) return "unknown";
  const segments = segmentsOf(looking.real.get(path.written) ?? null);
  if (segments === null) return "unknown";
  const below = path.kind === "tree" ? (looking.trees?.get(path.name) ?? null) : null;
  let answer: Answer = "no";
  for (const pattern of looking.compiled) {
    const one = matchOne(pattern, { ...looking, kind: path.kind, segments, below });
    if (one === "yes") return one;
    if (one === "unknown") answer = one;
  }
  return answer;
}

type Found = Pick<Looking, "home" | "spelled"> & {
  kind: NonNullable<NamedPath>["kind"];
  segments: readonly string[];
  /** Every path below, where that is known. */
  below: readonly string[] | null;
};

function matchOne(pattern: CompiledPattern, found: Found): Answer {
  const { kind, segments, home, spelled } = found;
  const named = { ...found, segments: segments.map(spelled) };
  if (pattern.what === "glob") return matchGlob(pattern.glob, named);
  if (home === null) return "unknown";
  if (pattern.what === "relative") {
    const glob = compilePath([...home.map(spelled).map(literally), ...pattern.segments]);
    return matchGlob(glob, named);
  }
  const inside = liesWithin(segments, home);
  // Of the files in a folder above, some may lie in the session's folder.
  if (kind !== "path" && !inside && liesWithin(home, segments)) return "unknown";
  return inside === (pattern.what === "inside") ? "yes" : "no";
}

function matchGlob(glob: PathGlob, { kind, segments, below, spelled }: Found): Answer {
  if (kind === "path") return glob.matches(segments) ? "yes" : "no";
  if (glob.covers(segments)) return "yes";
  if (below === null) return "unknown";
  // One file is enough to hold back, and to answer all of them must be covered.
  const files = spelledFiles(below, spelled);
  const matches = spelled === foldCase ? files.some(glob.matches) : files.every(glob.matches);
  return matches ? "yes" : "no";
}

type Files = readonly (readonly string[])[];

/** A folder's files are asked for by each pattern of a rule. */
const lastFiles = new Map<Spelled, WeakMap<readonly string[], Files>>();

function spelledFiles(below: readonly string[], spelled: Spelled): Files {
  const known = lastFiles.get(spelled) ?? new WeakMap<readonly string[], Files>();
  lastFiles.set(spelled, known);
  const last = known.get(below);
  if (last !== undefined) return last;
  const files = below.map((path) => (segmentsOf(path) ?? []).map(spelled));
  known.set(below, files);
  return files;
}

/** A folder with a star in its name is rare enough to be left undecided by a pattern that never matches it. */
function literally(segment: string): string {
  return segment.includes("*") ? "/" : segment;
}

function segmentsOf(path: string | null): readonly string[] | null {
  return path === null ? null : absoluteSegments(path, "");
}
