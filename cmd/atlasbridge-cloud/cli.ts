/** What every command of `atlasbridge-cloud` is given, and how it speaks: text for people, one JSON value for programs. */
import type { Command } from "commander";
import { exitCodes } from "../../contracts/errors.ts";
import { readSettings, readVariables, type Settings, type Variables } from "../../cloud/config.ts";
import type { GlobalOptions } from "../endings.ts";
import { padEnd } from "../atlasbridge/layout.ts";
import { visible, visibleJson } from "../atlasbridge/visible.ts";

export type Cli = {
  variables: Variables;
  settings: Settings;
  json: boolean;
};

/** A command module adds itself to the program; its action returns the process's exit code. */
export type Register = (program: Command, run: RunAction) => void;

export type RunAction = <A extends unknown[]>(
  action: (cli: Cli, ...args: A) => Promise<number> | number,
) => (...args: A) => Promise<void>;

/** Throws `AtlasError` for settings that are none. */
export function openCli({ home, json }: GlobalOptions): Cli {
  const variables = readVariables();
  return { variables, settings: readSettings(variables, home), json: json === true };
}

export function out(text: string): void {
  process.stdout.write(text);
}

/** One line to standard error. */
export function note(line: string): void {
  process.stderr.write(`${visible(line)}\n`);
}

/** Prints `value` as JSON when asked to, else `lines`. Returns the exit code ok. */
export function print({ json }: Cli, value: unknown, lines: () => readonly string[]): number {
  out(
    json
      ? `${visibleJson(value)}\n`
      : lines()
          .map((line) => `${visible(line)}\n`)
          .join(""),
  );
  return exitCodes.ok;
}

/** Rows under each other, cells padded to their column. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => Bun.stringWidth(row[at] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => padEnd(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
