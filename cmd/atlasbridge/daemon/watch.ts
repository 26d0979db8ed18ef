/** Looks after sessions: one whose process has died gets its end in the trace, and what is too old goes. */
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import type { SessionRow } from "../../../runtime/trace/store.ts";
import type { Cli } from "../cli.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { forgetSocket } from "../run/answer-questions.ts";
import { pruneOld } from "../run/film.ts";
import { openOwnStore } from "../trace/own-store.ts";
import { startRetention } from "../trace/retain.ts";
import { openTrace } from "../trace/source.ts";
import { pause } from "./pause.ts";

export class Watch {
  readonly #cli: Cli;
  #running = 0;
  #recovered = 0;
  /** What could not be done, told once until it can. */
  #trouble: string | null = null;
  #retainedAtMs = Number.NEGATIVE_INFINITY;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  get running(): number {
    return this.#running;
  }

  get recovered(): number {
    return this.#recovered;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#look();
      await pause(limits.daemonLookMs, signal);
    }
  }

  /** Opens the trace anew each time: another process may have set it aside, or archived it. */
  #look(): void {
    try {
      const open = this.#openSessions();
      this.#running = open?.length ?? 0;
      const isDue = systemClock.monotonicMs() - this.#retainedAtMs >= limits.daemonRetainMs;
      if (open?.some(({ holder }) => isGone(holder)) === true) this.#withStore(this.#recover);
      if (open !== null && isDue) this.#withStore(this.#retain);
      if (this.#trouble !== null) this.#cli.note("the trace can be used again");
      this.#trouble = null;
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      const { message } = error;
      if (message !== this.#trouble) this.#cli.note(`the trace cannot be used: ${message}`);
      this.#trouble = message;
    }
  }

  /** Null where there is no trace yet. Only read: nobody is made to wait for it. */
  #openSessions(): SessionRow[] | null {
    const trace = openTrace(this.#cli);
    try {
      return trace?.openSessions() ?? null;
    } finally {
      trace?.close();
    }
  }

  #withStore(use: (store: OwnTrace) => void): void {
    const store = openOwnStore(this.#cli, ownRedactorOrDefault(this.#cli), { create: false });
    try {
      use(store);
    } finally {
      store.close();
    }
  }

  readonly #recover = (store: OwnTrace): void => {
    for (const entry of store.recover(isGone)) this.#tell(entry);
  };

  #tell({ kind, session_id: id }: StoredEntry): void {
    if (kind !== "session.ended") return;
    this.#recovered += 1;
    this.#running -= 1;
    forgetSocket(this.#cli.paths.socketFolder, id);
    this.#cli.note(`session ${id ?? "?"}: its process had died; its end is recorded`);
  }

  readonly #retain = (store: OwnTrace): void => {
    this.#retainedAtMs = systemClock.monotonicMs();
    const { paths, environment } = this.#cli;
    void startRetention(this.#cli, store);
    pruneOld(this.#cli, readConfig(paths, environment).recording, store);
  };
}
