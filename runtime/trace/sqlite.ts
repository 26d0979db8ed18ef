/** The trace in one SQLite file: several processes append to it, and it never forks. */
import { constants } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Activity, activity } from "../../contracts/activity.ts";
import { emptyHead } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, agentId, type SessionId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { Checkpoints, keepNewest } from "./checkpoints.ts";
import type { KeySource } from "./agent-key.ts";
import type { KeyPair } from "./ed25519.ts";
import { checkClaim, linkDrafts } from "./link.ts";
import { endingOf, recoveredDraft } from "./recovery.ts";
import {
  type Connection,
  connect,
  explained,
  inOneTransaction,
  settle,
} from "./sqlite-connection.ts";
import { insertEntry, readEntries, readHead } from "./sqlite-rows.ts";
import { migrate, recognise, refuseForeign } from "./sqlite-schema.ts";
import { growTree } from "./tree.ts";
import type { OwnTrace, Upkeep } from "./own-trace.ts";
import {
  AlreadyClaimed,
  type AppendOptions,
  type SessionHolder,
  type SessionRow,
  type TraceStore,
} from "./store.ts";

export type SqliteOptions = {
  file: string;
  clock: Clock;
  random: Random;
  /** Recorded in entry 1, when this call is what begins the trace. */
  runtimeVersion: string;
  /** The agent's key, by which checkpoints are signed; without it none are. Asked for once the trace is open. */
  keys?: KeySource;
  /** Whether a missing trace is begun (folder 0700, file 0600) and one with other modes mended; otherwise it is `not_found`. */
  create: boolean;
  /** How long to wait for another process; `limits.traceBusyMs` unless given. */
  busyMs?: number;
};

/**
 * Opens the trace for appending. Throws `AtlasError`: `not_found`, `home_unusable`, `trace_newer`, `trace_locked`,
 * `trace_full`, `trace_unwritable`, `trace_corrupt`.
 */
export function openSqliteStore(options: SqliteOptions): OwnTrace {
  const { file } = options;
  if (options.create) {
    createFile(file);
    makePrivate(file);
  } else if (!existsSync(file)) throw noTrace(file);
  let connection: Connection | null = null;
  try {
    const flags = constants.SQLITE_OPEN_READWRITE;
    connection = connect(file, flags, options.busyMs ?? limits.traceBusyMs);
    return storeOn(connection, options);
  } catch (error) {
    connection?.close();
    throw explained(error, file);
  }
}

/** The store over a connection that the caller made: the seam where tests break the writes. */
export function storeOn(connection: Connection, options: SqliteOptions): OwnTrace {
  const { file } = options;
  if (recognise(connection, file) === "ours") refuseForeign(connection, file);
  else if (!options.create) throw noTrace(file);
  connection.script("PRAGMA foreign_keys = ON");
  connection.script("PRAGMA trusted_schema = OFF");
  useWal(connection, file);
  connection.script("PRAGMA synchronous = FULL");
  // What is erased is overwritten, not only forgotten.
  connection.script("PRAGMA secure_delete = ON");
  // macOS: without it fsync(2) leaves the bytes in the drive's own cache.
  connection.script("PRAGMA fullfsync = ON");
  migrate(connection, file, () => begin(connection, options));
  const store = new SqliteStore(connection, options, readAgentId(connection, file));
  store.announceKey();
  return store;
}

function noTrace(file: string): AtlasError {
  return new AtlasError("not_found", `there is no trace at ${file} yet`);
}

