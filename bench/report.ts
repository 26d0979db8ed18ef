/** `npm run bench -- report`: makes docs/bench.md and its plots anew from bench/results; `--check` says whether they are. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pageOf } from "./report/page.ts";
import { plotsOf } from "./report/plots.ts";
import { resultsFolder, resultsIn } from "./results.ts";

const docs = join(import.meta.dir, "..", "docs");

/** What lies where, below docs/. */
export async function reportFiles(folder: string): Promise<Map<string, string>> {
  const results = resultsIn(folder);
  const plots = await plotsOf(results);
  const drawings = plots.map(({ name, svg }): [string, string] => [
    join("bench", `${name}.svg`),
    svg,
  ]);
  return new Map([["bench.md", pageOf(results, plots)], ...drawings]);
}

/** Files that are not what results say. */
export async function staleFiles(): Promise<string[]> {
  const files = await reportFiles(resultsFolder);
  const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return [...files]
    .filter(([name, text]) => textOf(join(docs, name)) !== text)
    .map(([name]) => name);
}

export async function writeReport(): Promise<void> {
  for (const [name, text] of await reportFiles(resultsFolder)) {
    mkdirSync(dirname(join(docs, name)), { recursive: true });
    writeFileSync(join(docs, name), text);
  }
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = await staleFiles();
    for (const name of stale) console.log(`docs/${name} is not of these results`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    await writeReport();
    console.log("docs/bench.md is made");
  }
}
