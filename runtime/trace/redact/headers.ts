/** Finds what headers of HTTP hold: credentials behind a scheme, and cookies. */
import type { Found } from "./found.ts";
import { isMixed, readsAsWords } from "./letters.ts";
import type { Value } from "./value.ts";

const schemes = /^(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey|AWS4-HMAC-SHA256|OAuth|Bot)[ \t]+/i;
const firstCookie = /^[\w.-]+=/;
const headerNames = /^(?:proxy-)?authorization$/i;
const cookieNames = /^(?:set-)?cookie$/i;
const sign = /^\\{0,3}["']?[ \t]*[:=][ \t]*(?:\\{0,3}["'])?/;
const valueCharsMin = 6;
const reference = /^(?:\\?[$%<{*]|\[redacted|…|\.\.\.)/;

export function headerKind(name: string): string {
  return cookieNames.test(name) ? "cookie" : "authorization";
}

/**
 * What stands behind the name of a header that may hold more than one word. Undefined where this is none; null where
 * it holds no secret.
 */
export function behindHeader(
  text: string,
  { to, name }: { to: number; name: string },
): Value | null | undefined {
  const isCookie = cookieNames.test(name);
  if (!isCookie && !headerNames.test(name)) return undefined;
  const signed = sign.exec(text.slice(to, to + 12));
  if (signed === null) return undefined;
  const from = valueStart(text, to + signed[0].length, isCookie);
  const written = writtenAt(text, from, /^set-/i.test(name) ? /[;\n\r"'\0]/ : /[\n\r"'\0]/);
  if (reference.test(written) || written.length < valueCharsMin) return null;
  return { from, to: from + written.length, quoted: false };
}

/** Behind the scheme, or behind the first cookie's name. */
function valueStart(text: string, at: number, isCookie: boolean): number {
  const before = (isCookie ? firstCookie : schemes).exec(text.slice(at, at + 64));
  return at + (before?.[0].length ?? 0);
}

const firstWord = /^[^\s;,"'\0]*/;
const firstWordCharsMax = 256;

/** Empty where it begins as prose does. */
function writtenAt(text: string, from: number, ends: RegExp): string {
  const first = firstWord.exec(text.slice(from, from + firstWordCharsMax))?.[0] ?? "";
  if (isProse(first)) return "";
  const rest = text.slice(from, from + credentialsCharsMax);
  const length = rest.search(ends);
  return (length < 0 ? rest : rest.slice(0, length)).trimEnd();
}

/** Sentences about headers, and source code that names them, are made of words. */
function isProse(written: string): boolean {
  return !/[\d=]/.test(written) && (!isMixed(written) || readsAsWords(written));
}

const scheme = /\b(?:Bearer|Basic)[ \t]+(?=[\w.~+/-]{16})/gi;
const credentials = /^[\w.~+/-]+=*/;
const credentialsCharsMax = 8_192;

/** `Bearer x` and `Basic x` without the header's name. */
export function findSchemes(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(scheme)) {
    const from = match.index + match[0].length;
    const written = credentials.exec(text.slice(from, from + credentialsCharsMax))?.[0] ?? "";
    if (!/\d/.test(written) && (!isMixed(written) || readsAsWords(written))) continue;
    found.push({ kind: "authorization", from, to: from + written.length });
  }
  return found;
}
