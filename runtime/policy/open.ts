/** A whole policy: its file and the files that it extends, read as one and made ready for deciding. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Policy } from "../../contracts/policy.ts";
import type { Environment } from "../config.ts";
import { type CompiledPolicy, compilePolicy } from "./compile.ts";
import { type Host, readOneFile, type ReadPolicy } from "./file.ts";
import { ofUser } from "./trust.ts";
import type { ParsedPolicy } from "./parse.ts";
import { type PolicyProblem, printProblem, quote } from "./problem.ts";

type ValidPolicy = Extract<ParsedPolicy, { ok: true }>;
export type PolicyHost = Host & Pick<Environment, "userHome">;

/**
 * The policy with all that it extends. Its hash is that of its file or, when it extends another, one over the hashes of
 * all its files: whichever byte of them changes, the hash does. Throws `policy_unreadable` when its own file cannot
 * be read; that of a file further up is a problem at the line that names it.
 */
export function readPolicyFile(path: string, host: PolicyHost): ReadPolicy {
  const chain: ValidPolicy[] = [];
  const warnings: string[] = [];
  const files: string[] = [];
  const seen = new Set<string>();
  let next: string | null = path;
  while (next !== null) {
    const file: string = next;
    const read = readLink(file, { chain, seen, host });
    files.push(file);
    warnings.push(...read.warnings);
    if (!read.parsed.ok) return { parsed: read.parsed, warnings, files };
    chain.push(read.parsed);
    seen.add(realOrSame(file));
    const base = read.parsed.policy.extends;
    next = base === undefined ? null : baseOf(file, base, host.userHome);
    const refusal = next === null ? null : refuse(file, { next, parsed: read.parsed, seen });
    if (refusal !== null) return { parsed: refusal, warnings, files: [...files, next ?? file] };
  }
  return { parsed: mergeAll(path, chain), warnings, files };
}

/** `~` is the user's home; another name is taken from the folder of the file that gives it. */
function baseOf(file: string, base: string, userHome: string): string {
  const written = /^~(?=\/|$)/.test(base) ? userHome + base.slice(1) : base;
  return resolve(dirname(file), written);
}

type Chain = { chain: readonly ValidPolicy[]; seen: ReadonlySet<string>; host: PolicyHost };

function readLink(file: string, { chain, seen, host }: Chain): ReadPolicy {
  const child = chain.at(-1);
  if (child === undefined) return readOneFile(file, host);
  const { trust = ofUser } = host;
  try {
    return readOneFile(file, { ...host, trust: { ...trust, pipes: false } });
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    const named = [...seen].at(-1) ?? file;
    return {
      parsed: problemAt(named, child, { message: `extends: ${error.message}` }),
      warnings: [],
    };
  }
}

function refuse(
  file: string,
  { next, parsed, seen }: { next: string; parsed: ValidPolicy; seen: ReadonlySet<string> },
): ParsedPolicy | null {
  if (seen.size >= limits.policyFilesMax) {
    const message = `a policy may be made of at most ${limits.policyFilesMax} files`;
    return problemAt(file, parsed, { message, hint: "put the rules of some of them into one" });
  }
  if (!seen.has(realOrSame(next))) return null;
  const message = `extends ${quote(parsed.policy.extends ?? "")} leads in a circle`;
  return problemAt(file, parsed, { message, hint: "a policy cannot extend itself" });
}

/** A pipe has no real name, and one that leads nowhere is told as unreadable when it is read. */
function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function problemAt(
  file: string,
  { extendsAt }: ValidPolicy,
  said: Pick<PolicyProblem, "message" | "hint">,
): ParsedPolicy {
  return { ok: false, problems: [{ file, ...(extendsAt ?? { line: 1, column: 1 }), ...said }] };
}

function mergeAll(path: string, chain: readonly ValidPolicy[]): ParsedPolicy {
  const [first, ...rest] = chain;
  if (first === undefined) throw new Error("a policy has a file");
  if (rest.length === 0) return first;
  const { policy, places } = rest.reduce<ValidPolicy>(extend, first);
  if (policy.rules.length > limits.policyRulesMax) {
    const message = `the policy has ${policy.rules.length} rules with all that it extends, and may have ${limits.policyRulesMax}`;
    return problemAt(path, first, { message });
  }
  const hash = createHash("sha256")
    .update(chain.map((one) => one.hash).join("\n"))
    .digest("hex");
  const notes = chain.flatMap((one) => one.notes);
  return { ...first, policy, places, hash, notes };
}

/** The nearer file wins: its rules come first, and a rule further up with an id that is taken is left out. */
function extend(near: ValidPolicy, far: ValidPolicy): ValidPolicy {
  const { extends: _, autonomy_mode: mode = far.policy.autonomy_mode, ...rest } = near.policy;
  const taken = new Set(rest.rules.map(({ id }) => id));
  const defaults = { ...far.policy.defaults };
  if (near.givenDefaults.has("no_match")) defaults.no_match = rest.defaults.no_match;
  if (near.givenDefaults.has("low_confidence")) {
    defaults.low_confidence = rest.defaults.low_confidence;
  }
  const rules = [...rest.rules, ...far.policy.rules.filter(({ id }) => !taken.has(id))];
  const places = new Map([...far.places, ...near.places]);
  const brakes = { ...far.policy.brakes, ...rest.brakes };
  const policy: Policy = { ...rest, brakes, defaults, rules };
  return {
    ...near,
    places,
    policy: mode === undefined ? policy : { ...policy, autonomy_mode: mode },
    givenDefaults: new Set([...near.givenDefaults, ...far.givenDefaults]),
  };
}

export type OpenedPolicy = {
  compiled: CompiledPolicy;
  warnings: string[];
  /** All that it is made of, its own file first. */
  files: readonly string[];
  places: ValidPolicy["places"];
};

/** Why a policy cannot decide, and which files have to change before it can. */
export class PolicyFault extends AtlasError {
  readonly files: readonly string[];

  constructor(error: AtlasError, files: readonly string[]) {
    super(error.code, error.message, { cause: error.cause ?? error });
    this.files = files;
  }
}

/**
 * A policy ready for deciding. Throws `PolicyFault`: `policy_unreadable`, also when others could have written it, or
 * `policy_invalid` with its first problem.
 */
export function openPolicy(path: string, host: PolicyHost): OpenedPolicy {
  const { parsed, warnings, files = [path] } = readOrThrow(path, host);
  const [unsafe] = warnings;
  if (unsafe !== undefined) {
    throw new PolicyFault(new AtlasError("policy_unreadable", unsafe), files);
  }
  if (!parsed.ok) throw new PolicyFault(invalid(path, parsed.problems), files);
  const { userHome } = host;
  const compiled = compilePolicy(parsed.policy, { hash: parsed.hash, userHome });
  return { compiled, warnings: [...parsed.notes], files, places: parsed.places };
}

function readOrThrow(path: string, host: PolicyHost): ReadPolicy {
  try {
    return readPolicyFile(path, host);
  } catch (error) {
    throw error instanceof AtlasError ? new PolicyFault(error, [path]) : error;
  }
}

function invalid(path: string, [first, ...rest]: readonly PolicyProblem[]): AtlasError {
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more: atlasbridge policy validate)`;
  const message = first === undefined ? `${path} is not a policy` : printProblem(first);
  return new AtlasError("policy_invalid", `${message}${more}`);
}
