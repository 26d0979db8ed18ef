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
  /(?:sha\d{0,3}|md5|h1|base64|fingerprint|integrity|etag|digest|checksum)["']?[-:=~, ]{1,3}"?$/i;
/** How public keys and mangled names of compilers begin. */
const harmless = /^(?:AAAA[BCEFI]3Nza|AAAAE2Vj|AAAAG[Xn]|_?_Z|_R|0x|M[CFGHI][A-Za-z]w)/;

/** Public keys, certificates and signatures in their armour. */
const armour = /-----BEGIN (?![A-Z0-9 ]*PRIVATE)[A-Z0-9 ]{1,40}-----[^-]*/g;

export function findBare(text: string): Found[] {
  const found: Found[] = [];
  const shown = text.includes("-----BEGIN ")
    ? text.replaceAll(armour, (block) => " ".repeat(block.length))
    : text;
  for (const match of shown.matchAll(run)) {
    if (isTold(shown, match)) continue;
    const [word] = match;
    for (const [from, to] of partsOf(word)) {
      if (!isRandom(word.slice(from, to))) continue;
      found.push({ kind: "random", from: match.index + from, to: match.index + to });
    }
  }
  return found;
}

function isTold(text: string, { 0: word, index }: RegExpExecArray): boolean {
  return harmless.test(word) || telling.test(text.slice(Math.max(0, index - 16), index));
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
  // Base64 has no dashes, and what begins with a slash is a path.
  return /^[/.~]|[-_]/.test(word) ? [] : [[0, word.length]];
}

const digitsMin = 2;
/** Names of files and versions are mostly of one case. */
const shareMin = 0.15;

function isRandom(word: string): boolean {
  if (word.length < charsMin || word.length > charsMax || !isUnlikeHash(word)) return false;
  const { digits, lowers, uppers, others } = mixOf(word);
  // Words joined by dashes have many of them.
  if (digits < digitsMin || others > word.length / 8) return false;
  const least = word.length * shareMin;
  return lowers >= least && uppers >= least ? looksRandom(word) : isLongId(word, uppers);
}

const longIdCharsMin = 40;

/** Of small letters and digits alone; a hash in Base32 is shorter, and content ids begin by their own rule. */
function isLongId(word: string, uppers: number): boolean {
  if (uppers > 0 || word.length < longIdCharsMin || !/^(?!baf[ky]|k51)[a-z0-9]+$/.test(word))
    return false;
  // In a random one a digit follows a letter, or a letter a digit, at two of five places.
  const changes = word.match(/[a-z](?=[0-9])|[0-9](?=[a-z])/g)?.length ?? 0;
  return changes >= word.length / 5;
}
