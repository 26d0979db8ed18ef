/** Writes a session's story to the trace, in order and without losing any of it while the store is out of reach. */
import type { AuditMode } from "../../contracts/config.ts";
import { AtlasError } from "../../contracts/errors.ts";
import type { PromptId, SessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { Clock, Timer } from "../clock.ts";
import { injectedDraft } from "./drafts.ts";
import type { SessionOptions, SessionParts } from "./parts.ts";
import { Late } from "./late.ts";
import { Retold } from "./retold.ts";
import type { Effect, SessionEvent } from "./state.ts";
import { AlreadyClaimed, type SessionHolder, type TraceStore } from "../trace/store.ts";
import { TraceSetAside } from "../trace/broken.ts";

export type Recorded =
  | { ok: true }
  /** `why` names no place: it is recorded, and may leave the machine. `passes`: it may well work later. */
  | { ok: false; why: string; passes?: boolean };

export type RecorderOptions = {
  store: TraceStore;
  sessionId: SessionId;
  clock: Clock;
  /** What is done about a reply that cannot be made durable; `strict` unless given. */
  auditMode?: AuditMode;
  /** Told of each entry at the moment it is durable. Must not throw: the entry stands whatever comes of it. */
  onEntry: (entry: StoredEntry) => void;
  /** Told once when the store starts to fail, in a sentence. */
  onTrouble: (line: string) => void;
};

export function recorderFor(options: SessionOptions, { store, clock }: SessionParts): Recorder {
  return new Recorder({
    store,
    sessionId: options.id,
    onEntry: options.onEntry,
    clock,
    auditMode: options.auditMode ?? "strict",
    onTrouble: (line) => options.rim.warn(line),
  });
}

/** What the person is told of names the trace's file; this is for the record. */
function whyOf(error: unknown): string {
  if (error instanceof AlreadyClaimed) return error.message;
  return (error instanceof AtlasError ? reasons[error.code] : undefined) ?? "it failed";
}

const reasons: Partial<Record<AtlasError["code"], string>> = {
  trace_full: "no room is left on the disk",
  trace_locked: "another program holds the trace",
  trace_unwritable: "the trace cannot be written",
  trace_corrupt: "the trace is broken",
};

/** The reply that is in the trace already: it would be refused each time. */
function isOf(draft: EntryDraft, error: unknown): boolean {
  if (!(error instanceof AlreadyClaimed) || draft.kind !== "reply.injected") return false;
  return draft.data.prompt_id === error.promptId;
}

/**
 * Entries that could not be stored wait, bounded by `limits.unrecordedDraftsMax`, and go first with the next write:
 * a full disk delays the story but does not tear it.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #retold = new Retold();
  readonly #late: Late;
  #waiting: EntryDraft[] = [];
  #dropped = 0;
  #troubled = false;
  #retry: Timer | null = null;
  /** How a prompt ended can wait a moment: a tool that asks again at once must not wait for it. */
  #soon: Timer | null = null;
  #holder: SessionHolder | null = null;
  /** The trace is a new one, which does not know this session yet. */
  #isUnknown = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#late = new Late(options.clock);
  }

  /** How many entries have not reached the store. */
  get unrecorded(): number {
    return this.#waiting.length + this.#dropped;
  }

  /** Opens the session in the store. Throws what the store throws: a session that cannot be recorded must not run. */
  open(draft: EntryDraft, holder: SessionHolder): void {
    const { auditMode = "strict" } = this.#options;
    const chosen: EntryDraft = { kind: "audit.chosen", data: { audit_mode: auditMode } };
    const drafts = auditMode === "strict" ? [draft] : [draft, chosen];
    this.#append(drafts, { opens: holder });
    this.#retold.opened(drafts);
    this.#holder = holder;
  }

  /**
   * In trouble the drafts wait for the next try: each one may block for as long as the store waits for a lock.
   * `followed`: more is recorded in the same turn, and they go with that: a reply waits for one sync of the disk alone.
   */
  record(drafts: readonly EntryDraft[], followed = false): Recorded {
    const mayWait = followed || drafts.every(({ kind }) => kind === "prompt.closed");
    if (this.#retry === null && !mayWait) return this.#write(drafts);
    this.#keep([...this.#waiting, ...drafts]);
    if (this.#retry !== null) {
      return { ok: false, why: "the trace could not be written a moment ago" };
    }
    this.#soon ??= this.#options.clock.after(limits.recordTogetherMs, () => this.#write([]));
    return { ok: true };
  }

  /**
   * The last try, at the end of the session. Nobody's keys wait any more, and what is not recorded now never will be:
   * whoever holds the trace is waited for as long as any other command would.
   */
  end(drafts: readonly EntryDraft[]): void {
    this.#retry?.cancel();
    this.#options.store.waitAtMost(limits.traceBusyMs);
    this.#write(drafts);
    this.#retry?.cancel();
  }

  /**
   * Makes the drafts and the injection durable and claims the prompt, all in one transaction. On failure the drafts
   * are kept for later; in strict mode the injection is not: it will not happen.
   */
  recordReply(drafts: readonly EntryDraft[], injected: EntryDraft, promptId: PromptId): Recorded {
    // The trace that holds the claim may have been set aside, or it may not have reached the trace yet.
    if (this.#retold.isClaimed(promptId)) {
      return { ok: false, why: new AlreadyClaimed(promptId).message };
    }
    const written = this.#write([...drafts, injected]);
    if (written.ok) return written;
    if (written.passes === true && this.#mayBeLate(injected)) {
      this.#late.typed(injected);
      this.#retold.claimed(promptId);
      return { ok: true };
    }
    this.#waiting = this.#waiting.filter((draft) => draft !== injected);
    return written;
  }

  /** As `recordReply`, told as the session's event. `quietMs`: since the last output. */
  recordEffect(
    effect: Extract<Effect, { do: "record_reply" }>,
    { drafts, quietMs }: { drafts: readonly EntryDraft[]; quietMs: number },
  ): SessionEvent {
    const recorded = this.recordReply(drafts, injectedDraft(effect, quietMs), effect.promptId);
    return recorded.ok ? { type: "recorded" } : { type: "not_recorded", why: recorded.why };
  }

  /** Only what waits will be recorded: for what found no room the person is asked. */
  #mayBeLate(injected: EntryDraft): boolean {
    return this.#options.auditMode === "best_effort" && this.#waiting.includes(injected);
  }

  #write(drafts: readonly EntryDraft[]): Recorded {
    this.#waiting = [...this.#waiting, ...drafts];
    this.#soon?.cancel();
    this.#soon = null;
    try {
      this.#tellAnew();
      for (const { given, claim, ...batch } of this.#late.batches(this.#waiting)) {
        this.#append(batch.drafts, claim === undefined ? {} : { claim });
        this.#retold.recorded(given);
        if (claim !== undefined) this.#retold.claimed(claim);
        this.#late.recorded(given);
        this.#waiting = this.#waiting.slice(given.length);
      }
    } catch (error) {
      return this.#failed(error);
    }
    this.#troubled = false;
    this.#retry?.cancel();
    this.#retry = null;
    return { ok: true };
  }

  /** Tells a new trace of this session, which goes on in it. */
  #tellAnew(): void {
    if (!this.#isUnknown || this.#holder === null) return;
    this.#append(this.#retold.drafts, { opens: this.#holder });
    this.#isUnknown = false;
  }

  #failed(error: unknown): Recorded {
    const line = error instanceof Error ? error.message : String(error);
    this.#keep(this.#waiting.filter((draft) => !isOf(draft, error)));
    if (error instanceof TraceSetAside) {
      this.#isUnknown = true;
      this.#options.onTrouble(line);
    } else if (!this.#troubled) this.#options.onTrouble(this.#troubleLine(line));
    this.#troubled = true;
    this.#tryLater();
    const passes = error instanceof AtlasError && error.code !== "internal";
    return { ok: false, why: whyOf(error), passes };
  }

  #troubleLine(why: string): string {
    const line = `the trace cannot be written: ${why}`;
    if (this.#options.auditMode !== "best_effort") return line;
    return `${line}; replies are typed all the same and recorded later (audit_mode is best_effort)`;
  }

  #tryLater(): void {
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(limits.recordRetryMs, () => {
      this.#retry = null;
      this.#write([]);
    });
  }

  #append(
    drafts: readonly EntryDraft[],
    options: { claim?: PromptId; opens?: SessionHolder },
  ): void {
    const { store, sessionId, onEntry } = this.#options;
    for (const entry of store.append(drafts, { sessionId, ...options })) onEntry(entry);
  }

  #keep(drafts: EntryDraft[]): void {
    const room = limits.unrecordedDraftsMax;
    this.#dropped += Math.max(0, drafts.length - room);
    this.#waiting = drafts.slice(0, room);
  }
}
