/** The promises of a trace store, kept by `sqlite` and `memory` and proved by `store.suite.ts`. */
import type { AgentId, PromptId, SessionId } from "../../contracts/ids.ts";
import type { Activity } from "../../contracts/activity.ts";
import type { ChainHead } from "../../contracts/chain.ts";
import type { EntryDraft, EntryKind, StoredEntry } from "../../contracts/trace.ts";

export type AppendOptions = {
  sessionId: SessionId | null;
  /**
   * Claims the single right to type into this prompt, in the same transaction. When it was claimed before,
   * by anyone, nothing is recorded and `append` throws `AlreadyClaimed`.
   */
  claim?: PromptId;
  /** The session begins: from now on it counts as open, held by this process. */
  opens?: SessionHolder;
};

/** Which process answers for a session; `startedAs` tells a reused pid from the same process. */
export type SessionHolder = { pid: number; startedAs: string };

export type SessionRow = {
  sessionId: SessionId;
  holder: SessionHolder;
  /** What the session said last of what it is doing; null before it did. */
  activity: Activity | null;
};

export type EntryQuery = {
  sessionId?: SessionId;
  kinds?: readonly EntryKind[];
  /** Only entries after this number. */
  afterSeq?: number;
  /** The last N that fit, still in ascending order. */
  last?: number;
};

export interface TraceStore {
  readonly agentId: AgentId;
  /**
   * Numbers, chains and stores the drafts in one transaction, all or none. Durable on return: the bytes
   * have been synced. Throws `AtlasError` (`trace_locked`, `trace_full`, `trace_unwritable`,
   * `trace_corrupt`) having stored nothing that a later reader would not also see.
   */
  append(drafts: readonly EntryDraft[], options: AppendOptions): StoredEntry[];
  /** Ascending by number, read in pages: safe on a trace of any size. */
  entries(query?: EntryQuery): Iterable<StoredEntry>;
  head(): ChainHead;
  /** From now on a write waits this long, in milliseconds, for another process that holds the trace. */
  waitAtMost(busyMs: number): void;
  /** Sessions that started and have no end entry yet. */
  openSessions(): SessionRow[];
  /**
   * Notes what an open session is doing, for other processes to read: no entry, not synced, forgotten with the
   * session. Never waits: returns false where it could not be written at the moment.
   */
  note(sessionId: SessionId, activity: Activity): boolean;
  /**
   * Writes the end of every open session whose holder `isGone`: open prompts close as `interrupted`, the session
   * as `runtime_died`, then one `runtime.recovered`. One transaction; two processes never both recover the same session.
   */
  recover(isGone: (holder: SessionHolder) => boolean): StoredEntry[];
  close(): void;
}

/** The prompt's one keystroke right was already used. */
export class AlreadyClaimed extends Error {
  readonly promptId: PromptId;

  constructor(promptId: PromptId) {
    super(`prompt ${promptId} has been answered already`);
    this.name = "AlreadyClaimed";
    this.promptId = promptId;
  }
}
