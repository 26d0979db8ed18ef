/** Cases on disk: finds, reads and checks those of a folder, and writes one. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type * as z from "zod";
import { AtlasError } from "../../contracts/errors.ts";
import { parseRecording, type CastEvent, type Recording } from "../pty/asciicast.ts";
import { type CastHead, castText } from "../pty/cast-text.ts";
import { expectations, type Expectations } from "./case.ts";

export type Case = {
  /** The path of the recording below the folder, without `.cast`. */
  name: string;
  recording: Recording;
  expected: Expectations;
};

/** Every case below a folder, by name. Throws `usage` naming the file, the line and what to do. */
export function readCases(folder: string): Case[] {
  const casts = castsBelow(folder);
  if (casts.length === 0) {
    throw new AtlasError("usage", `${folder} holds no recordings; give a folder with .cast files`);
  }
  return casts.map((file) => readCase(folder, file));
}

/** `file` is a recording, `NAME.cast` with `NAME.json` beside it. */
export function readCase(folder: string, file: string): Case {
  const recording = parseRecording(readText(file), file);
  const beside = file.replace(/\.cast$/, ".json");
  const expected = parseJson(readText(beside), beside, expectations);
  return { name: relative(folder, file).replace(/\.cast$/, ""), recording, expected };
}

/** Writes `NAME.cast` and `NAME.json` for their owner alone; the folder is made. `path` has no extension. */
export function writeCase(
  path: string,
  cast: { head: CastHead; events: readonly CastEvent[] },
  expected: Expectations,
): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.cast`, castText(cast.head, cast.events), { mode: 0o600 });
  writeFileSync(`${path}.json`, expectationsText(expected), { mode: 0o600 });
}

/** One prompt and one negative a line: short, and easy to compare. */
function expectationsText(expected: Expectations): string {
  const { prompts, negatives, ...head } = expectations.parse(expected);
  const lines = (values: readonly unknown[]): string =>
    values.length === 0
      ? "[]"
      : `[\n${values.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]`;
  const fields = Object.entries(head).map(
    ([name, value]) => `  "${name}": ${JSON.stringify(value)}`,
  );
  const lists = [`  "prompts": ${lines(prompts)}`, `  "negatives": ${lines(negatives)}`];
  return `{\n${[...fields, ...lists].join(",\n")}\n}\n`;
}

/** Throws `usage` naming the file, and where in it the value is not as it should be. */
export function parseJson<S extends z.ZodType>(text: string, file: string, schema: S): z.infer<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AtlasError("usage", `${file}: not JSON (${reason(error)}); mend the file`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new AtlasError("usage", `${file}: ${where}: ${issue?.message ?? "wrong"}; mend the file`);
}

/** Throws `usage` when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AtlasError("usage", `${file} cannot be read: ${reason(error)}; name a readable file`);
  }
}

/** Recordings below a folder, sorted by path. Throws `usage` when the folder cannot be read. */
function castsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".cast"))
      .toSorted()
      .map((path) => join(folder, path));
  } catch (error) {
    const why = reason(error);
    throw new AtlasError("usage", `${folder} cannot be read: ${why}; name a folder of recordings`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
