/** Reading a trace without a hand in it: never creates or changes it, and works while a session writes. */
import { constants } from "bun:sqlite";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AtlasError } from "../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { type CheckpointRow, readCheckpoints } from "./checkpoints.ts";
import { type Connection, connect, explained } from "./sqlite-connection.ts";
import type { Glimpse } from "./quick.ts";
import {
  type ClaimRow,
  type EntryRow,
  readClaims,
  readGlimpses,
  readEntries,
  readHead,
  readHeldIds,
  readRowAt,
  readRows,
} from "./sqlite-rows.ts";
import { readAgentId, readOpenSessions } from "./sqlite-holders.ts";
import { recognise, schemaFaults } from "./sqlite-schema.ts";
import type { EntryQuery, TraceStore } from "./store.ts";
import { readStanding } from "./tree.ts";
import type { StandingTree } from "./verify-signed.ts";

/** What `verify` looks at: rows as they lie in the file, believed in nothing. */
export interface TraceRows {
  readonly agentId: string;
  rows(query?: EntryQuery): Iterable<EntryRow>;
  /** The one of this number, if there is one. */
  rowAt(seq: number): EntryRow[];
  /** All of them, for a first look. */
  glimpses(): Iterable<Glimpse>;
  claims(): Iterable<ClaimRow>;
  /** Ids of the sessions that some process holds. */
  heldIds(): string[];
  /** What of the tables themselves is not as the migrations made it. */
  schemaFaults(): string[];
  head: TraceStore["head"];
  /** Signed statements of size and root, ascending by size. */
  checkpoints(): CheckpointRow[];
  /** Null where it has none yet: it was written by an older version only. */
  tree(): StandingTree | null;
}

/** The reading half of `TraceStore`, and the raw rows. */
export type TraceReader = Omit<TraceStore, "append" | "note" | "recover" | "waitAtMost"> &
  TraceRows & {
    /** Of every session that started, in the order in which they did. */
    sessionIds(): SessionId[];
  };

/**
 * Opens an existing trace for reading only. Throws `AtlasError`: `not_found`, `trace_newer`, `trace_locked`,
 * `trace_unwritable` (cannot be read), `trace_corrupt`.
 */
export function openSqliteReader(file: string): TraceReader {
  if (!existsSync(file)) throw new AtlasError("not_found", `there is no trace at ${file} yet`);
  const opened = openForReading(file);
  try {
    if (recognise(opened.connection, file) === "empty") {
      throw new AtlasError("not_found", `there is no trace at ${file} yet`);
    }
    return readerOn(opened, file);
  } catch (error) {
    opened.close();
    throw explained(error, file);
  }
}

type Opened = { connection: Connection; close(): void };

function readerOn({ connection, close }: Opened, file: string): TraceReader {
  const agentId = readAgentId(connection, file);
  return {
    agentId,
    glimpses: () => ({ [Symbol.iterator]: () => readGlimpses(connection, agentId) }),
    rows: (query) => ({ [Symbol.iterator]: () => readRows(connection, query) }),
    rowAt: (seq) => readRowAt(connection, seq),
    claims: () => ({ [Symbol.iterator]: () => readClaims(connection) }),
    heldIds: () => readHeldIds(connection),
    schemaFaults: () => schemaFaults(connection),
    entries: (query) => ({ [Symbol.iterator]: () => readEntries(connection, file, query) }),
    head: () => readHead(connection),
    checkpoints: () => readCheckpoints(connection),
    tree: () => readStanding(connection),
    sessionIds: () => readSessionIds(connection),
    openSessions: () => readOpenSessions(connection),
    close,
  };
}

function readSessionIds(connection: Connection): SessionId[] {
  const sql = "SELECT session_id FROM entries WHERE kind = 'session.started' ORDER BY seq";
  return connection.rows<{ session_id: string | null }>(sql).flatMap((row) => {
    const parsed = sessionId.safeParse(row.session_id);
    // Not an id: `verify` says so; a list is still a list without it.
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * A WAL database wants a shared-memory file beside it, which a read-only file system cannot give. What was
 * checkpointed can then be read as an immutable file; what was not is read from a private copy.
 */
function openForReading(file: string): Opened {
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
