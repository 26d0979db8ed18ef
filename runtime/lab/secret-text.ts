/** Takes out of a recording what nobody else should read; every replacement is as long as what it replaces. Pure. */

/**
 * What looks like a secret by its shape alone: keys and tokens with a known beginning, web tokens, private keys,
 * passwords in addresses, values behind a telling name, and long mixed words.
 */
const shapes: readonly RegExp[] = [
  /\b(?:sk|pk|rk|xox[abprs]|gh[opsur]|glpat|npm|pypi|hf)[-_][\w-]{16,}/g,
  /\b(?:AKIA|ASIA|AIza)[\w-]{12,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /(?<=-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+/g,
  /(?<=:\/\/[^\s:/@]{1,64}:)[^\s/@]+(?=@)/g,
  /(?<=\b(?:password|passwd|passphrase|secret|token|api[_-]?key|authorization: bearer)["']?\s?[=:]\s?["']?)[^\s"']{4,}/gi,
  /\b(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{32,}={0,2}/g,
];

/** `home` is the person's home folder, which is replaced too. Line ends stay, so that rows stay rows. */
export function redacted(text: string, home: string): string {
  let result = text;
  for (const shape of shapes) result = result.replace(shape, (found) => cover(found, "x"));
  if (home.length > 1) result = result.replaceAll(home, `/${"u".repeat(home.length - 1)}`);
  return result;
}

/** The same length and line ends, and nothing of what it said. */
export function cover(text: string, by: string): string {
  return text.replace(/[^\r\n]/g, by);
}

const escape = "\u001b";
const bell = "\u0007";
/** Sequences of a cursor and colours, of a title, and of two or three characters. */
const sequence = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|[\\]P^_][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?|[ -/]?.)`,
  "gu",
);

/** Every character that can be seen replaced by a star; what moves the cursor stays. */
export function starred(text: string): string {
  let result = "";
  let from = 0;
  for (const found of text.matchAll(sequence)) {
    result += stars(text.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return result + stars(text.slice(from));
}

function stars(text: string): string {
  return text.replace(/[\p{L}\p{N}\p{P}\p{S}]/gu, (character) => "*".repeat(character.length));
}
