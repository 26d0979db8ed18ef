/** What every command of `atlasbridge` is given, and how it speaks: text for people, one JSON value for programs. */
import type { Command } from "commander";
import { AtlasError, exitCodes } from "../../contracts/errors.ts";
import { readEnvironment, type Environment } from "../../runtime/config.ts";
import { resolvePaths, type Paths } from "../../runtime/paths.ts";
import type { GlobalOptions } from "../endings.ts";
import { visible, visibleJson } from "./visible.ts";

export type Cli = {
  environment: Environment;
  paths: Paths;
  json: boolean;
  /** Writes text to standard output as it is. */
  out(text: string): void;
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
    out,
    note,
  };
}

let watched = false;
let outlives = false;

/** For what goes on when nobody reads any more, and only says where it is: from now on the program does not end then. */
export function outliveReaders(): void {
  outlives = true;
}

/** To standard output; when nobody reads it any more (`… | head -1`), the program ends without a word. */
export function out(text: string): void {
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
  process.stderr.write(`${visible(line)}\n`);
}

/** Prints `value` as JSON when asked to, else `text`. Returns the exit code ok. */
export function print(cli: Cli, value: unknown, text: () => string): number {
  cli.out(cli.json ? `${visibleJson(value)}\n` : text());
  return exitCodes.ok;
}
