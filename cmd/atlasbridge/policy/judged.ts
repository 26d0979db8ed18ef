/** The policy that a tool is asked about: the file that a person named, alone, or all that hold in a folder, together. */
import { resolve } from "node:path";
import type { JudgedLayer } from "../../../contracts/policy-views.ts";
import { realFolder } from "../../../runtime/operator/workspaces.ts";
import { byItself, type LayeredPolicy } from "../../../runtime/policy/layers.ts";
import { isThere, projectPlaces } from "../../../runtime/policy/project.ts";
import { layersOf, openStack } from "../../../runtime/policy/stack.ts";
import type { Cli } from "../cli.ts";
import { stackPlaces } from "./places.ts";
import { compileForPerson, readForPerson } from "./validate.ts";

export type Judged = {
  /** The file that was named, or the user's own. */
  file: string;
  policy: LayeredPolicy;
  /** Highest first; empty: one file was asked alone. */
  layers: readonly JudgedLayer[];
  /** The policies that hold outside of the project, where one has its own; else all. */
  elsewhere: LayeredPolicy;
};

/** What holds in the folder of each session of the past: the project's policy only within the project. */
export function policiesIn({ policy, elsewhere, layers }: Judged): (cwd: string) => LayeredPolicy {
  const file = layers.find(({ layer }) => layer === "project")?.files[0];
  if (file === undefined) return () => policy;
  const known = new Map<string, LayeredPolicy>();
  return (cwd) => {
    const found = known.get(cwd) ?? (isProjectOf(cwd, file) ? policy : elsewhere);
    if (known.size < foldersMax) known.set(cwd, found);
    return found;
  };
}

/** Asked of the disk once; a trace of more folders than these is read more slowly. */
const foldersMax = 1_000;

const isProjectOf = (cwd: string, file: string): boolean =>
  projectPlaces(realFolder(cwd) ?? cwd).find((place) => isThere(place.file))?.file === file;

/** Null where a policy is not valid: then its problems were printed, and the exit code is `usage`. */
export function judgedPolicy(cli: Cli, file: string | undefined, folder?: string): Judged | null {
  return file === undefined ? inForce(cli, folder) : alone(cli, file);
}

function alone(cli: Cli, file: string): Judged | null {
  const read = compileForPerson(cli, file);
  if (read === null) return null;
  const policy = byItself(read.compiled);
  return { file: read.path, policy, elsewhere: policy, layers: [] };
}

/** As `run` would decide in this folder. */
function inForce(cli: Cli, folder: string | undefined): Judged | null {
  const own = cli.paths.policyFile;
  // The one that a person writes is read first, to print all that is wrong with it.
  if (isThere(own) && readForPerson(cli, undefined) === null) return null;
  const named = resolve(folder ?? ".");
  // A folder that is gone, or made up, has no project any more.
  const cwd = realFolder(named) ?? named;
  const stack = openStack(stackPlaces(cli, { file: undefined, cwd }), cli.environment);
  // Those of the user's own were printed.
  const others = stack.warnings.filter((warning) => !warning.startsWith(`${own}: `));
  for (const warning of others) cli.note(`warning: ${warning}`);
  const layers = stack.parts.map(({ layer, files }) => ({ layer, files: [...files] }));
  const { policy } = stack;
  const outside = stack.parts.filter(({ layer }) => layer !== "project");
  const elsewhere = outside.length === stack.parts.length ? policy : layersOf(outside);
  return { file: own, policy, elsewhere, layers };
}
