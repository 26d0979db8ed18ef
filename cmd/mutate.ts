/** Breaks pure files in small ways, one at a time, and counts how many breaks their tests notice: `npm run mutate -- FILE…`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The parts that decide: a change in one of these that no test notices is a hole. */
const pureParts = [
  "contracts/chain.ts",
  "contracts/canonical.ts",
  "runtime/prompt/*.ts",
  "runtime/policy/*.ts",
  "runtime/session/step.ts",
  "runtime/inject/keystrokes.ts",
];

/** Share of breaks that must be noticed, in percent. */
const noticedMin = 90;

/** Source files that fit the patterns, tests aside, by the folder whose tests prove them. */
export function targetsByFolder(root: string, patterns: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  const files = patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })]);
  for (const file of [...new Set(files)].sort()) {
    if (/\.(test|suite|example)\.ts$|\/(testing|examples)\.ts$/.test(file)) continue;
    const folder = dirname(file);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders;
}

export function strykerSettings(folder: string, files: readonly string[]) {
  return {
    testRunner: "command",
    commandRunner: { command: `"${process.execPath}" test --bail ./${folder}/` },
    mutate: files,
    // Stryker reads this file through TypeScript's JavaScript interface, which version 7 does not have: it must not exist.
    tsconfigFile: "no-such-tsconfig.json",
    coverageAnalysis: "off",
    reporters: ["clear-text", "progress-append-only"],
    clearTextReporter: { allowColor: false, logTests: false },
    concurrency: 2,
    timeoutMS: 20_000,
    tempDirName: ".stryker-tmp",
    ignorePatterns: ["dist", "reports", "bench/results", ".git"],
    thresholds: { high: 95, low: noticedMin, break: noticedMin },
    allowEmpty: false,
  };
}

async function mutate(root: string, folder: string, files: readonly string[]): Promise<number> {
  process.stderr.write(`mutate: ${files.join(" ")}, noticed by the tests of ${folder}\n`);
  const scratch = mkdtempSync(join(tmpdir(), "atlasbridge-mutate-"));
  const settings = join(scratch, "stryker.json");
  writeFileSync(settings, JSON.stringify(strykerSettings(folder, files)));
  const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
  // Under Bun and not Node: it wants a newer Node than the one that npm needs.
  const child = Bun.spawn([process.execPath, stryker, "run", settings], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await child.exited;
  rmSync(scratch, { recursive: true, force: true });
  return code;
}

async function main(): Promise<number> {
  const root = dirname(import.meta.dir);
  const asked = process.argv.slice(2);
  const folders = targetsByFolder(root, asked.length > 0 ? asked : pureParts);
  if (folders.size === 0) {
    process.stderr.write(
      `mutate: no source file fits ${asked.join(" ")}; name one, or a pattern\n`,
    );
    return 2;
  }
  let failed = 0;
  for (const [folder, files] of folders)
    failed += (await mutate(root, folder, files)) === 0 ? 0 : 1;
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
