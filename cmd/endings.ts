/** How a command of either program runs and ends: with its exit code, or with one line that says what went wrong. */
import { Command, CommanderError } from "commander";
import { AtlasError, exitCodes } from "../contracts/errors.ts";
import { visibleJson } from "./atlasbridge/visible.ts";

/** Options before the command's name, valid for every command. */
export type GlobalOptions = { home?: string; json?: boolean; plain?: boolean };

type Runner<Cli> = <A extends unknown[]>(
  action: (cli: Cli, ...args: A) => Promise<number> | number,
) => (...args: A) => Promise<void>;

/** Builds what a command is given from the options that all commands share, and sets the exit code that it returns. */
export function runnerOf<Cli>(openCli: (options: GlobalOptions) => Cli): Runner<Cli> {
  return (action) =>
    async (...args) => {
      // Commander appends the options and the command itself to an action's arguments.
      const command = args.at(-1);
      const options = command instanceof Command ? command.optsWithGlobals<GlobalOptions>() : {};
      process.exitCode = await action(openCli(options), ...args);
    };
}

/** The one place where an error is printed. `note` writes a line to standard error. */
export function endingsOf(program: string, note: (line: string) => void) {
  const tellError = (code: string, message: string, isJson: boolean): void =>
    note(isJson ? visibleJson({ error: { code, message } }, null) : `${program}: ${message}`);

  const fail = (error: unknown, isJson: boolean): void => {
    if (error instanceof CommanderError) {
      // Commander has already printed it; help and version are not failures.
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      return;
    }
    const known = error instanceof AtlasError;
    const code = known ? error.code : "internal";
    const message = known ? error.message : `internal error: ${String(error)}; please report it`;
    tellError(code, message, isJson);
    process.exitCode = known ? error.exitCode : exitCodes.failed;
  };
  return { tellError, fail };
}
