/** Reads a policy file from the disk, within bounds, and says plainly when it cannot. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Environment } from "../config.ts";
import { type CompiledPolicy, compilePolicy } from "./compile.ts";
import { parsePolicyBytes, type ParsedPolicy } from "./parse.ts";
import { printProblem } from "./problem.ts";

export type ReadPolicy = {
  parsed: ParsedPolicy;
  /** One line each: what is unsafe about the file though it can be read. */
  warnings: string[];
};

/** Throws `policy_unreadable` when there is nothing to parse. */
export function readPolicyFile(
  path: string,
  { platform }: Pick<Environment, "platform">,
): ReadPolicy {
  const { bytes, isFile, mode } = readBytes(path);
  const warnings: string[] = [];
  // Windows has no such bits: there every file would seem writable.
  if (platform !== "win32" && isFile && (mode & 0o002) !== 0) {
    warnings.push(`${path} can be changed by every user of this machine; run: chmod o-w ${path}`);
  }
  return { parsed: parsePolicyBytes(bytes, path), warnings };
}

/** A policy ready for deciding. Throws `policy_unreadable`, or `policy_invalid` with its first problem. */
export function openPolicy(
  path: string,
  environment: Pick<Environment, "platform" | "userHome">,
): { compiled: CompiledPolicy; warnings: string[] } {
  const { parsed, warnings } = readPolicyFile(path, environment);
  if (!parsed.ok) {
    const [first, ...rest] = parsed.problems;
    const more = rest.length === 0 ? "" : ` (and ${rest.length} more: atlasbridge policy validate)`;
    const message = first === undefined ? `${path} is not a policy` : printProblem(first);
    throw new AtlasError("policy_invalid", `${message}${more}`);
  }
  const { userHome } = environment;
  return { compiled: compilePolicy(parsed.policy, { hash: parsed.hash, userHome }), warnings };
}

function readBytes(path: string): { bytes: Uint8Array; isFile: boolean; mode: number } {
  try {
    const file = openSync(path, "r");
    try {
      const stat = fstatSync(file);
      return { bytes: readUpToLimit(file), isFile: stat.isFile(), mode: stat.mode };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new AtlasError("policy_unreadable", sayUnreadable(path, error), { cause: error });
  }
}

/** One byte more than is allowed at most, which is enough to see that there are too many. */
function readUpToLimit(file: number): Uint8Array {
  const buffer = new Uint8Array(limits.policyFileBytesMax + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(file, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

function sayUnreadable(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `there is no policy at ${path}; name a file, or write one with: atlasbridge policy init`;
    case "EISDIR":
      return `${path} is a folder, not a policy file; name the file in it`;
    case "EACCES":
    case "EPERM":
      return `${path} may not be read by this user; change its owner or mode`;
    default:
      return `${path} cannot be read (${code === "" ? String(error) : code}); check the file and its disk`;
  }
}
