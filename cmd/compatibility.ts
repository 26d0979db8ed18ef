/** Writes `docs/compatibility.json`: a digest of everything that others may rely on; a test says what has changed. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import { config } from "../contracts/config.ts";
import { errorCodes, exitCodes } from "../contracts/errors.ts";
import { openApiDocument } from "../contracts/openapi.ts";
import { policy } from "../contracts/policy.ts";
import { entry, entryContent, entryData } from "../contracts/trace.ts";
import { outputFormat, traceFormat } from "../contracts/version.ts";
import { migrations } from "../runtime/trace/sqlite-schema.ts";
import { buildProgram } from "./atlasbridge/program.ts";
import { buildProgram as buildCloudProgram } from "./atlasbridge-cloud/program.ts";
import { writeReferences } from "./reference.ts";

const root = join(import.meta.dir, "..");
export const compatibilityFile = join(root, "docs", "compatibility.json");

/** Digest of each part by its name, by surface. */
export type Surfaces = Record<string, Record<string, string>>;

export async function surfaces(): Promise<Surfaces> {
  return {
    "command line": {
      ...digestsOf(optionsOf(await buildProgram())),
      ...digestsOf(optionsOf(buildCloudProgram())),
    },
    "CLI JSON": { ...digestsOf(await views()), ...digestsOf({ outputFormat, errorCodes }) },
    "exit codes": digestsOf(exitCodes),
    events: { ...digestsOf({ traceFormat, entry: shapeOf(entry) }), ...digestsOf(entryShapes()) },
    database: digestsOf(databaseForms()),
    "cloud database": digestsOf(sqlFiles("cloud/store/migrations")),
    wire: digestsOf(wireParts()),
    config: digestsOf(fieldShapes(config)),
    "policy language": digestsOf(fieldShapes(policy)),
  };
}

/** One line for each part that was added, removed or altered. */
export function differences(before: Surfaces, now: Surfaces): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((surface) => {
    const [old, fresh] = [before[surface] ?? {}, now[surface] ?? {}];
    const parts = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
    return parts
      .filter((part) => old[part] !== fresh[part])
      .map((part) => `${surface}: ${part} ${changeOf(old[part], fresh[part])}`);
  });
}

function changeOf(before: string | undefined, now: string | undefined): string {
  if (before === undefined) return "is new";
  return now === undefined ? "is gone" : "has changed";
}

/** Short: it is there to notice a change, not to withstand a forger. */
function digestsOf(parts: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      createHash("sha256")
        .update(JSON.stringify(part) ?? "")
        .digest("hex")
        .slice(0, 12),
    ]),
  );
}

/** As JSON Schema: what a program on the other side can see of it. */
function shapeOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

function fieldShapes(schema: z.ZodObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [name, shapeOf(field as z.ZodType)]),
  );
}

function entryShapes(): Record<string, unknown> {
  const of = (what: string, schemas: Readonly<Record<string, z.ZodType>>) =>
    Object.entries(schemas).map(([kind, schema]) => [`${kind} ${what}`, shapeOf(schema)]);
  return Object.fromEntries([...of("data", entryData), ...of("content", entryContent)]);
}

/** Each schema that is called a view is what some command, page or cloud procedure prints. */
async function views(): Promise<Record<string, unknown>> {
  const files = [...new Bun.Glob("*.ts").scanSync({ cwd: join(root, "contracts") })];
  const sources = files.filter((file) => !/\.(test|example)\.ts$/.test(file)).sort();
  const found: Record<string, unknown> = {};
  for (const file of sources) {
    const exported: Record<string, unknown> = await import(join(root, "contracts", file));
    for (const [name, value] of Object.entries(exported)) {
      if (name.endsWith("View") && value instanceof z.ZodType) found[name] = shapeOf(value);
    }
  }
  return found;
}

/** Each command with its arguments and options, as a script would call it; the help's words are free to change. */
function optionsOf(command: Command): Record<string, unknown> {
  const called = (one: Command): string =>
    one.parent === null ? one.name() : `${called(one.parent)} ${one.name()}`;
  const options = command.options.map(({ flags, mandatory, defaultValue, argChoices }) => {
    const preset: unknown = defaultValue;
    return { flags, mandatory, preset, argChoices };
  });
  const takes = command.registeredArguments.map((one) => `${one.name()} ${one.required}`);
  const own = { [called(command)]: { options, takes } };
  return Object.assign(own, ...command.commands.map(optionsOf));
}

function databaseForms(): Record<string, unknown> {
  return Object.fromEntries(migrations.map((sql, at) => [`form ${at + 1}`, sql]));
}

function sqlFiles(folder: string): Record<string, string> {
  const files = [...new Bun.Glob("*.sql").scanSync({ cwd: join(root, folder) })].sort();
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(join(root, folder, file), "utf8")]),
  );
}

function wireParts(): Record<string, unknown> {
  const { paths, components } = openApiDocument();
  return { ...Object(paths), ...Object(Reflect.get(Object(components), "schemas")) };
}

if (import.meta.main) {
  writeFileSync(compatibilityFile, `${JSON.stringify(await surfaces(), null, 2)}\n`);
  // Whoever changes a command or a procedure changes what is told of it.
  await writeReferences();
}
