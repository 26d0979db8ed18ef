/** The few things that the trace asks of SQLite, as a promise that tests can break step by step. */
import { constants, Database } from "bun:sqlite";
import { AtlasError } from "../../contracts/errors.ts";
import { standStill, systemClock } from "../clock.ts";
import { TraceBroken, TraceGone } from "./broken.ts";

export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

export interface Connection {
  /** Takes the write lock at once (`BEGIN IMMEDIATE`): from here on no other process can append. */
  begin(): void;
  /** Durable on return. */
  commit(): void;
  rollback(): void;
  readonly inTransaction: boolean;
  /** The file no longer lies where it was opened: what is written now, nobody will find. */
  readonly moved: boolean;
  /** One statement, kept compiled. */
  run(sql: string, ...values: SqlValue[]): void;
  /** All rows: for answers of bounded size only. */
  rows<R extends SqlRow>(sql: string, ...values: SqlValue[]): R[];
  /** Several statements in one text, not kept. */
  script(sql: string): void;
  /** From now on everything outside of a transaction waits so long for another process, in milliseconds. */
  waitAtMost(busyMs: number): void;
  close(): void;
}

/** `flags` as SQLite's `SQLITE_OPEN_*`. Throws SQLite's own error. */
export function connect(file: string, flags: number, busyMs: number): Connection {
  const database = new Database(file, flags);
  let patienceMs = busyMs;
  const patiently = <T>(act: () => T): T =>
    database.inTransaction ? act() : waitingFor(act, patienceMs);
  return {
    begin: () => {
      patiently(() => database.query("BEGIN IMMEDIATE").run());
    },
    commit: () => {
      database.query("COMMIT").run();
    },
    rollback: () => {
      database.query("ROLLBACK").run();
    },
    get inTransaction() {
      return database.inTransaction;
    },
    get moved() {
      const answer = new Int32Array(2);
      database.fileControl(constants.SQLITE_FCNTL_HAS_MOVED, answer);
      return answer[0] !== 0;
    },
    run: (sql, ...values) => {
      patiently(() => database.query(sql).run(...values));
    },
    rows: <R extends SqlRow>(sql: string, ...values: SqlValue[]) =>
      patiently(() => database.query<R, SqlValue[]>(sql).all(...values)),
    script: (sql) => {
      patiently(() => database.run(sql));
    },
    waitAtMost: (ms) => {
      patienceMs = ms;
    },
    close: () => database.close(),
  };
}

/** How long the waits between two tries are: no two processes the same, so that none is passed over again and again. */
const shortestWaitMs = 0.2;
const waitsMs = 17;
const spreadMs = 0.1;

/** Not what is read in a transaction being out of date: waiting does not help against that. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_BUSY") && code !== "SQLITE_BUSY_SNAPSHOT";
}

/**
 * Tries again while another process holds the database. SQLite's own waits grow to a tenth of a second, during which
 * twenty others go first; a transaction of ours takes less than a millisecond.
 */
function waitingFor<T>(act: () => T, patienceMs: number): T {
  const fromMs = systemClock.monotonicMs();
  for (let tries = process.pid; ; tries += 1) {
    try {
      return act();
    } catch (error) {
      if (!isBusy(error) || systemClock.monotonicMs() - fromMs >= patienceMs) throw error;
    }
    standStill(shortestWaitMs + ((tries * 7) % waitsMs) * spreadMs);
  }
}

/**
 * Does `work` in one transaction: all of it or none. The connection can be used again afterwards, whatever failed.
 * Throws what `work` throws; SQLite's errors as `AtlasError`. `isThere` is asked after a commit that failed: what is
 * there all the same was synced before it could be seen, and is told as done.
 */
export function inOneTransaction<T>(
  connection: Connection,
  file: string,
  { work, isThere = () => false }: { work: () => T; isThere?: () => boolean },
): T {
  try {
    settle(connection);
    connection.begin();
    if (connection.moved) throw new TraceGone(file);
    const result = work();
    commit(connection, isThere);
    return result;
  } catch (error) {
    throw rolledBack(connection, explained(error, file));
  }
}

