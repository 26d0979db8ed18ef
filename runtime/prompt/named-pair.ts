/** Letters that are yes and no in some language, and here the first ones of what the question itself names. Pure. */
import { languages } from "./languages.ts";

const ANSWERS = new Set(languages.flatMap(({ yes, no }) => [...yes, ...no]));
/** Letters that prompts of any language use for yes and no, whatever the language of their question. */
const COMMON = new Set(["y/n", "j/n", "o/n", "s/n"]);
/** Words of an English question, in which other letters than these are a menu's. */
const ENGLISH =
  /(?<!\p{L})(?:the|this|that|these|to|do|does|you|your|is|are|or|and|which|what|choose|select|action|option|file|mode|please|enter)(?!\p{L})/iu;
const WORD = "(?<!\\p{L})(\\p{L}{2,})";
const BETWEEN =
  "(?:\\s+\\p{L}+){0,3}\\s*(?:[,/|]|,?\\s+(?:or|oder|ou|o|of|eller|или))\\s*(?:or\\s+)?";
const EITHER = new RegExp(`${WORD}(?=${BETWEEN}(\\p{L}{2,}))`, "giu");

/** `Keep or erase? [k/e]`: what would be Finnish for yes and no are two deeds. */
export function isNamedPair({ yes, no }: { yes: string; no: string }, asked: string): boolean {
  const letters = `${yes}/${no}`;
  if (yes.length !== 1 || no.length !== 1 || letters === "y/n") return false;
  if (!COMMON.has(letters) && /^[a-z]\/[a-z]$/.test(letters) && ENGLISH.test(asked)) return true;
  return [...asked.slice(-300).matchAll(EITHER)].some(([, one = "", other = ""]) => {
    const words = [one.toLowerCase(), other.toLowerCase()];
    if (words.some((word) => ANSWERS.has(word))) return false;
    const firsts = words.map((word) => word.charAt(0)).join("");
    return firsts === yes + no || firsts === no + yes;
  });
}
