/** Reading a trace without a hand in it: never creates or changes it, and works while a session writes. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../contracts/ids.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import type { Archive } from "./archives.ts";
import type { CheckpointRow } from "./checkpoints.ts";
import { type CosignatureRow, readCosignatures } from "./cosignatures.ts";
import { Parts } from "./parts.ts";
import type { Glimpse } from "./quick.ts";
import { openForReading, type Opened } from "./read-only.ts";
import { explained } from "./sqlite-connection.ts";
import { readAgentId, readOpenSessions } from "./sqlite-holders.ts";
import { type ClaimRow, type EntryRow, entryOf, readHead, readHeldIds } from "./sqlite-rows.ts";
import { recognise } from "./sqlite-schema.ts";
import type { EntryQuery, TraceStore } from "./store.ts";
import { readStanding } from "./tree.ts";
import { readUpload, type UploadState } from "./upload-row.ts";
import type { StandingTree } from "./verify-signed.ts";

/** What `verify` looks at: rows as they lie in the file, believed in nothing. */
export interface TraceRows {
  readonly agentId: string;
  rows(query?: EntryQuery): Iterable<EntryRow>;
  /** The one of this number, if there is one. */
  rowAt(seq: number): EntryRow[];
  /** All of them, for a first look, a page at a time: each step of an iterator costs as much as a part of the check. */
  glimpses(): Iterable<readonly Glimpse[]>;
  claims(): Iterable<ClaimRow>;
  /** Ids of the sessions that some process holds. */
  heldIds(): string[];
  /** What of the tables themselves is not as the migrations made it. */
  schemaFaults(): string[];
  head: TraceStore["head"];
  /** Signed statements of size and root, ascending by size. */
  checkpoints(): CheckpointRow[];
  /** What witnesses have signed, ascending by size. */
  cosignatures(): CosignatureRow[];
  /** The parts that lie in files of their own, ascending. */
  archives(): readonly Archive[];
  /** Those of them whose files are not there: their entries are not among the rows. */
  missing(): Archive[];
  /** Null where it has none yet: it was written by an older version only. */
  tree(): StandingTree | null;
}

/** The reading half of `TraceStore`, and the raw rows. */
export type TraceReader = Omit<TraceStore, "append" | "note" | "recover" | "waitAtMost"> &
  TraceRows & {
    /** Of every session that started, in the order in which they did. */
    sessionIds(): SessionId[];
    /** How far it was sent; null when it never was. */
    upload(): UploadState | null;
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

/** The folder of the archives of the trace in this file. */
export function archiveFolder(file: string): string {
  return join(dirname(file), "archive");
}

/** The files of its archives, those of no trace that is here any more too. */
export function archiveFiles(file: string): string[] {
  const folder = archiveFolder(file);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith(".db")).map((name) => join(folder, name));
}

function readerOn({ connection, close }: Opened, file: string): TraceReader {
  const agentId = readAgentId(connection, file);
  const parts = new Parts(connection, { agentId, folder: archiveFolder(file) });
  return {
    agentId,
    glimpses: () => ({ [Symbol.iterator]: () => parts.glimpses() }),
    rows: (query) => ({ [Symbol.iterator]: () => parts.rows(query) }),
    rowAt: (seq) => parts.rowAt(seq),
    claims: () => ({ [Symbol.iterator]: () => parts.claims() }),
    heldIds: () => readHeldIds(connection),
    schemaFaults: () => parts.schemaFaults(),
    entries: (query) => ({ [Symbol.iterator]: () => entriesOf(parts, file, query) }),
    head: () => readHead(connection),
    checkpoints: () => parts.checkpoints(),
    cosignatures: () => readCosignatures(connection),
    archives: () => parts.archives,
    missing: () => parts.missing,
    sessionIds: () => readSessionIds(parts),
    tree: () => readStanding(connection),
    upload: () => readUpload(connection),
    openSessions: () => readOpenSessions(connection),
    close: () => {
      parts.close();
      close();
    },
  };
}

function* entriesOf(parts: Parts, file: string, query?: EntryQuery): Generator<StoredEntry> {
  try {
    for (const row of parts.rows(query)) yield entryOf(row, file);
  } catch (error) {
    throw explained(error, file);
  }
}

function readSessionIds(parts: Parts): SessionId[] {
  return [...parts.rows({ kinds: ["session.started"] })].flatMap((row) => {
    const parsed = sessionId.safeParse(row.session_id);
    // Not an id: `verify` says so; a list is still a list without it.
    return parsed.success ? [parsed.data] : [];
  });
}
