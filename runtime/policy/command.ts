/** Whether the commands of a shell text are those that a rule names: yes, no, or nobody can say. Pure. */
import type { CommandPattern } from "../../contracts/policy.ts";
import { compileWord, type WordGlob } from "./glob.ts";
import type { ShellReading, SimpleCommand, Word } from "./shell/command.ts";

export type Answer = "yes" | "no" | "unknown";

/** `all`: a rule that answers, so every command must be named. `any`: one that holds back, so one is enough. */
export type Quantifier = "all" | "any";

type CompiledCommand = {
  program: string;
  programGlob: WordGlob;
  /** Null: any arguments. */
  words: readonly Argument[] | null;
  /** The words may be followed by any others. */
  open: boolean;
  first: readonly Argument[] | null;
  some: readonly Argument[] | null;
  none: readonly Argument[];
};

type Argument = {
  glob: WordGlob;
  /** The long option that the pattern names, as far as it does; null where it names none. */
  option: string | null;
};

/** Which words stand for what a pattern names: those that it matches, or also those that may mean the same. */
type Reach = "as written" | "may mean";

export type CommandMatcher = (reading: ShellReading, quantifier: Quantifier) => Answer;

export function compileCommands(patterns: readonly CommandPattern[]): CommandMatcher {
  const compiled = patterns.map(compileCommand);
  return (reading, quantifier) => {
    if (!reading.ok) return "unknown";
    return quantifier === "all" ? matchAll(reading, compiled) : matchAny(reading, compiled);
  };
}

function compileCommand(pattern: CommandPattern): CompiledCommand {
  if (typeof pattern === "object") {
    return {
      program: pattern.program,
      programGlob: compileWord(pattern.program),
      words: null,
      open: true,
      first: pattern.first_argument?.map(compileArgument) ?? null,
      some: pattern.any_argument?.map(compileArgument) ?? null,
      none: pattern.no_argument?.map(compileArgument) ?? [],
    };
  }
  const [program = "", ...words] = pattern.split(" ");
  const open = words.at(-1) === "**";
  return {
    program,
    programGlob: compileWord(program),
    words: (open ? words.slice(0, -1) : words).map(compileArgument),
    open,
    first: null,
    some: null,
    none: [],
  };
}

function compileArgument(pattern: string): Argument {
  return { glob: compileWord(pattern), option: /^--[^*=]+/.exec(pattern)?.[0] ?? null };
}

/** Git and the GNU programs take the beginning of a long option for the option. */
function mayMean(text: string, option: string | null): boolean {
  const given = /^--[^=]+/.exec(text)?.[0];
  return given !== undefined && option?.startsWith(given) === true;
}

type Read = Extract<ShellReading, { ok: true }>;

/** One command that nobody named is enough to say no, whatever is known of the others; and so is none (`> a`). */
function matchAll({ commands, variables }: Read, patterns: readonly CompiledCommand[]): Answer {
  if (commands.length === 0) return "no";
  if (!variables.every((name) => isOfShell(name) || isHarmless(name))) return "no";
  let answer: Answer = "yes";
  for (const command of commands) {
    if (isTransparent(command, commands)) continue;
    if (command.runs === "code" || !command.assignments.every(isHarmless)) return "no";
    const found = some(patterns, (pattern) => matchOne(pattern, command, "all"));
    if (found === "no") return "no";
    if (found === "unknown") answer = "unknown";
  }
  return answer;
}

function matchAny({ commands }: Read, patterns: readonly CompiledCommand[]): Answer {
  return some(commands, (command) =>
    some(patterns, (pattern) => matchOne(pattern, command, "any")),
  );
}

function some<T>(items: readonly T[], ask: (item: T) => Answer): Answer {
  let answer: Answer = "no";
  for (const item of items) {
    const one = ask(item);
    if (one === "yes") return one;
    if (one === "unknown") answer = one;
  }
  return answer;
}

/** They change how a command runs, not what it does; what they run is listed by itself. */
const transparent = new Set(["time", "nice", "ionice", "nohup", "timeout", "stdbuf", "command"]);

