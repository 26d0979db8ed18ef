/** Menus of lines: numbered or lettered items with a line to choose on. */
import { limits } from "../../contracts/limits.ts";
import type { Option } from "../../contracts/prompt.ts";
import { findChoices } from "./choices.ts";
import { DEFAULT_AHEAD, DEFAULT_BEHIND } from "./default-words.ts";
import { wordedDefault } from "./field-default.ts";
import { meaningOfLabel } from "./languages.ts";
import { isLibraryLine } from "./line-prompt.ts";
import { type Reading, readingOf, type Scene, typedOption } from "./reading.ts";
import { isAnswered, isSecretText } from "./secrets.ts";

type Item = { key: string; label: string; marked: boolean; bareNumber: boolean };
type Found = { items: Item[]; firstLine: number; lastLine: number };

/** `m <module>  - Select a module`: among such rows letters are commands of a language, and no choice. */
const COMMAND_ROW = /^\s{0,16}[\p{L}\d]{1,16} (?:<[\w ./|-]{1,40}>|\[[\w ./|-]{1,40}\])\s{2,}\S/u;
/** The number of an item is asked for by a whole sentence, below which the cursor waits. */
const NUMBER_ASKED = /\b(?:choose|enter|select|type|pick|input)\b[^.!?]{0,40}\bnumbers?\b/iu;

const ITEM =
  /^\s{0,16}([*>→❯•-]\s{0,3})?(?:\[(\w{1,3})\]|\((\w{1,3})\)|(\d{1,3}|[A-Za-z?])(?:\)|\.|:|\s[-–=]|\))(?=\s)|(\d{1,2})>(?=\s)|(\d{1,3}(?=\s)|[a-z](?=\s{2,})))\s{1,16}(\S.{0,300})$/u;
