/** Takes secrets out of the words of one command, read together: `--password` tells of the word behind it. */
import type { Redactor } from "../redact.ts";
import { type Found, markOf, replaced } from "./found.ts";

type By = (one: Found, secret: string) => string;

/** As many words as before; `by` makes what stands in a secret's place, a mark unless given. */
export function redactWords(
  words: readonly string[],
  redactor: Redactor,
  by: By = ({ kind }) => markOf(kind),
): string[] {
  const found = redactor.find(words.join("\0"));
  if (found.length === 0) return [...words];
  let from = 0;
  return words.map((word) => {
    const to = from + word.length;
    const here = found
      .filter((one) => one.from < to && one.to > from)
      .map((one) => ({
        ...one,
        from: Math.max(one.from, from) - from,
        to: Math.min(one.to, to) - from,
      }));
    from = to + 1;
    return replaced(word, here, by);
  });
}
