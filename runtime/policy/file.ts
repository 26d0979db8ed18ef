/** Reads a policy file from the disk, within bounds, and says plainly when it cannot. */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Environment } from "../config.ts";
import { parsePolicyBytes, type ParsedPolicy } from "./parse.ts";

export type ReadPolicy = {
  parsed: ParsedPolicy;
  /** One line each: how others could change it though it can be read. No policy with one may decide. */
  warnings: string[];
};

/** One file, without what it extends. Throws `policy_unreadable` when there is nothing to parse. */
export function readOneFile(path: string, { platform }: Pick<Environment, "platform">): ReadPolicy {
  const { bytes, stat } = readBytes(path);
  // Windows has no such bits: there every file would seem writable. A pipe lies in no folder.
  const warnings = platform === "win32" || !stat.isFile() ? [] : othersWhoDecide(path, stat);
  return { parsed: parsePolicyBytes(bytes, path), warnings };
}

/**
 * Who can change a policy types into this user's terminal, so nobody else may: not by its mode, not as its owner,
 * not by putting another file in its place. As ssh(1) is with its own files.
 */
function othersWhoDecide(path: string, { mode, uid }: Stats): string[] {
  const found: string[] = [];
  const us = process.geteuid?.() ?? uid;
  if (uid !== us && uid !== 0) {
    found.push(
      `the policy ${path} belongs to another user (id ${uid}); run: sudo chown ${us} ${path}`,
    );
  }
  if ((mode & writableByOthers) !== 0) {
    found.push(`the policy ${path} can be changed by other users; run: chmod go-w ${path}`);
  }
  // Where the name stands, and where the file itself lies when the name is a link.
  for (const folder of new Set([dirname(realpathSync(path)), realpathSync(dirname(path))])) {
    const held = statSync(folder).mode;
    if ((held & writableByOthers) !== 0 && (held & sticky) === 0) {
      found.push(`the policy ${path} can be replaced by other users; run: chmod go-w ${folder}`);
    }
  }
  return found;
}

const writableByOthers = 0o022;
/** In such a folder, as /tmp is, only its owner may replace a file. */
const sticky = 0o1000;

function readBytes(path: string): { bytes: Uint8Array; stat: Stats } {
  try {
    const file = openSync(path, "r");
    try {
      const stat = fstatSync(file);
      return { bytes: readUpToLimit(file), stat };
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
