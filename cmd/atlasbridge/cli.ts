/** What every command of `atlasbridge` is given, and how it speaks: text for people, one JSON value for programs. */
import type { Command } from "commander";
import { AtlasError, exitCodes } from "../../contracts/errors.ts";
import { readEnvironment, type Environment } from "../../runtime/config.ts";
import { resolvePaths, type Paths } from "../../runtime/paths.ts";
import type { GlobalOptions } from "../endings.ts";
import { asciiOf, saysUtf8 } from "./ascii.ts";
import { visible, visibleJson } from "./visible.ts";

export type Cli = {
  environment: Environment;
  paths: Paths;
  json: boolean;
  /** For a screen reader: lines of words alone, nothing that is drawn or moves. */
  isPlain: boolean;
  /** Writes text for a person to standard output, in the letters of their terminal; JSON as it is. */
  out(text: string): void;
  /** Writes to standard output what a program or a file is to have, as it is. */
  raw(text: string): void;
  /** Writes one line to standard error, what is unsafe to show replaced by pictures. */
  note(line: string): void;
};

/** A command module adds itself to the program; its action returns the process's exit code. */
export type Register = (program: Command, run: RunAction) => void;

/** Wraps an action: builds the `Cli` from the global options, turns errors into one line, sets the exit code. */
export type RunAction = <A extends unknown[]>(
  action: (cli: Cli, ...args: A) => Promise<number> | number,
) => (...args: A) => Promise<void>;

export function openCli(options: GlobalOptions): Cli {
  const environment = readEnvironment();
  const home = options.home ?? (environment.variables["ATLASBRIDGE_HOME"] || null);
  if (home === "") throw new AtlasError("usage", "--home is empty; name a folder");
  return {
    environment,
    paths: resolvePaths(environment, home),
    json: options.json === true,
    isPlain: options.plain === true || isSet(environment.variables["ATLASBRIDGE_PLAIN"]),
    out: options.json === true ? out : say,
    raw: out,
    note,
  };
}

/** As of `NO_COLOR`, but that `0` says no. */
const isSet = (value: string | undefined): boolean => !["", "0", undefined].includes(value);

/** Read once: every line that is said asks for it. */
let isAscii: boolean | null = null;

function inTheirLetters(text: string): string {
  isAscii ??= saysUtf8(readEnvironment().variables) === false;
  // At the end of a line it stands for what there was no room for, so there is none for three dots.
  return isAscii ? asciiOf(text.replaceAll(/…$/gm, "~")) : text;
}

/** To standard output, for a person. */
export function say(text: string): void {
  out(inTheirLetters(text));
}

let watched = false;
let outlives = false;

/** For what goes on when nobody reads any more, and only says where it is: from now on the program does not end then. */
export function outliveReaders(): void {
  outlives = true;
}

/** To standard output; when nobody reads it any more (`… | head -1`), the program ends without a word. */
function out(text: string): void {
  // Only once something is printed this way: in `run` the terminal's own part answers for a closed output.
  if (!watched) {
    watched = true;
    process.stdout.on("error", unread);
    process.stderr.on("error", unread);
  }
  process.stdout.write(text);
}

function unread(error: Error): void {
  if (outlives) return;
  if (!("code" in error) || error.code !== "EPIPE") throw error;
  // With the code that the command has come to by now; 0 when it is still printing.
  process.exit();
}

/**
 * One line to standard error: the only way there, so that no name in a message can act on the terminal that shows it.
 */
export function note(line: string): void {
  process.stderr.write(`${inTheirLetters(visible(line))}\n`);
}

/** Prints `value` as JSON when asked to, else `text`. Returns the exit code ok. */
export function print(cli: Cli, value: unknown, text: () => string): number {
  cli.out(cli.json ? `${visibleJson(value)}\n` : text());
  return exitCodes.ok;
}
