/** Stars in words and paths, in linear or at worst quadratic time. Pure. */

export type WordGlob = (text: string) => boolean;

/** `*` is any run of characters, also none; everything else is itself. */
export function compileWord(pattern: string): WordGlob {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return (text) => text === pattern;
  const last = rest.at(-1) ?? "";
  const middle = rest.slice(0, -1);
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    const end = text.length - last.length;
    for (const part of middle) {
      const at = text.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}

/** Segments of an absolute path: `**` is any number of them, also none; `*` within one is as in a word. */
export type PathGlob = {
  matches(segments: readonly string[]): boolean;
  /** Whether everything in this folder is matched, and the folder itself. */
  covers(folder: readonly string[]): boolean;
};

export function compilePath(segments: readonly string[]): PathGlob {
  const parts = segments.map((segment) => (segment === "**" ? null : compileWord(segment)));
  const open = parts.at(-1) === null ? parts.slice(0, -1) : null;
  return {
    matches: matcherOfName(parts) ?? ((path) => matchParts(parts, path)),
    // What stands below is matched as soon as the folder is, without the `**` at the end.
    covers: (folder) => open !== null && someStart(open, folder),
  };
}

/** Of a name anywhere, `**` and a name or the same with all that is below: most patterns are so, and many paths are asked. */
function matcherOfName([start, name, end, ...more]: readonly (WordGlob | null)[]) {
  if (start !== null || name === undefined || name === null || more.length > 0) return null;
  if (end === null) return (path: readonly string[]): boolean => path.some(name);
  if (end !== undefined) return null;
  return (path: readonly string[]): boolean => path.length > 0 && name(path.at(-1) ?? "");
}

/** The set of places in the pattern that the path may have come to, segment by segment. */
function matchParts(parts: readonly (WordGlob | null)[], path: readonly string[]): boolean {
  let at = widen(new Set([0]), parts);
  for (const segment of path) {
    const next = new Set<number>();
    for (const place of at) {
      const part = parts[place];
      if (part === null) next.add(place);
      else if (part?.(segment) === true) next.add(place + 1);
    }
    at = widen(next, parts);
  }
  return at.has(parts.length);
}

/** A `**` may also stand for nothing. */
function widen(places: Set<number>, parts: readonly (WordGlob | null)[]): Set<number> {
  for (const place of places) if (parts[place] === null) places.add(place + 1);
  return places;
}

function someStart(parts: readonly (WordGlob | null)[], folder: readonly string[]): boolean {
  for (let length = 0; length <= folder.length; length += 1) {
    if (matchParts(parts, folder.slice(0, length))) return true;
  }
  return false;
}
