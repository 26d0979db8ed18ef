/** The words and letters by which the common locales say yes and no, as data. */
import type { OptionMeaning } from "../../contracts/prompt.ts";
import { endsAsking, omitsSomething, outlivesPrompt } from "./grants.ts";

type Language = { name: string; yes: readonly string[]; no: readonly string[] };

export const languages: readonly Language[] = [
  { name: "en", yes: ["y", "yes", "yep", "yeah"], no: ["n", "no", "nope"] },
  { name: "de", yes: ["j", "ja"], no: ["n", "nein"] },
  { name: "fr", yes: ["o", "oui"], no: ["n", "non"] },
  { name: "es", yes: ["s", "si", "sí"], no: ["n", "no"] },
  { name: "pt", yes: ["s", "sim"], no: ["n", "não", "nao"] },
  { name: "it", yes: ["s", "si", "sì"], no: ["n", "no"] },
  { name: "nl", yes: ["j", "ja"], no: ["n", "nee"] },
  { name: "sv", yes: ["j", "ja"], no: ["n", "nej"] },
  { name: "fi", yes: ["k", "kyllä"], no: ["e", "ei"] },
  { name: "pl", yes: ["t", "tak"], no: ["n", "nie"] },
  { name: "cs", yes: ["a", "ano"], no: ["n", "ne"] },
  { name: "sk", yes: ["a", "áno"], no: ["n", "nie"] },
  { name: "hr", yes: ["d", "da"], no: ["n", "ne"] },
  { name: "ro", yes: ["d", "da"], no: ["n", "nu"] },
  { name: "hu", yes: ["i", "igen"], no: ["n", "nem"] },
  { name: "tr", yes: ["e", "evet"], no: ["h", "hayır"] },
  { name: "ca", yes: ["s", "sí"], no: ["n", "no"] },
  { name: "et", yes: ["j", "jah"], no: ["e", "ei"] },
  { name: "lt", yes: ["t", "taip"], no: ["n", "ne"] },
  { name: "ru", yes: ["д", "да"], no: ["н", "нет"] },
  { name: "uk", yes: ["т", "так"], no: ["н", "ні"] },
  { name: "bg", yes: ["д", "да"], no: ["н", "не"] },
  { name: "el", yes: ["ν", "ναι"], no: ["ο", "όχι"] },
  { name: "he", yes: ["כ", "כן"], no: ["ל", "לא"] },
  { name: "ar", yes: ["ن", "نعم"], no: ["ل", "لا"] },
  { name: "zh", yes: ["是", "是的"], no: ["否", "不"] },
  { name: "ja", yes: ["はい"], no: ["いいえ"] },
  { name: "ko", yes: ["예", "네"], no: ["아니요", "아니오"] },
  { name: "vi", yes: ["c", "có"], no: ["k", "không"] },
  { name: "da", yes: ["j", "ja"], no: ["n", "nej"] },
  { name: "nb", yes: ["j", "ja"], no: ["n", "nei"] },
  { name: "is", yes: ["j", "já"], no: ["n", "nei"] },
  { name: "lv", yes: ["j", "jā"], no: ["n", "nē"] },
  { name: "sl", yes: ["d", "da"], no: ["n", "ne"] },
  { name: "sr", yes: ["д", "да"], no: ["н", "не"] },
  { name: "be", yes: ["т", "так"], no: ["н", "не"] },
  { name: "gl", yes: ["s", "si"], no: ["n", "non"] },
  { name: "eu", yes: ["b", "bai"], no: ["e", "ez"] },
  { name: "eo", yes: ["j", "jes"], no: ["n", "ne"] },
  { name: "id", yes: ["y", "ya"], no: ["t", "tidak"] },
  { name: "sq", yes: ["p", "po"], no: ["j", "jo"] },
  { name: "cy", yes: ["i", "ie"], no: ["n", "na"] },
  { name: "fa", yes: ["ب", "بله"], no: ["خ", "خیر"] },
  { name: "hi", yes: ["ह", "हाँ"], no: ["न", "नहीं"] },
  { name: "th", yes: ["ใช่"], no: ["ไม่", "ไม่ใช่"] },
  { name: "zh-Hant", yes: ["是", "好"], no: ["否", "不要"] },
];