function createFile(file: string): void {
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
function makePrivate(file: string): void {
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
  const id = agentId.parse(random.uuidv7());
  connection.run("INSERT INTO meta (one, agent_id) VALUES (1, ?)", id);
  const opened: EntryDraft = {
    kind: "trace.opened",
    data: { runtime_version: runtimeVersion },
  };
  const to = { agentId: id, sessionId: null, at: clock.now(), head: emptyHead, random };
  const stored = linkDrafts([opened], to);
  for (const one of stored) insertEntry(connection, one);
  growTree(connection, { file, after: 0, hashes: stored.map(({ hash }) => hash) });
}

export function readAgentId(connection: Connection, file: string): AgentId {
  const row = connection.rows<{ agent_id: string }>("SELECT agent_id FROM meta")[0];
  const parsed = agentId.safeParse(row?.agent_id);
  if (parsed.success) return parsed.data;
  throw new AtlasError("trace_corrupt", `the trace ${file} does not say which agent it is of`);
}

export function readOpenSessions(connection: Connection): SessionRow[] {
  // All columns: a trace that only an older version has written so far has no activity.
  type Row = { session_id: string; pid: number; started_as: string; activity?: string | null };
  return connection.rows<Row>("SELECT * FROM holders ORDER BY session_id").map((row) => ({
    sessionId: sessionId.parse(row.session_id),
    holder: { pid: row.pid, startedAs: row.started_as },
    activity: readActivity(row.activity ?? null),
  }));
}

/** Null also for what is none: a note of another version is no reason to refuse the trace. */
function readActivity(json: string | null): Activity | null {
  if (json === null) return null;
  try {
    return activity.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

class SqliteStore implements OwnTrace {
  readonly agentId: AgentId;
  readonly #connection: Connection;
  readonly #options: SqliteOptions;
  readonly #checkpoints: Checkpoints | null;
  #busyMs: number;
  /** Signed in the transaction that is not yet durable. */
  #signed: string | null = null;

  constructor(connection: Connection, options: SqliteOptions, id: AgentId) {
    this.#connection = connection;
    this.#options = options;
    this.#busyMs = Math.trunc(options.busyMs ?? limits.traceBusyMs);
    this.agentId = id;
    const { keys } = options;
    this.#checkpoints =
      keys === undefined ? null : new Checkpoints(connection, { keys, agent: id });
  }

  /** Records the key by which checkpoints are signed, once. */
  announceKey(): void {
    if (this.#checkpoints === null || this.#checkpoints.announcement === null) return;
    this.#inOneTransaction(() => {
      // Asked again under the lock: another process may have recorded it since.
      const draft = this.#checkpoints?.announcement ?? null;
      if (draft !== null) this.#write([draft], { sessionId: null });
    });
  }

  append(drafts: readonly EntryDraft[], options: AppendOptions): StoredEntry[] {
    checkClaim(drafts, options.claim);
    return this.#inOneTransaction(() => this.#write(drafts, options));
  }

  entries(query?: Parameters<TraceStore["entries"]>[0]): Iterable<StoredEntry> {
    const { file } = this.#options;
    const read = (): Generator<StoredEntry> => readEntries(this.#connection, file, query);
    return { [Symbol.iterator]: () => this.#reading(read) };
  }

  waitAtMost(busyMs: number): void {
    this.#busyMs = Math.trunc(busyMs);
    this.#connection.script(`PRAGMA busy_timeout = ${this.#busyMs}`);
  }

  head(): ReturnType<TraceStore["head"]> {
    return this.#reading(() => readHead(this.#connection));
  }

  openSessions(): SessionRow[] {
    return this.#reading(() => readOpenSessions(this.#connection));
  }

  note(id: SessionId, doing: Activity): boolean {
    const connection = this.#connection;
    try {
      settle(connection);
      // The person's terminal stands still meanwhile, and nothing is lost with a note that is not synced.
      connection.script("PRAGMA busy_timeout = 0; PRAGMA synchronous = NORMAL");
      const sql = "UPDATE holders SET activity = ? WHERE session_id = ?";
      connection.run(sql, JSON.stringify(doing), id);
      return true;
    } catch (error) {
      if (explained(error, this.#options.file) instanceof AtlasError) return false;
      throw error;
    } finally {
      connection.script(`PRAGMA busy_timeout = ${this.#busyMs}; PRAGMA synchronous = FULL`);
    }
  }

  recover(isGone: (holder: SessionHolder) => boolean): StoredEntry[] {
    // Asked before the lock is taken, since it may have to run a program; who is gone stays gone.
    const gone = this.openSessions().filter((row) => isGone(row.holder));
    if (gone.length === 0) return [];
    return this.#inOneTransaction(() => this.#end(gone));
  }

  upkeep<T>(work: (at: Upkeep) => T): T {
    const append: Upkeep["append"] = (drafts, by) => {
      return this.#write(drafts, { sessionId: null, ...(by === undefined ? {} : { by }) });
    };
    return this.#inOneTransaction(() => work({ connection: this.#connection, append }));
  }

  outside(sql: string): void {
    this.#reading(() => this.#connection.script(sql));
  }

  emptyLog(): boolean {
    return this.#reading(() => {
      type Row = { busy: number };
      const sql = "PRAGMA wal_checkpoint(TRUNCATE)";
      return this.#connection.rows<Row>(sql)[0]?.busy === 0;
    });
  }

  close(): void {
    this.#connection.close();
  }

  #write(
    drafts: readonly EntryDraft[],
    options: AppendOptions & { by?: readonly KeyPair[] },
  ): StoredEntry[] {
    const { clock, random } = this.#options;
    const connection = this.#connection;
    if (options.claim !== undefined && this.#isClaimed(options.claim)) {
      throw new AlreadyClaimed(options.claim);
    }
    const head = readHead(connection);
    const to = { agentId: this.agentId, sessionId: options.sessionId, at: clock.now(), random };
    const stored = linkDrafts(drafts, { ...to, head });
    for (const one of stored) {
      insertEntry(connection, one);
      if (one.kind === "reply.injected") {
        const { prompt_id: promptId } = one.data;
        connection.run("INSERT INTO claims (prompt_id, seq) VALUES (?, ?)", promptId, one.seq);
      } else if (one.kind === "session.ended") {
        connection.run("DELETE FROM holders WHERE session_id = ?", one.session_id);
      }
    }
    if (options.opens !== undefined) this.#hold(options.sessionId, options.opens);
    const hashes = stored.map(({ hash }) => hash);
    const { file } = this.#options;
    const tree = growTree(connection, { file, after: head.seq, hashes });
    const { claim, by } = options;
    const how = { urgent: claim !== undefined, ...(by === undefined ? {} : { by }) };
    const note = this.#checkpoints?.sign(tree, stored, how) ?? null;
    this.#signed = note ?? this.#signed;
    return stored;
  }

  #isClaimed(promptId: string): boolean {
    const sql = "SELECT seq FROM claims WHERE prompt_id = ?";
    return this.#connection.rows(sql, promptId).length > 0;
  }

  #hold(id: AppendOptions["sessionId"], holder: SessionHolder): void {
    if (id === null) throw new AtlasError("internal", "a session that opens must have an id");
    const sql = "INSERT INTO holders (session_id, pid, started_as) VALUES (?, ?, ?)";
    this.#connection.run(sql, id, holder.pid, holder.startedAs);
  }

  #end(gone: readonly SessionRow[]): StoredEntry[] {
    // Read again under the lock: another process may have recovered some of them since.
    const held = new Map(readOpenSessions(this.#connection).map((row) => [row.sessionId, row]));
    const still = gone.filter(
      ({ sessionId: id, holder }) => held.get(id)?.holder.startedAs === holder.startedAs,
    );
    if (still.length === 0) return [];
    const { file } = this.#options;
    const written: StoredEntry[] = [];
    const endings = still.map(({ sessionId: id }) => {
      const ending = endingOf(readEntries(this.#connection, file, { sessionId: id }));
      written.push(...this.#write(ending.drafts, { sessionId: id }));
      return ending;
    });
    written.push(...this.#write([recoveredDraft(endings)], { sessionId: null }));
    return written;
  }

  #inOneTransaction<T>(work: () => T): T {
    const { file } = this.#options;
    this.#signed = null;
    const result = inOneTransaction(this.#connection, file, work);
    if (this.#signed !== null) keepNewest(file, this.#signed);
    return result;
  }

  #reading<T>(read: () => T): T {
    try {
      settle(this.#connection);
      return read();
    } catch (error) {
      throw explained(error, this.#options.file);
    }
  }
}
