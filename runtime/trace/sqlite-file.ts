/** The files of a trace on the disk: made, kept private, and named. */
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";

/** Makes the folder and an empty file where they are missing. Throws `home_unusable`, `trace_full`, `trace_unwritable`. */
export function makeEmpty(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `cannot create the folder ${folder}: ${reasonOf(cause)}; choose another with --home`;
    throw new AtlasError("home_unusable", message, { cause });
  }
  try {
    // "wx" and never a plain open: closing a second descriptor of a database drops this process's locks on it.
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return;
    const code = codeOf(cause) === "ENOSPC" ? "trace_full" : "trace_unwritable";
    const message = `cannot create the trace ${file}: ${reasonOf(cause)}; choose another folder with --home`;
    throw new AtlasError(code, message, { cause });
  }
}

/** Ours were made private: bits for others came with a copy or a restored backup. `doctor` tells of what stays. */
export function makePrivate(file: string): void {
  if (process.platform === "win32") return;
  for (const path of traceFiles(file)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || (stat.mode & 0o077) === 0 || stat.uid !== process.geteuid?.())
      continue;
    try {
      chmodSync(path, 0o600);
    } catch (error) {
      // On a read-only file system, where the writing itself will say so; or SQLite has just removed it.
      if (!["EROFS", "EPERM", "ENOENT"].includes(codeOf(error))) throw error;
    }
  }
}

/** The files that one trace is made of; the last two are there while it is in use. */
export function traceFiles(file: string): string[] {
  return [file, `${file}-wal`, `${file}-shm`];
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function reasonOf(error: unknown): string {
  const reasons: Record<string, string> = {
    EACCES: "permission denied",
    EEXIST: "a file of that name is in the way",
    ENOSPC: "no space left on that disk",
    ENOTDIR: "part of its path is a file, not a folder",
    EPERM: "not permitted",
    EROFS: "the file system is read-only",
  };
  return reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}
