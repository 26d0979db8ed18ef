/** Reads choices offered in the line itself: `[Y/n]`, `(yes/no/[fingerprint])`, `[Ynesfdaq?]`, `y/(n)`, `<y>`. */
import { languages, loneLetters, meaningOf, yesNoPair } from "./languages.ts";
import { isNamedPair } from "./named-pair.ts";
import { defaultAhead, defaultBehind } from "./shown-default.ts";

export type Token = {
  text: string;
  /** Drawn in brackets of its own, or the one capital among small letters. */
  marked: boolean;
};

export type Choices = {
  tokens: readonly Token[];
  /** The answer of Enter alone as the line shows it; null where it shows none. */
  default: string | null;
  /** Where the choices begin in the text, and where they and their punctuation end. */
  start: number;
  end: number;
  /** The pair of words meaning yes and no, in lower case. */
  pair: { yes: string; no: string } | null;
};

type Group = { start: number; end: number; content: string };

const CLOSING: Readonly<Record<string, string>> = {
  "[": "]",
  "(": ")",
  "<": ">",
  "{": "}",
  "（": "）",
  "【": "】",
  "［": "］",
  "「": "」",
  "〔": "〕",
  "《": "》",
};
const GROUP_CHARS_MAX = 120;
const TOKEN_CHARS_MAX = 24;
const TOKENS_MAX = 24;
const SEPARATOR =
  /\s*[/|,;、／・]\s*(?:(?:or|and|oder|und|ou|et|o|y)\s+(?=\S))?|\s+(?:or|oder|ou|oppure|ili|или)\s+(?=\S)/u;
/** Words for `or` that are other words in other languages: they part yes from no and nothing else. */
const OR =
  /\s+(?:o|e|eller|of|lub|albo|nebo|alebo|vagy|tai|veya|sau|või|arba|vai|або|чи|или|ή|또는|atau|hoặc|أو|או)\s+|\s*(?:または|もしくは|或者|或|か)\s*/u;
/** Punctuation between choices and the cursor. */
const CLOSERS = /^[\s\u00a0]*(?:\?|:|：|？|؟|>|\.{1,3}|…|‣|›|»|-|=)*[\s\u00a0]*/u;
const YES_NO_WORDS = new Set(languages.flatMap((one) => [...one.yes, ...one.no]));

/** Bracketed groups, nested ones as part of the outer, left to right. */
function groupsOf(text: string): Group[] {
  const groups: Group[] = [];
  let start = 0;
  while (start < text.length) {
    const close = CLOSING[text[start] ?? ""];
    const end = close === undefined ? -1 : closingIndex(text, start, close);
    if (end > start) {
      groups.push({ start, end: end + 1, content: text.slice(start + 1, end) });
      start = end;
    }
    start += 1;
  }
  return groups;
}

