/** Follows the paths of a prompt on the disk, so that a link cannot make one place look like another. */
import { lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { Prompt } from "../../contracts/prompt.ts";
import { readAsked } from "./asked.ts";
import type { CompiledPolicy } from "./compile.ts";
import { pathsToFollow, type RealPaths } from "./paths.ts";

/** Of one prompt; more are left unknown. */
const pathsMax = 256;
const linksMax = 40;
const segmentsMax = 1_000;

/** Where each path of the prompt leads now. Empty where no rule goes by paths: then nothing is looked up. */
export function followPaths(
  prompt: Prompt,
  { cwd, policy }: { cwd: string; policy: Pick<CompiledPolicy, "usesPaths" | "userHome"> },
): RealPaths {
  if (!policy.usesPaths) return new Map();
  const paths = readAsked(prompt, { cwd, userHome: policy.userHome }).paths();
  const wanted = [...new Set(pathsToFollow(paths, cwd))].slice(0, pathsMax);
  return new Map(wanted.map((path) => [path, followPath(path)]));
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
