/** Prompts of one line: press a key, type a word, a password, a question, a field, a command line. */
import type { Option } from "../../contracts/prompt.ts";
import { impliedOptions, legendOptions, questionAround, wordsAsked } from "./choice-prompt.ts";
import type { ScreenRun } from "../screen/snapshot.ts";
import { meaningOf } from "./languages.ts";
import { asksFor, fieldDefault, wordedDefault } from "./field-default.ts";
import { withoutKeyHint } from "./frames.ts";
import {
  commandLineRules,
  fieldRules,
  firstMatch,
  impliedYesNoRules,
  openQuestionRules,
  pagerRules,
  pressRules,
  typedWordRules,
} from "./patterns.ts";
import { type Reading, readingOf, type Scene, TAIL_CHARS_MAX } from "./reading.ts";
import { type Region, textAbove } from "./region.ts";
import { isAnswered, isSecretText } from "./secrets.ts";

/** Marks that prompt libraries draw before their question. */
const LIBRARY_LEAD = /^\s*(?:(?:\?|🦋|◆|\[\?\])\s+\S|❯\s+\S.{0,200}?\s[‣…](?:\s|$))/u;
/** A shell's or a client's prompt and then a command. */
const TYPED_COMMAND =
  /^(?:\S{0,60}[$#❯➜λ]|[^\s%]{0,60}[@:~]\S{0,60}%|[\w)\]-]{1,30}>{1,3}|>>>) (\s*\S.*)$/u;
/** A program's name before its question, as coreutils write it. */
const PROGRAM_LEAD = /^[\w./+-]{1,40}: (?=\S)/;

/** The line begins as prompt libraries begin theirs. */
export function isLibraryLine(text: string): boolean {
  return LIBRARY_LEAD.test(text);
}

function isAtFoot({ snapshot, index }: Region): boolean {
  return snapshot.alternate || (snapshot.lines[index]?.bottom ?? -1) >= snapshot.rows - 1;
}

/** More than the one row that a multiplexer has below everything. */
function textBelow({ snapshot, index }: Region): boolean {
  return snapshot.lines.slice(index + 1).filter(({ text }) => text.trim() !== "").length > 1;
}

export function recognisePager(scene: Scene): Reading | null {
  const rule = firstMatch(pagerRules, scene.line);
  const raw = scene.termios === null || !scene.termios.canonical;
  if (rule === null || scene.region.hanging) return null;
  // A page's position stands below the page.
  if (rule.name === "page-position" && textBelow(scene.region)) return null;
  if (rule.name === "colon-alone" && !(raw && isAtFoot(scene.region))) return null;
  // One that names the Enter key for the next page may read whole lines, whatever the terminal's mode.
  const isKey = raw && !(rule.name === "return-for-more" && scene.polls);
  return readingOf(scene, "pager", { keys: isKey ? "key" : "line", rule: `pager:${rule.name}` });
}

/** The name of a page, highlighted in the last row with the cursor right behind it. */
export function recogniseStatusPager(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  const { x, y } = snapshot.cursor;
  if (scene.termios?.canonical !== false || y !== snapshot.rows - 1 || x === 0) return null;
  const runs = snapshot.screen[y]?.runs.filter((run) => run.text.trim() !== "") ?? [];
  const isName = ({ start, end, inverse, text }: ScreenRun): boolean =>
    start === 0 && inverse && end <= x + 1 && /\p{L}/u.test(text);
  if (runs.length !== 1 || !runs.every(isName)) return null;
  return readingOf(scene, "pager", { keys: "key", rule: "pager:highlighted-name" });
}

const TELLS_KEY =
  /^\W{0,6}(?:press|hit|type|use) \S{1,12} (?:to|for) (?!continue|proceed|go on)\p{L}/iu;

/** One of several rows that tell what keys do, as tools show them that go on by themselves. */
function isLegendRow({ snapshot, index }: Region): boolean {
  const near = snapshot.lines.slice(Math.max(0, index - 2), index + 1);
  return near.length === 3 && near.every(({ text }) => TELLS_KEY.test(text));
}

export function recognisePress(scene: Scene): Reading | null {
  const rule = firstMatch(pressRules, scene.tail);
  if (rule === null || isLegendRow(scene.region)) return null;
  const rest = scene.tail.slice(rule.pattern.exec(scene.tail)?.index ?? 0);
  const hasArrows = /[←→↑↓]|\barrow/iu.test(scene.tail);
  if (
    hasArrows ||
    rest.length > 160 ||
    /\benter (?:a|the|your|selection)\b|\bselection number\b/i.test(rest)
  ) {
    return null;
  }
  const anyKey = /any|key\b|taste|touche|tecla|任意/i.test(rest);
  return readingOf(scene, "confirm_enter", {
    default: "Enter",
    keys: anyKey ? "as_termios" : "line",
    rule: `press:${rule.name}`,
  });
}

/** Text of the asking line without a leading mark of a prompt library. */
export function withoutLead(text: string): string {
  return text.replace(/^\s*(?:(?:\?|>|❯|🦋|◆|┃|\[\?\])\s+|\*{1,3}\s*(?=\p{L}))/u, "").trim();
}

/** A word to be typed whole: in this line, or in the lines above an otherwise bare field. */
export function recogniseTypedWord(scene: Scene): Reading | null {
  if (scene.region.hanging || !/[:：?？>]\s*$|^\s*\?\]\s*$/u.test(scene.line)) return null;
  const here = typedWord(scene.tail);
  if (here !== null) return typedWordReading(scene, here, scene.region.index);
  // What an interpreter says of itself above its own line asks for nothing.
  if (NAMED_COMMAND_LINE.test(scene.line)) return null;
  let index = scene.region.index;
  for (let back = 0; back < 3; back += 1) {
    index = textAbove(scene.region, index, 2);
    const word = index < 0 ? null : typedWord(scene.region.snapshot.lines[index]?.text ?? "");
    if (word !== null) return typedWordReading(scene, word, index);
    if (index < 0) return null;
  }
  return null;
}

/** A command line that says whose it is, or that goes on with the line before. */
const NAMED_COMMAND_LINE = /^(?:.{0,60}[\w)\]]\s?|\s{3,})>\s*$/u;

