/** `config list`, `get` and `path`: what is in force, and where it comes from. */
import { type Config, defaultConfig, type ConfigListView } from "../../../contracts/config.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type ConfigKey, configKeys, readConfig } from "../../../runtime/config-file.ts";
import { type Cli, print } from "../cli.ts";
import { layoutFor, table } from "../layout.ts";

type Setting = ConfigListView["settings"][number];

export function listSettings(cli: Cli): number {
  const { paths, environment } = cli;
  const settings = readConfig(paths, environment);
  const written = readConfig(paths, { variables: {} });
  const listed = configKeys.map((one): Setting => {
    const value = valueOf(settings, one.key);
    const isOverridden = environment.variables[one.variable] !== undefined;
    const isDefault = Bun.deepEquals(valueOf(written, one.key), valueOf(defaultConfig, one.key));
    const from = isOverridden ? "variable" : isDefault ? "default" : "file";
    return { ...one, value, default: valueOf(defaultConfig, one.key), from };
  });
  const view: ConfigListView = { format: outputFormat, file: paths.configFile, settings: listed };
  return print(cli, view, () => {
    const rows = listed.map(({ key, value, from, variable, description }) => [
      key,
      sayValue(value),
      from === "variable" ? variable : from,
      description,
    ]);
    const layout = layoutFor(process.stdout, cli);
    return table(["SETTING", "VALUE", "FROM", "WHAT FOR"], rows, layout);
  });
}

export function getSetting(cli: Cli, key: string): number {
  const { key: known } = settingOf(key);
  const value = valueOf(readConfig(cli.paths, cli.environment), known);
  return print(cli, { format: outputFormat, key: known, value }, () => `${sayValue(value)}\n`);
}

export function showPath(cli: Cli): number {
  const file = cli.paths.configFile;
  return print(cli, { format: outputFormat, file }, () => `${file}\n`);
}

/** Throws `usage` for a name that is none. */
export function settingOf(key: string): ConfigKey {
  const known = configKeys.find((one) => one.key === key);
  if (known !== undefined) return known;
  const names = configKeys.map((one) => one.key).join(", ");
  throw new AtlasError("usage", `there is no setting "${key}"; there are ${names}`);
}

/** Text as it is, so that a script can use it; anything else as JSON, which YAML reads too. */
function sayValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function valueOf(settings: Config, key: string): unknown {
  let value: unknown = settings;
  for (const step of key.split(".")) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
  }
  return value;
}
