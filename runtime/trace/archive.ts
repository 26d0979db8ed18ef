/** Moves the entries of old months into files of their own, so that at every moment each entry is in exactly one place. */
import { constants } from "bun:sqlite";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { isoToMoment, type Moment, momentToIso } from "../../contracts/moment.ts";
import { writeArchive } from "./archive-file.ts";
import { type Archive, insertArchive, newestArchive } from "./archives.ts";
import type { OwnTrace } from "./own-trace.ts";
import { type Connection, connect } from "./sqlite-connection.ts";
import { packTrace } from "./pack.ts";
import { readHead } from "./sqlite-rows.ts";

export type ArchiveOptions = {
  /** Where archives lie. */
  folder: string;
  /** Entries from this moment on stay. */
  before: Moment;
  /** Told of each archive that was made. */
  onArchive?: (archive: Archive) => void;
  /** The seam where tests end the process. */
  at?: (step: ArchiveStep) => void;
};

export type ArchiveStep = "written" | "named" | "switched" | "deleting" | "deleted" | "packed";

export type Archived = {
  archives: Archive[];
  /** The oldest open session, where it is what keeps further entries here. */
  heldBy: string | null;
  /** Whether the space was given back; false where others were reading, or would have been kept waiting for long. */
  packed: boolean;
};

/**
 * Others go on appending and reading meanwhile. Wherever it is cut off, nothing is lost or doubled, and the next call
 * goes on. Throws what the store throws, and `trace_corrupt` for entries that are not what was chained and signed.
 */
export function archiveTrace(trace: OwnTrace, options: ArchiveOptions): Archived {
  const { folder, before, at = () => undefined } = options;
  makeFolder(folder);
  clearDrafts(folder);
  const archives: Archive[] = [];
  let heldBy: string | null = null;
  for (;;) {
    const next = trace.upkeep(({ connection }) => nextMonth(connection, before));
    heldBy = next.heldBy;
    if (next.part === null) break;
    const archive = archiveOne(trace, next.part, { folder, at });
    if (archive === null) continue;
    archives.push(archive);
    options.onArchive?.(archive);
  }
  deleteArchived(trace, at);
  at("deleted");
  const packed = packTrace(trace, "where there is space");
  at("packed");
  return { archives, heldBy, packed };
}

type Part = { fromSeq: number; toSeq: number; month: string };

/** The entries of the first month that is to be archived; null when there is none. */
function nextMonth(
  connection: Connection,
  before: Moment,
): { part: Part | null; heldBy: string | null } {
  const from = newestArchive(connection)?.toSeq ?? 0;
  const first = firstFrom(connection, from + 1, 0);
  if (first === null || first.at >= before) return { part: null, heldBy: null };
  const stays = firstFrom(connection, first.seq, Math.min(before, monthAfter(first.at)));
  const last = (stays?.seq ?? readHead(connection).seq + 1) - 1;
  const { toSeq, heldBy } = upToOpen(connection, last);
  if (toSeq < first.seq) return { part: null, heldBy };
  return { part: { fromSeq: first.seq, toSeq, month: monthOf(first.at) }, heldBy };
}

/** The first entry from there on that is not older than `at`. */
function firstFrom(connection: Connection, seq: number, at: Moment) {
  const sql = "SELECT seq, at FROM entries WHERE seq >= ? AND at >= ? ORDER BY seq LIMIT 1";
  return connection.rows<{ seq: number; at: number }>(sql, seq, at)[0] ?? null;
}

/** What recovery would need to write a session's end has to stay. */
function upToOpen(connection: Connection, last: number) {
  const sql =
    "SELECT seq, session_id FROM entries WHERE session_id IN (SELECT session_id FROM holders) ORDER BY seq LIMIT 1";
  const [open] = connection.rows<{ seq: number; session_id: string }>(sql);
  if (open === undefined || open.seq > last) return { toSeq: last, heldBy: null };
  return { toSeq: open.seq - 1, heldBy: open.session_id };
}

const monthChars = "2026-08".length;
const monthOf = (at: Moment): string => momentToIso(at).slice(0, monthChars);

