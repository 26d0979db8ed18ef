/** Finds the password of an address, `scheme://user:password@host`, or the token that stands in its user's place. */
import { looksRandom, mixOf } from "./letters.ts";
import type { Found } from "./found.ts";

/** Longer ones are no addresses of people's. */
const userCharsMax = 2_048;
const ends = " \t\r\n\0\"'`<>|";

export function findAddresses(text: string): Found[] {
  const found: Found[] = [];
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    const one = userOf(text, at + 3);
    if (one !== null) found.push(one);
  }
  return found;
}

function userOf(text: string, from: number): Found | null {
  const { colon, atSign } = signsOf(text, from);
  if (atSign < 0) return null;
  if (colon >= 0 && colon < atSign) return passwordOf(text, colon + 1, atSign);
  const user = text.slice(from, atSign);
  return isTokenUser(user) ? { kind: "token", from, to: atSign } : null;
}

/** The first colon and the last `@` of what may be a user's part; -1 where there is none. */
function signsOf(text: string, from: number): { colon: number; atSign: number } {
  let colon = -1;
  let atSign = -1;
  const most = Math.min(text.length, from + userCharsMax);
  for (let at = from; at < most; at += 1) {
    const letter = text[at] ?? "";
    if (ends.includes(letter) || endsUser(text, at, colon)) break;
    if (letter === ":" && colon < 0) colon = at;
    if (letter === "@") atSign = at;
  }
  return { colon, atSign };
}

/** A password may hold a slash that somebody forgot to write as `%2F`; behind a host or a port one ends the user's part. */
function endsUser(text: string, at: number, colon: number): boolean {
  if (text[at] === ":") return text.startsWith("//", at + 1);
  return "/?#".includes(text[at] ?? " ") && (colon < 0 || isPort(text, colon + 1));
}

function isPort(text: string, at: number): boolean {
  return /^\d{1,5}(?:[/?#]|$)/.test(text.slice(at, at + 6));
}

function passwordOf(text: string, from: number, to: number): Found | null {
  const password = text.slice(from, to);
  const isTold = /^(?:\$|%|<|\{|\*+$|x+$|•|\[redacted|password$|pass$|secret$|…)/i.test(password);
  return password === "" || isTold ? null : { kind: "url-password", from, to };
}

function isTokenUser(user: string): boolean {
  if (user.length < 20) return false;
  const { digits, lowers, uppers } = mixOf(user);
  return looksRandom(user) || (digits > 2 && lowers + uppers > 8 && !/[.+]/.test(user));
}
