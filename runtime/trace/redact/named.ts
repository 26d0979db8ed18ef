/** Finds secrets by the name that stands before them: assignments, fields, options, headers, prose. */
import type { Found } from "./found.ts";
import { headerKind, behindHeader } from "./headers.ts";
import { classify, type NameClass } from "./names.ts";
import { isSecretValue, readValue, type Setting, type Value } from "./value.ts";

/** Every name of a secret holds one of these. */
const telling =
  /pass|pwd|secret|token|key|auth|cred|cookie|sess|sid|sig|connectionstring|dsn|jwt|otp|_pat\b|\bpat\b|identified/gi;
const nameCharsMax = 64;

export function findNamed(text: string): Found[] {
  const found: Found[] = [];
  telling.lastIndex = 0;
  for (let hit = telling.exec(text); hit !== null; hit = telling.exec(text)) {
    const from = nameStart(text, hit.index);
    const to = nameEnd(text, hit.index + hit[0].length);
    telling.lastIndex = to;
    const one = behind(text, { from, to, name: text.slice(from, to) });
    if (one === null) continue;
    found.push(one);
    telling.lastIndex = Math.max(one.to, to);
  }
  return found;
}

type Name = { from: number; to: number; name: string };
type Place = { at: number; setting: Setting; isListed?: true };

const isNameLetter = (letter: string | undefined): boolean =>
  letter !== undefined && /[A-Za-z0-9_.$-]/.test(letter);

function nameStart(text: string, at: number): number {
  let from = at;
  while (from > 0 && at - from < nameCharsMax && isNameLetter(text[from - 1])) from -= 1;
  return from;
}

function nameEnd(text: string, at: number): number {
  let to = at;
  while (to < text.length && to - at < nameCharsMax && isNameLetter(text[to])) to += 1;
  // `token.` at the end of a sentence.
  while (to > at && ".-".includes(text[to - 1] ?? "")) to -= 1;
  return to;
}

function behind(text: string, name: Name): Found | null {
  if (/^identified$/i.test(name.name)) return found("password", behindSql(text, name.to));
  const told = classify(name.name);
  if (told === null) return null;
  const kind = kindOf(told, name.name);
  const header = behindHeader(text, name);
  if (header !== undefined) return found(headerKind(name.name), header);
  const place = placeBehind(text, name);
  if (place === null || endsText(text, place, name.from)) return null;
  const value = readValue(text, place.at, place.setting);
  if (value === null) return null;
  // A signature in an address opens what it signs, and may well be in hexadecimal.
  const isSignature = place.setting === "query" && /sig(?:nature)?$/i.test(name.name);
  const about = {
    told: isSignature ? "token" : told,
    // Of names in a list the second is no secret of the first.
    quoted: value.quoted && place.isListed !== true,
    setting: place.setting,
  };
  return isSecretValue(text.slice(value.from, value.to), about) ? found(kind, value) : null;
}

