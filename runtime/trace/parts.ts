/** The files that hold one trace together: the one that is written to, and those of its archives, read as one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ofArchive, openArchive } from "./archive-open.ts";
import { type Archive, newestArchive, readArchives } from "./archives.ts";
import { type CheckpointRow, readCheckpoints } from "./checkpoints.ts";
import type { Glimpse } from "./quick.ts";
import { openForReading, type Opened } from "./read-only.ts";
import { schemaFaults } from "./sqlite-schema.ts";
import {
  type ClaimRow,
  type EntryRow,
  readClaims,
  readGlimpses,
  readRowAt,
  readRows,
} from "./sqlite-rows.ts";
import type { Connection } from "./sqlite-connection.ts";
import type { EntryQuery } from "./store.ts";

/** Returns behind which entry to go on where it was stale, else null. */
type Read<R> = (
  connection: Connection,
  query: EntryQuery,
  isStale: () => boolean,
) => Generator<R, number | null>;

/** `file`: the archive's; null for the trace's own. */
type Part = { connection: Connection; query: EntryQuery; file: string | null };

/** What is damaged in an archive is told as the archive's. */
function* readPart<R, End>(
  { connection, query, file }: Part,
  read: (connection: Connection, query: EntryQuery) => Generator<R, End>,
): Generator<R, End> {
  try {
    return yield* read(connection, query);
  } catch (error) {
    throw file === null ? error : ofArchive(error, file);
  }
}

export class Parts {
  readonly #live: Connection;
  readonly #agentId: string;
  readonly #folder: string;
  readonly #opened = new Map<string, Opened>();
  #archives: Archive[];

  /** `folder`: where the archives lie. */
  constructor(live: Connection, { agentId, folder }: { agentId: string; folder: string }) {
    this.#live = live;
    this.#agentId = agentId;
    this.#folder = folder;
    this.#archives = readArchives(live);
  }

  get archives(): readonly Archive[] {
    return this.#archives;
  }

  /** Those whose files are not where they should be. */
  get missing(): Archive[] {
    return this.#archives.filter((archive) => this.#connectionOf(archive) === null);
  }

  /** As `readRows`, over all parts that are there. */
  *rows(query: EntryQuery = {}): Generator<EntryRow> {
    if (query.last === undefined) {
      yield* this.#forward(query);
      return;
    }
    const found: EntryRow[][] = [];
    let left = Math.max(0, Math.trunc(query.last));
    for (const part of this.#parts(query).toReversed()) {
      if (left === 0) break;
      const some = [
        ...readPart(part, (connection, own) => readRows(connection, { ...own, last: left })),
      ];
      left -= some.length;
      found.unshift(some);
    }
    for (const some of found) yield* some;
  }

  /** As `readGlimpses`, of all parts that are there. */
  *glimpses(): Generator<readonly Glimpse[]> {
    yield* this.#inOrder({}, (connection, query, isStale) => {
      return readGlimpses(connection, { ...query, agent: this.#agentId }, isStale);
    });
  }

  /** The row of this number, as a list of one or none. */
  rowAt(seq: number): EntryRow[] {
    const [part] = this.#parts({ afterSeq: seq - 1 });
    if (part === undefined) return [];
    const read = function* (one: Connection): Generator<EntryRow, void> {
      yield* readRowAt(one, seq);
    };
    return [...readPart(part, read)];
  }

  *claims(): Generator<ClaimRow> {
    const isElsewhere = this.#archives.at(-1)?.toSeq ?? 0;
    for (const connection of this.#archived()) yield* readClaims(connection);
    for (const claim of readClaims(this.#live)) if (claim.seq > isElsewhere) yield claim;
  }

  /** Ascending by size. */
  checkpoints(): CheckpointRow[] {
    const all = [...this.#archived(), this.#live].flatMap((one) => readCheckpoints(one));
    // While entries are moved out, some stand in both.
    const bySize = new Map(all.map((row) => [`${row.size} ${row.note}`, row]));
    return [...bySize.values()].sort((a, b) => a.size - b.size);
  }

  schemaFaults(): string[] {
    return [...this.#archived(), this.#live].flatMap((one) => schemaFaults(one));
  }

  close(): void {
    for (const { close } of this.#opened.values()) close();
    this.#opened.clear();
  }

  *#archived(): Generator<Connection> {
    for (const archive of this.#archives) {
      const connection = this.#connectionOf(archive);
      if (connection !== null) yield connection;
    }
  }

  #connectionOf({ file }: Archive): Connection | null {
    const known = this.#opened.get(file);
    if (known !== undefined) return known.connection;
    const path = join(this.#folder, file);
    if (!existsSync(path)) return null;
    const opened = openArchive(
      path,
      () => openForReading(path),
      ({ connection }) => connection,
    );
    this.#opened.set(file, opened);
    return opened.connection;
  }

  #parts(query: EntryQuery): Part[] {
    const after = query.afterSeq ?? Number.NEGATIVE_INFINITY;
    const archived = this.#archives.flatMap((archive) => {
      const connection = archive.toSeq > after ? this.#connectionOf(archive) : null;
      const file = join(this.#folder, archive.file);
      return connection === null ? [] : [{ connection, query, file }];
    });
    const from = this.#archives.at(-1)?.toSeq;
    // What lies in an archive may still stand here too, while it is moved out.
    const rest = from === undefined ? query : { ...query, afterSeq: Math.max(from, after) };
    return [...archived, { connection: this.#live, query: rest, file: null }];
  }

  #forward(query: EntryQuery): Generator<EntryRow> {
    return this.#inOrder(query, readRows);
  }

  *#inOrder<R>(query: EntryQuery, read: Read<R>): Generator<R> {
    const isStale = (): boolean => this.#hasMoved();
    for (const part of this.#parts(query)) {
      const afterSeq = yield* readPart(part, (one, own) => read(one, own, isStale));
      if (afterSeq === null) continue;
      // What the page should have begun with may have been moved out just before.
      yield* this.#inOrder({ ...query, afterSeq }, read);
      return;
    }
  }

  /** Whether entries were moved into an archive since we looked last. */
  #hasMoved(): boolean {
    const newest = newestArchive(this.#live)?.toSeq;
    if (newest === this.#archives.at(-1)?.toSeq) return false;
    this.#archives = readArchives(this.#live);
    return true;
  }
}
