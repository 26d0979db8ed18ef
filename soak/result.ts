/** What a run measured, kept where the exit criteria look for it: with its date and the machine it ran on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commitOf, describeMachine, load, type Machine } from "../bench/machine.ts";

const root = join(import.meta.dir, "..");
const resultsFolder = join(import.meta.dir, "results");

export type Result = {
  name: string;
  at: string;
  machine: Machine;
  load: number;
  /** Of the code that ran; with a `+` where files had been changed since. Null: not known. */
  commit?: string | null;
  figures: Record<string, unknown>;
};

type Figures = Record<string, unknown>;
type Run = Pick<Result, "at" | "machine" | "load" | "commit">;

/** `page`: the report that goes with them. Figures may be made of what is known of this run. */
export function writeResult(
  name: string,
  figures: Figures | ((run: Run) => Figures),
  page?: string,
): void {
  mkdirSync(resultsFolder, { recursive: true });
  const at = new Date().toISOString();
  const run: Run = { at, machine: describeMachine(), load: load(), commit: commitOf(root) };
  const made = typeof figures === "function" ? figures(run) : figures;
  const result: Result = { name, ...run, figures: made };
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
