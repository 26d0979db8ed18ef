/** Watches what runs and what waits on this machine, for as long as somebody looks. */
import { statSync } from "node:fs";
import type { LiveView } from "../../../contracts/dashboard.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import type { SessionSummary } from "../../../contracts/views.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readAutopilot } from "../../../runtime/operator/autopilot.ts";
import { isGone, isNumberTaken } from "../../../runtime/session/holder.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { SessionRow } from "../../../runtime/trace/store.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { promptIn } from "../prompts/waiting.ts";
import { runningSessions } from "../running.ts";
import { openTrace } from "../trace/source.ts";
import { Asking } from "./asking.ts";
import { Changes } from "./changes.ts";

type FromTrace = Pick<LiveView, "sessions" | "entries" | "trace_fault">;

/** One look at the machine serves all who follow. */
export class LiveWatch {
  readonly #cli: Cli;
  readonly #wakes = new Set<() => void>();
  /** Of the last look, as text: what is the same is not sent again. */
  #seen = "";
  #view: LiveView | null = null;
  #state: "idle" | "looking" = "idle";
  #asking: Asking;
  #changes: Changes | null = null;
  readonly #summaries = new Map<SessionId, SessionSummary>();
  /** When its process was seen last, to be this very one. */
  readonly #seenMs = new Map<SessionId, number>();
  /** The last entry that the summaries know of. */
  #readTo = 0;
  #trace: { reader: TraceReader; inode: number } | null = null;

  constructor(cli: Cli) {
    this.#cli = cli;
    this.#asking = this.#newAsking();
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
      // Nobody is to wait for what nobody looks at any more.
      if (this.#wakes.size === 0) this.#changes?.wake();
    }
  }

  async #look(): Promise<void> {
    if (this.#state === "looking") return;
    this.#state = "looking";
    const { traceFile, autopilotFile } = this.#cli.paths;
    const files = [traceFile, `${traceFile}-wal`, autopilotFile];
    const changes = new Changes({ files, clock: systemClock });
    this.#changes = changes;
    try {
      while (this.#wakes.size > 0) {
        const from = systemClock.monotonicMs();
        await this.#lookOnce();
        // Where a look takes long, most of the time is still somebody else's.
        const restMs = Math.max(limits.dashboardLookMs, 4 * (systemClock.monotonicMs() - from));
        await new Promise<void>((resolve) => systemClock.after(restMs, resolve));
        if (this.#wakes.size > 0) await changes.next(this.#asking.patienceMs);
      }
    } finally {
      this.#state = "idle";
      this.#seen = "";
      this.#view = null;
      changes.close();
      this.#changes = null;
      this.#asking = this.#newAsking();
      this.#close();
    }
  }

  async #lookOnce(): Promise<void> {
    const fromTrace = this.#readTrace();
    const running = new Set(fromTrace.sessions.map(({ session_id: id }) => id));
    // A socket that a killed session left behind is no session. Where the trace cannot be read, nobody can tell.
    const isThere = (id: SessionId): boolean => fromTrace.trace_fault !== null || running.has(id);
    const fault = await this.#ask(isThere);
    const { prompts, unreachable } = this.#asking.said;
    const view: LiveView = {
      ...fromTrace,
      trace_fault: fromTrace.trace_fault ?? fault,
      waiting: prompts,
      unreachable,
      autopilot: readAutopilot(this.#cli.paths.autopilotFile),
    };
    const text = JSON.stringify(view);
    if (text === this.#seen) return;
    this.#seen = text;
    this.#view = view;
    for (const wake of this.#wakes) wake();
  }

  /** Why they could not be asked; null where those that are due were. */
  async #ask(isThere: (id: SessionId) => boolean): Promise<string | null> {
    try {
      await this.#asking.ask(runningSessions(this.#cli).filter((id) => isThere(id)));
      return null;
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      await this.#asking.ask([]);
      return error.message;
    }
  }

  #newAsking(): Asking {
    const ask = async (id: SessionId) => await promptIn(this.#cli, id);
    return new Asking({ clock: systemClock, ask, late: () => this.#changes?.wake() });
  }

  #readTrace(): FromTrace {
    try {
      const trace = this.#open();
      if (trace === null) return { sessions: [], entries: 0, trace_fault: null };
      const { seq } = trace.head();
      this.#forgetTouched(trace, seq);
      const open = trace.openSessions().filter((row) => this.#runs(row));
      const sessions = open.flatMap((row) => this.#summary(trace, row) ?? []);
      return { sessions, entries: seq, trace_fault: null };
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      this.#close();
      return { sessions: [], entries: 0, trace_fault: error.message };
    }
  }

  /** Which process it is costs more to know than that there is one, and hardly ever changes. */
  #runs({ sessionId, holder }: SessionRow): boolean {
    const nowMs = systemClock.monotonicMs();
    const seenMs = this.#seenMs.get(sessionId) ?? Number.NEGATIVE_INFINITY;
    if (nowMs < seenMs + limits.dashboardAskAllMs && isNumberTaken(holder)) return true;
    if (isGone(holder)) return false;
    this.#seenMs.set(sessionId, nowMs);
    return true;
  }

  /** A session of thousands of entries is read again only when it has got another. */
  #forgetTouched(trace: TraceReader, seq: number): void {
    if (seq === this.#readTo) return;
    if (this.#readTo === 0 || seq < this.#readTo) {
      for (const id of this.#summaries.keys()) this.#asking.touch(id);
      this.#summaries.clear();
    } else {
      for (const { session_id: id } of trace.entries({ afterSeq: this.#readTo })) {
        if (id === null) continue;
        this.#summaries.delete(id);
        this.#asking.touch(id);
      }
    }
    this.#readTo = seq;
  }

  #summary(trace: TraceReader, { sessionId, activity }: SessionRow): SessionSummary | null {
    const known = this.#summaries.get(sessionId) ?? null;
    const summary = known ?? summarise(trace, sessionId, isGone);
    if (summary === null) return null;
    if (known?.activity?.since !== activity?.since) this.#asking.touch(sessionId);
    this.#summaries.set(sessionId, { ...summary, activity });
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
    this.#seenMs.clear();
    this.#readTo = 0;
  }
}
