/** Follows the paths of a prompt on the disk, so that a link cannot make one place look like another. */
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { Prompt } from "../../contracts/prompt.ts";
import { limits } from "../../contracts/limits.ts";
import { readAsked } from "./asked.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Facts } from "./match.ts";
import { type NamedPath, pathsToFollow, treesToList } from "./paths.ts";
import type { Trees } from "./trees.ts";

/** Of one prompt; more are left unknown. */
const pathsMax = 256;
const linksMax = 40;
const segmentsMax = 1_000;

type OnDisk = Pick<Facts, "real"> & { trees: Trees };

/**
 * Where each path of the prompt leads now, and what lies below the folders that it reads as a whole. Empty where no rule
 * goes by paths: then nothing is looked up.
 */
export function followPaths(
  prompt: Prompt,
  { cwd, policy }: { cwd: string; policy: Pick<CompiledPolicy, "usesPaths" | "userHome"> },
): OnDisk {
  if (!policy.usesPaths) return { real: new Map(), trees: new Map() };
  const paths = readAsked(prompt, { cwd, userHome: policy.userHome }).paths();
  const wanted = [...new Set(pathsToFollow(paths, cwd))].slice(0, pathsMax);
  const real = new Map(wanted.map((path) => [path, followPath(path)]));
  return { real, trees: listTrees(paths, real) };
}

function listTrees(paths: readonly NamedPath[], real: Facts["real"]): Trees {
  const trees = new Map<string, readonly string[] | null>();
  // Of all folders together: a command may name many.
  let left = limits.treeFilesMax;
  for (const { name, written, hidden } of treesToList(paths)) {
    const root = real.get(written) ?? null;
    if (trees.has(name)) continue;
    const files = root === null ? null : filesBelow(root, { hidden, most: left });
    trees.set(name, files);
    left -= files?.length ?? left;
  }
  return trees;
}

/** Every file below, links not entered; of a file or of nothing none. Null: more than that, or it cannot be told. */
export function filesBelow(
  root: string,
  { hidden, most }: { hidden: boolean; most: number },
): readonly string[] | null {
  const files: string[] = [];
  const folders = [root];
  let looked = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = entriesOf(at);
    if (entries === null) return null;
    looked += entries.length;
    if (looked > most) return null;
    for (const entry of entries) {
      if (!hidden && entry.name.startsWith(".")) continue;
      const path = at === "/" ? `/${entry.name}` : `${at}/${entry.name}`;
      // Searches that pass over what is ignored pass over this, in nearly every project.
      const isEntered = entry.isDirectory() && (hidden || entry.name !== "node_modules");
      if (isEntered) folders.push(path);
      else files.push(path);
    }
  }
  return files;
}

/** None of what is no folder. Null: it may not be read. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    return code === "ENOTDIR" || code === "ENOENT" ? [] : null;
  }
}

/**
 * As the kernel would: a link is entered before `..` leaves it. What does not exist is where it would be made.
 * Null: it cannot be told.
 */
export function followPath(path: string): string | null {
  const walk: Walk = { at: "/", rest: segmentsOf(path), missing: false, links: 0 };
  for (let steps = 0; steps < segmentsMax; steps += 1) {
    const segment = walk.rest.pop();
    if (segment === undefined) return walk.at;
    if (segment === "" || segment === ".") continue;
    if (!(segment === ".." ? goUp(walk) : goDown(walk, segment))) return null;
  }
  return null;
}

type Walk = {
  at: string;
  /** Segments still to go, the next one last. */
  rest: string[];
  /** `at` does not exist. */
  missing: boolean;
  links: number;
};

const segmentsOf = (path: string): string[] => path.split("/").toReversed();

/** False: it cannot be told where that leads, as below what does not exist. */
function goUp(walk: Walk): boolean {
  walk.at = dirname(walk.at);
  return !walk.missing;
}

function goDown(walk: Walk, segment: string): boolean {
  const next = walk.at === "/" ? `/${segment}` : `${walk.at}/${segment}`;
  const found = walk.missing ? "missing" : look(next);
  if (typeof found === "object") return followLink(walk, found.target);
  walk.missing = found === "missing";
  walk.at = next;
  return found !== "unknown";
}

function followLink(walk: Walk, target: string): boolean {
  walk.links += 1;
  if (target.startsWith("/")) walk.at = "/";
  walk.rest.push(...segmentsOf(target));
  return walk.links <= linksMax;
}

function look(path: string): "there" | "missing" | "unknown" | { target: string } {
  try {
    return lstatSync(path).isSymbolicLink() ? { target: readlinkSync(path) } : "there";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT"
      ? "missing"
      : "unknown";
  }
}
