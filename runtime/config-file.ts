/** Reads `config.yaml` and the variables that override it, within bounds; what it does not know it refuses. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { isScalar, LineCounter, parse, parseDocument } from "yaml";
import { type Config, config, defaultConfig } from "../contracts/config.ts";
import { AtlasError } from "../contracts/errors.ts";
import { limits } from "../contracts/limits.ts";
import type { Environment } from "./config.ts";
import type { Paths } from "./paths.ts";

/** A setting that has a value of its own: `recording.keep_days`. */
export type ConfigKey = {
  key: string;
  /** The environment variable that overrides it. */
  variable: string;
  description: string;
};

export const configKeys: readonly ConfigKey[] = keysOf(config, []);

/**
 * The settings in force: those of the file, the variables `ATLASBRIDGE_…` over them, defaults for the rest.
 * Throws `config_invalid` naming the place, `home_unusable` for a file that cannot be read or that others may change.
 */
export function readConfig(
  { configFile }: Pick<Paths, "configFile">,
  { variables }: Pick<Environment, "variables">,
): Config {
  const text = readText(configFile);
  const written = text === null ? {} : parseConfig(text, configFile);
  const overridden = configKeys.filter(({ variable }) => variables[variable] !== undefined);
  if (text === null && overridden.length === 0) return defaultConfig;
  let settings = config.parse(written);
  for (const { key, variable } of overridden) {
    const from = `the variable ${variable}`;
    settings = withValue(settings, { key, value: parseValue(variables[variable] ?? ""), from });
  }
  return settings;
}

/** The settings with another value for one of them. Throws `config_invalid`. */
export function withValue(
  settings: Config,
  { key, value, from }: { key: string; value: unknown; from: string },
): Config {
  const changed: Record<string, unknown> = structuredClone(settings);
  const path = key.split(".");
  let at = changed;
  for (const step of path.slice(0, -1)) at = sectionOf(at, step);
  at[path.at(-1) ?? ""] = value;
  const parsed = config.safeParse(changed);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(from, `${key}: ${sentence(issue?.message ?? "not allowed")}`);
}

function sectionOf(parent: Record<string, unknown>, name: string): Record<string, unknown> {
  const section = parent[name];
  if (isSection(section)) return section;
  throw new AtlasError("internal", `the settings have no section ${name}`);
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as it would stand in the file: `true`, `30`, `strict`, `[…]`. What is no YAML is text. */
export function parseValue(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, schema: "core" });
  } catch {
    return text;
  }
}

/** What the file says, checked but without defaults. Throws `config_invalid`. */
export function parseConfig(text: string, file: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    stringKeys: true,
    prettyErrors: false,
    schema: "core",
  });
  const place = (at: number): string => {
    const { line, col } = lines.linePos(at);
    return `${file}:${line}:${col}`;
  };
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw invalid(place(fault.pos[0]), sentence(fault.message));
  const written = plain(document, file) ?? {};
  const parsed = config.safeParse(written);
  if (parsed.success) return written;
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw invalid(file, "not a config");
  const node: unknown = document.getIn(issue.path.map(nameOrIndex), true);
  const at = isScalar(node) ? node.range?.[0] : rangeOf(node);
  throw invalid(at === undefined ? file : place(at), explain(issue));
}

function plain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw invalid(file, "aliases are not allowed; write the value out");
  }
}

function nameOrIndex(step: PropertyKey): string | number {
  return typeof step === "number" ? step : String(step);
}

function rangeOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  return Array.isArray(node.range) && typeof node.range[0] === "number" ? node.range[0] : undefined;
}

type Issue = NonNullable<ReturnType<typeof config.safeParse>["error"]>["issues"][number];

function explain(issue: Issue): string {
  const where = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return `${where}: ${sentence(issue.message)}`;
  const [key = ""] = issue.keys;
  const known = configKeys.map((one) => one.key).filter((one) => one.startsWith(where));
  const names = new Set(known.map((one) => one.split(".")[issue.path.length] ?? ""));
  const of = where === "" ? "" : ` of ${where}`;
  return `${JSON.stringify(key)} is not a setting${of}; there are ${[...names].join(", ")}`;
}

/** The first line of a library's message, as part of a sentence. */
function sentence(message: string): string {
  const line = (message.split("\n")[0] ?? "").replace(/\.$/, "");
  return line.charAt(0).toLowerCase() + line.slice(1);
}

function invalid(place: string, message: string): AtlasError {
  return new AtlasError("config_invalid", `${place}: ${message}`);
}

function readText(file: string): string | null {
  try {
    // A pipe would be waited for until somebody writes to it.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readChecked(descriptor, file);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof AtlasError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const message = `${file} cannot be read (${code}); check its owner and mode`;
    throw new AtlasError("home_unusable", message, { cause: error });
  }
}

/** Who can change it decides what is recorded: nobody but its owner may. */
function readChecked(descriptor: number, file: string): string {
  const { mode, uid, size, isFile } = statOf(descriptor);
  if (!isFile) throw new AtlasError("home_unusable", `${file} is not a file; move it away`);
  const us = process.geteuid?.() ?? uid;
  const isOthers = process.platform !== "win32" && (mode & 0o022) !== 0;
  if (isOthers || (uid !== us && uid !== 0)) {
    const remedy = isOthers ? `chmod go-w ${file}` : `sudo chown ${us} ${file}`;
    const message = `${file} can be changed by other users; run: ${remedy}`;
    throw new AtlasError("home_unusable", message);
  }
  if (size > limits.configFileBytesMax) {
    throw invalid(file, `larger than the ${limits.configFileBytesMax / 1_024} KiB it may have`);
  }
  const bytes = new Uint8Array(limits.configFileBytesMax);
  const length = readSync(descriptor, bytes, 0, bytes.length, null);
  return new TextDecoder().decode(bytes.subarray(0, length));
}

function statOf(descriptor: number) {
  const stat = fstatSync(descriptor);
  return { mode: stat.mode, uid: stat.uid, size: stat.size, isFile: stat.isFile() };
}

type Shape = { shape: Record<string, unknown> };

function keysOf(section: Shape, above: readonly string[]): ConfigKey[] {
  return Object.entries(section.shape).flatMap(([name, schema]) => {
    const path = [...above, name];
    const inner = innerShape(schema);
    return inner === null ? [keyOf(path, schema)] : keysOf(inner, path);
  });
}

/** The fields of a section, which stands within what gives it its defaults; null for a value. */
function innerShape(schema: unknown): Shape | null {
  if (typeof schema !== "object" || schema === null || !("unwrap" in schema)) return null;
  const inner: unknown = typeof schema.unwrap === "function" ? schema.unwrap() : null;
  const isShape = typeof inner === "object" && inner !== null && "shape" in inner;
  return isShape && isSection(inner.shape) ? { shape: inner.shape } : null;
}

function keyOf(path: readonly string[], schema: unknown): ConfigKey {
  const described = typeof schema === "object" && schema !== null && "description" in schema;
  const description = described ? schema.description : null;
  return {
    key: path.join("."),
    variable: `ATLASBRIDGE_${path.join("_").toUpperCase()}`,
    description: typeof description === "string" ? description : "",
  };
}
