/** Where the console learns what is going on: the one watch that the dashboard has too, the trace, and who else runs. */
import type { LiveView } from "../../../contracts/dashboard.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock, type Timer } from "../../../runtime/clock.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import type { Cli } from "../cli.ts";
import { daemonStatus } from "../daemon/reach.ts";
import { LiveWatch } from "../dashboard/live.ts";
import { readServing } from "../dashboard/serving.ts";
import { sessionsPage } from "../dashboard/sessions.ts";
import { running } from "../running.ts";
import { withTrace } from "../trace/source.ts";
import type { ConsoleEvent } from "./state.ts";

const entriesKept = 500;
const endedListed = 20;

export class Sources {
  readonly #cli: Cli;
  readonly #tell: (event: ConsoleEvent) => void;
  readonly #ending = new AbortController();
  #timer: Timer | null = null;
  /** Of the last look: what is read only when it is another. */
  #running = "unknown";
  #to = 0;
  #entries: readonly StoredEntry[] = [];

  constructor(cli: Cli, tell: (event: ConsoleEvent) => void) {
    this.#cli = cli;
    this.#tell = tell;
  }

  start(): void {
    void this.#follow();
    void this.#lookAtServices();
  }

  stop(): void {
    this.#ending.abort();
    this.#timer?.cancel();
  }

  /** Now, because something was just done to them. */
  async servicesNow(): Promise<void> {
    try {
      const daemon = await daemonStatus(this.#cli);
      const serving = readServing(this.#cli.paths.dashboardFile);
      const dashboard =
        serving === null ? null : { host: serving.host, port: serving.port, pid: serving.pid };
      this.#tell({ on: "services", services: { daemon, dashboard } });
    } catch (error) {
      this.#failed(error);
    }
  }

  async statesNow(): Promise<void> {
    try {
      this.#tell({ on: "states", states: (await running(this.#cli)).states });
    } catch (error) {
      this.#failed(error);
    }
  }

  async #lookAtServices(): Promise<void> {
    await this.servicesNow();
    if (this.#ending.signal.aborted) return;
    const again = (): void => void this.#lookAtServices();
    this.#timer = systemClock.after(limits.consoleServicesMs, again);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    for await (const live of new LiveWatch(this.#cli).follow(signal)) {
      if (signal.aborted) return;
      this.#tell({ on: "live", live });
      await this.#readNew(live);
    }
  }

  async #readNew(live: LiveView): Promise<void> {
    const running = live.sessions.map(({ session_id: id }) => id).join();
    const isOther = running !== this.#running;
    if (live.entries === this.#to && !isOther) return;
    this.#running = running;
    try {
      if (isOther) {
        const page = await sessionsPage(this.#cli, { state: "all", limit: endedListed });
        const ended = page.sessions.filter(({ state }) => state !== "running");
        this.#tell({ on: "ended", sessions: ended });
      }
      const news = await this.#readEntries(live.entries);
      // A pause is recorded as well, whoever ordered it.
      if (isOther || news.some(({ kind }) => kind === "operator.acted")) void this.statesNow();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Returns those that were not known yet. */
  async #readEntries(to: number): Promise<readonly StoredEntry[]> {
    // Another trace may have been begun in this one's place.
    const known = to < this.#to ? [] : this.#entries;
    const since = known.at(-1)?.seq;
    const query = since === undefined ? { last: entriesKept } : { afterSeq: since };
    const news = await withTrace(this.#cli, (trace) => [...(trace?.entries(query) ?? [])]);
    if (known.length > 0 && news.some(({ kind }) => kind === "content.erased")) {
      // Nor is it kept here.
      this.#entries = [];
      return await this.#readEntries(to);
    }
    this.#to = to;
    this.#entries = [...known, ...news].slice(-entriesKept);
    this.#tell({ on: "entries", entries: this.#entries });
    return news;
  }

  #failed(error: unknown): void {
    if (!(error instanceof AtlasError)) throw error;
    this.#tell({ on: "said", said: { text: error.message, tone: "bad" } });
  }
}
