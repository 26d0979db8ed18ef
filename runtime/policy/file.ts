/** Reads a policy file from the disk, within bounds, and says plainly when it cannot. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Environment } from "../config.ts";
import { ofUser, type Trust } from "./trust.ts";
import { parsePolicyBytes, type ParsedPolicy } from "./parse.ts";

/** `trust`: whose policy it is, and so who may have written it; the user's own unless given. */
export type Host = Pick<Environment, "platform"> & { trust?: Trust };

export type ReadPolicy = {
  parsed: ParsedPolicy;
  /** One line each: how others could change it though it can be read. No policy with one may decide. */
  warnings: string[];
  /** All that it is made of, as far as it was read, by the names they were read by; absent: the one file. */
  files?: readonly string[];
};

/**
 * One file, without what it extends. Throws `policy_unreadable` when there is nothing to parse, also when it was
 * written to while it was read.
 */
export function readOneFile(path: string, { platform, trust = ofUser }: Host): ReadPolicy {
  const { bytes, stat } = readBytes(path, trust);
  if (bytes.length > trust.bytesMax && trust.bytesMax < limits.policyFileBytesMax) {
    const message = `${path} is larger than the ${trust.bytesMax / 1_024} KiB that a project's policy may have`;
    throw new AtlasError("policy_unreadable", `${message}; write fewer or shorter rules`);
  }
  // Windows has no such bits: there every file would seem writable. A pipe lies in no folder.
  const warnings =
    platform === "win32" || !stat.isFile() ? [] : objectionsTo(path, { stat, trust });
  return { parsed: parsePolicyBytes(bytes, path), warnings };
}

/** Also where it was taken away by now. */
function objectionsTo(path: string, { stat, trust }: { stat: Stats; trust: Trust }): string[] {
  try {
    return trust.objections(path, stat);
  } catch (error) {
    throw new AtlasError("policy_unreadable", sayUnreadable(path, error), { cause: error });
  }
}

function readBytes(path: string, trust: Trust): { bytes: Uint8Array; stat: Stats } {
  try {
    // A pipe would be waited for until somebody writes to it.
    const file = openSync(path, trust.pipes ? "r" : constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!trust.pipes && !stat.isFile() && !stat.isDirectory()) throw notRegular(path);
      const bytes = readUpToLimit(file, trust.bytesMax);
      if (stat.isFile() && !isAsBefore(stat, fstatSync(file))) throw beingWritten(path);
      return { bytes, stat };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof AtlasError) throw error;
    throw new AtlasError("policy_unreadable", sayUnreadable(path, error), { cause: error });
  }
}

function notRegular(path: string): AtlasError {
  const message = `${path} is a pipe or a device, not a policy file; write the policy into a file`;
  return new AtlasError("policy_unreadable", message);
}

/** What was read may be half of the old and half of the new. */
function isAsBefore(before: Stats, now: Stats): boolean {
  return before.size === now.size && before.mtimeMs === now.mtimeMs;
}

function beingWritten(path: string): AtlasError {
  const message = `${path} was being written to when it was read; try again`;
  return new AtlasError("policy_unreadable", message);
}

/** One byte more than is allowed at most, which is enough to see that there are too many. */
function readUpToLimit(file: number, bytesMax: number): Uint8Array {
  const buffer = new Uint8Array(bytesMax + 1);
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
