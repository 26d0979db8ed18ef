/** Whether the tool may write: only while nobody wants it held. */

/** Who may want it: the person's terminal cannot keep up, or the screen cannot. */
export type Holder = "terminal" | "screen";

export class Flow {
  readonly #pty: () => { pause(): void; resume(): void } | null;
  readonly #holders = new Set<Holder>();

  constructor(pty: () => { pause(): void; resume(): void } | null) {
    this.#pty = pty;
  }

  get held(): boolean {
    return this.#holders.size > 0;
  }

  hold(by: Holder): void {
    if (this.#holders.size === 0) this.#pty()?.pause();
    this.#holders.add(by);
  }

  release(by: Holder): void {
    this.#holders.delete(by);
    if (this.#holders.size === 0) this.#pty()?.resume();
  }
}
