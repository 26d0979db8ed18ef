/** Checks what linters cannot see: places, names, first sentences, the one pen, what can be reached, what has a test. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkEnvironment, checkLateImports, checkPen } from "./tidy/hands.ts";
import { checkWaysApart, checkWayOut } from "./tidy/outward.ts";
import { checkPlaces } from "./tidy/places.ts";
import {
  checkFunctionSizes,
  checkRatchet,
  checkSuites,
  checkTestsBeside,
  type Ratchet,
} from "./tidy/proofs.ts";
import { checkNoNetwork, checkPurity } from "./tidy/reach.ts";
import { type File, type Finding, findingLine } from "./tidy/source.ts";
import { checkMachineTraces, checkOpenings, checkPlanWords, checkTitles } from "./tidy/words.ts";

const ratchetFile = "cmd/tidy/ratchet.json";
const readable = /\.(ts|tsx|mjs|json|ya?ml|md|sql|css|html|toml|sh|txt)$|^\.|^\.ci\//;

/** Every check over one picture of the repository. Fails when there is nothing to look at. */
export function tidy(files: readonly File[], ratchet: Ratchet): Finding[] {
  if (!files.some(({ path }) => path.endsWith(".ts"))) {
    return [
      { path: ".", line: 1, message: "no source file was found; run this in the repository" },
    ];
  }
  return [
    ...checkPlaces(files),
    ...checkOpenings(files),
    ...checkPlanWords(files),
    ...checkTitles(files),
    ...checkMachineTraces(files),
    ...checkPen(files),
    ...checkEnvironment(files),
    ...checkLateImports(files),
    ...checkNoNetwork(files),
    ...checkPurity(files),
    ...checkWayOut(files),
    ...checkWaysApart(files),
    ...checkTestsBeside(files, ratchet),
    ...checkSuites(files),
    ...checkFunctionSizes(files, ratchet),
  ];
}

function git(root: string, ...args: string[]): string | null {
  const done = Bun.spawnSync(["git", "-C", root, ...args]);
  return done.exitCode === 0 ? done.stdout.toString() : null;
}

/** Tracked files and those about to be: what is ignored is nobody's business. */
export function readTree(root: string): File[] {
  const listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  if (listed === null)
    throw new Error(`${root} is not a git repository; tidy reads what git tracks`);
  const paths = [...new Set(listed.split("\0").filter((path) => path !== ""))].sort();
  return paths.flatMap((path) => {
    if (!readable.test(path)) return [{ path, text: "" }];
    try {
      return [{ path, text: readFileSync(join(root, path), "utf8") }];
    } catch {
      // Deleted in the working tree and still in the index: it is on its way out.
      return [];
    }
  });
}

/** The ratchet as it stood before: in the last commit, and where that changed it, in the one before. */
function pastRatchets(root: string): Ratchet[] {
  const commits = git(root, "log", "-n", "2", "--format=%H", "--", ratchetFile) ?? "";
  return commits
    .split("\n")
    .filter((commit) => commit !== "")
    .map((commit) => git(root, "show", `${commit}:${ratchetFile}`))
    .filter((text) => text !== null)
    .map(readRatchet);
}

function readRatchet(text: string): Ratchet {
  const { untested, functions }: Ratchet = JSON.parse(text);
  return { untested, functions };
}

function main(): number {
  const root = dirname(import.meta.dir);
  const files = readTree(root);
  const ratchet = readRatchet(readFileSync(join(root, ratchetFile), "utf8"));
  const findings = [
    ...tidy(files, ratchet),
    ...pastRatchets(root).flatMap((past) => checkRatchet(ratchet, past)),
  ];
  for (const finding of findings) process.stdout.write(`${findingLine(finding)}\n`);
  process.stdout.write(`tidy: ${files.length} files, ${findings.length} to put right\n`);
  return findings.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
