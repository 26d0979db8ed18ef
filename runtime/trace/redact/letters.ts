/** Kinds of characters that tokens are made of, told apart by one look into a table, and how random a word looks. */

const digit = 1;
const lowHex = 2;
const low = 4;
const upHex = 8;
const up = 16;
const underscore = 32;
const dash = 64;
const dot = 128;
const slashPlus = 256;
const equals = 512;
const tilde = 1_024;
const dollar = 2_048;

const kinds = new Uint16Array(128);
function mark(letters: string, kind: number): void {
  for (const letter of letters) kinds[letter.charCodeAt(0)] = kind;
}
mark("0123456789", digit);
mark("abcdef", lowHex);
mark("ghijklmnopqrstuvwxyz", low);
mark("ABCDEF", upHex);
mark("GHIJKLMNOPQRSTUVWXYZ", up);
mark("_", underscore);
mark("-", dash);
mark(".", dot);
mark("/+", slashPlus);
mark("=", equals);
mark("~", tilde);
mark("$,", dollar);

const alnum = digit | lowHex | low | upHex | up;

/** Alphabets by the letter that the table of shapes says. */
export const alphabets = {
  digits: digit,
  hex: digit | lowHex | upHex,
  UPPER: digit | upHex | up,
  lower: digit | lowHex | low,
  alnum,
  word: alnum | underscore | dash,
  base64: alnum | slashPlus | equals,
  url: alnum | underscore | dash | slashPlus | equals,
  dotted: alnum | underscore | dash | dot,
  any: alnum | underscore | dash | dot | slashPlus | equals | tilde,
  crypt: alnum | dot | slashPlus | dollar | equals,
} as const;
export type AlphabetName = keyof typeof alphabets;

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (kinds[code] ?? 0) : 0;
}

export function isAlnumAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && (kindAt(text, at) & alnum) !== 0;
}

/** Where the run of these characters that begins at `from` ends. */
export function runEnd(text: string, from: number, alphabet: number): number {
  let at = from;
  while (at < text.length && (kindAt(text, at) & alphabet) !== 0) at += 1;
  return at;
}

export type Mix = { digits: number; lowers: number; uppers: number; others: number };

export function mixOf(text: string): Mix {
  const mix = { digits: 0, lowers: 0, uppers: 0, others: 0 };
  for (let at = 0; at < text.length; at += 1) {
    const kind = kindAt(text, at);
    if ((kind & digit) !== 0) mix.digits += 1;
    else if ((kind & (lowHex | low)) !== 0) mix.lowers += 1;
    else if ((kind & (upHex | up)) !== 0) mix.uppers += 1;
    else mix.others += 1;
  }
  return mix;
}

/** Letters beside digits, or large ones amid small: no word of a language. */
export function isMixed(text: string): boolean {
  const { digits, lowers, uppers } = mixOf(text);
  return digits > 0 ? lowers + uppers > 0 : uppers > 1 && lowers > 1;
}

/** Shannon's entropy of the characters, in bits for each. */
function entropyOf(text: string): number {
  const counts = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** Letters of one case side by side in so long a run read as a word. */
const wordLettersMin = 4;

/** The share of a text that reads as words: small in a random one, nearly all of a name made of words. */
function wordShare(text: string): number {
  let inWords = 0;
  for (const [run] of text.matchAll(/[a-z]+|[A-Z]+/g)) {
    if (run.length >= wordLettersMin) inWords += run.length;
  }
  return inWords / text.length;
}

const wordShareMax = 0.45;

export function readsAsWords(text: string): boolean {
  return wordShare(text) > wordShareMax;
}

/** As random letters and digits of both cases look, the longer the surer; hashes in hexadecimal never do. */
export function looksRandom(text: string): boolean {
  const { digits, lowers, uppers } = mixOf(text);
  if (digits === 0 || lowers === 0 || uppers === 0) return false;
  const bitsMin = Math.min(4, Math.log2(text.length) * 0.8);
  return entropyOf(text) >= bitsMin && !readsAsWords(text);
}

/**
 * As random letters and digits of one case look: at two of five places a digit follows a letter or a letter a digit.
 * What is hexadecimal does too, and is for the caller to tell apart.
 */
export function looksRandomInOneCase(text: string): boolean {
  if (!/^(?:[a-z0-9]+|[A-Z0-9]+)$/.test(text)) return false;
  const changes = text.match(/[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return changes >= text.length / 5;
}
