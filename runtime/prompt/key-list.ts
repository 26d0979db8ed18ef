/** Keys and what they do, listed in the asking line: `0 = no, 1 = yes:`, `Press y to abort, n to continue:`. */
import type { Option, OptionMeaning } from "../../contracts/prompt.ts";
import { questionAround } from "./choice-prompt.ts";
import { meaningOfLabel } from "./languages.ts";
import { type Reading, readingOf, type Scene, typedOption } from "./reading.ts";
import { isSecretText } from "./secrets.ts";

type Joint = "equals" | "colon" | "bracket" | "dot" | "dash" | "to";
/** `ahead`: what stands between it and the entry before it, or the beginning. */
type Entry = { key: string; label: string; joint: Joint; ahead: string };

const KEY = "(?:\\d{1,2}|\\p{L}|[?!])";
const QUOTED_KEY = `(?:'${KEY}'|"${KEY}"|\`${KEY}\`|<${KEY}>|\\[${KEY}\\]|\\(${KEY}\\)|${KEY})`;
/** A key and what joins it to its meaning, at the beginning or behind what parts two of them. */
const HEAD = new RegExp(
  `(?:^|(?<=[\\s,;|/([{]))(${QUOTED_KEY})(\\s*=\\s*|:\\s+|\\)\\s+|\\.\\s+|\\s+[-–—]\\s+|\\s+(?:to|for)\\s+)(?=[\\p{L}\\p{N}"'])`,
  "giu",
);
/** What may stand between two entries, or behind the last. */
const PARTING =
  /(?:[\s,;|/]|(?<!\p{L})(?:or|and|oder|ou|und|et|o|y|press|hit|type|enter)(?!\p{L}))*$/iu;
const PRESSES =
  /\b(?:press|hit|push|tap|strike|type|enter|use|select|choose|input|key)\b[^.!?]{0,24}$/iu;
/** Stands right before a key of the list, behind the first. */
const PARTED =
  /(?:[,;|/]|\s{2}|(?<!\p{L})(?:or|and|oder|ou|und|et)\s)\s*(?:(?:press|hit|type|enter) )?[([]?$/iu;
/** The list begins the line, or something ends before it. */
const BEGINS = /(?:^|[?.:,;!([{>])\s*$/u;
const ENDING = /\s*[)\]}]?\s*(?:[[(][^\])]{0,24}[\])])?\s*[:?>]{0,3}\s*$/u;
/** `or any other key to abort`: whatever else is pressed is an answer as well. */
const ANYTHING_ELSE =
  /\b(?:any(?:thing)?|all|every)\s?(?:other|else)\b|\banything else\b|\botherwise\b/iu;
const LIST_CHARS_MAX = 400;
const LABEL_CHARS_MAX = 60;
const ENTRIES_MAX = 24;
/** With more answers than these, yes and no are two among many. */
const YES_NO_ENTRIES_MAX = 3;

const GOES_ON =
  /^(?:continue|proceed|go (?:on|ahead)|carry on|resume|accept|agree|approve|allow|confirm|ok(?:ay)?)(?!\p{L})/iu;
const REFUSES = /^(?:decline|reject|deny|refuse|disagree)(?!\p{L})/iu;
const STOPS = /^(?:stop|halt|give up|go back)(?!\p{L})/iu;

function jointOf(text: string): Joint {
  const sign = text.trim();
  if (sign === "=") return "equals";
  if (sign === ":") return "colon";
  if (sign === ")") return "bracket";
  if (sign === ".") return "dot";
  return /^[-–—]$/u.test(sign) ? "dash" : "to";
}

/** Entries of the last list in a line; empty where there is none. */
function entriesIn(text: string): { entries: Entry[]; start: number } {
  const heads = [...text.matchAll(HEAD)].filter(
    // `(1) small` is written otherwise.
    (head) => !(jointOf(head[2] ?? "") === "bracket" && text[head.index - 1] === "("),
  );
  const entries = heads.map((head, at): Entry => {
    const from = head.index + head[0].length;
    const next = heads[at + 1];
    const end = next === undefined ? ENDING : PARTING;
    const label = text.slice(from, next?.index).replace(/\s+$/u, "").replace(end, "").trim();
    const before = heads[at - 1];
    const ahead = text.slice(
      before === undefined ? 0 : before.index + before[0].length,
      head.index,
    );
    const key = (head[1] ?? "").replace(/^[^\p{L}\p{N}](.+)[^\p{L}\p{N}]$/u, "$1");
    return { key, label, joint: jointOf(head[2] ?? ""), ahead };
  });
  return { entries, start: heads[0]?.index ?? 0 };
}

/** They are the keys of one list, and the text between them is what they do. */
function isList(entries: readonly Entry[], before: string): boolean {
  const keys = entries.map(({ key }) => key);
  if (new Set(keys).size !== keys.length || keys.length > ENTRIES_MAX) return false;
  if (!entries.every(({ label }) => isLabel(label))) return false;
  const joints = new Set(entries.map(({ joint }) => joint));
  const [joint] = joints;
  return joint !== undefined && joints.size === 1 && isJoined(entries, joint, before);
}

function isLabel(label: string): boolean {
  return /\p{L}{2}|\p{Lo}/u.test(label) && label.length <= LABEL_CHARS_MAX;
}

