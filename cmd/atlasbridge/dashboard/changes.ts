/** Tells when files have changed: by the system's own word, and by looking at them where it gives none. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import type { Clock, Timer } from "../../../runtime/clock.ts";

export type ChangesOptions = {
  /** They may come later, and be replaced. */
  files: readonly string[];
  clock: Pick<Clock, "after" | "monotonicMs">;
  /** Begins to hear of changes in a folder. Throws where that cannot be. */
  hear?: (folder: string, told: (name: string | null) => void) => Pick<FSWatcher, "close">;
};

/** A network's file system tells nothing of other machines, and a system has so many watches and no more. */
export class Changes {
  readonly #files: readonly string[];
  readonly #clock: ChangesOptions["clock"];
  readonly #hear: NonNullable<ChangesOptions["hear"]>;
  #watching = new Map<string, Pick<FSWatcher, "close">>();
  /** What stands there, as far as it was told. */
  #known: string;
  #isChanged = false;
  #deafUntilMs = Number.NEGATIVE_INFINITY;
  #wake: (() => void) | null = null;

  constructor({ files, clock, hear = hearByFs }: ChangesOptions) {
    this.#files = files;
    this.#clock = clock;
    this.#hear = hear;
    this.#listen();
    this.#known = this.#look();
  }

  /** Whether the system's word is believed at the moment. */
  get hears(): boolean {
    return this.#watching.size > 0;
  }

  /** Once something has changed since the last call resolved, or after so long, or at `wake`. */
  async next(withinMs: number): Promise<void> {
    const untilMs = this.#clock.monotonicMs() + withinMs;
    for (;;) {
      this.#listen();
      const leftMs = untilMs - this.#clock.monotonicMs();
      if (this.#isChanged || leftMs <= 0) break;
      await this.#pause(this.hears ? leftMs : Math.min(leftMs, limits.dashboardLookMs));
      if (this.#isChanged || !this.#isOther()) continue;
      // Said at this very moment, it is only waiting to be read.
      await this.#pause(graceMs);
      if (!this.#isChanged) this.#missed();
    }
    if (this.#isChanged) await new Promise<void>((on) => this.#clock.after(settleMs, on));
    this.#isChanged = false;
    this.#known = this.#look();
  }

  /** Ends what `next` waits for. */
  wake(): void {
    this.#isChanged = true;
    this.#wake?.();
  }

  close(): void {
    for (const one of this.#watching.values()) one.close();
    this.#watching.clear();
  }

  async #pause(ms: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer: Timer = this.#clock.after(ms, over.resolve);
    this.#wake = over.resolve;
    await over.promise;
    this.#wake = null;
    timer.cancel();
  }

  #listen(): void {
    if (this.hears || this.#clock.monotonicMs() < this.#deafUntilMs) return;
    const folders = new Set(this.#files.map((file) => dirname(file)));
    try {
      for (const folder of folders) {
        const names = this.#files.filter((file) => dirname(file) === folder);
        const wanted = new Set(names.map((file) => basename(file)));
        const told = (name: string | null): void => {
          if (name === null || wanted.has(name)) this.wake();
        };
        this.#watching.set(folder, this.#hear(folder, told));
      }
    } catch {
      // There is no such folder yet, or no watch to be had.
      this.close();
      this.#deafUntilMs = this.#clock.monotonicMs() + limits.changesDeafMs;
    }
  }

  #missed(): void {
    this.#isChanged = true;
    if (!this.hears) return;
    this.close();
    this.#deafUntilMs = this.#clock.monotonicMs() + limits.changesDeafMs;
  }

  #isOther(): boolean {
    return this.#look() !== this.#known;
  }

  #look(): string {
    const seen = this.#files.map((file) => statSync(file, { throwIfNoEntry: false, bigint: true }));
    return seen.map((one) => `${one?.ino} ${one?.size} ${one?.mtimeNs}`).join();
  }
}

/** So long after it has happened a change may still be told. */
const graceMs = 20;
/** The runtime tells once of what happens to a file twice within a millisecond: who looks then must see both. */
const settleMs = 5;

function hearByFs(folder: string, told: (name: string | null) => void): FSWatcher {
  const watcher = watch(folder, { persistent: false }, (_event, name) => told(name));
  // It has gone: what is not told is found by looking.
  watcher.on("error", () => watcher.close());
  return watcher;
}
