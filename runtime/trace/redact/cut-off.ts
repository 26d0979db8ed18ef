/** Finds what is left of a secret at the edge of a text whose other part was cut off. */
import { alphabets, isMixed, runEnd } from "./letters.ts";
import type { Found } from "./found.ts";

export type CutEdges = { start: boolean; end: boolean };

const charsMin = 4;
/** Lines of a key's Base64, with neither its beginning nor its end. */
const keyLines = /^(?:[A-Za-z0-9+/=]{40,}\s*\n)+[A-Za-z0-9+/=]*/;

export function findCutOff(text: string, { start, end }: CutEdges): Found[] {
  const found: Found[] = [];
  if (start) {
    const keyEnd = keyLines.exec(text)?.[0].length;
    const to = keyEnd ?? folderEnd(text, runEnd(text, 0, alphabets.any));
    if (isRest(text.slice(0, to))) found.push({ kind: "cut", from: 0, to });
  }
  if (end) {
    const from = lastRun(text);
    if (isRest(text.slice(from))) found.push({ kind: "cut", from, to: text.length });
  }
  return found;
}

/** Of a path its first name alone was cut. */
function folderEnd(text: string, to: number): number {
  const slash = text.indexOf("/");
  return slash > 0 && slash < to && isPath(text.slice(0, to)) ? slash : to;
}

/** Of a path its last name alone was cut. */
function lastRun(text: string): number {
  let from = text.length;
  while (from > 0 && runEnd(text, from - 1, alphabets.any) > from - 1) from -= 1;
  return isPath(text.slice(from)) ? text.lastIndexOf("/") + 1 : from;
}

/** Base64 has no dots, dashes and low lines, and paths mostly do. */
const isPath = (word: string): boolean => word.includes("/") && /[._~-]/.test(word);

const fileOrVersion = /^(?:[\w-]+\.[a-z]{1,5}\d?|v?\d+(?:\.\w+)+|[0-9a-f]{7,64})$/;

function isRest(word: string): boolean {
  return word.length >= charsMin && isMixed(word) && !fileOrVersion.test(word);
}