/** Single letters that mean yes or no even where nothing else is offered; others are as often any key. */
export const loneLetters: ReadonlySet<string> = new Set(["y", "n", "j", "o", "s"]);

/** What cancels, as labels of other languages say it. */
const cancels =
  "abbrechen annuler cancelar annulla anuluj annuleren zrušit zrušiť avbryt annuller peruuta mégse iptal anulează odustani отмена скасувати отказ ακύρωση ביטול إلغاء キャンセル 取消 취소 hủy batal".split(
    " ",
  );

/** Words that begin English labels as well. */
const LOOKS_ENGLISH = new Set([
  "po",
  "jo",
  "na",
  "ie",
  "ne",
  "nu",
  "ez",
  "da",
  "ano",
  "tak",
  "nem",
]);

/** Answers whose meaning does not depend on the locale, beyond plain yes and no. */
const grants: ReadonlyMap<string, OptionMeaning> = new Map([
  ["a", "always"],
  ["all", "always"],
  ["always", "always"],
  ["never", "never"],
  ["cancel", "cancel"],
  ["c", "cancel"],
  ["q", "cancel"],
  ["quit", "cancel"],
  ["abort", "cancel"],
  ["exit", "cancel"],
]);

/** First words of a label that are yes or no in whatever language the rest is: words of one meaning everywhere. */
const answers: ReadonlyMap<string, OptionMeaning> = new Map([
  ...wordsOf("yes", "no"),
  ...wordsOf("no", "yes"),
  ...cancels.map((word) => [word, "cancel"] as const),
]);

function wordsOf(meaning: "yes" | "no", other: "yes" | "no"): (readonly [string, OptionMeaning])[] {
  const against = new Set(languages.flatMap((one) => one[other]));
  return languages
    .flatMap((one) => one[meaning])
    .filter((word) => word.length > 1 && !against.has(word) && !LOOKS_ENGLISH.has(word))
    .map((word) => [word, meaning]);
}

export type YesNoPair = { language: string; yes: string; no: string };

/** The first language in which one of `words` is yes and another is no; letter case is ignored. */
export function yesNoPair(words: readonly string[]): YesNoPair | null {
  const lower = words.map((word) => word.toLowerCase());
  for (const language of languages) {
    const yes = lower.find((word) => language.yes.includes(word));
    const no = lower.find((word) => word !== yes && language.no.includes(word));
    if (yes !== undefined && no !== undefined) return { language: language.name, yes, no };
  }
  return null;
}

/** The meaning of a single word standing alone, such as a default in brackets: in any language. */
export function meaningOf(word: string): "yes" | "no" | null {
  const lower = word.toLowerCase();
  if (lower === "true" || languages.some((language) => language.yes.includes(lower))) return "yes";
  if (lower === "false" || languages.some((language) => language.no.includes(lower))) return "no";
  return null;
}

/** A label's meaning from its first word: `Yes, and do not ask again` is a grant, not a plain yes. */
export function meaningOfLabel(label: string): OptionMeaning | null {
  const lower = label.toLowerCase();
  if (/\balways\b|don['’]?t ask again|\bto all\b|yes.*\ball\b/.test(lower)) return "always";
  if (/^never\b|no.*\bto all\b/.test(lower)) return "never";
  // `Non-interactive` is another word than `non`.
  const first = /^[\p{L}\p{M}]+(?![-\p{L}\p{M}])/u.exec(lower)?.[0] ?? "";
  // A letter alone is a key, whose meaning the letters beside it decide.
  if (first.length < 2 || omitsSomething(lower)) return null;
  if (endsAsking(lower)) return "always";
  const meaning = answers.get(first) ?? grants.get(first) ?? null;
  return meaning === "yes" && outlivesPrompt(lower) ? "always" : meaning;
}

/** Meaning of a further letter or word offered beside yes and no, such as `a` or `quit`. */
export function grantOf(word: string): OptionMeaning | null {
  return grants.get(word.toLowerCase()) ?? null;
}
