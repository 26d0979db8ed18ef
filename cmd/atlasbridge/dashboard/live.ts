/** Watches what runs and what waits on this machine, for as long as somebody looks. */
import { statSync } from "node:fs";
import type { LiveView } from "../../../contracts/dashboard.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import type { SessionSummary } from "../../../contracts/views.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readAutopilot } from "../../../runtime/operator/autopilot.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { SessionRow } from "../../../runtime/trace/store.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { type Waiting, waitingPrompts } from "../prompts/waiting.ts";
import { openTrace } from "../trace/source.ts";

type FromTrace = Pick<LiveView, "sessions" | "entries" | "trace_fault">;

type Asked = Waiting & { fault: string | null };

/** One look at the machine serves all who follow. */
export class LiveWatch {
  readonly #cli: Cli;
  readonly #wakes = new Set<() => void>();
  /** Of the last look, as text: what is the same is not sent again. */
  #seen = "";
  #view: LiveView | null = null;
  #state: "idle" | "looking" = "idle";
  /** What each session asked when it was last asked. */
  #asked = new Map<SessionId, WaitingPrompt>();
  #lastAsked: { of: Asked; atMs: number; to: number | null } | null = null;
  /** Until then something that was recorded may still have its effect. */
  #newUntilMs = 0;
  readonly #summaries = new Map<SessionId, SessionSummary>();
  /** The last entry that the summaries know of. */
  #readTo = 0;
  #trace: { reader: TraceReader; inode: number } | null = null;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  /** The state now, then each other one, until the signal. Who is slow gets the newest. */
  async *follow(signal: AbortSignal): AsyncGenerator<LiveView> {
    let wake = Promise.withResolvers<void>();
    const awake = (): void => wake.resolve();
    this.#wakes.add(awake);
    signal.addEventListener("abort", awake);
    try {
      let sent = "";
      void this.#look();
      for (;;) {
        if (this.#view !== null && this.#seen !== sent) {
          sent = this.#seen;
          yield this.#view;
        }
        if (signal.aborted) return;
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      signal.removeEventListener("abort", awake);
      this.#wakes.delete(awake);
    }
  }

  async #look(): Promise<void> {
    if (this.#state === "looking") return;
    this.#state = "looking";
    try {
      while (this.#wakes.size > 0) {
        const from = systemClock.monotonicMs();
        await this.#lookOnce();
        // Where a look takes long, most of the time is still somebody else's.
        const restMs = Math.max(limits.dashboardLookMs, 4 * (systemClock.monotonicMs() - from));
        await new Promise<void>((resolve) => systemClock.after(restMs, resolve));
      }
    } finally {
      this.#state = "idle";
      this.#seen = "";
      this.#view = null;
      this.#lastAsked = null;
      this.#close();
    }
  }

  async #lookOnce(): Promise<void> {
    const { prompts, unreachable, fault } = await this.#askNew();
    const fromTrace = this.#readTrace();
    const silent = unreachable.map(({ session_id: id }) => id);
    const waiting = this.#withSilent(prompts, silent);
    // A socket that a killed session left behind is no session. Where the trace cannot be read, nobody can tell.
    const running = new Set(fromTrace.sessions.map(({ session_id: id }) => id));
    const isThere = ({ session_id: id }: { session_id: SessionId }): boolean =>
      fromTrace.trace_fault !== null || running.has(id);
    const view: LiveView = {
      ...fromTrace,
      trace_fault: fromTrace.trace_fault ?? fault,
      waiting: waiting.filter((prompt) => isThere(prompt)),
      unreachable: unreachable.filter((one) => isThere(one)),
      autopilot: readAutopilot(this.#cli.paths.autopilotFile),
    };
    const text = JSON.stringify(view);
    if (text === this.#seen) return;
    this.#seen = text;
    this.#view = view;
    for (const wake of this.#wakes) wake();
  }

  /**
   * What waits is recorded first: as long as nothing is, asking all of them again would only keep fifty processes busy.
   * A little longer than that, since a prompt waits a moment after its entry; and now and then whatever is recorded.
   */
  async #askNew(): Promise<Asked> {
    const nowMs = systemClock.monotonicMs();
    const to = this.#newest();
    const last = this.#lastAsked;
    if (to === null || to !== last?.to) this.#newUntilMs = nowMs + limits.dashboardAskAgainMs;
    const isQuiet = last !== null && last.of.unreachable.length === 0 && nowMs > this.#newUntilMs;
    if (isQuiet && nowMs < last.atMs + limits.dashboardAskMs) return last.of;
    const of = await this.#askAll();
    this.#lastAsked = { of, atMs: nowMs, to };
    return of;
  }

  /** The last entry that is recorded; null where that cannot be read, or nothing is. */
  #newest(): number | null {
    try {
      return this.#open()?.head().seq ?? null;
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      // The look itself tells why.
      return null;
    }
  }

  async #askAll(): Promise<Asked> {
    try {
      return { ...(await waitingPrompts(this.#cli)), fault: null };
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      return { prompts: [], unreachable: [], fault: error.message };
    }
  }

  /**
   * A session that is too busy to answer still asks what it asked, as long as it has recorded nothing since: what a person
   * is about to answer must not go and come back under their hands.
   */
  #withSilent(prompts: readonly WaitingPrompt[], silent: readonly SessionId[]): WaitingPrompt[] {
    const kept = silent.flatMap((id) => this.#asked.get(id) ?? []);
    const all = [...prompts, ...kept].toSorted((a, b) => a.since - b.since);
    this.#asked = new Map(all.map((prompt) => [prompt.session_id, prompt]));
    return all;
  }

  #readTrace(): FromTrace {
    try {
      const trace = this.#open();
      if (trace === null) return { sessions: [], entries: 0, trace_fault: null };
      const { seq } = trace.head();
      this.#forgetTouched(trace, seq);
      const open = trace.openSessions().filter(({ holder }) => !isGone(holder));
      const sessions = open.flatMap((row) => this.#summary(trace, row) ?? []);
      return { sessions, entries: seq, trace_fault: null };
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      this.#close();
      return { sessions: [], entries: 0, trace_fault: error.message };
    }
  }

  /** A session of thousands of entries is read again only when it has got another. */
  #forgetTouched(trace: TraceReader, seq: number): void {
    if (seq === this.#readTo) return;
    if (this.#readTo === 0 || seq < this.#readTo) {
      this.#summaries.clear();
      this.#asked.clear();
    } else {
      for (const { session_id: id } of trace.entries({ afterSeq: this.#readTo })) {
        if (id === null) continue;
        this.#summaries.delete(id);
        this.#asked.delete(id);
      }
    }
    this.#readTo = seq;
  }

  #summary(trace: TraceReader, { sessionId, activity }: SessionRow): SessionSummary | null {
    const summary = this.#summaries.get(sessionId) ?? summarise(trace, sessionId, isGone);
    if (summary === null) return null;
    this.#summaries.set(sessionId, summary);
    return { ...summary, activity };
  }

  /** Another file may lie there since: a broken trace is set aside and a new one begun. */
  #open(): TraceReader | null {
    const inode = statSync(this.#cli.paths.traceFile, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.#trace !== null && this.#trace.inode === inode) return this.#trace.reader;
    this.#close();
    const reader = openTrace(this.#cli);
    if (reader !== null) this.#trace = { reader, inode };
    return reader;
  }

  #close(): void {
    this.#trace?.reader.close();
    this.#trace = null;
    this.#summaries.clear();
    this.#readTo = 0;
  }
}