/** Pressed, not typed. */
const KEY_NAME = /^(?:esc(?:ape)?|enter|return|tab|space|(?:ctrl|alt|shift)[-+ ]\w+|f\d{1,2})$/i;

type TypedWord = { rule: string; word: string };

function typedWord(text: string): TypedWord | null {
  const bounded = text.slice(-600);
  for (const rule of typedWordRules) {
    const word = rule.pattern.exec(bounded)?.[1];
    if (word === undefined || !/^[^()]*\p{L}{2}[^()]*$|^y$/iu.test(word)) continue;
    if (KEY_NAME.test(word)) continue;
    const capitals = /\bin (?:capital|upper ?case|all caps)/i.test(bounded);
    return { rule: rule.name, word: capitals ? word.toUpperCase() : word };
  }
  return null;
}

function typedWordReading(scene: Scene, found: TypedWord, firstLine: number): Reading {
  const option: Option = {
    label: found.word,
    key: found.word,
    meaning: "yes",
    selected: false,
    checked: null,
  };
  const lines = scene.region.snapshot.lines.slice(firstLine, scene.region.index + 1);
  return readingOf(scene, meaningOf(found.word) === "yes" ? "yes_no" : "free_text", {
    question: lines
      .map((line) => line.text.trim())
      .filter((text) => text !== "" && !isAnswered(text))
      .join("\n"),
    options: [option],
    firstLine,
    rule: `typed-word:${found.rule}`,
  });
}

/** The last sentence of a text, which is what is asked. */
function lastSentence(text: string): string {
  const start = Math.max(text.lastIndexOf(". "), text.lastIndexOf("! "), text.lastIndexOf("; "));
  return text.slice(start + 1).trim();
}

function questionCandidates(text: string): string[] {
  const clean = withoutLead(text)
    .replace(PROGRAM_LEAD, "")
    .replace(/^[\w-]+ ?: +/, "");
  const last = lastSentence(clean);
  const parts = [
    clean,
    last,
    clean
      .split(/\s{4,}/u)
      .at(-1)
      ?.trim() ?? clean,
  ];
  const colon = clean.lastIndexOf(": ");
  if (colon > 0) parts.push(clean.slice(colon + 2).trim());
  return parts;
}

