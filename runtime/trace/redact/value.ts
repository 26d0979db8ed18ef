/** Reads a value that stands behind a name: where it begins and ends, and whether it can be a secret at all. */
import { isMixed, looksRandom, looksRandomInOneCase, mixOf, readsAsWords } from "./letters.ts";
import { classify, type NameClass } from "./names.ts";

/** What holds the value: how it ends depends on it. */
export type Setting = "assigned" | "told" | "option" | "query" | "element";

export type Value = { from: number; to: number; quoted: boolean };

const valueCharsMax = 16_384;

/** The value at `at`, quoted or bare; null where there is none. A NUL parts the words of a command. */
export function readValue(text: string, at: number, setting: Setting): Value | null {
  if (text[at - 1] === "\0") return readWord(text, at);
  if (setting === "element") return { from: at, to: bareEnd(text, at, setting), quoted: true };
  const opened = /^\\{0,3}["'`]/.exec(text.slice(at, at + 4));
  if (opened !== null) return readQuoted(text, at, opened[0]);
  const to = withoutPunctuation(text, { from: at, to: bareEnd(text, at, setting) });
  return to > at ? { from: at, to, quoted: false } : null;
}

/** A word of a command is its own whole, whatever stands in it. */
function readWord(text: string, from: number): Value | null {
  const end = text.indexOf("\0", from);
  const to = Math.min(end < 0 ? text.length : end, from + valueCharsMax);
  return to > from ? { from, to, quoted: true } : null;
}

function bareEnd(text: string, from: number, setting: Setting): number {
  const ends = endings[setting];
  const most = Math.min(text.length, from + valueCharsMax);
  let to = from;
  while (to < most && !ends.includes(text[to] ?? "")) {
    // A shell's `\ ` is part of the word.
    to += setting !== "query" && text.startsWith("\\ ", to) ? 2 : 1;
  }
  return Math.min(to, most);
}

function withoutPunctuation(text: string, { from, to }: { from: number; to: number }): number {
  let end = to;
  while (end > from && ",.:".includes(text[end - 1] ?? " ") && !isWithinWord(text, end)) end -= 1;
  return end;
}

/** A full stop or comma at the end of a sentence or a list is no part of a value. */
function isWithinWord(text: string, to: number): boolean {
  const next = text[to];
  return next !== undefined && !/[\s\0"'`)]/.test(next);
}

const white = " \t\r\n\0";
const endings: Readonly<Record<Setting, string>> = {
  assigned: `${white}"'\`;|<>)}]&`,
  told: `${white}"'\`<>`,
  option: `${white}"'\`;|<>&`,
  element: "<\n\0",
  query: `${white}"'\`<>&#;|)`,
};

function readQuoted(text: string, at: number, opener: string): Value | null {
  const from = at + opener.length;
  const most = Math.min(text.length, from + valueCharsMax);
  const plain = opener.length === 1;
  for (let to = from; to < most; to += 1) {
    if (text.startsWith(opener, to)) return to > from ? { from, to, quoted: true } : null;
    if (text[to] === "\n" || text[to] === "\0") break;
    if (plain && opener !== "'" && text[to] === "\\") to += 1;
  }
  // Never closed: what was cut off is a secret still.
  const end = text.slice(from, most).search(/[\s\0]/);
  const to = end < 0 ? most : from + end;
  return to > from ? { from, to, quoted: true } : null;
}

const stopWords = new Set(
  (
    "true false yes no on off null none nil undefined void empty required optional default string number boolean " +
    "object any unknown never bool str text bytes int integer hidden masked redacted missing invalid incorrect wrong " +
    "expired revoked changed unchanged reset set unset new old current your the this that for from and with using not " +
    "is was are has been will can must should await async function return const let var typeof export import prompt " +
    "stdin keychain keyring vault env file password passwd passphrase secret token key apikey example changeme test " +
    "value disabled enabled auto manual always once invalid bearer basic digest login user username read write"
  ).split(" "),
);

/** References, blanks to fill in, and what has been taken out already. */
const reference =
  /^(?:[$%@&*#<{([|!?]|\\[$nrt]|process\.env|os\.environ|env[.[(]|ENV\[|secrets?\.|var\.|local\.|module\.|data\.|self\.|this\.|config\.|ctx\.|args\.|options\.|settings\.|\.\.\.|…|•|\[redacted)/i;
const blank =
  /^(?:x{3,}|\*{2,}|\.{2,}|-{2,}|_{2,}|•+|your[-_ ]?.*|my[-_ ]?(?:secret|password|token|key|api)\w*|<.*>|(?:insert|enter|put|add|paste)[-_ ].*|(?:some|dummy|fake|sample|example|placeholder|redacted|changeme|foo|bar)[-_]?\w*(?:here)?|\w*_here)$/i;

/** `…`-less source code: a call, a member of something, an index. */
const code = /^[A-Za-z_$][\w$]*(?:\(|\[|\.[A-Za-z_$][\w$]*(?:[.([]|$)|\?\.|::)/;

type About = { told: NameClass; quoted: boolean; setting: Setting };

/** Whether what is written there may be a secret rather than speak of one. */
export function isSecretValue(value: string, { told, quoted, setting }: About): boolean {
  if (speaksOfOne(value, quoted)) return false;
  switch (told) {
    case "key":
      return value.length >= keyCharsMin && isUnlikeHash(value) && isRandom(value);
    case "token":
      return value.length >= tokenCharsMin && isTokenlike(value, quoted);
    case "password":
      if (value.length < passwordCharsMin || isPathOrAddress(value)) return false;
      return quoted || setting !== "told" || isPasswordlike(value);
  }
}

const isRandom = (value: string): boolean => looksRandom(value) || looksRandomInOneCase(value);

const keyCharsMin = 16;
const tokenCharsMin = 6;
const passwordCharsMin = 3;

function speaksOfOne(value: string, quoted: boolean): boolean {
  if (blank.test(value) || stopWords.has(value.toLowerCase())) return true;
  if (noSecret.test(value)) return true;
  if (reference.test(value)) return !isOddPassword(value, quoted);
  if (quoted) return false;
  // `password = userPassword`: a name of one.
  const isName =
    /^[A-Za-z_][A-Za-z_.]*;?$/.test(value) && classify(value.replace(";", "")) !== null;
  return isName || call.test(value) || (code.test(value) && !looksRandom(value));
}

/** Types, ciphers, colours. */
const noSecret =
  /^(?:(?:Big)?U?[Ii]nt\d+(?:Clamped)?(?:Array)?|[Ff]loat\d+(?:Array)?|(?:utf|base|sha|md|aes|hs|rs|es|ed)-?\d{1,5}(?:-\w{3})?|#[0-9a-f]{3,8})[;,)]?$/i;
const call = /^[A-Za-z_$][\w$.]*\(/;

/** In quotes a password may begin with anything, as `!x9` or `#1abc`; a reference has a name behind its sign. */
function isOddPassword(value: string, quoted: boolean): boolean {
  if (!quoted || /^(?:[$%]|\{\{|<|\[redacted|\*|•|…|\.\.\.)/.test(value)) return false;
  return /^[&@#!?(|[{]/.test(value) && isMixed(value);
}

function isTokenlike(value: string, quoted: boolean): boolean {
  const { digits, lowers, uppers, others } = mixOf(value);
  if (isPathOrAddress(value)) return false;
  if (digits > 0 && lowers + uppers > 0) return true;
  if (digits >= 8 && others === 0) return true;
  return (quoted && value.length >= 16 && !/[\s.]/.test(value)) || looksRandom(value);
}

function isPathOrAddress(value: string): boolean {
  return /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|[a-z][a-z0-9+.-]*:\/\/)/.test(value) && !looksRandom(value);
}

function isPasswordlike(value: string): boolean {
  const { digits, uppers, lowers, others } = mixOf(value);
  if (digits > 0) return lowers + uppers + others > 0 || digits >= 4;
  const isName = /^[A-Z][a-z]+$/.test(value) || readsAsWords(value);
  return (uppers > 0 && lowers > 0 && !isName) || others > 1;
}

/** Hashes, sums and UUIDs are keys of many things, and no secret. */
export function isUnlikeHash(value: string): boolean {
  return !/^(?:0x)?[0-9a-f-]+$/i.test(value) && !/^(?:sha\d*|md5|blake\w*|h1)[-:=~]/i.test(value);
}
