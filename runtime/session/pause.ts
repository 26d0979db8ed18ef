/** A session's own brake: nothing is typed on anyone's behalf while it holds, and the tool may be made to stand still. */

/** `frozen`: its processes are stopped as well. */
export type PauseState = "running" | "paused" | "frozen";

export class Pause {
  #state: PauseState = "running";
  #thawed: PromiseWithResolvers<void> | null = null;

  get state(): PauseState {
    return this.#state;
  }

  /** Why nothing may be typed now; null when it may. */
  get why(): string | null {
    if (this.#state === "running") return null;
    return "this session is paused (atlasbridge sessions resume)";
  }

  /** Of a stopped job: waits for us to go on, unless we did not stop it. */
  thawed(otherwise: () => Promise<void>): Promise<void> {
    return this.#thawed?.promise ?? otherwise();
  }

  pause(): void {
    if (this.#state === "running") this.#state = "paused";
  }

  freeze(): void {
    this.#state = "frozen";
    this.#thawed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#state = "running";
    this.#thawed?.resolve();
    this.#thawed = null;
  }
}