export function recogniseImpliedYesNo(scene: Scene): Reading | null {
  const text = scene.line.slice(-TAIL_CHARS_MAX).trim();
  const { cut, typed } = cutAtQuestion(scene, text);
  const candidates = questionCandidates(cut);
  if (candidates.some((part) => firstMatch(openQuestionRules, part) !== null)) return null;
  if (asksBehind(cut) || offersValue(cut)) return null;
  for (const part of [cut, ...candidates]) {
    const rule = firstMatch(impliedYesNoRules, part);
    if (rule === null) continue;
    if (!/[?？؟;；][\s\u00a0.)\]>:]*(?:[[(][^\])]*[\])])?[\s:]*$|:\s*$/u.test(cut)) return null;
    const listed = scene.termios?.canonical === false ? legendOptions(scene) : [];
    return readingOf(scene, "yes_no", {
      question: cut,
      options: listed.length > 0 ? listed : (wordsAsked(scene) ?? impliedOptions()),
      keys: "as_termios",
      prefilled: typed,
      strength: "plain",
      rule: `question:${rule.name}`,
    });
  }
  return null;
}

/** `Drop them all? Enter the name to confirm:`: what is to be entered is asked last, and it is no yes. */
function asksBehind(text: string): boolean {
  const last = /[?？]\s+(\p{L}[^?？]*[:：])$/u.exec(text)?.[1];
  return last !== undefined && asksFor(last) && !/(?<!\p{L})(?:y|yes|n|no)(?!\p{L})/iu.test(last);
}

/** `Extract to directory? (default = ./pkg):` takes a value. */
function offersValue(text: string): boolean {
  const value = wordedDefault(text);
  return value !== null && meaningOf(value) === null;
}

/** Text typed behind the question mark is not part of the question. */
function cutAtQuestion(scene: Scene, text: string): { cut: string; typed: string | null } {
  const mark = text.lastIndexOf("?");
  const rest = text.slice(mark + 1).trim();
  const mayBeTyped = /^\w[\w./-]{0,23}$/.test(rest) && !scene.region.hanging;
  if (mark < 1 || !mayBeTyped) return { cut: text, typed: null };
  return { cut: text.slice(0, mark + 1), typed: rest };
}

/** A question of a prompt library: it begins with a mark, and its value stands behind it. */
export function recogniseLibraryField(scene: Scene): Reading | null {
  const own = scene.line;
  if (isLibraryLine(own)) {
    return fieldReading(scene, own, { rule: "field:library-mark", strength: "strong" });
  }
  if (scene.termios?.canonical !== false) return null;
  const above = textAbove(scene.region, scene.region.index, 2);
  const text = scene.region.snapshot.lines[above]?.text ?? "";
  if (/\w\s?[$#%]\s?$/.test(scene.region.before)) return null;
  if (!/^\s*\?\s+\S/.test(text) || scene.line.length > 120 || isAnswered(text)) return null;
  const parts = { question: text.trim(), firstLine: above, strength: "plain" } as const;
  return fieldReading(scene, text, { ...parts, rule: "field:library-mark-above" });
}

/** A field with the value that the library draws behind its question as the default. */
function fieldReading(
  scene: Scene,
  text: string,
  parts: Partial<Reading> & { rule: string },
): Reading {
  const glyph = /\s[›‣]\s(\S.*)$/u.exec(text);
  const drawn = glyph?.[1]?.trim() ?? null;
  const offered = drawn ?? offeredBehind(scene) ?? fieldDefault(text);
  return readingOf(scene, "free_text", { default: offered, ...parts });
}

/** What stands behind the cursor is a library's offer, in the place of what may be typed. */
function offeredBehind({ region: { before, after, hanging } }: Scene): string | null {
  return !hanging && /\s·\s?$/u.test(before) && after.trim() !== "" ? after.trim() : null;
}

/** A command line with something typed on it: what stands there was written by a person, not by the program. */
export function recogniseTypedCommand(scene: Scene): Reading | null {
  if (scene.region.hanging || isLibraryLine(scene.line)) return null;
  const found = TYPED_COMMAND.exec(scene.tail);
  const typed = found?.[1];
  if (typed === undefined) return null;
  const mark = scene.tail.slice(0, scene.tail.length - typed.length);
  if (isSecretText(mark)) return null;
  return readingOf(scene, "free_text", {
    prefilled: typed.trim(),
    strength: "plain",
    rule: "command-line:typed",
  });
}

export function recogniseCommandLine(scene: Scene): Reading | null {
  if (scene.region.hanging) return null;
  const rule = firstMatch(commandLineRules, scene.region.before.slice(-300));
  if (rule === null || scene.region.before.length > 300) return null;
  return readingOf(scene, "free_text", { strength: "plain", rule: `command-line:${rule.name}` });
}

/** The default of a library that draws it in brackets and in a look of its own: `name (Ada Lovelace):`. */
function drawnDefault({ region: { snapshot, hanging }, line }: Scene): string | null {
  if (hanging || !/\([^()]{1,80}\)\s*[:?]?\s*$/.test(line)) return null;
  const runs = snapshot.screen[snapshot.cursor.y]?.runs ?? [];
  const drawn = runs.find(
    (run) => /^\([^()]+\)$/.test(run.text.trim()) && (run.fg !== -1 || run.bold || run.dim),
  );
  return drawn === undefined ? null : drawn.text.trim().slice(1, -1);
}

export function recogniseField(scene: Scene): Reading | null {
  const name = firstMatch(fieldRules, withoutKeyHint(scene.tail))?.name ?? offeredAbove(scene);
  if (name === null) return null;
  const loose = /^(?:bracket|arrow)-end$/.test(name);
  const asked = scene.tail.replace(/[[(][^\])]*[\])]/g, "");
  return readingOf(scene, "free_text", {
    ...questionAround(scene, scene.line, asked),
    default: fieldDefault(scene.tail) ?? drawnDefault(scene),
    strength: loose || scene.region.hanging ? "weak" : "plain",
    rule: `field:${name}`,
  });
}

