/** Opens the one trace of a machine for writing: made, brought up to date, and checked before anything is added to it. */
import { constants } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { emptyHead } from "../../contracts/chain.ts";
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, agentId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Frontier } from "../../contracts/merkle.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { dropNote, finishMoving, makeWhereNoneIs, readNote } from "./aside.ts";
import { TraceBroken } from "./broken.ts";
import { Checkpoints, readNewest, signerOf } from "./checkpoints.ts";
import type { KeySource } from "./agent-key.ts";
import { linkDrafts } from "./link.ts";
import { type Connection, connect, explained } from "./sqlite-connection.ts";
import { makePrivate } from "./sqlite-file.ts";
import { readAgentId } from "./sqlite-holders.ts";
import { insertEntry, readHead } from "./sqlite-rows.ts";
import { migrate, recognise, refuseForeign } from "./sqlite-schema.ts";
import { growTree, readTree } from "./tree.ts";

export type SqliteOptions = {
  file: string;
  clock: Clock;
  random: Random;
  /** Recorded in entry 1, when this call is what begins the trace. */
  runtimeVersion: string;
  /** The agent's key, by which checkpoints are signed; without it none are. Asked for once the trace is open. */
  keys?: KeySource;
  /**
   * Whether a missing trace is begun (folder 0700, file 0600), one with other modes mended and a broken one set
   * aside; otherwise a missing one is `not_found`, and a broken one `trace_corrupt`.
   */
  create: boolean;
  /** How long to wait for another process; `limits.traceBusyMs` unless given. */
  busyMs?: number;
  /** Told in one line where a broken trace lies now, when that stopped nothing else. */
  onSetAside?: (line: string) => void;
  /** The seam where tests break the writes. */
  connect?: typeof connect;
};

/** An open trace. */
export type Opened = {
  connection: Connection;
  agentId: AgentId;
  checkpoints: Checkpoints | null;
  /** Of its file: tells whether it was this one that was set aside. */
  inode: number;
};

/** What went wrong with a trace that could be opened as a file; `connection` is the caller's to close. */
export type Failed = { connection: Connection; inode: number; error: Error };

/** Throws what keeps it from being opened as a file at all. */
export function tryOpen(options: SqliteOptions): Opened | Failed {
  const { file } = options;
  const { connection, newest } = connected(options);
  const inode = statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
  try {
    return { connection, inode, ...prepare(connection, options, newest) };
  } catch (error) {
    return { connection, inode, error: explained(error, file) };
  }
}

/** Between finding the file there and opening it, another process may set it aside. */
const connectTriesMax = 3;

