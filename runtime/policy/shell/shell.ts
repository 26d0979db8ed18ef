/** Reads a shell text: every command it would run, or why that cannot be told with certainty. Pure. */
import { posix } from "node:path";
import { parse } from "unbash";
import { limits } from "../../../contracts/limits.ts";
import { checkBuiltin, checkVariable } from "./builtins.ts";
import { runsCode } from "./codes.ts";
import {
  type Folders,
  literal,
  type Range,
  type Redirection,
  refuse,
  type ShellReading,
  type SimpleCommand,
  Unreadable,
  type Word,
} from "./command.ts";
import { shortest, startFolder } from "./folders.ts";
import { documentNotAlone, walkList } from "./grammar.ts";
import { runsGitCode } from "./git.ts";
import { readPlainText } from "./plain.ts";
import type { FoundCommand, Walk } from "./simple.ts";
import { objectToCharacters, objectToProgram } from "./text.ts";
import type { Place } from "./searches.ts";
import { unwrap, type Unwrapped } from "./unwrap.ts";

export type ShellOptions = {
  /** Absolute folder in which the text would run. */
  readonly workspace: string;
  /** Absolute; what `~` stands for. */
  readonly home: string;
  /** How deep commands may stand within commands; `limits.shellNestingMax` at most. */
  readonly depthMax: number;
};

/** Everything found so far, over all texts within the text. */
type Tally = {
  readonly home: string;
  readonly commands: SimpleCommand[];
  readonly redirections: Redirection[];
  readonly variables: Set<string>;
  hasSubstitution: boolean;
};

/** What holds for a text, or for a command, because of what stands around it. */
type Surroundings = {
  readonly folders: Folders;
  readonly depthLeft: number;
  readonly via: readonly string[];
  readonly assignments: readonly string[];
  /** The place of the outermost command around it; null for the text itself. */
  readonly position: Range | null;
};

/**
 * What a shell would run for this text, read for bash and where zsh and POSIX shells that are not
 * used interactively agree; where they do not, and wherever else doubt is left, the answer is no.
 * Never throws. Reasons are metadata: they repeat nothing of the text.
 */
export function readShell(text: string, options: ShellOptions): ShellReading {
  const { home } = options;
  const tally: Tally = {
    home,
    commands: [],
    redirections: [],
    variables: new Set(),
    hasSubstitution: false,
  };
  try {
    if (!home.startsWith("/")) refuse("no absolute folder for the home");
    const depthLeft = Math.min(options.depthMax, limits.shellNestingMax);
    const folders = startFolder(options.workspace);
    readText(text, { folders, depthLeft, via: [], assignments: [], position: null }, tally);
    if (tally.variables.has("HOME")) refuse("a variable that steers which programs run");
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: error.message };
    return { ok: false, reason: "text that the reader cannot deal with" };
  }
  return summarize(tally);
}

function summarize({ commands, redirections, variables, hasSubstitution }: Tally): ShellReading {
  return {
    ok: true,
    commands,
    writes: redirections.filter(({ effect }) => effect === "writes"),
    reads: redirections.filter(({ effect }) => effect === "reads"),
    variables: [...variables],
    hasSubstitution,
    runsCode: commands.some(({ runs }) => runs === "code"),
  };
}

function readText(text: string, around: Surroundings, tally: Tally): void {
  const objection = objectToCharacters(text);
  if (objection !== null) refuse(objection);
  const plain = around.depthLeft < 1 ? null : readPlainText(text, atStart(around, tally));
  if (plain === null) return readParsed(text, around, tally);
  for (const found of plain) addFound(found, around, tally);
}

function readParsed(text: string, around: Surroundings, tally: Tally): void {
  const script = parse(text);
  if (hasErrors(script) || script.shebang !== undefined) refuse("text that is not whole");
  const walk = newWalk(text, around, tally);
  walkList(walk, script.commands, "");
  const { cursor } = walk;
  if (cursor.at !== text.length || cursor.pending.length > 0) {
    refuse("text that does not fit its reading");
  }
  if (walk.commands.length + walk.redirections.length + walk.variables.size === 0) {
    refuse("no command");
  }
  for (const name of walk.variables) setVariable(name, tally);
  tally.redirections.push(...walk.redirections);
  for (const found of walk.commands) addFound(found, around, tally);
}

function atStart({ folders }: Surroundings, { home }: Tally) {
  return { folders, home, commandsMax: limits.shellCommandsMax };
}

function addFound(found: FoundCommand, around: Surroundings, tally: Tally): void {
  const { depthLeft, via, assignments } = around;
  const position = around.position ?? found.position;
  addCommand(found, { depthLeft, via, assignments, folders: found.folders, position }, tally);
}

const hasErrors = ({ errors }: { errors?: readonly unknown[] | undefined }): boolean =>
  errors !== undefined && errors.length > 0;

