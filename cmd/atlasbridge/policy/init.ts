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

const initHelp = `
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
    .description("write a commented starter policy, or another, into the settings folder")
    .addOption(new Option("--preset <name>", "instead of the starter").choices(presetNames))
    .addOption(
      new Option("--cookbook <name...>", "instead of the starter: policies for these tools, joined")
        .choices(recipeNames)
        .conflicts("preset"),
    )
    .option("-f, --force", "replace the policy that is there")
    .addHelpText("after", initHelp)
    .action(run(initPolicy));
};

export type InitOptions = { force?: boolean; preset?: PresetName; cookbook?: RecipeName[] };

export function initPolicy(cli: Cli, options: InitOptions): number {
  const path = cli.paths.policyFile;
  const text = textOf(options);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write(path, { text, force: options.force === true });
  } catch (error) {
    throw sayUnwritable(path, error);
  }
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
  if (code === "EEXIST" && existsSync(path)) {
    const message = `there is already a policy at ${path}; edit it, or replace it with --force`;
    return new AtlasError("usage", message, { cause: error });
  }
  const message = `${path} cannot be written (${code}); check the folder's owner, mode and free space`;
  return new AtlasError("home_unusable", message, { cause: error });
}
