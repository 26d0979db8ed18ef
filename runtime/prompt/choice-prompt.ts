/** Prompts that show their answers in the line: yes or no, a few letters or words, a lone default. */
import { limits } from "../../contracts/limits.ts";
import type { Option, OptionMeaning } from "../../contracts/prompt.ts";
import { type Choices, findChoices, loneAnswer } from "./choices.ts";
import { firstRowOf } from "./context.ts";
import { grantOf, meaningOf, meaningOfLabel } from "./languages.ts";
import { lookAt, oddLook } from "./looks.ts";
import { type Reading, readingOf, type Scene, typedOption } from "./reading.ts";
import { columnOf } from "./region.ts";

/** With more answers than these, yes and no are two among many. */
const YES_NO_TOKENS_MAX = 3;
const PREFILLED_CHARS_MAX = 80;
/** A value drawn by a prompt library behind its question; it is no typed text. */
const DRAWN_VALUE = /^(?:true|false|yes|no|y|n)?$/i;

function meaningIn(choices: Choices, word: string): OptionMeaning | null {
  const lower = word.toLowerCase();
  if (lower === choices.pair?.yes) return "yes";
  if (lower === choices.pair?.no) return "no";
  if (saysTwice(choices)) return meaningOf(word);
  return choices.pair === null && word.length < 3 ? null : grantOf(word);
}

/** `Ja/Yes/Nein/No?`: nothing but yes and no, in two languages. */
function saysTwice({ tokens }: Choices): boolean {
  return tokens.every(({ text }) => text.length > 1 && meaningOf(text) !== null);
}

/** Capital letters are typed as shown unless the capital only marks the default, or the letter's case means nothing. */
function keyOf(choices: Choices, word: string): string {
  const others = choices.tokens.filter((token) => token.text !== word);
  const clash = others.some((token) => token.text.toLowerCase() === word.toLowerCase());
  if (clash) return word;
  const marksDefault = choices.default?.toLowerCase() === word.toLowerCase();
  const otherIsLower = others.some((token) => token.text !== token.text.toUpperCase());
  const capitalMeansNothing = word.length === 1 || meaningOf(word) !== null;
  return marksDefault && otherIsLower && capitalMeansNothing ? word.toLowerCase() : word;
}

function optionsOf(choices: Choices): Option[] {
  return choices.tokens.slice(0, limits.optionsMax).map((token) => ({
    label: token.text,
    key: keyOf(choices, token.text),
    meaning: meaningIn(choices, token.text),
    selected: false,
    checked: null,
  }));
}

/** The question stands in lines above when the choices have the line to themselves. */
export function questionAround(
  scene: Scene,
  line: string,
  asked: string,
): {
  question: string;
  firstLine: number;
} {
  const { index, snapshot } = scene.region;
  const rows = snapshot.lines.slice(0, index).map((one) => one.text.trim());
  const above = brokenAbove(scene);
  if (above !== null) return { question: above + line.trim(), firstLine: index - 1 };
  const firstLine = firstRowOf(rows, index, asked);
  return { question: [...rows.slice(firstLine), line.trim()].join("\n"), firstLine };
}

/** The first row of a question that a library breaks itself, wherever the row is full; null where it does not. */
function brokenAbove({ region: { index, snapshot }, line }: Scene): string | null {
  const above = snapshot.lines[index - 1]?.text ?? "";
  const isFull = columnOf(above, above.length) >= snapshot.cols - 1;
  return isFull && /^\s*\?\s\S/u.test(above) && !/^\s*[?✔✓]\s/u.test(line) ? above.trim() : null;
}

/** What was typed behind the prompt; null where nothing was, undefined where it cannot be a prompt any more. */
function typedBehind(scene: Scene, end: number): string | null | undefined {
  const typed = scene.tail.slice(end).trim();
  if (DRAWN_VALUE.test(typed) && /[‣›…]/u.test(scene.tail.slice(0, end).slice(-6))) return null;
  if (typed === "") return null;
  if (scene.region.hanging || typed.length > PREFILLED_CHARS_MAX) return undefined;
  return typed;
}

export function recogniseChoices(scene: Scene): Reading | null {
  const choices = findChoices(scene.tail);
  if (choices === null) return null;
  const typed = typedBehind(scene, choices.end);
  if (typed === undefined) return null;
  const isYesNo =
    choices.pair !== null && (choices.tokens.length <= YES_NO_TOKENS_MAX || saysTwice(choices));
  const asked = scene.tail.slice(0, choices.start);
  const shown = typed === null ? scene.line : scene.tail.slice(0, choices.end);
  return readingOf(scene, isYesNo ? "yes_no" : "multiple_choice", {
    ...questionAround(scene, shown, asked),
    options: optionsOf(choices),
    default: defaultKey(choices) ?? setOffChoice(scene, choices),
    keys: "as_termios",
    prefilled: typed,
    strength: typed === null && !scene.region.hanging ? "strong" : "plain",
    rule: isYesNo ? "choices:yes-no" : "choices:list",
  });
}