/** Whether the quote there ends a text that the name stands in: `"Password: "`. What cannot be told does not. */
function endsText(text: string, { at, setting }: Place, from: number): boolean {
  const quote = text[at] ?? "";
  if (setting !== "told" || quote === "" || !`"'\``.includes(quote)) return false;
  const line = lineBefore(text, from);
  if (line === null) return false;
  // An apostrophe within a word is no quote.
  const before = (line + text.slice(from, at)).replace(/[A-Za-z]'(?=[A-Za-z])/g, "");
  return before.split(quote).length % 2 === 0;
}

/** What stands before it on its line; null where that is more than is looked at. */
function lineBefore(text: string, from: number): string | null {
  const window = text.slice(Math.max(0, from - lineCharsMax), from);
  const brk = window.lastIndexOf("\n");
  return brk < 0 && from > lineCharsMax ? null : window.slice(brk + 1);
}

function found(kind: string, value: Value | null): Found | null {
  return value === null ? null : { kind, from: value.from, to: value.to };
}

function kindOf(told: NameClass, name: string): string {
  if (told === "password") return /secret/i.test(name) ? "secret" : "password";
  if (/cookie|sess|sid$/i.test(name)) return "cookie";
  return told === "token" && !/key$/i.test(name) ? "token" : "key";
}

/** `=`, `:`, `=>` and their like, with the quote or bracket that ends a name before them. */
const sign = /^(?:\\{0,3}["'`]\]?|\])?[ \t]*(:?={1,3}>?|:)[ \t\0]*/;
const bareSign = /^(?:\\{0,3}["'`]\]?|\])?[ \t]*:[ \t]*\r?\n/;

/** Where a value may stand behind a name, and how it is read there; null where none stands. */
function placeBehind(text: string, name: Name): Place | null {
  const rest = text.slice(name.to, name.to + 16);
  const signed = sign.exec(rest);
  if (signed?.[1] !== undefined && !bareSign.test(rest)) {
    const mark = signed[1];
    const isCompared = mark.startsWith("==") || "=:".includes(rest[signed[0].length] ?? " ");
    const at = name.to + signed[0].length;
    return isCompared ? null : { at, setting: settingBehind(text, name, { mark, rest }) };
  }
  if (rest.startsWith(">")) return elementBehind(text, name);
  // `set("x-api-key", "…")`
  const argument = /^["'],[ \t]*(?=["'])/.exec(rest)?.[0];
  if (argument !== undefined && classify(name.name) !== "password") {
    return { at: name.to + argument.length, setting: "told", isListed: true };
  }
  return placeApart(text, name);
}

/** `<password>…</password>` */
function elementBehind(text: string, { from, to }: Name): Place | null {
  if (text[from - 1] !== "<") return null;
  const end = text.indexOf("<", to);
  return end > to && text[end + 1] === "/" ? { at: to + 1, setting: "element" } : null;
}

function settingBehind(
  text: string,
  { from, name }: Name,
  { mark, rest }: { mark: string; rest: string },
): Setting {
  if (mark !== "=") return mark === ":" ? "told" : "assigned";
  if ("?&".includes(text[from - 1] ?? " ")) return "query";
  if (name.startsWith("-")) return "option";
  return /^[ \t]/.test(rest) ? spacedSetting(text, from) : "assigned";
}

/** `password = x` of a settings file stands alone on its line; of a program's source it need not mean a value. */
function spacedSetting(text: string, from: number): Setting {
  return lineBefore(text, from)?.trim() === "" ? "assigned" : "told";
}

/** Behind white space alone: options of a command, SQL, netrc, prose. */
function placeApart(text: string, { from, to, name }: Name): Place | null {
  const space = /^[ \t\0]+/.exec(text.slice(to, to + 8))?.[0];
  if (space === undefined) return null;
  const at = to + space.length;
  if (/^(?:--[A-Za-z]|-[a-z-]+$)/.test(name)) {
    return text[at] === "-" ? null : { at, setting: "option" };
  }
  const is = /^(?:is|was)[ \t]+/i.exec(text.slice(at, at + 8))?.[0];
  if (is !== undefined) return { at: at + is.length, setting: "told" };
  // In SQL; `pass 'x'` and `key "x"` are prose.
  if (/^["']/.test(text.slice(at, at + 1))) {
    return /^pass(?:word|wd|phrase)$/i.test(name) ? { at, setting: "assigned" } : null;
  }
  const line = text.slice(Math.max(0, from - lineCharsMax), from);
  if (/\b(?:login|user)[ \t]+\S+[ \t]+$/.test(line)) return { at, setting: "told" };
  // `configure set aws_secret_access_key X`
  return /[_.-]/.test(name) && /\bset[ \t\0]+$/.test(line) ? { at, setting: "told" } : null;
}

/** So much of the line before a name is looked at. */
const lineCharsMax = 200;

function behindSql(text: string, to: number): Value | null {
  const by = /^[ \t]+(?:WITH[ \t]+\w+[ \t]+)?(?:BY|AS)[ \t]+(?:PASSWORD[ \t]+)?/i.exec(
    text.slice(to, to + 60),
  );
  if (by === null) return null;
  const value = readValue(text, to + by[0].length, "assigned");
  return value?.quoted === true && text[value.to] !== "`" ? value : null;
}
