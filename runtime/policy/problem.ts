/** What is wrong with a policy file, said in one line that names the place and the remedy. */

/** `line` and `column` count from 1; a column is a UTF-16 code unit, as editors count. */
export type PolicyProblem = {
  file: string;
  line: number;
  column: number;
  message: string;
  /** What to do about it, as the second half of the sentence. */
  hint?: string;
};

/** At most this many problems are listed; more than that help nobody. */
export const problemsMax = 100;

/** `policy.yaml:12:7: "confidance" is not a field of match; did you mean "min_confidence"?` */
export function printProblem({ file, line, column, message, hint }: PolicyProblem): string {
  const place = `${file}:${line}:${column}: ${message}`;
  return hint === undefined ? place : `${place}; ${hint}`;
}

/** Text from the file, in double quotes: clipped, and with everything invisible spelled out. */
export function quote(text: string, charsMax = 60): string {
  return spellOut(JSON.stringify(clip(text, charsMax).toWellFormed()));
}

/** A sentence of a library, which may repeat the file: one line, clipped, nothing invisible. */
export function printable(text: string): string {
  return spellOut(clip(text.split("\n")[0] ?? "", 200).toWellFormed());
}

function clip(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
}

function spellOut(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** `a, b or c`, for messages that list what is allowed. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

const lookedAtCharsMax = 64;

/**
 * The word of `candidates` that was probably meant, or null when none is near.
 * A part of a word counts nearly as much as the whole: `confidance` means `min_confidence`.
 */
export function nearest(written: string, candidates: readonly string[]): string | null {
  if (written.length > lookedAtCharsMax) return null;
  const lower = written.toLowerCase();
  let best: { word: string; distance: number } | null = null;
  for (const word of candidates) {
    const whole = editDistance(lower, word);
    const parts = word.split("_").map((part) => editDistance(lower, part) + 0.5);
    const distance = Math.min(whole, ...parts);
    if (best === null || distance < best.distance) best = { word, distance };
  }
  const allowed = lower.length < 4 ? 1 : Math.max(2, lower.length / 3);
  return best !== null && best.distance <= allowed ? best.word : null;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