function connected(options: SqliteOptions): { connection: Connection; newest: string | null } {
  const { file, create, busyMs = limits.traceBusyMs } = options;
  for (let left = connectTriesMax; ; left -= 1) {
    if (create) {
      finishMoving(file);
      makeWhereNoneIs(file);
      makePrivate(file);
    } else if (!existsSync(file)) throw noTrace(file);
    // Read first: what is signed later is of entries that are there later.
    const newest = options.keys === undefined ? null : readNewest(file);
    try {
      const open = options.connect ?? connect;
      return { connection: open(file, constants.SQLITE_OPEN_READWRITE, busyMs), newest };
    } catch (error) {
      if (!isGone(error) || !create || left <= 1) throw explained(error, file);
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "SQLITE_CANTOPEN";

function prepare(
  connection: Connection,
  options: SqliteOptions,
  newest: string | null,
): Omit<Opened, "connection" | "inode"> {
  const { file } = options;
  if (recognise(connection, file) === "ours") refuseForeign(connection, file);
  else if (!options.create) throw noTrace(file);
  else assertNeverSigned(options, newest);
  connection.script("PRAGMA foreign_keys = ON");
  connection.script("PRAGMA trusted_schema = OFF");
  useWal(connection, file);
  connection.script("PRAGMA synchronous = FULL");
  // By ourselves, when nobody waits: it takes two syncs of the disk.
  connection.script("PRAGMA wal_autocheckpoint = 0");
  // However large it has become beside somebody who read for long: its file is cut when it begins anew.
  connection.script(`PRAGMA journal_size_limit = ${limits.traceLogKeptBytes}`);
  // What is erased is overwritten, not only forgotten.
  connection.script("PRAGMA secure_delete = ON");
  // macOS: without it fsync(2) leaves the bytes in the drive's own cache.
  connection.script("PRAGMA fullfsync = ON");
  migrate(connection, file, () => begin(connection, options));
  if (options.create) dropNote(file);
  const agent = readAgentId(connection, file);
  const head = readHead(connection);
  if (head.seq === 0)
    throw new TraceBroken(file, { why: "tampered", found: "all of its entries were removed" });
  const { keys } = options;
  if (keys === undefined) return { agentId: agent, checkpoints: null };
  // A key that cannot be used is told now, and not amid a session.
  keys.known();
  const checkpoints = new Checkpoints(connection, { file, keys, agent });
  const missing = checkpoints.missing(newest, readEnd(connection));
  if (missing !== null) throw new TraceBroken(file, { why: "tampered", found: missing });
  return { agentId: agent, checkpoints };
}

/** More appends than this do not come in between, one after the other. */
const endReadsMax = 20;

/** Its end and its tree, of one moment: what another process appends between two reads is no tampering. */
function readEnd(connection: Connection): { seq: number; tree: Frontier } {
  for (let left = endReadsMax; ; left -= 1) {
    const { seq } = readHead(connection);
    const tree = readTree(connection);
    if (tree.size <= seq || left <= 1) return { seq, tree };
  }
}

/**
 * Where this agent's key has signed a trace that is no longer here, another is not begun as if there had been none: the
 * empty file is set aside like one that was cut off, and the next first entry says what was signed.
 */
function assertNeverSigned({ file, keys }: SqliteOptions, newest: string | null): void {
  // Not the one that we read: somebody has just set a broken trace aside, or begun the next one.
  if (keys === undefined || newest === null || newest !== readNewest(file)) return;
  if (signerOf(newest, keys.known()) === null) return;
  const size = parseSignedCheckpoint(newest)?.checkpoint.size ?? 0;
  const found = `it is gone, and ${size} of its entries were signed`;
  throw new TraceBroken(file, { why: "tampered", found });
}

function noTrace(file: string): AtlasError {
  return new AtlasError("not_found", `there is no trace at ${file} yet`);
}

/** Tries before giving up; each but the first has waited for whoever was in the way. */
const walTriesMax = 20;

/** Turning WAL on needs the file alone for a moment, and SQLite does not always wait for that by itself. */
function useWal(connection: Connection, file: string): void {
  for (let left = walTriesMax; ; left -= 1) {
    try {
      const mode = connection.rows("PRAGMA journal_mode = WAL")[0]?.["journal_mode"];
      if (mode === "wal") return;
      const message = `the file system of ${file} cannot hold a trace (no shared memory, as on many network disks); choose a local folder with --home`;
      throw new AtlasError("trace_unwritable", message);
    } catch (error) {
      const cause = explained(error, file);
      const locked = cause instanceof AtlasError && cause.code === "trace_locked";
      if (!locked || left <= 1) throw cause;
    }
    // For the write lock it does wait, as long as it may.
    connection.begin();
    connection.rollback();
  }
}

/** Entry 1 and the agent's id, in the transaction that makes the tables. */
function begin(
  connection: Connection,
  { file, clock, random, runtimeVersion }: SqliteOptions,
): void {
  const before = readNote(file);
  const id = before?.agent_id ?? agentId.parse(random.uuidv7());
  connection.run("INSERT INTO meta (one, agent_id) VALUES (1, ?)", id);
  const previous = before === null ? {} : { previous: before.previous };
  const opened: EntryDraft = {
    kind: "trace.opened",
    data: { runtime_version: runtimeVersion, ...previous },
  };
  const to = { agentId: id, sessionId: null, at: clock.now(), head: emptyHead, random };
  const linked = linkDrafts([opened], to);
  for (const one of linked) insertEntry(connection, one);
  growTree(connection, { file, after: 0, hashes: linked.map(({ stored }) => stored.hash) });
}