function closingIndex(text: string, start: number, close: string): number {
  const open = text[start];
  let depth = 0;
  const bound = Math.min(text.length, start + GROUP_CHARS_MAX);
  for (let index = start; index < bound; index += 1) {
    if (text[index] === open) depth += 1;
    if (text[index] === close) depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

function tokenOf(raw: string): Token {
  const bare = /^[[({<](.+)[\])}>]$/u.exec(raw);
  if (bare?.[1] !== undefined) return { text: bare[1].trim(), marked: true };
  const quoted = /^['"`‘“](.+)['"`’”]$/u.exec(raw);
  return { text: quoted?.[1] ?? raw, marked: false };
}

function isUpper(text: string): boolean {
  return text !== text.toLowerCase();
}

/** The one token that begins with a capital while the others do not is the default. */
function markCapital(tokens: readonly Token[]): Token[] {
  if (tokens.some((token) => token.marked)) return [...tokens];
  const lettered = tokens.filter((token) => token.text.toLowerCase() !== token.text.toUpperCase());
  const capitals = lettered.filter((token) => isUpper(token.text));
  const only = capitals.length === 1 && lettered.length > 1 ? capitals[0] : undefined;
  return tokens.map((token) => (token === only ? { ...token, marked: true } : token));
}

function isTokenText(text: string): boolean {
  return text.length > 0 && text.length <= TOKEN_CHARS_MAX && !/\s\S+\s\S+\s/.test(text);
}

/** What separators part, and the default in brackets behind it: `yes/no [no]`. */
function partsOf(content: string): { parts: string[]; behind: string | undefined } {
  const whole = withoutNotes(content.trim());
  const inside = /[^\s,;/|]\s+\[(\w{1,12})\]$/.exec(whole);
  const offered = partedBy(inside === null ? whole : whole.slice(0, inside.index + 1));
  if (offered.length >= 2) return { parts: offered, behind: inside?.[1] };
  return { parts: partedBy(whole), behind: undefined };
}

/** `y/n, Return cancels, i for more info`: what further keys do is said in words, behind the pair. */
function withoutNotes(content: string): string {
  const [, pair = "", yes = "", no = "", notes = ""] =
    /^((\p{L}{1,4})\/(\p{L}{1,4})), (\S.{2,100})$/u.exec(content) ?? [];
  if (yesNoPair([yes, no]) === null) return content;
  const parts = notes.split(/,\s*/);
  const keys = parts.flatMap((note) => /^([\p{L}?]) (?:for|to|=) \S/u.exec(note)?.[1] ?? []);
  return parts.every((note) => /^\S+ \S/.test(note)) ? [pair, ...keys].join("/") : content;
}

/** In a list of keys that commas part, a slash is itself a key: `y,n,q,g,/,e,?`. */
function partedBy(text: string): string[] {
  const byComma = text.split(",").map((part) => part.trim());
  const areKeys = byComma.length >= 4 && byComma.every((part) => /^\S{1,2}$/.test(part));
  return areKeys ? byComma : text.split(SEPARATOR);
}

/** `y/N/q`, `yes or no`, `1, 2, 0`: at least two short tokens. */
function separated(content: string): Token[] | null {
  const byOr = content.trim().split(OR);
  if (byOr.length === 2 && yesNoPair(byOr.map((part) => tokenOf(part).text)) !== null) {
    return markCapital(byOr.map(tokenOf));
  }
  const { parts, behind } = partsOf(content);
  const offered = parts.filter((part) => !/^(?:\.{2,}|…|default(?:\s*[:=]|\s+\S))/i.test(part));
  if (offered.length < 2 || offered.length > TOKENS_MAX) return null;
  const tokens = offered.map(tokenOf);
  if (!tokens.every((token) => isTokenText(token.text))) return null;
  const worded = /\bdefault(?:s to| is)?\s*[:=]?\s*["']?(\w+)/i.exec(content)?.[1];
  const named = (worded ?? behind)?.toLowerCase();
  if (named === undefined) return markCapital(tokens);
  return tokens.map((token) => ({ ...token, marked: token.text.toLowerCase() === named }));
}

/** `yN`, `Ynesfdaq?`, `12?q`: one character each, all different, and clearly no word. */
function compact(content: string): Token[] | null {
  if (!/^[\p{L}\d?!]{2,16}$/u.test(content)) return null;
  const letters = Array.from(content);
  if (new Set(letters).size !== letters.length) return null;
  const capitals = letters.filter((letter) => isUpper(letter)).length;
  const isWord = YES_NO_WORDS.has(content.toLowerCase()) || (capitals !== 1 && content !== "yn");
  const isPair = letters.length <= 3 && !isWord && yesNoPair(letters.slice(0, 2)) !== null;
  const withHelp = letters.length > 2 && hasMore(content);
  if (!isPair && !(withHelp && capitals <= 1)) return null;
  return markCapital(letters.map((text) => ({ text, marked: false })));
}

/** Further letters beside yes and no are of keys where one asks for help, or where both stand first: `nyae`. */
function hasMore(content: string): boolean {
  const asksHelp = /[?]|^[A-Za-z]*[yYnN][A-Za-z]*[hH]$/.test(content) || hasHelp(content);
  return asksHelp || /^(?:yn|ny)[a-z]{1,4}$/.test(content);
}

/** `Ynaqdhm`: yes, no and help among them, and the one capital is of yes or no. */
function hasHelp(content: string): boolean {
  const lower = content.toLowerCase();
  if (new Set(lower).size !== lower.length || !/^[a-z]*[YN]?[a-z]*$/.test(content)) return false;
  return ["y", "n", "h"].every((one) => lower.includes(one));
}

function choicesFrom(tokens: readonly Token[], start: number, end: number): Choices {
  const words = tokens.map((token) => token.text);
  const pair = yesNoPair(words);
  const marked = tokens.find((token) => token.marked);
  const isPlaceholder = marked !== undefined && pair !== null && marked.text.length > 6;
  return {
    tokens,
    default: marked === undefined || isPlaceholder ? null : marked.text,
    start,
    end,
    pair: pair === null ? null : { yes: pair.yes, no: pair.no },
  };
}

function closed(text: string, choices: Choices): Choices {
  let { end } = choices;
  const behind = defaultBehind(text, end);
  const ahead = defaultAhead(text.slice(0, choices.start));
  let answer = choices.default;
  if (ahead !== null && choices.tokens.some((token) => sameWord(token.text, ahead))) answer = ahead;
  if (behind !== null && !behind.value.includes("/")) {
    const known = choices.tokens.some((token) => sameWord(token.text, behind.value));
    const sameMeaning = meaningOf(behind.value) !== null && choices.pair !== null;
    if (known || sameMeaning) answer = behind.value;
    end = behind.end;
  }
  end += CLOSERS.exec(text.slice(end))?.[0].length ?? 0;
  return { ...choices, default: answer, end };
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Choices without brackets at the very end: `Yes/No?`, `y/(n):`, `rspec/minitest/(none):`. */
function bare(text: string): Choices | null {
  const found =
    /(?:^|[\s:.?(])([^\s/|]{1,24}(?:\s?[/|]\s?[^\s/|]{1,24}){1,11}?)\s*[:?>]*\s*$/u.exec(text);
  const content = found?.[1]?.replace(/[:?>]+$/, "");
  if (found === null || content === undefined) return null;
  const parts = separated(content);
  if (parts === null) return null;
  const start = text.lastIndexOf(content);
  const shown = choicesFrom(parts, start, start + content.length);
  // `Partition type?  primary/extended?` asks twice, the second time with its answers.
  const askedBefore = /[?？]\s+$/u.test(text.slice(0, start));
  if (askedBefore && parts.every((token) => /^\w+$/.test(token.text))) return shown;
  return isOfferedBare(parts, content) ? shown : null;
}

/** Yes and no, or several with a default of its own. */
function isOfferedBare(parts: readonly Token[], content: string): boolean {
  const pair = yesNoPair(parts.map((token) => token.text));
  if (pair === null) {
    const bracketed = /[[(][^\])]+[\])]/.test(content) && parts.some((token) => token.marked);
    return bracketed && parts.length > 2;
  }
  // Among more letters than two, which are yes and no in some language may be deeds.
  return parts.length === 2 || pair.yes.length > 1 || pair.yes === "y";
}

/** `y or n` spelt out at the end, without brackets. */
function spelt(text: string): Choices | null {
  const found = /\b(y|yes)['"]?(?: or |\/)['"]?(n|no)\b['"]?[\s?:.]*$/i.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) return null;
  const tokens = [found[1], found[2]].map((word) => ({ text: word, marked: false }));
  const length = /^\S+(?: or |\/)['"]?\w+['"]?/i.exec(found[0])?.[0].length ?? found[0].length;
  return choicesFrom(tokens, found.index, found.index + length);
}

/** Nothing but answers: `Abort, Retry, Ignore?`, `Fix/Ignore/Cancel?`. */
function wholeLine(text: string): Choices | null {
  const found =
    /^\s*(\p{Lu}[\p{L}-]{1,15}(?:(?:\s?[/|,]\s?|,? or )\p{L}[\p{L}-]{1,15}){1,7})\s*[?？]\s*$/u.exec(
      text,
    );
  const content = found?.[1];
  const tokens = content === undefined ? null : separated(content);
  if (content === undefined || tokens === null) return null;
  const start = text.indexOf(content);
  const unmarked = tokens.map((token) => ({ ...token, marked: false }));
  return choicesFrom(unmarked, start, start + content.length);
}

/** The last choices of the text. What stands behind `end` was typed, or makes them mere text. */
export function findChoices(text: string): Choices | null {
  const found = offeredChoices(text);
  const pair = found?.pair ?? null;
  if (found === null || pair === null) return found;
  return isNamedPair(pair, text.slice(0, found.start)) ? { ...found, pair: null } : found;
}

function offeredChoices(text: string): Choices | null {
  for (const group of groupsOf(text).reverse()) {
    const tokens = isForm(text, group)
      ? null
      : (hyphenated(text, group) ?? separated(group.content) ?? compact(group.content));
    if (tokens !== null && looksOffered(tokens, group, text)) {
      return closed(text, choicesFrom(tokens, group.start, group.end));
    }
  }
  const open = bare(text) ?? spelt(text) ?? wholeLine(text);
  return open === null ? null : closed(text, open);
}

/** `(y-n)`, and `Move or shoot? (m-s)`: two letters, of which the words before make no range. */
function hyphenated(text: string, { start, content }: Group): Token[] | null {
  const [, one = "", other = ""] = /^\s*(\p{L})-(\p{L})\s*$/u.exec(content) ?? [];
  if (one === "") return null;
  const named = isNamedPair(
    { yes: one.toLowerCase(), no: other.toLowerCase() },
    text.slice(0, start),
  );
  if (!named && !/^[yj]-n$/i.test(`${one}-${other}`)) return null;
  return markCapital([one, other].map((letter) => ({ text: letter, marked: false })));
}

/** `size{K,M,G}` spells out a form, and `(<vendor>/<name>) [ada/app]` has its default behind one. */
function isForm(text: string, { start, content }: Group): boolean {
  if (/<[\w -]+>.*<[\w -]+>/.test(content)) return true;
  const ahead = text.slice(0, start);
  if (text[start] === "{") return /\S$/.test(ahead);
  if (/^(?:current(?:ly)?|default(?: is)?)\s?[:=]/i.test(content)) return true;
  if (isCounter(ahead, content) || isPlace(ahead, content)) return true;
  return /\([^()]*<[^()]*\)\s*$/.test(ahead);
}

/** `Share [1/2]:`: the first of two, where nothing is to be chosen. */
function isCounter(ahead: string, content: string): boolean {
  const [, at, of] = /^\s*(\d{1,4})\s*\/\s*(\d{1,4})\s*$/.exec(content) ?? [];
  if (at === undefined || Number(at) > Number(of)) return false;
  return (
    at === of ||
    !/[?？]|\b(?:cho(?:ose|ice)|select\w*|options?|which|pick|answer|enter|type|number)\b/iu.test(
      ahead,
    )
  );
}

/** `What is your time zone? [Europe/Rome]`: one value, which has a slash in it. */
function isPlace(ahead: string, content: string): boolean {
  if (isNameOf(ahead, content)) return true;
  if (!/^\p{Lu}[\p{L}_-]{2,}(?:\/\p{Lu}[\p{L}_-]{2,}){1,2}$/u.test(content)) return false;
  return /^\W*(?:what(?:['’]s| is| will be)|where)\b|\btime ?zone\b|\btz\b/iu.test(ahead);
}

/** `type the name of the repository (ada/app):`: what is to be typed is told whole. */
function isNameOf(ahead: string, content: string): boolean {
  if (!/^[a-z\d._-]{2,40}\/[a-z\d._-]{2,40}$/.test(content)) return false;
  if (yesNoPair(content.split("/")) !== null) return false;
  return /\b(?:type|retype|enter)(?: in)? the (?:full )?(?:name|path) of\b[^?]{0,80}$/i.test(ahead);
}

/** Brackets hold much else: two words count only if they are yes and no, others only right before the end. */
function looksOffered(tokens: readonly Token[], group: Group, text: string): boolean {
  const words = tokens.map((token) => token.text.toLowerCase());
  if (yesNoPair(words) !== null) return true;
  const rest = text.slice(group.end).replace(/^\s*[[(<][^\])>]{0,40}[\])>]/, "");
  if (!/^[\s\u00a0]*[?:>.]*[\s\u00a0]*$/u.test(rest)) return false;
  if (words.some((word) => /\s|e\.g|^eg\b|optional|enter/.test(word))) {
    return isListOfDeeds(words, text.slice(0, group.start)) || isTitled(group.content, rest);
  }
  return areOffered(words, group, text);
}

/** None of them holds a blank: letters, what a slash parts in square brackets, or plain words where something is asked. */
function areOffered(words: readonly string[], group: Group, text: string): boolean {
  const single = words.filter((word) => word.length === 1).length;
  if (single === words.length || (text[group.start] === "[" && group.content.includes("/"))) {
    return true;
  }
  const plain = words.length <= 12 && words.every((word) => /^[\w.+-]{1,16}$/.test(word));
  const asked = /[/,]/.test(group.content) && /[?？]\s*$/u.test(text.slice(0, group.start));
  if (plain && asked) return true;
  return plain && /^\s*(?:[[(<][^\])>]{0,40}[\])>])?\s*[:?]/.test(text.slice(group.end));
}

/** `Action (Send/Display/Edit/Save to File):`: each begins with a capital. */
function isTitled(content: string, rest: string): boolean {
  const parts = content.split("/");
  const areTitles = parts.every((part) =>
    /^\p{Lu}[\p{L}-]{1,15}(?: [\p{L}-]{1,15}){0,2}$/u.test(part),
  );
  return parts.length >= 3 && areTitles && /^\s*[:?]/.test(rest);
}

/** `Do you accept? [accept/reject/read again]`: one of them may take two words. */
function isListOfDeeds(words: readonly string[], asked: string): boolean {
  const twoWords = words.filter((word) => /\s/.test(word)).length;
  const areWords = words.every((word) => /^\p{L}{2,12}(?: \p{L}{2,12})?$/u.test(word));
  const isNote = words.some((word) => /^(?:optional|enter|press)\b/.test(word));
  return words.length >= 3 && twoWords === 1 && areWords && !isNote && /[?？]\s*$/u.test(asked);
}

/** A lone answer in brackets right before the end: `Assume -R? [n]`, `Clear<y>?`, `Use HTTPS [Yes]:`. */
export function loneAnswer(text: string): { answer: string; start: number; end: number } | null {
  const found =
    /[[(<（［【]\s*(?:default(?:s to| is)?\s*[:=]?\s*)?["']?([\p{L}\p{M}]{1,8})["']?\s*[\])>）］】][\s\u00a0]*[?？؟:：.]*[\s\u00a0]*$/u.exec(
      text,
    );
  const answer = found?.[1];
  const lower = answer?.toLowerCase() ?? "";
  // `Clear<y>?`: so near to the word it is an answer in any language.
  const isClose = /\p{L}<\p{L}>\?[\s\u00a0]*$/u.test(text.slice(-12));
  const isAnswer =
    /^[a-z]$/.test(lower) && !isClose ? loneLetters.has(lower) : YES_NO_WORDS.has(lower);
  if (found === null || answer === undefined || !isAnswer) return null;
  // `name(s):` is a plural, not an answer.
  if (/\p{L}\(\p{L}{1,3}\)/u.test(text.slice(Math.max(0, found.index - 1)))) return null;
  return { answer, start: found.index, end: text.length };
}
