/** Sends the trace for as long as the daemon runs and this machine is enrolled. */
import type { DaemonUpload } from "../../../contracts/daemon.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import type { Cli } from "../cli.ts";
import { openTrace } from "../trace/source.ts";
import { pause } from "./pause.ts";

const off: DaemonUpload = { state: "off", detail: null, newest_seq: null, acked_seq: null };

const held = {
  state: "stopped",
  detail: "by the operator, until it or the daemon is started",
} as const;

/** What it was stopped with, and by whom: by what the service said, or by something here that may pass. */
type Stop = { enrolment: string; by: "service" | "fault"; why: string; lookedAtMs: number };

export class Uploads {
  readonly #cli: Cli;
  readonly #signal: AbortSignal;
  #state: DaemonUpload = off;
  #stopped: Stop | null = null;
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
    this.#stopped = null;
    this.#sending?.abort();
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      const enrolment = this.#enrolment();
      if (enrolment === null) this.#state = off;
      else if (this.#isHeld) this.#state = { ...this.#state, ...held };
      else if (await this.#mayGoOn(enrolment)) await this.#send(enrolment);
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

  /**
   * What stopped it is looked at again: the operator may have seen to it by `cloud sync`, or by enrolling anew with the
   * same key; a locked keychain or a full disk passes by itself.
   */
  async #mayGoOn(enrolment: string): Promise<boolean> {
    const stop = this.#stopped;
    if (stop === null || stop.enrolment !== enrolment) return true;
    if (stop.by === "service" && !this.#isStopped()) return true;
    const nowMs = systemClock.monotonicMs();
    if (nowMs - stop.lookedAtMs < limits.uploadRetryLastMs) return false;
    this.#stopped = { ...stop, lookedAtMs: nowMs };
    if (stop.by === "service") await this.#keepRoom();
    return stop.by === "fault";
  }

  /** The service has said so, and nobody has been heard of since. */
  #isStopped(): boolean {
    try {
      const trace = openTrace(this.#cli);
      const trouble = trace?.upload()?.trouble ?? null;
      trace?.close();
      return trouble?.stopped ?? false;
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      return true;
    }
  }

  /** Nothing is sent, and the trace goes on growing. */
  async #keepRoom(): Promise<void> {
    const { keepRoom } = await import("../cloud/room.ts");
    try {
      keepRoom(this.#cli);
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      this.#cli.note(`warning: ${error.message}`);
    }
  }

  async #send(enrolment: string): Promise<void> {
    const before = this.#stopped;
    this.#stopped = null;
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
      const why = trouble?.detail ?? "it ended by itself";
      if (!ending.signal.aborted) this.#stop({ enrolment, by: "service", why }, before);
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      this.#stop({ enrolment, by: "fault", why: error.message }, before);
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

  #stop(stop: Omit<Stop, "lookedAtMs">, before: Stop | null): void {
    const { why } = stop;
    this.#stopped = { ...stop, lookedAtMs: systemClock.monotonicMs() };
    this.#state = { ...this.#state, state: "stopped", detail: why };
    // Tried again and again, it is told once.
    if (before?.why === why) return;
    this.#cli.note(`upload stopped: ${why}; see: atlasbridge cloud status`);
  }
}
