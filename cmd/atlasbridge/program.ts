/** The command tree: every command's registration, the options all of them share, and how errors become one line. */
import { Command, CommanderError } from "commander";
import { AtlasError, exitCodes } from "../../contracts/errors.ts";
import { productVersion } from "../../contracts/version.ts";
import { type GlobalOptions, openCli, type RunAction } from "./cli.ts";
import { registerCompletion } from "./completion.ts";
import { registerDoctor } from "./doctor.ts";
import { registerPolicy } from "./policy.ts";
import { registerRun } from "./run.ts";
import { registerSessions } from "./sessions.ts";
import { registerTrace } from "./trace.ts";
import { registerVersion } from "./version.ts";

const registrations = [
  registerRun,
  registerPolicy,
  registerSessions,
  registerTrace,
  registerDoctor,
  registerVersion,
  registerCompletion,
];

const firstSteps = `
First steps:
  $ atlasbridge policy init                 write a starter policy
  $ atlasbridge run -- claude               govern a tool; it looks and feels as if it ran alone
  $ atlasbridge sessions list               what was asked, decided and typed
  $ atlasbridge trace verify                prove that the log is whole

Exit codes: 0 ok, 1 failed, 2 usage, 3 refused by policy, 4 integrity broken.
"run" ends with its command's own code (128+n on a signal; 126 not executable, 127 not found).
`;

/** Parses and runs; sets the process's exit code and returns when the command has ended. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = buildProgram();
  if (argv.length <= 2) {
    process.stdout.write(program.helpInformation() + firstSteps);
    return;
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    fail(error, argv.includes("--json"));
  }
}

export function buildProgram(): Command {
  const program = new Command("atlasbridge")
    .description(
      "Governs AI command-line tools: sees every prompt, answers by a local policy or calls you,\n" +
        "and keeps a log that cannot be quietly changed.",
    )
    .version(productVersion, "-V, --version", "print the version")
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText("after", firstSteps);
  for (const register of registrations) register(program, runAction);
  shareOptions(program);
  return program;
}

/** Every command takes `--home` and `--json`, before or after its name. */
function shareOptions(command: Command): void {
  command
    .option("--home <dir>", "folder for all state and settings (or ATLASBRIDGE_HOME)")
    .option("--json", "print one JSON value instead of text");
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(usageLine(text, command)),
  });
  for (const child of command.commands) {
    if (child.name() !== "complete") shareOptions(child);
  }
}

/** Commander's own words as one line that says what to do: its suggestion, or where the usage stands. */
function usageLine(text: string, command: Command): string {
  const said = text
    .trim()
    .replace(/^error: /, "")
    .replace(/\.$/, "");
  const suggested = /^(.*)\n\(Did you mean (?:one of )?(.*)\?\)$/s.exec(said);
  if (suggested !== null) return `atlasbridge: ${suggested[1]}; did you mean ${suggested[2]}?\n`;
  return `atlasbridge: ${said.replaceAll("\n", " ")}; see: ${fullName(command)} --help\n`;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

const runAction: RunAction = (action) => {
  return async (...args) => {
    // Commander appends the options and the command itself to an action's arguments.
    const command = args.at(-1);
    const options = command instanceof Command ? command.optsWithGlobals<GlobalOptions>() : {};
    process.exitCode = await action(openCli(options), ...args);
  };
};

function fail(error: unknown, json: boolean): void {
  if (error instanceof CommanderError) {
    // Commander has already printed it; help and version are not failures.
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return;
  }
  const known = error instanceof AtlasError;
  const code = known ? error.code : "internal";
  const message = known ? error.message : `internal error: ${String(error)}; please report it`;
  const text = json ? JSON.stringify({ error: { code, message } }) : `atlasbridge: ${message}`;
  process.stderr.write(`${text}\n`);
  process.exitCode = known ? error.exitCode : exitCodes.failed;
}
