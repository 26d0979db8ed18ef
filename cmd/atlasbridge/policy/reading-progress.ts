/** How far the reading of a long trace has come, on standard error; nothing where no terminal shows it. */

type Output = { isTTY?: boolean; write(text: string): unknown };

export type ReadingProgress = { at(seq: number): void; done(): void };

/** A short trace is read before anybody looks. */
const shownFrom = 20_000;

export function readingProgress(output: Output, last: number): ReadingProgress {
  if (output.isTTY !== true || last < shownFrom) {
    return { at: () => undefined, done: () => undefined };
  }
  let shown = -1;
  return {
    at(seq) {
      const percent = Math.floor((seq / last) * 100);
      if (percent <= shown) return;
      shown = percent;
      output.write(`\r\u001b[Kreading the trace: ${percent} %`);
    },
    done: () => void output.write("\r\u001b[K"),
  };
}
