/** Where a project keeps its policy, seen from a folder within it. */
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { limits } from "../../contracts/limits.ts";

/**
 * Places in which it may lie, the nearest first: `.atlasbridge/policy.yaml` in this folder or above it up to the top of
 * its git work tree. Outside of one, in this folder alone.
 */
export function projectPlaces(cwd: string): { root: string; file: string }[] {
  const folders: string[] = [];
  for (let at = cwd; folders.length < limits.projectDepthMax; at = dirname(at)) {
    folders.push(at);
    if (isThere(join(at, ".git"))) return folders.map(placeIn);
    if (dirname(at) === at) break;
  }
  return [placeIn(cwd)];
}

function placeIn(root: string): { root: string; file: string } {
  return { root, file: join(root, ".atlasbridge", "policy.yaml") };
}

/** A link that leads nowhere is there as well, and so is what may not be looked at: it must not count as none. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ENOTDIR");
  }
}