/** `Default host triple? [x86_64]`, and the cursor on the next row. */
function offeredAbove({ region, alone, line }: Scene): string | null {
  const isOffer = /[?？]\s{0,2}\[[^[\]]{1,80}\]$/u.test(line);
  return region.hanging && alone && isOffer ? "offer-above" : null;
}

function isEditing({ region: { snapshot, hanging }, termios, polls, alone }: Scene): boolean {
  if (hanging || snapshot.alternate || termios?.canonical !== false) return false;
  return (snapshot.bracketedPaste && polls) || (alone && snapshot.cursor.visible);
}

/** A line editor with a value in it to be changed or taken: `Path: /srv`. */
export function recognisePrefilledField(scene: Scene): Reading | null {
  const { before } = scene.region;
  if (!isEditing(scene)) return null;
  const found = /^\s{0,4}(\S.{0,79}?[:?]) +(\S.{0,119})$/u.exec(before);
  const [asked, value] = [found?.[1], found?.[2]];
  if (asked === undefined || value === undefined || isSecretText(asked)) return null;
  if (/(?:%|\.\.|…)$/u.test(value)) return null;
  const question = { question: asked, prefilled: value, default: value };
  return readingOf(scene, "free_text", { ...question, strength: "weak", rule: "field:prefilled" });
}

/**
 * `Choose a shell ` with the cursor right behind the blank: no mark, but somebody reads; or listens to keys, where the
 * text asks for something.
 */
export function recogniseOpenField(scene: Scene): Reading | null {
  const { snapshot, before, after, hanging } = scene.region;
  const listens = scene.termios?.canonical === false && asksFor(before);
  const isOpen = snapshot.cursor.visible && !snapshot.alternate && !hanging;
  if (
    !isOpen ||
    !(scene.alone || listens) ||
    after.trim() !== "" ||
    !(/^\s{0,4}\p{L}[^\n]{1,100}\p{L}\)? {1,2}$/u.test(before) || isOpenQuestion(scene))
  ) {
    return null;
  }
  const offered = { default: fieldDefault(before), strength: "weak" } as const;
  return readingOf(scene, "free_text", { ...offered, rule: "field:open-end" });
}

/** `How many`, without even a blank behind it: words that ask for a value, and somebody reads a line. */
function isOpenQuestion({ region: { before }, termios, alone }: Scene): boolean {
  const asks = firstMatch(openQuestionRules, before) !== null || asksFor(before);
  return (
    alone && termios?.canonical === true && asks && /^\s{0,4}\p{L}[^\n.]{2,80}\p{L}$/u.test(before)
  );
}

/** A line editor at rest: bracketed paste is on, and the cursor stands at the beginning of an empty line. */
export function recogniseLineEditor(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  const emptyHere = snapshot.cursor.x === 0 && scene.region.hanging;
  if (!snapshot.bracketedPaste || snapshot.alternate || !emptyHere) return null;
  if (scene.termios?.canonical !== false) return null;
  return readingOf(scene, "free_text", {
    question: "",
    strength: "weak",
    rule: "field:line-editor",
  });
}
