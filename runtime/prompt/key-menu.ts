/** Menus of letters that are marked in the words they stand for, in the asking line or right above it. */
import type { Option, OptionMeaning } from "../../contracts/prompt.ts";
import { DEFAULT_AHEAD } from "./default-words.ts";
import { wordedDefault } from "./field-default.ts";
import {
  bareKeysAsked,
  type KeyInWord,
  keysInColumns,
  keysInRows,
  keysInWords,
  WORDED_END,
} from "./keys-in-words.ts";
import { meaningOfLabel } from "./languages.ts";
import { type Reading, readingOf, type Scene, typedOption } from "./reading.ts";
import { textAbove } from "./region.ts";
import { isAnswered } from "./secrets.ts";

function meaningOfKey(one: KeyInWord): OptionMeaning | null {
  const key = one.key.toLowerCase();
  const plain = key === "y" ? "yes" : key === "n" && /^(?:no?$|to )/i.test(one.label) ? "no" : null;
  return meaningOfLabel(one.label) ?? plain;
}

function asksOpenly(scene: Scene): boolean {
  return /[?:]\s*$/.test(scene.tail);
}

const CHOSEN_KEY = /[:?>]\s+[^\s()[\]]{1,12}$/u;
/** It names nothing of its own to be entered, only that something is to be picked. */
const PICKS =
  /\b(?:choose|choice|selection|select|options?|pick|answer|reply|response|action|command|letter)\b|\bwhat (?:now|next|to do|(?:do|would|should|shall) \p{L}+)\b/iu;

/**
 * The line above was a question of its own: with its answer, or, where a key is taken without being shown, with a sign
 * of asking at its end.
 */
function isAskedAlone(above: string, line: string): boolean {
  if (CHOSEN_KEY.test(above) || isAnswered(above)) return true;
  return /[:?>]\s*$/u.test(above) && !PICKS.test(line);
}

type Asked = { keys: KeyInWord[]; firstLine: number };

/** The keys in the asking line, or in the lines above one that asks without any. */
function keysAsked(scene: Scene): Asked {
  const { index, snapshot } = scene.region;
  const own = keysInWords(scene.tail);
  if (own.length < 2) {
    const other = bareKeysAsked(snapshot.lines, index) ?? keysInRowsAbove(scene, own);
    if (other !== null) return other;
  }
  if (!asksOpenly(scene)) return { keys: own, firstLine: index };
  return keysGoingOn(scene, own) ?? keysInLineAbove(scene, own);
}

function keysInRowsAbove(scene: Scene, own: readonly KeyInWord[]): Asked | null {
  const { index, snapshot } = scene.region;
  const isMark = /^\s*[>?:»]\s*$/u.test(scene.line);
  const asks = own.length === 0 && asksOpenly(scene) && PICKS.test(scene.line);
  return asks || isMark ? keysInRows(snapshot.lines, index) : null;
}

/** The list of keys begins in the line above and ends in the asking one. */
function keysGoingOn(
  { region: { index, snapshot } }: Scene,
  own: readonly KeyInWord[],
): Asked | null {
  const above = snapshot.lines[index - 1]?.text ?? "";
  if (own.length === 0 || /[:?>]\s*$/u.test(above)) return null;
  const before = keysInWords(above);
  return before.length < 2 ? null : { keys: [...before, ...own], firstLine: index - 1 };
}

function keysInLineAbove(scene: Scene, own: KeyInWord[]): Asked {
  const { index, snapshot } = scene.region;
  const above = snapshot.lines[index - 1]?.text ?? "";
  if (own.length >= 2 || isAskedAlone(above, scene.line)) return { keys: own, firstLine: index };
  return { keys: keysInWords(above), firstLine: index - 1 };
}

/** Letters that differ by their case alone are typed as shown, others small. */
function keyOptions(keys: readonly KeyInWord[]): Option[] {
  const letters = keys.map((one) => one.key.toLowerCase());
  const clash = new Set(letters).size !== letters.length;
  return keys.map((one) =>
    typedOption(one.label, clash ? one.key : one.key.toLowerCase(), meaningOfKey(one)),
  );
}

