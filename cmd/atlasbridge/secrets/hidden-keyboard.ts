/** Asks at the terminal and takes a line from it, showing nothing of what is typed. */

const enter = new Set([0x0d, 0x0a]);
// Ctrl-C, Ctrl-D.
const stop = new Set([0x03, 0x04]);
const erase = new Set([0x7f, 0x08]);
const eraseLine = 0x15;

export class HiddenKeyboard {
  /** Keys that no question has taken yet. */
  #waiting: number[] = [];
  #taken: () => void = () => undefined;
  #ended = false;

  constructor() {
    process.stdin.setRawMode(true);
    process.stdin.on("data", this.#onKeys);
    process.stdin.on("end", this.#onEnd);
    process.stdin.resume();
  }

  /** The line without its Enter; null when the person stopped, or the terminal is gone. */
  async ask(question: string): Promise<Uint8Array | null> {
    process.stderr.write(question);
    const line = await this.#line();
    // The Enter was not shown either.
    process.stderr.write("\n");
    return line;
  }

  /** Gives the terminal back as it was. */
  close(): void {
    process.stdin.off("data", this.#onKeys);
    process.stdin.off("end", this.#onEnd);
    process.stdin.setRawMode(false);
    process.stdin.pause();
    this.#waiting.fill(0);
  }

  async #line(): Promise<Uint8Array | null> {
    let line: number[] = [];
    for (;;) {
      const key = this.#waiting.shift();
      if (key === undefined) {
        if (this.#ended) return null;
        await new Promise<void>((resolve) => (this.#taken = resolve));
      } else if (stop.has(key)) return null;
      else if (enter.has(key)) return new Uint8Array(line);
      else if (key === eraseLine) line = [];
      else if (erase.has(key)) line.splice(lastCharacter(line));
      else line.push(key);
    }
  }

  readonly #onKeys = (chunk: Buffer): void => {
    this.#waiting.push(...chunk);
    chunk.fill(0);
    this.#taken();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#taken();
  };
}

/** Where the last character begins, which may be of several bytes. */
function lastCharacter(line: readonly number[]): number {
  return Math.max(
    0,
    line.findLastIndex((byte) => (byte & 0xc0) !== 0x80),
  );
}
