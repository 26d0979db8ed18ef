/** Where local sockets lie, and whether what lies there is this user's alone. */
import { chmodSync, lstatSync, mkdirSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";

/** A socket's path may be this long in bytes (`sun_path`, the shorter of Linux and macOS). */
const pathBytesMax = 103;
const others = 0o077;

/** `sock`: questions and answers; `tty`: attached terminals. */
export type SocketKind = "sock" | "tty";

/** Where a socket of this name lies; null when the folder's path is too long for one. */
export function socketPath(folder: string, name: string, kind: SocketKind = "sock"): string | null {
  const path = join(folder, `${name}.${kind}`);
  return Buffer.byteLength(path) > pathBytesMax ? null : path;
}

/** Made where it is missing, closed to others where it is ours. Null when it is ours alone, else why it is not. */
export function prepareFolder(folder: string): string | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = folderFault(folder);
  if (before === null || before.mend === "no") return before?.why ?? null;
  chmodSync(folder, 0o700);
  return folderFault(folder)?.why ?? null;
}

/** Why nothing may be said over the socket at `path`; null when it, and its folder, are this user's alone. */
export function socketFault(path: string): string | null {
  const fault = folderFault(dirname(path));
  if (fault !== null) return fault.why;
  const found = look(path);
  if (found === null) return null;
  if (found.isSymbolicLink()) return `${path} is a link to something else`;
  if (!found.isSocket()) return `${path} is no socket`;
  return isOurs(found) ? null : `${path} belongs to another user`;
}

type Fault = { why: string; mend: "mode" | "no" };

function folderFault(folder: string): Fault | null {
  const found = look(folder);
  if (found === null) return null;
  const is = (what: string): string => `${folder} ${what}`;
  if (found.isSymbolicLink()) return { why: is("is a link to something else"), mend: "no" };
  if (!found.isDirectory()) return { why: is("is no folder"), mend: "no" };
  if (!isOurs(found)) return { why: is("belongs to another user"), mend: "no" };
  if (process.platform === "win32" || (found.mode & others) === 0) return null;
  return { why: is(`is open to other users; run: chmod 700 ${folder}`), mend: "mode" };
}

function isOurs({ uid }: Stats): boolean {
  return process.platform === "win32" || uid === process.geteuid?.();
}

/** The thing itself, not what it leads to. Null where there is nothing, or nothing that may be looked at. */
function look(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
