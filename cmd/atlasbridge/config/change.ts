/** `config set` and `unset`: one setting of the file changed in one step, the rest of it left as it is. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseDocument } from "yaml";
import { AtlasError } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { parseConfig, parseValue, readConfig, withValue } from "../../../runtime/config-file.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { settingOf } from "./show.ts";

/** `value`: as it would stand in the file; null takes the setting out. Throws `config_invalid`, `usage`. */
export function changeSetting(
  cli: Cli,
  { key, value }: { key: string; value: string | null },
): number {
  assertByPerson(cli);
  const { variable } = settingOf(key);
  const { configFile } = cli.paths;
  // Refuses a file that others may change, or that says what it may not, before anything is made of it.
  const before = readConfig(cli.paths, { variables: {} });
  if (value !== null) {
    withValue(before, { key, value: parseValue(value), from: "nothing was changed" });
  }
  const text = changed(textOf(configFile), { key, value });
  parseConfig(text, configFile);
  const action = value === null ? `config unset ${key}` : `config set ${key}`;
  recordAct(cli, { action });
  write(configFile, text);
  if (cli.environment.variables[variable] !== undefined) {
    cli.note(`warning: the variable ${variable} is set here and goes before it`);
  }
  const said = value === null ? `${key} is at its default` : `${key} is ${value}`;
  const view = { format: outputFormat, file: configFile, key, value };
  return print(cli, view, () => `${said}, for sessions started from now on\n`);
}

/** The file's text with one setting changed. */
export function changed(
  text: string,
  { key, value }: { key: string; value: string | null },
): string {
  const document = parseDocument(text);
  const path = key.split(".");
  if (value !== null) document.setIn(path, document.createNode(parseValue(value)));
  else if (document.hasIn(path)) document.deleteIn(path);
  // A section without a setting left would read as null.
  const [section] = path;
  const left: unknown = path.length > 1 ? document.getIn([section], false) : undefined;
  const isEmpty = typeof left === "object" && left !== null && "items" in left;
  if (isEmpty && Array.isArray(left.items) && left.items.length === 0) {
    document.deleteIn([section]);
  }
  return document.contents === null ? "" : document.toString();
}

/** Empty where there is no file yet. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw unwritable(file, error);
  }
}

/** In one step: a session that starts reads the old file or the new one. */
export function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}.new`;
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, cause: unknown): AtlasError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const message = `${file} cannot be written (${code}); check the folder's owner, mode and free space`;
  return new AtlasError("home_unusable", message, { cause });
}
