/** The trace in memory: for tests, and for sessions that are asked to leave nothing on the disk. */
import type { Activity } from "../../contracts/activity.ts";
import { type ChainHead, emptyHead } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, agentId, type PromptId, type SessionId } from "../../contracts/ids.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { checkClaim, linkDrafts } from "./link.ts";
import { endingOf, recoveredDraft } from "./recovery.ts";
import {
  AlreadyClaimed,
  type AppendOptions,
  type EntryQuery,
  type SessionHolder,
  type SessionRow,
  type TraceStore,
} from "./store.ts";

export type MemoryOptions = { clock: Clock; random: Random; runtimeVersion: string };

/** Keeps every promise of `TraceStore` but durability: it is gone with the process. */
export function openMemoryStore(options: MemoryOptions): TraceStore {
  return new MemoryStore(options);
}

class MemoryStore implements TraceStore {
  readonly agentId: AgentId;
  readonly #options: MemoryOptions;
  readonly #entries: StoredEntry[] = [];
  readonly #claims = new Set<PromptId>();
  readonly #holders = new Map<SessionId, SessionHolder>();
  readonly #activities = new Map<SessionId, Activity>();

  constructor(options: MemoryOptions) {
    this.#options = options;
    this.agentId = agentId.parse(options.random.uuidv7());
    const data = { runtime_version: options.runtimeVersion };
    this.append([{ kind: "trace.opened", data }], { sessionId: null });
  }

  append(drafts: readonly EntryDraft[], options: AppendOptions): StoredEntry[] {
    const { claim, opens, sessionId } = options;
    checkClaim(drafts, claim);
    if (claim !== undefined && this.#claims.has(claim)) throw new AlreadyClaimed(claim);
    this.#checkOpening(options);
    const { clock, random } = this.#options;
    const to = { agentId: this.agentId, sessionId, at: clock.now(), head: this.head(), random };
    const stored = linkDrafts(drafts, to).map(({ stored: one }) => structuredClone(one));
    // Nothing can fail from here on: all or none.
    this.#entries.push(...stored);
    if (claim !== undefined) this.#claims.add(claim);
    if (sessionId !== null) this.#holdOrDrop(sessionId, stored, opens);
    return structuredClone(stored);
  }

  #checkOpening({ opens, sessionId }: AppendOptions): void {
    if (opens === undefined) return;
    if (sessionId === null) {
      throw new AtlasError("internal", "a session that opens must have an id");
    }
    if (this.#holders.has(sessionId)) {
      throw new AtlasError("internal", `session ${sessionId} is open already`);
    }
  }

  #holdOrDrop(id: SessionId, stored: readonly StoredEntry[], opens?: SessionHolder): void {
    if (stored.some((one) => one.kind === "session.ended")) this.#forget(id);
    if (opens !== undefined) this.#holders.set(id, { ...opens });
  }

  #forget(id: SessionId): void {
    this.#holders.delete(id);
    this.#activities.delete(id);
  }

  entries(query: EntryQuery = {}): Iterable<StoredEntry> {
    return { [Symbol.iterator]: () => this.#find(query) };
  }

  *#find(query: EntryQuery): Generator<StoredEntry> {
    const { sessionId, kinds, afterSeq = 0, last } = query;
    const found = this.#entries.filter(
      (one) =>
        one.seq > afterSeq &&
        (sessionId === undefined || one.session_id === sessionId) &&
        (kinds === undefined || kinds.includes(one.kind)),
    );
    const from = last === undefined ? 0 : Math.max(0, found.length - Math.max(0, last));
    for (const one of found.slice(from)) yield structuredClone(one);
  }

  waitAtMost(): void {
    // Nobody else can hold it.
  }

  head(): ChainHead {
    const last = this.#entries.at(-1);
    return last === undefined ? emptyHead : { seq: last.seq, hash: last.hash };
  }

  openSessions(): SessionRow[] {
    return [...this.#holders]
      .map(([sessionId, holder]) => ({
        sessionId,
        holder: { ...holder },
        activity: structuredClone(this.#activities.get(sessionId) ?? null),
      }))
      .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  }

  note(id: SessionId, activity: Activity): boolean {
    if (this.#holders.has(id)) this.#activities.set(id, { ...activity });
    return true;
  }

  recover(isGone: (holder: SessionHolder) => boolean): StoredEntry[] {
    const gone = this.openSessions()
      .filter((row) => isGone(row.holder))
      // `isGone` may itself have led to a recovery.
      .filter((row) => this.#holders.has(row.sessionId));
    if (gone.length === 0) return [];
    const written: StoredEntry[] = [];
    const endings = gone.map(({ sessionId }) => {
      const ending = endingOf(this.entries({ sessionId }));
      written.push(...this.append(ending.drafts, { sessionId }));
      return ending;
    });
    written.push(...this.append([recoveredDraft(endings)], { sessionId: null }));
    return written;
  }

  close(): void {
    this.#entries.length = 0;
  }
}
