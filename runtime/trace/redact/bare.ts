/** Finds long random words that nothing tells of: keys of providers nobody has heard of. */
import { isUnlikeHash } from "./value.ts";
import { looksRandom, mixOf } from "./letters.ts";
import type { Found } from "./found.ts";

/** Shorter ones turn up in file names and ids. */
const charsMin = 32;
/** Longer ones are data: pictures, archives. */
const charsMax = 512;
const run = /[A-Za-z0-9+/_-]{32,}={0,2}/g;

/** What stands before sums, pictures, public keys and their fingerprints. */
const telling =
  /(?:sha\d{0,3}|md5|h1|base64|fingerprint|integrity|etag|digest)["']?[-:=~, ]{1,3}"?$/i;
/** How public keys and mangled names of compilers begin. */
const harmless = /^(?:AAAA[BCEFI]3Nza|AAAAE2Vj|AAAAG[Xn]|_?_Z|_R|0x|M[CFGHI][A-Za-z]w)/;

export function findBare(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(run)) {
    const [word] = match;
    if (harmless.test(word) || telling.test(text.slice(Math.max(0, match.index - 16), match.index)))
      continue;
    for (const [from, to] of partsOf(word)) {
      const part = word.slice(from, to);
      if (!isRandom(part)) continue;
      found.push({ kind: "random", from: match.index + from, to: match.index + to });
    }
  }
  return found;
}

/** The folders of a path each by itself; the whole where it is no path. */
function partsOf(word: string): [number, number][] {
  if (!word.includes("/")) return [[0, word.length]];
  const parts: [number, number][] = [];
  let from = 0;
  for (const part of word.split("/")) {
    if (part.length >= charsMin) parts.push([from, from + part.length]);
    from += part.length + 1;
  }
  if (parts.some(([at, to]) => isRandom(word.slice(at, to)))) return parts;
  return /^[/.~]/.test(word) ? [] : [[0, word.length]];
}

const digitsMin = 2;

function isRandom(word: string): boolean {
  if (word.length < charsMin || word.length > charsMax || !isUnlikeHash(word)) return false;
  const { digits, others } = mixOf(word);
  // Words joined by dashes have many of them.
  if (digits < digitsMin || others > word.length / 8) return false;
  return looksRandom(word);
}
