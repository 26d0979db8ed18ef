/** The promises of this machine's own trace: a store, and the transactions of its upkeep. */
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { KeyPair } from "./ed25519.ts";
import type { Connection } from "./sqlite-connection.ts";
import type { TraceStore } from "./store.ts";

/** What its upkeep does with a trace, in one transaction. */
export type Upkeep = {
  connection: Connection;
  /** Sessions of no id. `by`: the checkpoint over these entries is signed at once, by each of these keys. */
  append(drafts: readonly EntryDraft[], by?: readonly KeyPair[]): StoredEntry[];
};

/** The trace of this machine: a store, and what keys, erasing and archiving need beyond one. */
export interface OwnTrace extends TraceStore {
  /** Does the work in one transaction: all of it or none. Durable on return. Throws what the store throws. */
  upkeep<T>(work: (at: Upkeep) => T): T;
  /** A statement that no transaction may hold. Throws what the store throws. */
  outside(sql: string): void;
  /** Takes everything out of the write-ahead log and empties it; false when somebody was reading in it. */
  emptyLog(): boolean;
}
