/** A secret's place in a text, and what is written in its stead. */

export type Found = {
  /** What it is: `github-token`, `password`, or the name of the operator's pattern. */
  kind: string;
  /** UTF-16 units of the text, the end not included. */
  from: number;
  to: number;
};

/** In order and apart. Of those that share a place the one that begins first names it, at the same place the longest. */
export function settled(found: readonly Found[]): Found[] {
  if (found.length < 2) return [...found];
  const apart: Found[] = [];
  for (const one of found.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = apart.at(-1);
    if (last === undefined || one.from >= last.to) apart.push(one);
    else if (one.to > last.to) apart[apart.length - 1] = { ...last, to: one.to };
  }
  return apart;
}

/**
 * `sure`, which is in order and apart, with what `vague` has besides: where one of those holds a sure one, the sure
 * one says better what to take.
 */
export function joined(sure: readonly Found[], vague: readonly Found[]): Found[] {
  if (vague.length === 0) return [...sure];
  let at = 0;
  const news = vague
    .toSorted((a, b) => a.from - b.from)
    .filter((one) => {
      while ((sure[at]?.from ?? Number.POSITIVE_INFINITY) < one.from) at += 1;
      return (sure[at]?.to ?? Number.POSITIVE_INFINITY) > one.to;
    });
  return settled([...sure, ...news]);
}

/** What stands in the place of a secret. */
export function markOf(kind: string): string {
  return `[redacted:${kind}]`;
}

/** The text with `by` of each in its place. `found` is in order and apart. */
export function replaced(
  text: string,
  found: readonly Found[],
  by: (one: Found, secret: string) => string,
): string {
  let result = "";
  let at = 0;
  for (const one of found) {
    result += text.slice(at, one.from) + by(one, text.slice(one.from, one.to));
    at = one.to;
  }
  return at === 0 ? text : result + text.slice(at);
}
