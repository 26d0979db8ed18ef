/** Reads texts of nothing but plain and simply quoted words in lists, in one pass: they mean the same to every shell. */
import type { Folders, Redirection, Word } from "./command.ts";
import { afterwards, either, type Flow, followCommand } from "./folders.ts";
import { type FoundCommand, reserved } from "./simple.ts";

/** What a character is without quotes and, beyond those, within them; `other` is in neither. */
const kinds = { other: 0, plain: 1, star: 2, tilde: 3, inDouble: 4, inSingle: 5 } as const;
const kindOf = new Uint8Array(128);
for (let code = 0x20; code < 0x7f; code += 1) {
  const character = String.fromCharCode(code);
  if (/[\w@%+,./:-]/.test(character)) kindOf[code] = kinds.plain;
  else if (character === "*") kindOf[code] = kinds.star;
  else if (character === "~") kindOf[code] = kinds.tilde;
  else if (/[^"$\\`!]/.test(character)) kindOf[code] = kinds.inDouble;
  else kindOf[code] = kinds.inSingle;
}

type Separator = "&&" | "||" | "|" | ";" | "";

type Draft = {
  words: Word[];
  /** Of those that everybody writes, each by its number in `redirections`. */
  redirected: number[];
  start: number;
  end: number;
  behind: Separator;
};

type At = { readonly folders: Folders; readonly home: string; readonly commandsMax: number };

/**
 * Every command of the text with its folders, as the walk along the parser's tree finds them; null where anything else
 * stands in the text than words, blanks and separators, which is for the parser to read.
 */
export function readPlainText(text: string, at: At): FoundCommand[] | null {
  const drafts = cut(text);
  if (drafts === null || drafts.length > at.commandsMax) return null;
  return follow(drafts, at);
}

const none: never[] = [];
const newDraft = (): Draft => ({ words: [], redirected: none, start: 0, end: 0, behind: "" });

const redirections = [
  { text: "2>&1", operator: ">&", effect: "duplicates", target: { text: "1" } },
  { text: "2>/dev/null", operator: ">", effect: "writes", target: { text: "/dev/null" } },
] as const;

function cut(text: string): Draft[] | null {
  const drafts: Draft[] = [];
  let draft = newDraft();
  let at = 0;
  while (at < text.length) {
    const first = text.charAt(at);
    if (first === " ") {
      at += 1;
      continue;
    }
    const separator = separatorAt(text, at);
    if (separator !== "") {
      if (!isWhole(draft, text)) return null;
      draft.behind = separator;
      drafts.push(draft);
      draft = newDraft();
      at += separator.length;
      continue;
    }
    const end = takeRedirection(text, at, draft) ?? takeWord(text, at, draft);
    // What touches it would be a part of it, or something else than a word.
    if (end === null || !(end === text.length || " ;|&".includes(text.charAt(end)))) return null;
    draft.end = end;
    at = end;
  }
  if (!isWhole(draft, text)) return null;
  drafts.push(draft);
  return drafts;
}

/** Where it ends; null where there is none, or where no command stands before it. */
function takeRedirection(text: string, at: number, draft: Draft): number | null {
  if (draft.words.length === 0 || !text.startsWith("2>", at)) return null;
  const number = redirections.findIndex((one) => text.startsWith(one.text, at));
  const known = redirections[number];
  if (known === undefined) return null;
  draft.redirected = [...draft.redirected, number];
  return at + known.text.length;
}

/** Where it ends; null where it is none of the plain ones. */
function takeWord(text: string, at: number, draft: Draft): number | null {
  const end = wordEnd(text, at);
  if (end === null) return null;
  if (draft.words.length === 0) draft.start = at;
  draft.words.push(wordOf(text, at, end));
  return end;
}

function wordOf(text: string, at: number, end: number): Word {
  const first = text.charAt(at);
  if (first === "'" || first === '"') return { text: text.slice(at + 1, end - 1) };
  const word = text.slice(at, end);
  const star = word.indexOf("*");
  return star < 0 ? { text: word } : { pattern: word, prefix: word.slice(0, star) };
}

function separatorAt(text: string, at: number): Separator {
  const character = text.charAt(at);
  if (character === ";") return ";";
  if (character !== "&" && character !== "|") return "";
  if (text.charAt(at + 1) !== character) return character === "|" ? "|" : "";
  return character === "&" ? "&&" : "||";
}

function wordEnd(text: string, at: number): number | null {
  const first = text.charAt(at);
  if (first === "'" || first === '"') {
    const close = text.indexOf(first, at + 1);
    const worst = first === "'" ? kinds.inSingle : kinds.inDouble;
    return close === -1 || !areAll(text, at + 1, { end: close, worst }) ? null : close + 1;
  }
  const end = plainEnd(text, at);
  // `--name=value` is one word, whatever the shell; `name=value` may be an assignment.
  const hasValue = first === "-" && text.charAt(end) === "=";
  const last = hasValue ? plainEnd(text, end + 1) : end;
  return last === at ? null : last;
}

function plainEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isPlain(text, at, from)) at += 1;
  return at;
}

/** A tilde within a word is itself, but not where a folder may begin. */
function isPlain(text: string, at: number, from: number): boolean {
  const kind = kindAt(text, at);
  if (kind === kinds.tilde) return at > from && !"=:".includes(text.charAt(at - 1));
  return kind === kinds.plain || kind === kinds.star;
}

/** Whether nothing between these places is of a worse kind. */
function areAll(text: string, from: number, { end, worst }: { end: number; worst: number }) {
  for (let at = from; at < end; at += 1) {
    const kind = kindAt(text, at);
    if (kind === kinds.other || kind > worst) return false;
  }
  return true;
}

const kindAt = (text: string, at: number): number => kindOf[text.charCodeAt(at)] ?? kinds.other;

/** A word of the language is one only without quotes. */
function isWhole({ words: [first], start }: Draft, text: string): boolean {
  if (first === undefined || !("text" in first)) return false;
  return !reserved.has(first.text) || !text.startsWith(first.text, start);
}

/** Where each command runs: through pipes, then `&&` and `||`, then `;`. */
function follow(drafts: readonly Draft[], { folders, home }: At): FoundCommand[] {
  const found: FoundCommand[] = [];
  let here = folders;
  let list: Flow | null = null;
  let before: Separator = ";";
  let isPiped = false;
  for (const { words, redirected, start, end, behind } of drafts) {
    found.push({
      words,
      assignments: none,
      declares: none,
      redirections: redirected.length === 0 ? none : redirected.map((one) => opened(one, here)),
      folders: here,
      position: { start, end },
    });
    let flow = followCommand(words, { folders: here, home });
    isPiped ||= behind === "|";
    if (behind === "|") continue;
    // Some shells run the last command of a pipeline themselves, others in a shell of its own.
    if (isPiped) flow = { ok: either(here, flow.ok), failed: either(here, flow.failed) };
    isPiped = false;
    list = list === null ? flow : join(list, before, flow);
    before = behind;
    if (behind === "&&") here = list.ok;
    else if (behind === "||") here = list.failed;
    else {
      here = afterwards(list);
      list = null;
    }
  }
  return found;
}

function opened(number: number, folders: Folders): Redirection {
  const known = redirections[number] ?? redirections[0];
  const { operator, effect, target } = known;
  return { operator, descriptor: 2, effect, target, folders };
}

function join(list: Flow, by: Separator, next: Flow): Flow {
  return by === "&&"
    ? { ok: next.ok, failed: either(list.failed, next.failed) }
    : { ok: either(list.ok, next.ok), failed: next.failed };
}
