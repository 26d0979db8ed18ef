/** The command tree of `atlasbridge-cloud`: the options all commands share, and how errors become one line. */
import { Command, CommanderError } from "commander";
import { AtlasError, exitCodes } from "../../contracts/errors.ts";
import { productVersion } from "../../contracts/version.ts";
import { visibleJson } from "../atlasbridge/visible.ts";
import { type GlobalOptions, note, openCli, out, type RunAction } from "./cli.ts";
import { registerDoctor } from "./doctor.ts";
import { registerInvite } from "./invite.ts";
import { registerKeyring } from "./keyring.ts";
import { registerKeys } from "./keys.ts";
import { registerMigrate } from "./migrate.ts";
import { registerServe } from "./serve.ts";
import { registerTenant } from "./tenant.ts";

const registrations = [
  registerServe,
  registerTenant,
  registerInvite,
  registerKeys,
  registerKeyring,
  registerMigrate,
  registerDoctor,
];

const firstSteps = `
First steps:
  $ atlasbridge-cloud serve                         with a database of its own, on http://127.0.0.1:8787
  $ atlasbridge-cloud tenant create "Example Ltd"   an organisation
  $ atlasbridge-cloud keys create TENANT            a key for its agents; the secret is shown once
  $ atlasbridge-cloud invite TENANT E-MAIL          its first admin

Exit codes: 0 ok, 1 failed, 2 usage, 3 refused.
`;

/** Parses and runs; sets the process's exit code and returns when the command has ended. */
export async function main(argv: readonly string[]): Promise<void> {
  const args = argv.slice(2);
  const isJson = args.includes("--json");
  const program = buildProgram(isJson);
  if (args.length === 0) {
    out(program.helpInformation() + firstSteps);
    return;
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    fail(error, isJson);
  }
}

export function buildProgram(isJson = false): Command {
  const program = new Command("atlasbridge-cloud")
    .description(
      "Observes: takes signed copies of traces from many machines and many organisations.\n" +
        "It can never act on any of them.",
    )
    .version(productVersion, "-V, --version", "print the version")
    .showSuggestionAfterError()
    .addHelpText("after", firstSteps);
  for (const register of registrations) register(program, runAction);
  shareOptions(program, isJson);
  return program;
}

function shareOptions(command: Command, isJson: boolean): void {
  command
    .option("--home <dir>", "folder of the embedded database and its secrets")
    .option("--json", "print one JSON value instead of text");
  command.exitOverride().configureOutput({
    writeOut: out,
    outputError: (text) => tellError("usage", usageOf(text), isJson),
  });
  for (const child of command.commands) shareOptions(child, isJson);
}

/** Commander's own words on one line. */
function usageOf(text: string): string {
  return text
    .trim()
    .replace(/^error: /, "")
    .replaceAll("\n", " ");
}

const runAction: RunAction = (action) => {
  return async (...args) => {
    // Commander appends the options and the command itself to an action's arguments.
    const command = args.at(-1);
    const options = command instanceof Command ? command.optsWithGlobals<GlobalOptions>() : {};
    process.exitCode = await action(openCli(options), ...args);
  };
};

function fail(error: unknown, isJson: boolean): void {
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
}

function tellError(code: string, message: string, isJson: boolean): void {
  note(isJson ? visibleJson({ error: { code, message } }, null) : `atlasbridge-cloud: ${message}`);
}
