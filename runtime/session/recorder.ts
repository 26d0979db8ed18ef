/** Writes a session's story to the trace, in order and without losing any of it while the store is out of reach. */
import type { PromptId, SessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { Clock, Timer } from "../clock.ts";
import { injectedDraft } from "./drafts.ts";
import type { SessionOptions, SessionParts } from "./parts.ts";
import type { Effect, SessionEvent } from "./state.ts";
import type { SessionHolder, TraceStore } from "../trace/store.ts";

export type Recorded = { ok: true } | { ok: false; why: string };

export type RecorderOptions = {
  store: TraceStore;
  sessionId: SessionId;
  clock: Clock;
  /** Told of each entry at the moment it is durable. Must not throw: the entry stands whatever comes of it. */
  onEntry: (entry: StoredEntry) => void;
  /** Told once when the store starts to fail, with the reason. */
  onTrouble: (why: string) => void;
};

export function recorderFor(options: SessionOptions, { store, clock }: SessionParts): Recorder {
  return new Recorder({
    store,
    sessionId: options.id,
    onEntry: options.onEntry,
    clock,
    onTrouble: (why) => options.rim.warn(`the trace cannot be written: ${why}`),
  });
}

/**
 * Entries that could not be stored wait, bounded by `limits.unrecordedDraftsMax`, and go first with the next write:
 * a full disk delays the story but does not tear it.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  #waiting: EntryDraft[] = [];
  #dropped = 0;
  #troubled = false;
  #retry: Timer | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** How many entries have not reached the store. */
  get unrecorded(): number {
    return this.#waiting.length + this.#dropped;
  }

  /** Opens the session in the store. Throws what the store throws: a session that cannot be recorded must not run. */
  open(draft: EntryDraft, holder: SessionHolder): void {
    this.#append([draft], { opens: holder });
  }

  /** In trouble the drafts wait for the next try: each one may block for as long as the store waits for a lock. */
  record(drafts: readonly EntryDraft[]): Recorded {
    if (this.#retry === null) return this.#write(drafts, {});
    this.#keep([...this.#waiting, ...drafts]);
    return { ok: false, why: "the trace could not be written a moment ago" };
  }

  /** The last try, at the end of the session. */
  flush(): void {
    this.#retry?.cancel();
    this.#write([], {});
    this.#retry?.cancel();
  }

  /**
   * Makes the drafts and the injection durable and claims the prompt, all in one transaction. On failure the drafts
   * are kept for later, the injection is not: it will not happen.
   */
  recordReply(drafts: readonly EntryDraft[], injected: EntryDraft, promptId: PromptId): Recorded {
    const written = this.#write([...drafts, injected], { claim: promptId });
    if (!written.ok) this.#waiting = this.#waiting.filter((draft) => draft !== injected);
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

  #write(drafts: readonly EntryDraft[], options: { claim?: PromptId }): Recorded {
    const all = [...this.#waiting, ...drafts];
    if (all.length === 0) return { ok: true };
    try {
      this.#append(all, options);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#keep(all);
      if (!this.#troubled) this.#options.onTrouble(why);
      this.#troubled = true;
      this.#tryLater();
      return { ok: false, why };
    }
    this.#waiting = [];
    this.#troubled = false;
    this.#retry?.cancel();
    this.#retry = null;
    return { ok: true };
  }

  #tryLater(): void {
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(limits.recordRetryMs, () => {
      this.#retry = null;
      this.#write([], {});
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
