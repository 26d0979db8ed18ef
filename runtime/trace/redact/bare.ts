/** Finds long random words that nothing tells of: keys of providers nobody has heard of. */
import { isUnlikeHash } from "./value.ts";
import { looksRandom, looksRandomInOneCase, mixOf } from "./letters.ts";
import type { Found } from "./found.ts";

/** Shorter ones turn up in file names and ids. */
const charsMin = 32;
/** Longer ones are data: pictures, archives. */
const charsMax = 2_048;
const run = /[A-Za-z0-9+/_-]{32,}={0,2}/g;

/** What stands before sums, pictures, public keys and their fingerprints. */
const telling =
  /(?:sha\d{0,3}|md5|h1|base64|fingerprint|integrity|etag|digest|checksum|msg)["']?[-:=~, ]{1,3}"?$/i;
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
    const isPath = /[./:~\\@%]/.test(shown[match.index - 1] ?? " ");
    for (const [from, to] of partsOf(word, isPath)) {
      if (!isRandom(word.slice(from, to))) continue;
      found.push({ kind: "random", from: match.index + from, to: match.index + to });
    }
  }
  return found;
}

function isTold(text: string, { 0: word, index }: RegExpExecArray): boolean {
  return harmless.test(word) || telling.test(text.slice(Math.max(0, index - 16), index));
}

/** Base64 holds a slash at one of 64 places, give or take two; paths hold more. */
const slashEveryChars = 64;
const slashesBeside = 2;

/** The folders of a path each by itself; the whole where it is no path. */
function partsOf(word: string, isPath: boolean): [number, number][] {
  if (!word.includes("/")) return [[0, word.length]];
  const parts: [number, number][] = [];
  let from = 0;
  const names = word.split("/");
  for (const part of names) {
    if (part.length >= charsMin) parts.push([from, from + part.length]);
    from += part.length + 1;
  }
  if (parts.some(([at, to]) => isRandom(word.slice(at, to)))) return parts;
  const slashesMax = slashesBeside + word.length / slashEveryChars;
  const isData = names.length - 1 <= slashesMax && names.every(isUnlikeSum);
  // Base64 has no dashes, and what begins with a slash is a path.
  return isPath || !isData || /^[/.~]|[-_]/.test(word) ? [] : [[0, word.length]];
}

const isUnlikeSum = (name: string): boolean => !/^[0-9a-f]{7,}$/.test(name);
/** `FUSE_d41d8cd98f00b204e9800998ecf8427e` */
const isSum = (name: string): boolean => /^[0-9a-f]{32,}$/.test(name);

const digitsMin = 2;
/** Names of files and versions are mostly of one case. */
const shareMin = 0.15;

function isRandom(word: string): boolean {
  if (word.length < charsMin || word.length > charsMax || !isUnlikeHash(word)) return false;
  if (word.split(/[_-]/).some(isSum)) return false;
  const { digits, lowers, uppers, others } = mixOf(word);
  // Words joined by dashes have many of them.
  if (digits < digitsMin || others > word.length / 8) return false;
  const least = word.length * shareMin;
  return lowers >= least && uppers >= least ? looksRandom(word) : isLongId(word);
}

const longIdCharsMin = 40;

/** Of small letters and digits alone; a hash in Base32 is shorter, and content ids begin by their own rule. */
function isLongId(word: string): boolean {
  if (word.length < longIdCharsMin || /^(?:baf[ky]|k51|[A-Z])/.test(word)) return false;
  return looksRandomInOneCase(word);
}