/** Items stand beside each other when two or more blanks lead to the next key. */
const COLUMNS = /\s{2,}(?=[[(]?(?:\d{1,3}|[A-Za-z?])[\]).:]\s)/;
const BARE_ASK = /^\s*[#?>:=$*➜»-]{1,3}\s*$/u;
const MENU_ASK =
  /(?<![\p{L}\d_])(?:choose|choices?|select(?:ion|ed)?|options?|numbers?|pick|items?|answer|menu|which|what|action|command|letters?|indexe?s?|enter (?:a|the|your|one)|auswahl|wähl|nummer|choix|choisi|sélectionn|num[ée]ro|opción|elija|selec[ct]|scelta|scegli|selezion|escolh|selecion|kies|välj|vælg|velg|valitse|wybór|wybierz|volba|vyberte|seç|выбер|выбор|номер|вибір|вибер|επιλ|选择|選擇|番号|選択|선택)|[[(]\d{1,3} ?(?:-|–|\.\.\.?|to|\/|,) ?\d{1,3}|[?？]\s*$/iu;
const CHOSEN_CHARS_MAX = 200;
/** An asking line with what was typed behind it. */
const CHOSEN =
  /[?？]\s+\S{1,12}$|^\s*>\s?\S{1,20}$|[\])]\s?[:?>]\s+\S{1,20}$|\b(?:choice|select\w*|option|number|answer)\b[^:]{0,20}[:>]\s+\S{1,12}$/iu;
const RANGE_ASK = /[[(]\s*\d{1,4} ?(?:-|–|\.\.\.?|to) ?\d{1,4}/;
const ROWS_MAX = 80;

function itemOf(text: string): Item | null {
  const found = ITEM.exec(text);
  if (found === null) return null;
  const [, lead = "", bracketed, parenthesised, punctuated, angled, spaced, label = ""] = found;
  const key = bracketed ?? parenthesised ?? punctuated ?? angled ?? spaced;
  if (key === undefined || !/^(?:\d{1,3}|[A-Za-z?])$/.test(key)) return null;
  const mark = lead.trim();
  return {
    key,
    label: label.trim(),
    marked: mark !== "" && mark !== "-",
    bareNumber: spaced !== undefined,
  };
}

/** `1) jdk 2) jre 3) none`: numbers that rise by one part the items by themselves. */
const NUMBER_INSIDE = /\s+(?=\d{1,2}\)\s)/u;

function partsOfLine(text: string): string[] {
  const parts = text.split(NUMBER_INSIDE);
  const rises = parts.every((part, at) => part.startsWith(`${at + 1}) `));
  return parts.length >= 2 && rises ? parts : text.split(COLUMNS);
}

function itemsOfLine(text: string): Item[] {
  const items = partsOfLine(text.trimStart()).map((part) => itemOf(part));
  return items.every((item) => item !== null) ? items.filter((item) => item !== null) : [];
}

/** Whether a line without items may stand between items, or between them and the asking line. */
function mayPass(text: string, skipped: number, inList: boolean): boolean {
  // The rest of a long item is indented.
  const isRest = inList && /^\s{3,}\S/.test(text);
  if (skipped > (inList && !isRest ? 1 : 2)) return false;
  return !inList || isRest || text.trim() === "";
}

/** Walks from the asking line away, up (-1) or down (+1), over the block of items next to it. */
function collect(scene: Scene, step: -1 | 1): Found | null {
  const { lines } = scene.region.snapshot;
  let index = scene.region.index + step;
  const groups: Item[][] = [];
  let skipped = 0;
  let last = index;
  let near = -1;
  for (let seen = 0; seen < ROWS_MAX; seen += 1, index += step) {
    const text = lines[index]?.text;
    if (text === undefined) break;
    const items = itemsOfLine(text);
    if (items.length > 0) {
      groups.push(items);
      if (near < 0) near = index;
      last = index;
      skipped = 0;
      continue;
    }
    skipped += 1;
    if (groups.length > 0 && COMMAND_ROW.test(text)) return null;
    // What was chosen from the list before: it asks no more.
    if (CHOSEN.test(text.slice(-CHOSEN_CHARS_MAX))) break;
    if (!mayPass(text, skipped, groups.length > 0)) break;
  }
  if (groups.length === 0) return null;
  const items = (step < 0 ? groups.reverse() : groups).flat();
  return { items, firstLine: Math.min(last, near), lastLine: Math.max(last, near) };
}

/** Numbers that rise by one, wherever they stand; a closing 0 or 99 is common. */
function isSequence(items: readonly Item[]): boolean {
  const numbers = items.map((item) => Number(item.key)).filter((n) => !Number.isNaN(n));
  if (numbers.length !== items.length || numbers.length < 2) return false;
  const sorted = [...numbers].sort((a, b) => a - b);
  const first = sorted[0] ?? 9;
  const rising = sorted.filter((n, at) => at > 0 && n === (sorted[at - 1] ?? 0) + 1).length;
  return first <= 1 && rising >= numbers.length - 2 && new Set(numbers).size === numbers.length;
}

function isLettered(items: readonly Item[]): boolean {
  const keys = items.map((item) => item.key);
  return items.length >= 2 && new Set(keys).size === keys.length;
}

/** `y/e/d>` below `y) Yes`, `e) Edit` and `d) Delete`: the line holds the keys of the list, all of them or most. */
function namesAll(scene: Scene, items: readonly Item[]): boolean {
  const named = /^\s*(\w(?:\/\w){1,15})\s*[:?>]?\s*$/.exec(scene.line)?.[1]?.split("/");
  if (named === undefined) return false;
  const keys = new Set(items.map(({ key }) => key));
  return (
    items.length >= 2 && items.length >= named.length - 1 && named.every((key) => keys.has(key))
  );
}

function isMenu(scene: Scene, found: Found): boolean {
  const { items } = found;
  if (namesAll(scene, items)) return isLettered(items);
  const asks = BARE_ASK.test(scene.line) || MENU_ASK.test(scene.line) || isLibraryLine(scene.line);
  if (items.some((item) => item.bareNumber)) {
    const ranged = RANGE_ASK.test(scene.line);
    return asks && (ranged || isSequence(items) || items.every((item) => /[a-z]/i.test(item.key)));
  }
  if (isSequence(items)) return asks || (items.length >= 3 && /[:?>]\s*$/.test(scene.line));
  return asks && isLettered(items);
}

function toOption(item: Item): Option {
  const option = typedOption(item.label, item.key, meaningOfLabel(item.label));
  return { ...option, selected: item.marked };
}

/** Answers named in the asking line that the list lacks, such as `q` in `[12?q]`. */
function withNamed(scene: Scene, options: Option[]): Option[] {
  const named = findChoices(scene.tail)?.tokens ?? [];
  const known = new Set(options.map((option) => option.key?.toLowerCase()));
  const extra = named.filter(
    (token) => token.text.length <= 3 && !known.has(token.text.toLowerCase()),
  );
  return [...options, ...extra.map((token) => typedOption(token.text, token.text, null))];
}

const SHORT_DEFAULT = new RegExp(`${DEFAULT_AHEAD}['"]?(\\w{1,3})(?!\\w)`, "iu");
const SHORT_DEFAULT_BEHIND = new RegExp(`[[(](\\w{1,3})${DEFAULT_BEHIND}[\\])]`, "iu");

function listDefault(scene: Scene, options: readonly Option[]): string | null {
  const text = scene.tail;
  const value =
    /[[(]\s*\*?(\w{1,3})[\])]\s*[:?>]?\s*$/.exec(text)?.[1] ??
    SHORT_DEFAULT.exec(text)?.[1] ??
    SHORT_DEFAULT_BEHIND.exec(text)?.[1];
  const shown = shownLine(scene);
  const bracketed = /\[([^[\]]{1,60})\]\s*[:?>]?\s*$/.exec(shown)?.[1];
  const labels = [bracketed, wordedDefault(shown)].flatMap((one) =>
    one === undefined || one === null ? [] : [nameOf(one.trim())],
  );
  const chosen =
    options.find((one) => one.key !== null && one.key === value) ??
    options.find((one) => labels.includes(nameOf(one.label))) ??
    options.find((one) => one.selected) ??
    options.find((one) => /[[(]default\b[^()[\]]{0,40}[\])]\s*$/i.test(one.label));
  return chosen?.key ?? null;
}

/** What comes before the gap behind which a label is explained: `standard  Offer more questions`. */
function nameOf(label: string): string {
  return label.split(/\s{2,}/u)[0] ?? label;
}

/** The asking line, or the heading above the list where only a mark asks. */
function shownLine(scene: Scene): string {
  if (!BARE_ASK.test(scene.line)) return scene.tail;
  const found = collect(scene, -1);
  return found === null ? scene.tail : headingOf(scene, found);
}

/** The menu that the asking line belongs to: a library draws its own below, everybody else above. */
function menuBeside(scene: Scene): Found | null {
  const below = isLibraryLine(scene.line) ? collect(scene, 1) : null;
  const found = below ?? collect(scene, -1);
  if (found === null || !isMenu(scene, found)) return null;
  return found.items.length < 2 && !RANGE_ASK.test(scene.line) ? null : found;
}

/** The asking line without the value that a line editor offers in it: `Your choice: 1`. */
function withoutOffer(scene: Scene): { asking: Scene; offered: string | null } {
  const found = /^(.*[:?>])\s+(\w{1,3})$/u.exec(scene.tail.trimEnd());
  const [, text, offered] = found ?? [];
  if (text === undefined || offered === undefined || !isRaw(scene)) {
    return { asking: scene, offered: null };
  }
  return { asking: { ...scene, tail: `${text} `, line: text }, offered };
}

export function recogniseList(shown: Scene): Reading | null {
  const { asking, offered } = withoutOffer(shown);
  const reading = listReading(asking);
  if (reading === null || offered === null) return reading;
  if (!reading.options.some(({ key }) => key === offered)) return null;
  return { ...reading, default: offered, prefilled: offered };
}

function asksNumberAbove({ line, alone, region }: Scene): boolean {
  return alone && !region.snapshot.alternate && line.length <= 160 && NUMBER_ASKED.test(line);
}

function listReading(scene: Scene): Reading | null {
  if (scene.region.hanging && !asksNumberAbove(scene)) return null;
  if (isSecretText(scene.line)) return null;
  const found = menuBeside(scene);
  if (found === null) return null;
  const isNamed = namesAll(scene, found.items);
  if (!isNamed && findChoices(scene.tail)?.pair) return null;
  const listed = found.items.map(toOption);
  const options = (isNamed ? listed : withNamed(scene, listed)).slice(0, limits.optionsMax);
  const kind = isNamed && isYesNo(options) ? "yes_no" : "multiple_choice";
  return readingOf(scene, kind, {
    question: listQuestion(scene, found),
    options,
    default: listDefault(scene, options),
    keys: isLibraryLine(scene.line) ? "line" : "as_termios",
    firstLine: Math.min(found.firstLine, scene.region.index),
    lastLine: Math.max(found.lastLine, scene.region.index),
    rule: "menu:listed",
  });
}

function isYesNo(options: readonly Option[]): boolean {
  const meanings = options.map(({ meaning }) => meaning);
  return options.length <= 3 && meanings.includes("yes") && meanings.includes("no");
}

/** The asking line, after the heading where that asks; the heading alone above a bare mark. */
function listQuestion(scene: Scene, found: Found): string {
  const heading = headingOf(scene, found);
  const line = scene.line.trim();
  const asked = line.replace(/[[(][^\])]*[\])]/gu, "");
  if (BARE_ASK.test(scene.line)) return heading;
  if (!/\p{L}/u.test(asked) && heading !== line) return `${heading}\n${line}`;
  const isOwn =
    /[?？]/u.test(line) ||
    !(isLibraryLine(heading) || /[?？:]$/u.test(heading)) ||
    heading === line;
  return isOwn ? line : `${heading}\n${line}`;
}

/** The question of a menu whose asking line is only a mark stands above the items. */
function headingOf(scene: Scene, found: Found): string {
  const { lines } = scene.region.snapshot;
  for (let index = found.firstLine - 1; index >= Math.max(0, found.firstLine - 3); index -= 1) {
    const text = lines[index]?.text.trim() ?? "";
    if (isAnswered(text)) break;
    if (text !== "") return text;
  }
  return scene.line.trim();
}

function isRaw(scene: Scene): boolean {
  return scene.termios?.canonical === false;
}
