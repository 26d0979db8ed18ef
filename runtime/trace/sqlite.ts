/** The trace in one SQLite file: several processes append to it, and it never forks. */
import type { Activity } from "../../contracts/activity.ts";
import { AtlasError } from "../../contracts/errors.ts";
import type { AgentId, SessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import { goOver, openTrace } from "./anew.ts";
import { TraceSetAside } from "./broken.ts";
import { keepNewest } from "./checkpoints.ts";
import { checkClaim, linkDrafts } from "./link.ts";
import { endingOf, recoveredDraft } from "./recovery.ts";
import {
  type Connection,
  explained,
  foldLog,
  inOneTransaction,
  settle,
} from "./sqlite-connection.ts";
import { readOpenSessions } from "./sqlite-holders.ts";
import type { Opened, SqliteOptions } from "./sqlite-open.ts";
import { insertEntry, readEntries, readHead } from "./sqlite-rows.ts";
import {
  AlreadyClaimed,
  type AppendOptions,
  type SessionHolder,
  type SessionRow,
  type TraceStore,
} from "./store.ts";
import type { KeyPair } from "./ed25519.ts";
import type { OwnTrace, Upkeep } from "./own-trace.ts";
import { growTree } from "./tree.ts";

/**
 * Opens the trace for appending. With `create` a broken one is set aside and a new one begun, now and whenever a write
 * finds it broken. Throws `AtlasError`: `not_found`, `home_unusable`, `trace_newer`, `trace_locked`, `trace_full`,
 * `trace_unwritable`, `trace_corrupt`.
 */
export function openSqliteStore(options: SqliteOptions): OwnTrace {
  const store = new SqliteStore(openTrace(options), options);
  try {
    store.announceKey();
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

class SqliteStore implements OwnTrace {
  readonly #options: SqliteOptions;
  #opened: Opened;
  #busyMs: number;
  /** Once it has gone over to a new trace: why, and which sessions have begun in that one. */
  #strangers: { line: string; known: Set<SessionId> } | null = null;
  /** How often it has. */
  #setAside = 0;
  /** Signed in the transaction that is not yet durable. */
  #signed: string | null = null;
  /** Durable, and not yet kept beside the trace. */
  #newest: string | null = null;
  /** Appends since SQLite's log was folded into the database. */
  #unfolded = 0;
  /** The trace, whoever wrote to it, has grown by enough to fold it when nobody waits. */
  #isDue = false;
  /** The last entry that it wrote. */
  #last: StoredEntry | null = null;

  constructor(opened: Opened, options: SqliteOptions) {
    this.#opened = opened;
    this.#options = options;
    this.#busyMs = Math.trunc(options.busyMs ?? limits.traceBusyMs);
  }

  get agentId(): AgentId {
    return this.#opened.agentId;
  }

  get #connection(): Connection {
    return this.#opened.connection;
  }

  /** Records the key by which checkpoints are signed, once. */
  announceKey(): void {
    if (this.#announcement() === null) {
      this.#opened.checkpoints?.fetchKey();
      return;
    }
    this.#orAnew(
      () =>
        this.#inOneTransaction(() => {
          // Asked again under the lock: another process may have recorded it since.
          const draft = this.#announcement();
          if (draft !== null) this.#write([draft], { sessionId: null });
        }),
      // A new trace gets its key when it is opened.
      () => undefined,
    );
  }

  #announcement(): EntryDraft | null {
    return this.#opened.checkpoints?.announcement ?? null;
  }

  append(drafts: readonly EntryDraft[], options: AppendOptions): StoredEntry[] {
    checkClaim(drafts, options.claim);
    const { sessionId, opens } = options;
    const isAlone = sessionId === null || opens !== undefined;
    if (this.#strangers !== null && !isAlone && !this.#strangers.known.has(sessionId)) {
      throw new TraceSetAside("trace_corrupt", this.#strangers.line);
    }
    const act = (): StoredEntry[] => {
      const stored = this.#inOneTransaction(() => this.#write(drafts, options));
      this.#tidy(options.claim !== undefined, stored);
      if (opens !== undefined && sessionId !== null) this.#strangers?.known.add(sessionId);
      return stored;
    };
    return this.#orAnew(act, (line) => {
      if (!isAlone) throw new TraceSetAside("trace_corrupt", line);
      this.#options.onSetAside?.(line);
      return act();
    });
  }

  entries(query?: Parameters<TraceStore["entries"]>[0]): Iterable<StoredEntry> {
    const { file } = this.#options;
    const read = (): Generator<StoredEntry> => readEntries(this.#connection, file, query);
    return { [Symbol.iterator]: () => this.#reading(read) };
  }

  waitAtMost(busyMs: number): void {
    this.#busyMs = Math.trunc(busyMs);
    this.#connection.waitAtMost(this.#busyMs);
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
      connection.waitAtMost(0);
      connection.script("PRAGMA synchronous = NORMAL");
      const sql = "UPDATE holders SET activity = ? WHERE session_id = ?";
      connection.run(sql, JSON.stringify(doing), id);
      return true;
    } catch (error) {
      if (explained(error, this.#options.file) instanceof AtlasError) return false;
      throw error;
    } finally {
      connection.waitAtMost(this.#busyMs);
      connection.script("PRAGMA synchronous = FULL");
    }
  }

  recover(isGone: (holder: SessionHolder) => boolean): StoredEntry[] {
    // Asked before the lock is taken, since it may have to run a program; who is gone stays gone.
    const gone = this.openSessions().filter((row) => isGone(row.holder));
    if (gone.length === 0) return [];
    const act = (): StoredEntry[] => {
      const written = this.#inOneTransaction(() => this.#end(gone));
      this.#tidy(false, written);
      return written;
    };
    // In a new trace none of them has begun.
    return this.#orAnew(act, (line) => {
      this.#options.onSetAside?.(line);
      return [];
    });
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
    // What was signed of a file that is no longer there would speak against the one that lies there now.
    if (this.#newest !== null && !this.#connection.moved) {
      keepNewest(this.#options.file, this.#newest);
    }
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
    const linked = linkDrafts(drafts, { ...to, head });
    const stored = linked.map((one) => one.stored);
    for (const each of linked) {
      const { stored: one } = each;
      insertEntry(connection, each);
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
    const note = this.#opened.checkpoints?.sign(tree, stored, how) ?? null;
    this.#signed = note ?? this.#signed;
    this.#last = stored.at(-1) ?? null;
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

  /** Does `act`; where that finds the trace broken, goes over to a new one and does `then`. */
  #orAnew<T>(act: () => T, then: (line: string) => T): T {
    try {
      return act();
    } catch (error) {
      if (this.#setAside >= limits.tracesSetAsideMax) throw error;
      const over = goOver(this.#opened, error, this.#options);
      if (over === null) throw error;
      this.#setAside += 1;
      this.#opened = over.next;
      this.#newest = null;
      this.#strangers = { line: over.line, known: new Set() };
      this.waitAtMost(this.#busyMs);
      this.announceKey();
      return then(over.line);
    }
  }

  #inOneTransaction<T>(work: () => T): T {
    const { file } = this.#options;
    const connection = this.#connection;
    this.#signed = null;
    this.#last = null;
    const result = inOneTransaction(connection, file, { work, isThere: () => this.#isThere() });
    this.#newest = this.#signed ?? this.#newest;
    return result;
  }

  /** What the trace needs now and then, and a reply must not wait for. */
  #tidy(isWaitedFor: boolean, stored: readonly StoredEntry[]): void {
    this.#unfolded += 1;
    const { unfoldedAppendsMax, unfoldedRepliesMax } = limits;
    this.#isDue ||= beginsPart(stored);
    const isDue = this.#isDue && !isWaitedFor;
    if (isDue || this.#unfolded >= (isWaitedFor ? unfoldedRepliesMax : unfoldedAppendsMax)) {
      const { unfoldedAppendsMax: often, unfoldedAgainMin: again } = limits;
      this.#unfolded = foldLog(this.#connection) ? 0 : Math.max(0, often - again);
      this.#isDue = false;
    }
    if (isWaitedFor || this.#newest === null) return;
    keepNewest(this.#options.file, this.#newest);
    this.#newest = null;
  }

  /** Whether what the last transaction wrote is in the trace, however its commit ended. */
  #isThere(): boolean {
    const last = this.#last;
    const sql = "SELECT hash FROM entries WHERE seq = ?";
    return last !== null && this.#connection.rows(sql, last.seq)[0]?.["hash"] === last.hash;
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

/** One process alone may never write so often: many short sessions beside one that lives long. */
function beginsPart(stored: readonly StoredEntry[]): boolean {
  const part = (seq: number): number => Math.floor(seq / limits.unfoldedEntriesMax);
  return part(stored.at(-1)?.seq ?? 0) !== part((stored[0]?.seq ?? 1) - 1);
}
