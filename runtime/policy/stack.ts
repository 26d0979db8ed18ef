/** The policies that hold for a session, read from their places: the machine's, the user's and the project's. */
import { createHash } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { type Policy, policy as policySchema } from "../../contracts/policy.ts";
import type { PolicyLayer } from "../../contracts/decision.ts";
import { builtinHash, builtinPolicy } from "./builtin.ts";
import { canonicalJson } from "../../contracts/canonical.ts";
import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import { type LayeredPolicy, layerPolicies } from "./layers.ts";
import { openPolicy, type OpenedPolicy, PolicyFault, type PolicyHost } from "./open.ts";
import { isThere, projectPlaces } from "./project.ts";
import { ofAdmin, ofProject, ofUser, ofUserFile } from "./trust.ts";

export type StackPlaces = {
  /** Null where the system has no place for one. */
  admin: string | null;
  /** `given`: a person named the file; else it need not be there. */
  user: { file: string; given: boolean };
  /** The session's folder: from it the project's policy is looked for. */
  cwd: string;
};

export type StackPart = {
  layer: PolicyLayer;
  compiled: CompiledPolicy;
  /** All that it is made of, its own file first; none when it is built in. */
  files: readonly string[];
  places: OpenedPolicy["places"];
};

export type Stack = {
  policy: LayeredPolicy;
  /** Highest layer first. */
  parts: readonly StackPart[];
  /** One line each: what was left out, and why. */
  warnings: string[];
  /** Every name on which it depends, also those at which nothing stands now. */
  names: readonly string[];
};

type Read = { part: StackPart | null; warnings: string[]; names: readonly string[] };

/**
 * Throws `policy_unreadable` or `policy_invalid` for the user's policy and the machine's. A project's that cannot be
 * relied on leaves every prompt to a person; the machine's, where others than root could have written it, is left out.
 */
export function openStack(places: StackPlaces, host: PolicyHost): Stack {
  const read = [readAdmin(places, host), readUser(places, host), readProject(places, host)];
  const parts = read.flatMap(({ part }) => part ?? []);
  return {
    policy: layersOf(parts),
    parts,
    warnings: read.flatMap(({ warnings }) => warnings),
    names: [...new Set(read.flatMap(({ names }) => names))],
  };
}

/** What such parts decide together. */
export function layersOf(parts: readonly StackPart[]): LayeredPolicy {
  return layerPolicies(
    parts.map(({ layer, compiled }) => ({ name: layer, compiled })),
    sha256,
  );
}

/** Every name that matters before anything is read. */
export function placesLookedAt({ admin, user, cwd }: StackPlaces): string[] {
  const project = projectPlaces(cwd).map(({ file }) => file);
  return [...(admin === null ? [] : [admin]), user.file, ...project];
}

const nothing: Read = { part: null, warnings: [], names: [] };

function readAdmin({ admin }: StackPlaces, host: PolicyHost): Read {
  if (admin === null) return nothing;
  if (!isThere(admin)) return { ...nothing, names: [admin] };
  const [unsafe] = objectionsToAdmin(admin);
  if (unsafe !== undefined) {
    return { part: null, warnings: [`${unsafe}; it is ignored`], names: [admin] };
  }
  return partOf("admin", openPolicy(admin, { ...host, trust: ofAdmin }));
}

function objectionsToAdmin(file: string): string[] {
  try {
    return ofAdmin.objections(file, statSync(file));
  } catch (error) {
    const message = `the machine's policy ${file} cannot be looked at; mend or remove it`;
    throw new AtlasError("policy_unreadable", message, { cause: error });
  }
}

function readUser({ user }: StackPlaces, host: PolicyHost): Read {
  const { file, given } = user;
  if (given || existsSync(file)) {
    return partOf("user", openPolicy(file, { ...host, trust: given ? ofUser : ofUserFile }));
  }
  const { userHome } = host;
  const compiled = compilePolicy(builtinPolicy, { hash: builtinHash(), userHome });
  const part: StackPart = { layer: "user", compiled, files: [], places: new Map() };
  return { part, warnings: [], names: [file] };
}

function readProject({ cwd, user }: StackPlaces, host: PolicyHost): Read {
  const all = projectPlaces(cwd);
  const names = all.map(({ file }) => file);
  const found = all.find(({ file }) => isThere(file) && !isSame(file, user.file));
  if (found === undefined) return { ...nothing, names };
  const { root, file } = found;
  try {
    const read = partOf("project", openPolicy(file, { ...host, trust: ofProject(root) }));
    return { ...read, names: [...names, ...read.names] };
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    const also = error instanceof PolicyFault ? error.files : [];
    const warning = `${error.message}; until this is mended every prompt here is yours`;
    return { part: closed(file, host), warnings: [warning], names: [...names, ...also] };
  }
}

function partOf(layer: PolicyLayer, { compiled, files, places, warnings }: OpenedPolicy): Read {
  return { part: { layer, compiled, files, places }, warnings, names: files };
}

/** A project's policy that cannot be relied on must not count as none: it may have held something back. */
function closed(file: string, { userHome }: PolicyHost): StackPart {
  const closedPolicy: Policy = policySchema.parse({
    policy_version: "1",
    name: "a project's policy that cannot be relied on",
    rules: [{ id: "project-policy-is-broken", action: { type: "require_human" } }],
  });
  const hash = sha256(canonicalJson(closedPolicy));
  const compiled = compilePolicy(closedPolicy, { hash, userHome });
  return { layer: "project", compiled, files: [file], places: new Map() };
}

/** Whoever starts a session in the folder of their own settings has no project there. */
function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
