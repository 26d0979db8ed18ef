/** What benches leave: their figures with the machine, the load, the commit and the date, one file a bench. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Judged } from "./figure.ts";
import { commitOf, describeMachine, load, type Machine } from "./machine.ts";

export type BenchResult = {
  bench: string;
  machine: Machine;
  /** Of the code that was measured; with a `+` where it had been changed since. Null: not known. */
  commit?: string | null;
  date: string;
  load: { before: number; after: number };
  figures: readonly Judged[];
};

const root = join(import.meta.dir, "..");
export const resultsFolder = join(import.meta.dir, "results");

/** `before`: the load at the start. `more`: what this bench alone has to say. */
export function keepResult(
  bench: string,
  { before, figures }: { before: number; figures: readonly Judged[] },
  more: Readonly<Record<string, unknown>> = {},
): void {
  const result: BenchResult = {
    ...{
      bench,
      machine: describeMachine(),
      commit: commitOf(root),
      date: new Date().toISOString(),
    },
    ...{ load: { before, after: load() }, figures },
    ...more,
  };
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `${bench}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** Of a folder, by name; results without figures (trials told case by case) are left out. */
export function resultsIn(folder: string): BenchResult[] {
  if (!existsSync(folder)) throw new Error(`${folder} is not there`);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return readAll(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Of one bench, as it lies here; null where it was never run. */
export function resultOf(bench: string): BenchResult | null {
  const isThere = existsSync(resultsFolder);
  return (isThere ? resultsIn(resultsFolder) : []).find((one) => one.bench === bench) ?? null;
}

/** As they were committed. Throws where git does not know the commit, or it has none. */
export function resultsAt(commit: string): BenchResult[] {
  const path = "bench/results";
  const names = git("ls-tree", "--name-only", `${commit}:${path}`).split("\n");
  const files = names.filter((name) => name.endsWith(".json"));
  return readAll(files.map((name) => [name, git("show", `${commit}:${path}/${name}`)]));
}

function git(...args: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd: root });
  if (exitCode !== 0) throw new Error(stderr.toString().trim());
  return stdout.toString();
}

function readAll(files: readonly (readonly [name: string, text: string])[]): BenchResult[] {
  return files
    .map(([name, text]) => {
      // Written by `keepResult`; older ones may lack parts.
      const result = JSON.parse(text) as Partial<BenchResult>;
      return { ...result, bench: result.bench ?? basename(name, ".json") };
    })
    .filter((one): one is BenchResult => one.figures !== undefined && one.load !== undefined)
    .toSorted((a, b) => a.bench.localeCompare(b.bench));
}
