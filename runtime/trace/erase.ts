/** Erases content: overwritten where it stands, announced in the trace, and its hashes stay. */
import { constants } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import type { SessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Moment } from "../../contracts/moment.ts";
import type { EntryData } from "../../contracts/trace.ts";
import { ofArchive, openArchive } from "./archive-open.ts";
import { type Archive, readArchives } from "./archives.ts";
import { dropCopies } from "./copy.ts";
import type { OwnTrace, Upkeep } from "./own-trace.ts";
import { type Connection, connect, inOneTransaction } from "./sqlite-connection.ts";
import { erasedSalt } from "./erased.ts";

/** Which content: that of entries from `fromSeq` to `toSeq`, of one session, written before a moment. */
export type Erasure = {
  fromSeq: number;
  toSeq: number;
  session?: SessionId;
  before?: Moment;
  reason: NonNullable<EntryData["content.erased"]["reason"]>;
};

/** `kept`: entries that were looked at and are too young. `next`: where to go on; null when there is nothing left. */
export type EraseStep = { erased: number; kept: number; next: number | null };

/**
 * Erases the first of it, at most `limits.eraseEntriesMax` entries, in one transaction with the entry that says so.
 * `archives`: the folder in which they lie. Throws what the store throws, `not_found` for an archive that is not there.
 */
export function eraseSome(trace: OwnTrace, what: Erasure, archives: string): EraseStep {
  const part = trace.upkeep(({ connection }) => {
    return readArchives(connection).find(({ toSeq }) => what.fromSeq <= toSeq) ?? null;
  });
  if (part === null) return trace.upkeep((at) => eraseHere(at, what));
  const step = eraseArchived(trace, what, { part, archives });
  if (step.next !== null || part.toSeq >= what.toSeq) return step;
  return { ...step, next: part.toSeq + 1 };
}

function eraseHere({ connection, append }: Upkeep, what: Erasure): EraseStep {
  const { run, ...seen } = nextRun(connection, what);
  if (run !== null) {
    dropCopies(connection);
    overwrite(connection, run, what);
    append([announcement(run, what)]);
  }
  return { erased: run?.count ?? 0, ...seen };
}

/** First the entry and then the deed: what is told and then not done is found by `trace verify`, and done again. */
function eraseArchived(
  trace: OwnTrace,
  what: Erasure,
  { part, archives }: { part: Archive; archives: string },
): EraseStep {
  return withArchive(part, archives, (connection, file) => {
    const here = { ...what, toSeq: Math.min(what.toSeq, part.toSeq) };
    const { run, ...seen } = nextRun(connection, here);
    if (run === null) return { erased: 0, ...seen };
    trace.upkeep((at) => {
      dropCopies(at.connection);
      // Where moving them out was cut off, they stand here as well.
      overwrite(at.connection, run, what);
      at.append([announcement(run, what)]);
    });
    try {
      inOneTransaction(connection, file, { work: () => overwrite(connection, run, what) });
    } catch (error) {
      throw ofArchive(error, file);
    }
    return { erased: run.count, ...seen };
  });
}

function withArchive<T>(
  { file: name, fromSeq, toSeq }: Archive,
  folder: string,
  use: (connection: Connection, file: string) => T,
): T {
  const file = join(folder, name);
  if (!existsSync(file)) {
    const message = `entries ${fromSeq} to ${toSeq} are in the archive ${file}, which is not there; put it back first`;
    throw new AtlasError("not_found", message);
  }
  const open = (): Connection => {
    return connect(file, constants.SQLITE_OPEN_READWRITE, limits.traceBusyMs);
  };
  const connection = openArchive(file, open, (opened) => opened);
  try {
    connection.script("PRAGMA secure_delete = ON; PRAGMA synchronous = FULL");
    return use(connection, file);
  } catch (error) {
    // One that is explained already is told of what it happened to, which may be the trace itself.
    throw error instanceof AtlasError ? error : ofArchive(error, file);
  } finally {
    connection.close();
  }
}

type Run = { from: number; to: number; count: number };

/** The first entries in a row that have content, with none in between that is to stay. */
function nextRun(
  connection: Connection,
  what: Erasure,
): { run: Run | null } & Omit<EraseStep, "erased"> {
  const rows = rowsOf(connection, what);
  const due = firstRun(rows, what.before ?? Number.POSITIVE_INFINITY);
  const last = due.at(-1) ?? rows.at(-1);
  const isEnd = rows.length < limits.eraseEntriesMax && last === rows.at(-1);
  const [from, to] = [due[0]?.seq, due.at(-1)?.seq];
  return {
    run: from === undefined || to === undefined ? null : { from, to, count: due.length },
    kept: rows.length - due.length,
    next: last === undefined || isEnd || last.seq >= what.toSeq ? null : last.seq + 1,
  };
}

/** The first entries that have content, as many as may be erased at once. */
function rowsOf(connection: Connection, { fromSeq, toSeq, session }: Erasure): Dated[] {
  const ofSession = session === undefined ? "" : "AND session_id = ?";
  const sql = `SELECT seq, at FROM entries WHERE seq BETWEEN ? AND ? AND ${withContent} ${ofSession} ORDER BY seq LIMIT ?`;
  const whose = session === undefined ? [] : [session];
  return connection.rows<Dated>(sql, fromSeq, toSeq, ...whose, limits.eraseEntriesMax);
}

type Dated = { seq: number; at: Moment };

/** Those that follow each other and are from before the moment. */
function firstRun(rows: readonly Dated[], before: Moment): readonly Dated[] {
  const first = rows.findIndex(({ at }) => at < before);
  if (first === -1) return [];
  const rest = rows.slice(first);
  const stop = rest.findIndex(({ at }) => at >= before);
  return stop === -1 ? rest : rest.slice(0, stop);
}

const withContent = `salt IS NOT NULL AND salt <> '${erasedSalt}'`;

/**
 * As long as before, so that SQLite writes over the very bytes: were the row to shrink, the page might be put together
 * anew, and copies of what it held left between its rows.
 */
function overwrite(connection: Connection, { from, to }: Run, { session }: Erasure): void {
  const ofSession = session === undefined ? "" : "AND session_id = ?";
  const sql = `UPDATE entries SET content = replace(hex(zeroblob(octet_length(content))), '00', '-'), salt = '${erasedSalt}' WHERE seq BETWEEN ? AND ? AND ${withContent} ${ofSession}`;
  connection.run(sql, from, to, ...(session === undefined ? [] : [session]));
}

function announcement({ from, to }: Run, { session, reason }: Erasure) {
  const whose = session === undefined ? {} : { of_session: session };
  const data = { from_seq: from, to_seq: to, ...whose, reason };
  return { kind: "content.erased", data } as const;
}

/** The first entry from there on that has its content, in the trace or in one of its archives; null for none. */
export function oldestContent(
  where: Connection | Archive,
  archives: string,
  from: number,
): { seq: number; at: Moment } | null {
  if ("file" in where) {
    return withArchive(where, archives, (connection) => oldestContent(connection, archives, from));
  }
  const sql = `SELECT seq, at FROM entries WHERE seq >= ? AND ${withContent} ORDER BY seq LIMIT 1`;
  return where.rows<{ seq: number; at: number }>(sql, from)[0] ?? null;
}