/** A library shows by its look alone which of its answers Enter takes. */
function setOffChoice(
  { region: { snapshot, hanging }, termios }: Scene,
  choices: Choices,
): string | null {
  const row = snapshot.screen[snapshot.cursor.y];
  if (row === undefined || hanging || termios?.canonical !== false) return null;
  const words = choices.tokens.map(({ text }) => text);
  const looks = words.map((word) => lookAt(row, columnOf(row.text, row.text.lastIndexOf(word))));
  const at = oddLook(looks)?.at ?? -1;
  const word = words[at];
  return word === undefined ? null : keyOf(choices, word);
}

function defaultKey(choices: Choices): string | null {
  if (choices.default === null) return null;
  const { default: answer, tokens } = choices;
  const same = tokens.find((token) => token.text.toLowerCase() === answer.toLowerCase());
  if (same !== undefined) return keyOf(choices, same.text);
  const meaning = meaningOf(answer);
  const word = meaning === "yes" ? choices.pair?.yes : choices.pair?.no;
  const byMeaning = tokens.find((token) => token.text.toLowerCase() === word);
  return byMeaning === undefined ? answer : keyOf(choices, byMeaning.text);
}

/** `Assume -R? [n]`, `Clear<y>?`, `Use HTTPS protocol [Yes]:`: the other answer is implied. */
export function recogniseLoneAnswer(scene: Scene): Reading | null {
  const lone = loneAnswer(scene.tail);
  if (lone === null) return null;
  const asked = scene.tail.slice(0, lone.start);
  const around = questionAround(scene, scene.line, asked);
  if (lone.start < 2 && around.firstLine === scene.region.index) return null;
  // `Sort order [s]:` is a field; letters of other languages are answers only where something is asked.
  if (/^[^yn]$/i.test(lone.answer) && !/[?？؟]/u.test(around.question)) return null;
  const meaning = meaningOf(lone.answer);
  const short = lone.answer.length === 1;
  const yes: Option = plainOption(short ? "y" : "yes", "yes");
  const no: Option = plainOption(short ? "n" : "no", "no");
  const shown = lone.answer.toLowerCase();
  if (meaning === "yes") yes.key = shown;
  if (meaning === "no") no.key = shown;
  return readingOf(scene, "yes_no", {
    ...around,
    options: [yes, no],
    default: shown,
    keys: "as_termios",
    rule: "choices:lone-default",
  });
}

function plainOption(key: string, meaning: "yes" | "no"): Option {
  return { label: key, key, meaning, selected: false, checked: null };
}

/** What to type on a question that shows no answers: the letters that nearly every program takes. */
export function impliedOptions(): Option[] {
  return [plainOption("y", "yes"), plainOption("n", "no")];
}

const TYPES_WORDS = /\b(?:type|enter|write) ["'‘“]?yes["'’”]? or ["'‘“]?no\b/i;

/** `Type "yes" or "no"` right below the question: the words, not their letters. Null where that is not said. */
export function wordsAsked({ region: { snapshot, index } }: Scene): Option[] | null {
  const near = snapshot.lines.slice(index, index + 4).map(({ text }) => text);
  return near.some((text) => TYPES_WORDS.test(text.slice(0, 200)))
    ? [plainOption("yes", "yes"), plainOption("no", "no")]
    : null;
}

/** `Y Yes` or `^C Cancel`: a key and what it does, as editors list them along the bottom. */
const LEGEND = /(?:^|\s)(\^?\p{Lu}) \[?(\p{L}{2,12})\]?(?=\s{2,}|$)/gu;

/** The keys listed below the question, when a yes and a no are among them; empty otherwise. */
export function legendOptions({ region: { snapshot } }: Scene): Option[] {
  const below = snapshot.screen.slice(snapshot.cursor.y + 1).map((row) => row.text);
  const options = below.flatMap((text) => [...text.matchAll(LEGEND)].map(legendOption));
  const meanings = options.map((option) => option.meaning);
  return meanings.includes("yes") && meanings.includes("no") ? options : [];
}

function legendOption([, shown = "", label = ""]: RegExpMatchArray): Option {
  const control = shown.startsWith("^");
  const key = control ? String.fromCharCode(shown.charCodeAt(1) & 0x1f) : shown.toLowerCase();
  return typedOption(label, key, meaningOfLabel(label));
}
