/** Knows the marks of an earlier pass, so that a text which has been redacted comes out the same again. */
import type { Found } from "./found.ts";
import { anchors } from "./preset.ts";
import { shapeKinds } from "./shapes.ts";

const kinds: readonly string[] = [
  ...shapeKinds,
  ...Object.keys(anchors),
  ...["environment", "password", "secret", "token", "key", "cookie", "authorization"],
  ...["url-password", "private-key", "random", "encoded", "cut"],
];

const begins = "[redacted:";
const mark = /\[redacted:([a-z0-9][a-z0-9_-]{0,63})\]/g;

/** `names`: of the operator's patterns. What only looks like a mark says nothing: it may hold a secret. */
export function markKinds(names: readonly string[]): ReadonlySet<string> {
  return new Set([...kinds, ...names]);
}

/** What was found, but for what stands within marks. `found` is in order and apart. */
export function outsideMarks(
  found: readonly Found[],
  text: string,
  known: ReadonlySet<string>,
): readonly Found[] {
  if (found.length === 0 || !text.includes(begins)) return found;
  const marks = [...text.matchAll(mark)]
    .filter(({ 1: kind = "" }) => known.has(kind))
    .map(({ index, 0: { length } }) => ({ from: index, to: index + length }));
  let next = 0;
  return found.flatMap((one) => {
    while ((marks[next]?.to ?? Number.POSITIVE_INFINITY) <= one.from) next += 1;
    return piecesOf(one, marks, next);
  });
}

type Range = { from: number; to: number };

/** What is left of it beside the marks, of which the first that it reaches is at `next`. */
function piecesOf(one: Found, marks: readonly Range[], next: number): Found[] {
  const pieces: Found[] = [];
  let { from } = one;
  for (let at = next; from < one.to; at += 1) {
    const { from: start, to } = marks[at] ?? { from: one.to, to: one.to };
    const end = Math.min(start, one.to);
    if (end > from) pieces.push({ ...one, from, to: end });
    from = start >= one.to ? one.to : to;
  }
  return pieces;
}