/** `(A)bort/(R)etry`, `[y]es, [n]o, [A]ll`, `(l)ocal … (o)ther`: in the asking line or the one above it. */
export function recogniseKeyMenu(scene: Scene): Reading | null {
  if (!/[:?>\])a-z.…]\s*$/iu.test(scene.tail)) return null;
  const { keys, firstLine } = keysAsked(scene);
  if (keys.length < 2 || keys.length > 24) return null;
  const options = keyOptions(keys);
  const meanings = options.map((option) => option.meaning);
  const hasPair = meanings.includes("yes") && meanings.includes("no");
  if (!asksOpenly(scene) && !hasPair && keys.length < 3 && !isRaw(scene)) return null;
  const asked = askedAbove(scene, keys, firstLine);
  const above = scene.region.snapshot.lines.slice(asked, scene.region.index);
  return readingOf(scene, hasPair && options.length <= 3 ? "yes_no" : "multiple_choice", {
    question: [...above.map((line) => line.text.trim()), scene.line.trim()]
      .filter((text) => text !== "")
      .join("\n"),
    options,
    default: keyDefault(scene.tail, options),
    keys: "as_termios",
    firstLine: asked,
    rule: "menu:keys-in-words",
  });
}

/** A line of nothing but keys belongs to the question above it. */
function askedAbove(scene: Scene, keys: readonly KeyInWord[], firstLine: number): number {
  if (keysInColumns(scene.tail).length > 0) {
    const at = textAbove(scene.region, firstLine, 2);
    return at < 0 || isAnswered(scene.region.snapshot.lines[at]?.text ?? "") ? firstLine : at;
  }
  const words = keys.map(({ label }) => label.length).reduce((sum, length) => sum + length, 0);
  const letters = scene.line.replace(WORDED_END, "").replace(/[^\p{L}]/gu, "").length;
  const above = scene.region.snapshot.lines[firstLine - 1]?.text ?? "";
  return letters <= words && /[?？]\s*$/u.test(above) ? firstLine - 1 : firstLine;
}

/** `(Y)es/(N)o [Yes]:` names its default by key or by word. */
function keyDefault(text: string, options: readonly Option[]): string | null {
  const named = namedDefault(text)?.toLowerCase() ?? "";
  const chosen = options.find((one) => [one.key, one.label.toLowerCase()].includes(named));
  const set = named === "" || chosen === undefined ? setOffKey(text, options.length) : null;
  const only = set?.toLowerCase();
  return (chosen ?? options.find((one) => one.key?.toLowerCase() === only))?.key ?? null;
}

const BRACKETED = /\[([\p{L}\d ']{1,24})\]\s*[:?>]?\s*$/u;
const BARE = new RegExp(`[,;] ${DEFAULT_AHEAD}([\\p{L}\\d]{1,16})\\s*[:?>]?\\s*$`, "iu");

function namedDefault(text: string): string | null {
  const shown = BRACKETED.exec(text)?.[1] ?? BARE.exec(text)?.[1];
  return shown ?? wordedDefault(WORDED_END.exec(text)?.[0] ?? "");
}

/** `[Y]es, (N)o, (C)ancel`: the one in other brackets than all the rest, or the only one in brackets. */
function setOffKey(text: string, count: number): string | null {
  const brackets = [...text.matchAll(/([[(])(\p{L})[\])]/gu)];
  const square = brackets.filter(([, sign]) => sign === "[");
  const isOdd = square.length === 1 && (brackets.length > 1 || count > 2);
  return isOdd ? (square[0]?.[2] ?? null) : null;
}

function isRaw(scene: Scene): boolean {
  return scene.termios?.canonical === false;
}

/** `an apple or an orange?`: two named things, one of which is to be typed. */
export function recogniseEither(scene: Scene): Reading | null {
  const found =
    /\b(?:an?|the) (\p{L}[\p{L}-]{1,20}) or (?:an?|the) (\p{L}[\p{L}-]{1,20})\?\s*$/u.exec(
      scene.tail,
    );
  const [one, other] = [found?.[1], found?.[2]];
  if (one === undefined || other === undefined) return null;
  return readingOf(scene, "multiple_choice", {
    options: [one, other].map((word) => typedOption(word, word, null)),
    strength: "plain",
    rule: "menu:either-or",
  });
}
