/** `policy init`: writes the starter policy, a preset or recipes of the cookbook where `run` looks for it. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Option } from "commander";
import { AtlasError } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import {
  joinRecipes,
  type RecipeName,
  recipeNames,
  recipePurpose,
} from "../../../runtime/policy/cookbook/cookbook.ts";
import {
  type PresetName,
  presetNames,
  presetPurpose,
  presets,
} from "../../../runtime/policy/presets/presets.ts";
import { starterPolicy } from "../../../runtime/policy/starter.ts";
import { type Cli, print, type Register } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { policyByAsking, terminalLines } from "./init-questions.ts";

const initHelp = `
At a terminal it asks three short questions; elsewhere it writes a commented
starter.

Presets:
${presetNames.map((name) => `  ${name.padEnd(14)}${presetPurpose[name]}`).join("\n")}

Cookbook:
${recipeNames.map((name) => `  ${name.padEnd(14)}${recipePurpose[name]}`).join("\n")}

Examples:
  $ atlasbridge policy init
  $ atlasbridge policy init --preset full-safe --force
  $ atlasbridge policy init --cookbook claude-code git npm
`;

export const registerInit: Register = (policy, run) => {
  policy
    .command("init")
    .description(
      "write a first policy into the settings folder: by three questions, or one that is named",
    )
    .addOption(new Option("--preset <name>", "instead of the starter").choices(presetNames))
    .addOption(
      new Option("--cookbook <name...>", "instead of the starter: policies for these tools, joined")
        .choices(recipeNames)
        .conflicts("preset"),
    )
    .option("-f, --force", "replace the policy that is there")
    .addHelpText("after", initHelp)
    .action(run(initHere));
};

/** Asks where a person is there to answer and has not said what they want. */
async function initHere(cli: Cli, options: InitOptions): Promise<number> {
  const { preset, cookbook, force = false } = options;
  const isThere = process.stdin.isTTY === true && process.stderr.isTTY === true && !cli.json;
  if (!isThere || preset !== undefined || cookbook !== undefined) return initPolicy(cli, options);
  // Nobody should answer three questions for nothing.
  if (!force && existsSync(cli.paths.policyFile)) throw alreadyThere(cli.paths.policyFile);
  const lines = terminalLines();
  try {
    return writeFirst(cli, await policyByAsking(lines.ask), force);
  } finally {
    lines.close();
  }
}

export type InitOptions = { force?: boolean; preset?: PresetName; cookbook?: RecipeName[] };

export function initPolicy(cli: Cli, options: InitOptions): number {
  return writeFirst(cli, textOf(options), options.force === true);
}

function writeFirst(cli: Cli, text: string, force: boolean): number {
  const path = cli.paths.policyFile;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write(path, { text, force });
  } catch (error) {
    throw sayUnwritable(path, error);
  }
  recordAct(cli, { action: "policy init", content: { file: path } });
  const said = `wrote ${path}\nedit it, then check it with: atlasbridge policy validate\n`;
  return print(cli, { format: outputFormat, file: path }, () => said);
}

function textOf({ preset, cookbook }: InitOptions): string {
  if (cookbook !== undefined) return joinRecipes(cookbook);
  return preset === undefined ? starterPolicy : presets[preset];
}

/** Without `force` the file is made only if there is none, in one step that cannot race. */
function write(path: string, { text, force }: { text: string; force: boolean }): void {
  if (!force) {
    writeFileSync(path, text, { mode: 0o600, flag: "wx", flush: true });
    return;
  }
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: 0o600, flush: true });
  renameSync(beside, path);
}

function sayUnwritable(path: string, error: unknown): AtlasError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  // Making the folder also says EEXIST, when a file stands where the folder should be.
  if (code === "EEXIST" && existsSync(path)) return alreadyThere(path, error);
  const message = `${path} cannot be written (${code}); check the folder's owner, mode and free space`;
  return new AtlasError("home_unusable", message, { cause: error });
}

function alreadyThere(path: string, cause?: unknown): AtlasError {
  const message = `there is already a policy at ${path}; edit it, or replace it with --force`;
  return new AtlasError("usage", message, { cause });
}