function commit(connection: Connection, isThere: () => boolean): void {
  try {
    connection.commit();
  } catch (error) {
    if (connection.inTransaction || !isThere()) throw error;
  }
}

/**
 * Ends a transaction whose ROLLBACK failed when its work did. Without it the next read would see what was never
 * committed, and others would find the trace locked. To be called before anything else is done.
 */
export function settle(connection: Connection): void {
  if (connection.inTransaction) connection.rollback();
}

function rolledBack(connection: Connection, error: Error): Error {
  try {
    // After a failed COMMIT SQLite may have ended the transaction on its own.
    if (connection.inTransaction) connection.rollback();
    return error;
  } catch (failure) {
    // What comes next settles it; what the caller must hear is the first error.
    error.cause ??= failure;
    return error;
  }
}

/** Others read for no longer than a moment: after so many of them, of a millisecond each, folding is left for later. */
const foldTriesMax = 10;
const foldTryMs = 1;

/**
 * Copies SQLite's log into the database, and begins it anew, so that the next append need not. False where that was
 * kept from it: while somebody reads what is in the log it can only grow.
 */
export function foldLog(connection: Connection): boolean {
  try {
    settle(connection);
    for (let tries = 1; !isCopied(connection); tries += 1) {
      if (tries === foldTriesMax) return false;
      standStill(foldTryMs);
    }
    connection.begin();
    connection.run("UPDATE tree SET size = size");
    connection.commit();
    return true;
  } catch {
    // The next append meets the same trouble, and tells of it.
    endQuietly(connection);
    return false;
  }
}

/** All of it, and nobody reads in it any more. */
function isCopied(connection: Connection): boolean {
  const [done] = connection.rows("PRAGMA wal_checkpoint(RESTART)");
  return done?.["busy"] === 0;
}

function endQuietly(connection: Connection): void {
  try {
    settle(connection);
  } catch {
    // So will the next one that settles.
  }
}

/** What SQLite said, as one of the errors that a person can act on. Anything else is returned as it is. */
export function explained(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new AtlasError("internal", String(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") {
    return new TraceBroken(file, { why: "damaged", found: error.message }, { cause: error });
  }
  const found = explanations.find(([prefix]) => code.startsWith(prefix));
  if (found === undefined) return error;
  const [, atlasCode, say] = found;
  return new AtlasError(atlasCode, say(file, error.message), { cause: error });
}

type Explanation = readonly [
  prefix: string,
  code: "trace_locked" | "trace_full" | "trace_unwritable" | "internal",
  say: (file: string, message: string) => string,
];

const unwritable = (file: string, message: string): string =>
  `cannot write the trace ${file}: ${message}; check the permissions of the file and its folder, or choose another with --home`;

const explanations: readonly Explanation[] = [
  [
    "SQLITE_BUSY",
    "trace_locked",
    (file) => `another program holds the trace ${file}; close that program, then try again`,
  ],
  [
    "SQLITE_LOCKED",
    "trace_locked",
    (file) => `another program holds the trace ${file}; close that program, then try again`,
  ],
  [
    "SQLITE_FULL",
    "trace_full",
    (file) => `no room left to write the trace ${file}; free some space on that disk`,
  ],
  ["SQLITE_READONLY", "trace_unwritable", unwritable],
  ["SQLITE_CANTOPEN", "trace_unwritable", unwritable],
  ["SQLITE_PERM", "trace_unwritable", unwritable],
  ["SQLITE_AUTH", "trace_unwritable", unwritable],
  ["SQLITE_IOERR", "trace_unwritable", unwritable],
  ["SQLITE_NOLFS", "trace_unwritable", unwritable],
  // STRICT tables and our own schema make these impossible on a sound file.
  ["SQLITE_", "internal", (file, message) => `the trace ${file} refused a statement: ${message}`],
];