/** The more a sign is used otherwise, the more must speak for a list. */
function isJoined(entries: readonly Entry[], joint: Joint, before: string): boolean {
  const pressed = PRESSES.test(before);
  if (joint === "to") return pressed || /[([]\s*$/u.test(before);
  if (!pressed && !BEGINS.test(before)) return false;
  switch (joint) {
    case "equals":
    case "bracket":
      return true;
    case "colon":
    case "dash":
      return entries.every(({ ahead }, at) => at === 0 || PARTED.test(ahead));
    case "dot":
      // A sentence may end in a digit.
      return entries.every(({ key }, at) => Number(key) === Number(entries[0]?.key) + at);
  }
}

function meaningAlone(label: string): OptionMeaning | null {
  const deed = label.replace(/^(?:to|for) /iu, "");
  if (REFUSES.test(deed)) return "no";
  return STOPS.test(deed) ? "cancel" : meaningOfLabel(deed);
}

/**
 * What the keys mean follows what is said of them. `y` and `n` mean yes and no by themselves, but not where either is
 * said to do what the other would; going on is a yes beside nothing but its refusal.
 */
function meaningsOf(entries: readonly Pick<Entry, "key" | "label">[]): (OptionMeaning | null)[] {
  const said = entries.map(({ label }) => meaningAlone(label));
  const goesOn = entries.map(({ label }) => GOES_ON.test(label.replace(/^to /iu, "")));
  const inverted = entries.some(({ key }, at) => {
    const lower = key.toLowerCase();
    if (lower === "y") return said[at] === "no" || said[at] === "cancel";
    return lower === "n" && (said[at] === "yes" || goesOn[at] === true);
  });
  return entries.map(({ key }, at) => {
    const meaning = said[at] ?? null;
    const lower = key.toLowerCase();
    if (meaning !== null) return lower === "n" && meaning === "cancel" ? "no" : meaning;
    if (goesOn[at] === true && entries.length <= 2) return "yes";
    if (inverted) return null;
    return lower === "y" ? "yes" : lower === "n" ? "no" : null;
  });
}

function optionsOf(entries: readonly Entry[]): Option[] {
  const lower = entries.map(({ key }) => key.toLowerCase());
  const clash = new Set(lower).size !== lower.length;
  const meanings = meaningsOf(entries);
  return entries.map(({ key, label }, at) =>
    typedOption(label, clash ? key : key.toLowerCase(), meanings[at] ?? null),
  );
}

/** The default in brackets behind the list, by its key or its label. */
function defaultIn(text: string, options: readonly Option[]): string | null {
  const named = /[[(](?:default\s*[:=]?\s*)?([\p{L}\d ]{1,24})[\])]\s*[:?>]*\s*$/iu.exec(text)?.[1];
  const lower = named?.trim().toLowerCase();
  return (
    options.find(({ key, label }) => [key, label.toLowerCase()].includes(lower ?? ""))?.key ?? null
  );
}

export function recogniseKeyList(scene: Scene): Reading | null {
  if (scene.region.hanging || isSecretText(scene.line)) return null;
  const text = scene.tail.slice(-LIST_CHARS_MAX);
  if (!/[:?>)\]}.]\s*$|[\p{L}\d]\s{0,2}$/u.test(text)) return null;
  const { entries, start } = entriesIn(text);
  const before = text.slice(0, start);
  const isOpen = entries.length === 1 && ANYTHING_ELSE.test(text.slice(start));
  if ((entries.length < 2 && !isOpen) || !isList(entries, before)) return null;
  const options = isOpen ? openOptions(entries, text.slice(start)) : optionsOf(entries);
  const meanings = options.map(({ meaning }) => meaning);
  const isPair = meanings.includes("yes") && meanings.includes("no");
  return readingOf(
    scene,
    isPair && options.length <= YES_NO_ENTRIES_MAX ? "yes_no" : "multiple_choice",
    {
      ...questionAround(scene, scene.line, before.replace(/[([{]\s*$/u, "")),
      options,
      default: defaultIn(text, options),
      keys: "as_termios",
      rule: "menu:keys-listed",
    },
  );
}

/** One key is named, and what is pressed else is an answer as well. */
function openOptions(entries: readonly Entry[], text: string): Option[] {
  const listed = entries.map((entry) => ({ ...entry, label: withoutElse(entry.label) }));
  return [...optionsOf(listed), ...otherwiseNo(text, listed)];
}

/** `any other key for No`: whatever is pressed else says it, and so does its own letter. */
function otherwiseNo(text: string, listed: readonly Entry[]): Option[] {
  const label =
    /\b(?:other|else)\b(?: key| input)? (?:for|means|=|is) (\p{L}{2,12})\s*[:?).]*\s*$/iu.exec(
      text,
    )?.[1];
  const isFree = !listed.some(({ key }) => key.toLowerCase() === "n");
  if (label === undefined || meaningOfLabel(label) !== "no" || !isFree) return [];
  return [typedOption(label, "n", "no")];
}

function withoutElse(label: string): string {
  return label.replace(/[\s,;]*(?:or )?\b(?:any|all|every|otherwise)\b.*$/iu, "").trim();
}
