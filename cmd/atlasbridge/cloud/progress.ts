/** The bar that a long upload draws on a terminal; elsewhere nothing. */
import type { Cli } from "../cli.ts";

/** Fewer are sent before a bar could be read. */
const fromEntries = 1_000;
const barColumns = 30;
/** ECMA-48 EL. */
const eraseLine = "\r\x1b[K";

export class Progress {
  readonly #isShown: boolean;
  #from: number | null = null;
  #drawn = "";

  constructor({ json, isPlain }: Cli) {
    this.#isShown = process.stderr.isTTY === true && !json && !isPlain;
  }

  show({ ackedSeq, newest }: { ackedSeq: number; newest: number }): void {
    this.#from ??= ackedSeq;
    const all = newest - this.#from;
    if (!this.#isShown || all < fromEntries) return;
    const share = Math.min(1, (ackedSeq - this.#from) / all);
    const filled = Math.round(share * barColumns);
    const bar = "█".repeat(filled) + "░".repeat(barColumns - filled);
    const line = `\r${bar} ${Math.floor(share * 100)} % of ${all} entries sent`;
    if (line !== this.#drawn) process.stderr.write(line);
    this.#drawn = line;
  }

  /** Safe to call twice. */
  end(): void {
    if (this.#drawn !== "") process.stderr.write(eraseLine);
    this.#drawn = "";
  }
}
