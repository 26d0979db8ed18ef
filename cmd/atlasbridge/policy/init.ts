/** `policy init`: writes the starter policy where `run` looks for it. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type PresetName, presets } from "../../../runtime/policy/presets/presets.ts";
import { starterPolicy } from "../../../runtime/policy/starter.ts";
import { type Cli, print } from "../cli.ts";

export type InitOptions = { force?: boolean; preset?: PresetName };

export function initPolicy(cli: Cli, options: InitOptions): number {
  const path = cli.paths.policyFile;
  const text = options.preset === undefined ? starterPolicy : presets[options.preset];
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write(path, { text, force: options.force === true });
  } catch (error) {
    throw sayUnwritable(path, error);
  }
  const said = `wrote ${path}\nedit it, then check it with: atlasbridge policy validate\n`;
  return print(cli, { format: outputFormat, file: path }, () => said);
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