function newWalk(text: string, around: Surroundings, tally: Tally): Walk {
  const walk: Walk = {
    cursor: {
      text,
      at: 0,
      end: text.length,
      enclosure: "nothing",
      pending: [],
      hadDocument: false,
      readInner({ script, enclosure, start, end }) {
        const { cursor } = walk;
        const before = { end: cursor.end, enclosure: cursor.enclosure, pending: cursor.pending };
        const { folders } = walk;
        if (hasErrors(script)) refuse("text that is not whole");
        Object.assign(cursor, { at: start, end, enclosure, pending: [] });
        walkList(walk, script.commands, ")");
        if (cursor.at !== end || cursor.pending.length > 0) {
          refuse("text that does not fit its reading");
        }
        if (cursor.hadDocument && script.commands.length > 1) refuse(documentNotAlone);
        if (before.enclosure === "nothing") cursor.hadDocument = false;
        Object.assign(cursor, before, { at: end + 1 });
        walk.folders = folders;
        tally.hasSubstitution = true;
      },
    },
    home: tally.home,
    folders: around.folders,
    depth: 0,
    depthMax: around.depthLeft,
    commandsMax: limits.shellCommandsMax,
    commands: [],
    redirections: [],
    variables: new Set(),
  };
  return walk;
}

function setVariable(name: string, tally: Tally): void {
  checkVariable(name);
  tally.variables.add(name);
}

/** A command before it is asked what it runs in turn. */
type Candidate = Pick<FoundCommand, "words" | "assignments" | "declares" | "redirections">;

function addCommand(
  candidate: Candidate,
  around: Surroundings & { position: Range },
  tally: Tally,
): void {
  const { words, declares, redirections } = candidate;
  const { folders, via, position } = around;
  const program = programOf(words[0], tally.home);
  const name = program.slice(program.lastIndexOf("/") + 1);
  // Some file systems do not tell `RM` from `rm`.
  const folded = name.toLowerCase();
  const operands = words.slice(1);
  for (const variable of checkBuiltin({ name: folded, operands, declares })) {
    setVariable(variable, tally);
  }
  const unwrapped = unwrap(folded, words);
  const isCode =
    unwrapped.runs === "code" || runsCode(folded, operands) || runsGitCode(folded, operands);
  const assignments = joined(around.assignments, candidate.assignments);
  if (tally.commands.length >= limits.shellCommandsMax) refuse("more commands than are followed");
  const runs = isCode ? "code" : "program";
  tally.commands.push({
    program,
    name,
    arguments: operands,
    assignments,
    via,
    redirections,
    folders,
    runs,
    position,
  });
  tally.redirections.push(...redirections);
  for (const { operator, target } of unwrapped.writes) {
    tally.redirections.push({ operator, target, descriptor: null, effect: "writes", folders });
  }
  if (unwrapped.commands.length + unwrapped.texts.length === 0) return;
  addInner(unwrapped, { ...around, assignments }, tally);
}

/** Most commands have none. */
function joined(around: readonly string[], own: readonly string[]): readonly string[] {
  if (own.length === 0) return around;
  return around.length === 0 ? own : [...around, ...own];
}

function addInner(
  { commands, texts }: Unwrapped,
  around: Surroundings & { position: Range },
  tally: Tally,
): void {
  if (around.depthLeft <= 1) refuse("commands within commands, too deep to follow");
  const within = ({ label, place }: { label: string; place: Place }) => ({
    ...around,
    depthLeft: around.depthLeft - 1,
    via: [...around.via, label],
    folders: place === "here" ? around.folders : null,
  });
  for (const { words, assignments, ...inner } of commands) {
    addCommand({ words, assignments, declares: [], redirections: [] }, within(inner), tally);
  }
  for (const { text, ...inner } of texts) readText(text, within(inner), tally);
}

function programOf(word: Word | undefined, home: string): string {
  const atHome = word !== undefined && "home" in word ? posix.join(home, word.home) : null;
  const program = atHome ?? literal(word) ?? refuse("a program that only the shell knows");
  const objection = objectToProgram(program);
  if (objection !== null) refuse(objection);
  return program;
}

export type ResolvedPath =
  /** `path` is in its shortest form; `written` keeps `..`, for a caller that follows symbolic links. */
  | { readonly kind: "path"; readonly path: string; readonly written: string }
  /** Everything that it may be is this folder or in it, apart from symbolic links. */
  | { readonly kind: "within"; readonly path: string; readonly written: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** The path that a word names, by its letters alone: no file is looked at. */
export function resolvePath(
  word: Word,
  { cwd, home }: { readonly cwd: string | null; readonly home: string },
): ResolvedPath {
  if ("unknown" in word) return { kind: "unknown", reason: word.unknown };
  if ("home" in word) return resolveText(`${home}${word.home}`, cwd, "path");
  if ("text" in word) return resolveText(word.text, cwd, "path");
  const rest = word.pattern.slice(word.pattern.search(/(?<!\\)[*?[]/));
  // In some shells `.*` finds the folder above as well.
  const last = word.prefix.slice(word.prefix.lastIndexOf("/") + 1);
  if (last.startsWith(".") || /(?:^|\/)\.\.?(?:\/|$)|[[\]?.]\.|\.[[\]?*.]/.test(rest)) {
    return { kind: "unknown", reason: "a pattern that may leave its folder" };
  }
  return resolveText(word.prefix.slice(0, word.prefix.lastIndexOf("/") + 1) || ".", cwd, "within");
}

function resolveText(text: string, cwd: string | null, kind: "path" | "within"): ResolvedPath {
  if (text === "") return { kind: "unknown", reason: "an empty path" };
  if (text.startsWith("/")) return { kind, path: shortest(text), written: text };
  if (cwd === null) return { kind: "unknown", reason: "a folder that only the shell knows" };
  const written = `${cwd}/${text}`;
  return { kind, path: shortest(cwd === "" ? text : written), written };
}