/** The moment at which the next month begins, UTC. */
function monthAfter(at: Moment): Moment {
  const [year = 0, month = 0] = monthOf(at).split("-").map(Number);
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, "0")}`;
  return isoToMoment(`${next}-01`) ?? Number.MAX_SAFE_INTEGER;
}

/** Null when something changed meanwhile, and it has to be done anew. */
function archiveOne(
  trace: OwnTrace,
  part: Part,
  { folder, at }: { folder: string; at: (step: ArchiveStep) => void },
): Archive | null {
  const connection = trace.upkeep((open) => open.connection);
  const head = readHead(connection).seq;
  const draft = join(folder, `${part.month}.${process.pid}.new`);
  rmSync(draft, { force: true });
  const written = writeArchive(connection, draft, part);
  at("written");
  const archive = trace.upkeep(({ append }) => {
    if (hasChanged(connection, part, head)) return null;
    const file = freeName(connection, folder, part);
    renameSync(draft, join(folder, file));
    syncFolder(folder);
    at("named");
    const made = { ...written, file };
    insertArchive(connection, made);
    const data = { from_seq: part.fromSeq, to_seq: part.toSeq, file };
    append([{ kind: "trace.archived", data }]);
    return made;
  });
  rmSync(draft, { force: true });
  at("switched");
  return archive;
}

/** Somebody else has archived, or erased content that was copied before. */
function hasChanged(connection: Connection, { fromSeq }: Part, head: number): boolean {
  if ((newestArchive(connection)?.toSeq ?? 0) !== fromSeq - 1) return true;
  const sql = "SELECT 1 AS one FROM entries WHERE kind = 'content.erased' AND seq > ? LIMIT 1";
  return connection.rows(sql, head).length > 0;
}

/** The month's; with a number where there is one of it already. One that was left behind by a cut is replaced. */
function freeName(connection: Connection, folder: string, { month }: Part): string {
  for (let count = 1; ; count += 1) {
    const file = count === 1 ? `${month}.db` : `${month}-${count}.db`;
    const path = join(folder, file);
    if (!existsSync(path)) return file;
    const sql = "SELECT 1 AS one FROM archives WHERE file = ?";
    const isListed = connection.rows(sql, file).length > 0;
    if (isListed || !isStillHere(connection, path)) continue;
    rmSync(path);
    return file;
  }
}

/** Whether all of it stands in the trace as well: then it is one that was written, and not taken into use. */
function isStillHere(connection: Connection, path: string): boolean {
  try {
    const archive = connect(path, constants.SQLITE_OPEN_READONLY, limits.traceBusyMs);
    try {
      const { seq, hash } = readHead(archive);
      const first = archive.rows<{ seq: number }>("SELECT min(seq) AS seq FROM entries")[0]?.seq;
      const sql = "SELECT 1 AS one FROM entries WHERE seq = ? AND hash = ?";
      const isHere = connection.rows(sql, seq, hash).length > 0;
      return isHere && (first ?? 0) > (newestArchive(connection)?.toSeq ?? 0);
    } finally {
      archive.close();
    }
  } catch {
    // No archive of ours.
    return false;
  }
}

/** In short transactions: others append in between. */
function deleteArchived(trace: OwnTrace, at: (step: ArchiveStep) => void): void {
  const to = trace.upkeep(({ connection }) => newestArchive(connection)?.toSeq ?? 0);
  // A claim's entry goes with the claim; checking that for each entry would read all claims each time.
  trace.outside("PRAGMA foreign_keys = OFF");
  try {
    trace.upkeep(({ connection }) => {
      connection.run("DELETE FROM claims WHERE seq <= ?", to);
      connection.run("DELETE FROM checkpoints WHERE size <= ?", to);
    });
    while (deleteSome(trace, to)) at("deleting");
  } finally {
    trace.outside("PRAGMA foreign_keys = ON");
  }
}

function deleteSome(trace: OwnTrace, to: number): boolean {
  return trace.upkeep(({ connection }) => {
    const sql = "SELECT min(seq) AS first FROM entries";
    const first = connection.rows<{ first: number | null }>(sql)[0]?.first ?? to + 1;
    if (first > to) return false;
    const last = Math.min(to, first + limits.archiveEntriesMax - 1);
    connection.run("DELETE FROM entries WHERE seq <= ?", last);
    return true;
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `the folder of archives ${folder} cannot be made; check what stands there`;
    throw new AtlasError("home_unusable", message, { cause });
  }
}

/** What processes that were cut off have left; one that is at work may have its own. */
function clearDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/\.(\d+)\.new$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
