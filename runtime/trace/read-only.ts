/** Opens the file of a trace so that nothing in it is changed, wherever it lies. */
import { constants } from "bun:sqlite";
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { type Connection, connect, explained } from "./sqlite-connection.ts";

export type Opened = { connection: Connection; close(): void };

/**
 * A WAL database wants a shared-memory file beside it, which a read-only file system cannot give. What was
 * checkpointed can then be read as an immutable file; what was not is read from a private copy.
 */
export function openForReading(file: string): Opened {
  try {
    return opened(connect(file, constants.SQLITE_OPEN_READONLY, limits.traceBusyMs));
  } catch (error) {
    const cause = explained(error, file);
    const blocked = cause instanceof AtlasError && cause.code === "trace_unwritable";
    if (!blocked) throw cause;
    try {
      return hasWal(file) ? openCopy(file) : openImmutable(file);
    } catch {
      throw unreadable(file, cause);
    }
  }
}

function opened(connection: Connection): Opened {
  try {
    // SQLite reads nothing until asked to.
    connection.rows("SELECT count(*) AS tables FROM sqlite_schema");
    return { connection, close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function hasWal(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function openImmutable(file: string): Opened {
  const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
  return opened(connect(`${pathToFileURL(file).href}?immutable=1`, flags, limits.traceBusyMs));
}

function openCopy(file: string): Opened {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-trace-"));
  const drop = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "trace.db");
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    const { connection } = opened(connect(copy, constants.SQLITE_OPEN_READWRITE, 0));
    const close = (): void => {
      connection.close();
      drop();
    };
    return { connection, close };
  } catch (error) {
    drop();
    throw error;
  }
}

function unreadable(file: string, cause: Error): AtlasError {
  const message = `cannot read the trace ${file}; check the permissions of the file and its folder`;
  return new AtlasError("trace_unwritable", message, { cause });
}
