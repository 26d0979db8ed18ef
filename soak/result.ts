/** What a run measured, kept where the exit criteria look for it: with its date and the machine it ran on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine, load, type Machine } from "../bench/machine.ts";

const resultsFolder = join(import.meta.dir, "results");

export type Result = {
  name: string;
  at: string;
  machine: Machine;
  load: number;
  figures: Record<string, unknown>;
};

/** `page`: the report that goes with them. */
export function writeResult(name: string, figures: Record<string, unknown>, page?: string): void {
  mkdirSync(resultsFolder, { recursive: true });
  const when = { at: new Date().toISOString(), machine: describeMachine(), load: load() };
  const result: Result = { name, ...when, figures };
  writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  if (page !== undefined) writeFileSync(join(resultsFolder, `${name}.html`), page);
}

/** Null where no run has left one. */
export function readResult(name: string): Result | null {
  const file = join(resultsFolder, `${name}.json`);
  if (!existsSync(file)) return null;
  // Written by `writeResult`.
  return JSON.parse(readFileSync(file, "utf8")) as Result;
}
