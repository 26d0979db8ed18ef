/** The command tree of `atlasbridge-cloud`: the options all commands share, and how errors become one line. */
import { Command } from "commander";
import { productVersion } from "../../contracts/version.ts";
import { endingsOf, runnerOf } from "../endings.ts";
import { note, openCli, out } from "./cli.ts";
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

const runAction = runnerOf(openCli);
const { fail, tellError } = endingsOf("atlasbridge-cloud", note);

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