function isTransparent(command: SimpleCommand, all: readonly SimpleCommand[]): boolean {
  if (!transparent.has(command.name) || !isPlainName(command)) return false;
  return all.some(({ via }) => via.at(-1) === command.name);
}

/** Variables that a program's output may depend on, and not what it does. */
const harmless = new Set([
  ...["CI", "COLUMNS", "COLORTERM", "FORCE_COLOR", "LANG", "LANGUAGE", "LINES", "NODE_ENV"],
  ...["NO_COLOR", "RUST_BACKTRACE", "TERM", "TZ"],
]);

function isHarmless(name: string): boolean {
  return harmless.has(name) || /^LC_[A-Z]+$/.test(name);
}

/**
 * Names as people give them to what only the text uses. Any other may stand in the environment already: then the programs
 * see what it is set to, without an `export`, and `RIPGREP_CONFIG_PATH` and its like make them run code.
 */
function isOfShell(name: string): boolean {
  return /^(?:[A-Z]|[a-z]\w*)$/.test(name) && !name.endsWith("_proxy");
}

function matchOne(pattern: CompiledCommand, command: SimpleCommand, how: Quantifier): Answer {
  if (!isProgram(pattern, command, how)) return "no";
  const given = command.arguments;
  // What makes a rule hold back, or not answer, must not pass under a shorter name.
  const reach: Reach = how === "any" ? "may mean" : "as written";
  const { words, first, open } = pattern;
  const answers = [
    words === null ? "yes" : matchWords(words, given, { open, reach }),
    first === null ? "yes" : matchesSome(first, given.slice(0, 1), reach),
    pattern.some === null ? "yes" : matchesSome(pattern.some, given, reach),
    opposite(matchesSome(pattern.none, given, how === "all" ? "may mean" : "as written")),
  ] as const;
  if (answers.includes("no")) return "no";
  return answers.includes("unknown") ? "unknown" : "yes";
}

/**
 * A program that is to be answered must be the one that its bare name finds, or stand where the system keeps it; one to
 * be held back is held back by its name wherever it lies.
 */
function isProgram(
  { program, programGlob }: CompiledCommand,
  command: SimpleCommand,
  how: Quantifier,
): boolean {
  if (programGlob(command.program)) return true;
  if (how === "any") return programGlob(command.name) || programGlob(command.name.toLowerCase());
  return !program.includes("/") && isOfSystem(command) && programGlob(command.name);
}

const systemFolders = new Set(["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"]);

function isOfSystem({ program, name }: SimpleCommand): boolean {
  return systemFolders.has(program.slice(0, program.length - name.length));
}

function isPlainName(command: SimpleCommand): boolean {
  return command.program === command.name || isOfSystem(command);
}

function matchWords(
  words: readonly Argument[],
  given: readonly Word[],
  { open, reach }: { open: boolean; reach: Reach },
): Answer {
  let answer: Answer = "yes";
  for (const [at, argument] of words.entries()) {
    const word = given[at];
    if (word === undefined) return "no";
    // It may become several words, or none: from here on nothing is in its place.
    if (!("text" in word)) return "unknown";
    const one = matchesWord([argument], word, reach);
    if (one === "no") return one;
    if (one === "unknown") answer = one;
  }
  return open || given.length === words.length ? answer : endsUnknown(given, words.length);
}

/** More words than the pattern has: no, unless those that are too many may come to nothing. */
function endsUnknown(given: readonly Word[], from: number): Answer {
  return given.slice(from).every((word) => !("text" in word)) ? "unknown" : "no";
}

function matchesSome(named: readonly Argument[], given: readonly Word[], reach: Reach): Answer {
  return some(given, (word) => matchesWord(named, word, reach));
}

function matchesWord(named: readonly Argument[], word: Word, reach: Reach): Answer {
  if (named.length === 0) return "no";
  if (!("text" in word)) return "unknown";
  const { text } = word;
  if (named.some(({ glob }) => glob(text))) return "yes";
  const mayBe = reach === "may mean" && named.some(({ option }) => mayMean(text, option));
  return mayBe ? "unknown" : "no";
}

function opposite(answer: Answer): Answer {
  if (answer === "unknown") return answer;
  return answer === "yes" ? "no" : "yes";
}
