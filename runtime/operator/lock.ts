/** A lock that lives and dies with its process: held by the kernel on a file, not by what stands in it. */
import { Database } from "bun:sqlite";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";

export type Lock = {
  release(): void;
};

/** One that nobody refers to any more would be closed by the garbage collector, and its lock with it. */
const held = new Set<Database>();

/** Somebody who only looks holds it for so long at most. */
const lookMs = 500;

/**
 * SQLite's own locks on an empty database: they work the same on every system, and the kernel takes them away with the
 * process, however it ends. Null where another process holds it. Throws `home_unusable`.
 */
export function takeLock(file: string): Lock | null {
  const database = open(file);
  try {
    database.run(`PRAGMA busy_timeout = ${lookMs}`);
    database.run("BEGIN EXCLUSIVE");
    held.add(database);
    return {
      release() {
        held.delete(database);
        database.close();
      },
    };
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw unusable(file, error);
  }
}

/** Whether a process that lives holds it now. */
export function isLocked(file: string): boolean {
  const database = open(file);
  try {
    database.run("PRAGMA busy_timeout = 0");
    database.query("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw unusable(file, error);
  } finally {
    database.close();
  }
}

function open(file: string): Database {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Before it is locked: closing any descriptor of the file would take this process's locks away.
    closeSync(openSync(file, "a", 0o600));
    return new Database(file);
  } catch (error) {
    throw unusable(file, error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
}

function unusable(file: string, cause: unknown): AtlasError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const message = `${file} cannot be used (${code}); check the folder's owner, mode and free space`;
  return new AtlasError("home_unusable", message, { cause });
}
