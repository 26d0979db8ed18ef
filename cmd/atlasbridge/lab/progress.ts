/** One line on standard error that says how far a long command has come; nothing where no terminal shows it. */
import { cut } from "../layout.ts";
import { visible } from "../visible.ts";

export type Progress = {
  /** The next of all has begun. */
  at(name: string): void;
  /** Takes the line away. */
  done(): void;
};

type Output = { isTTY?: boolean; columns?: number; write(text: string): unknown };

export function progressOf(output: Output, of: number): Progress {
  let begun = 0;
  if (output.isTTY !== true) return { at: () => undefined, done: () => undefined };
  return {
    at(name) {
      begun += 1;
      const line = cut(`${begun}/${of} ${visible(name)}`, (output.columns ?? 80) - 1);
      output.write(`\r\u001b[K${line}`);
    },
    done: () => void output.write("\r\u001b[K"),
  };
}
