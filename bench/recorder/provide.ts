/** Puts into a scenario's empty folder what it runs: scripts, and npm packages at their exact versions. */
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "./scenario.ts";

/** One folder for each set of packages; kept, since installing takes longer than recording. */
const installed = "/tmp/demo-packages";
const EXACT = /^@?[\w./-]+@\d[\w.+-]*$/;

export function provide({ npm = [], files = {} }: Scenario, folder: string): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  if (npm.length === 0) return;
  symlinkSync(join(install(npm), "node_modules"), join(folder, "node_modules"));
}

function install(packages: readonly string[]): string {
  const loose = packages.find((name) => !EXACT.test(name));
  if (loose !== undefined) throw new Error(`${loose}: name the exact version of this package`);
  const folder = join(installed, packages.toSorted().join("+").replaceAll("/", "_"));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "package.json"), '{"private":true,"type":"module"}');
  const argv = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
  const done = Bun.spawnSync([...argv, ...packages], { cwd: unfinished });
  if (done.exitCode !== 0) {
    throw new Error(`npm install ${packages.join(" ")}: ${done.stderr.toString().trim()}`);
  }
  renameSync(unfinished, folder);
  return folder;
}
