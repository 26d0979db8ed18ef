/** Sends the trace for as long as the daemon runs and this machine is enrolled. */
import type { DaemonUpload } from "../../../contracts/daemon.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import type { Cli } from "../cli.ts";
import { pause } from "./pause.ts";

const off: DaemonUpload = { state: "off", detail: null, newest_seq: null, acked_seq: null };

const held = {
  state: "stopped",
  detail: "by the operator, until it or the daemon is started",
} as const;

export class Uploads {
  readonly #cli: Cli;
  readonly #signal: AbortSignal;
  #state: DaemonUpload = off;
  /** What it was stopped with: it stays stopped until that is another. */
  #stoppedWith: string | null = null;
  /** The operator has stopped it. */
  #isHeld = false;
  #sending: AbortController | null = null;

  constructor(cli: Cli, signal: AbortSignal) {
    this.#cli = cli;
    this.#signal = signal;
  }

  get state(): DaemonUpload {
    return this.#state;
  }

  hold(): void {
    this.#isHeld = true;
    this.#sending?.abort();
    if (this.#state.state !== "off") this.#state = { ...this.#state, ...held };
  }

  /** Anew, whatever it was stopped by. */
  begin(): void {
    this.#isHeld = false;
    this.#stoppedWith = null;
    this.#sending?.abort();
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const enrolment = this.#enrolment();
      if (enrolment === null) this.#state = off;
      else if (this.#isHeld) this.#state = { ...this.#state, ...held };
      else if (enrolment !== this.#stoppedWith) await this.#send(enrolment);
      await pause(limits.daemonLookMs, this.#signal);
    }
  }

  /** What would be sent where, as it stands in the settings; null where nothing is. */
  #enrolment(): string | null {
    try {
      const { cloud } = readConfig(this.#cli.paths, this.#cli.environment);
      return cloud.url === null || cloud.key_id === null ? null : JSON.stringify(cloud);
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      // Sessions tell the operator what is wrong with the settings.
      return null;
    }
  }

  async #send(enrolment: string): Promise<void> {
    this.#stoppedWith = null;
    this.#state = { ...off, state: "sending" };
    const ending = new AbortController();
    this.#sending = ending;
    const stop = (): void => ending.abort();
    this.#signal.addEventListener("abort", stop, { once: true });
    const follows = this.#leaveWhenChanged(enrolment, ending);
    try {
      // Without an enrolment nothing that could open a connection is loaded.
      const { send } = await import("../cloud/sync.ts");
      const { outcome } = await send(this.#cli, {
        follow: true,
        signal: ending.signal,
        onProgress: ({ ackedSeq, newest }) => {
          this.#state = { ...this.#state, acked_seq: ackedSeq, newest_seq: newest };
        },
      });
      const { trouble } = outcome;
      if (!ending.signal.aborted) this.#stop(enrolment, trouble?.detail ?? "it ended by itself");
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      this.#stop(enrolment, error.message);
    } finally {
      ending.abort();
      this.#sending = null;
      this.#signal.removeEventListener("abort", stop);
      await follows;
    }
  }

  async #leaveWhenChanged(enrolment: string, ending: AbortController): Promise<void> {
    while (!ending.signal.aborted) {
      await pause(limits.daemonLookMs, ending.signal);
      if (this.#enrolment() !== enrolment) ending.abort();
    }
  }

  #stop(enrolment: string, why: string): void {
    this.#stoppedWith = enrolment;
    this.#state = { ...this.#state, state: "stopped", detail: why };
    this.#cli.note(`upload stopped: ${why}; see: atlasbridge cloud status`);
  }
}
