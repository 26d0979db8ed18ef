/** Which lines ask for what was given before, without saying what that was. Pure. */
import { firstMatch, type PatternRule } from "./patterns.ts";

/** Matched on the text up to the mark behind which the answer stands. */
export const repeatRules: readonly PatternRule[] = [
  {
    name: "asks-again",
    pattern:
      /\bre-?(?:enter|type|input|paste|peat)\b|\b(?:enter|type|paste|input|provide|give|write) (?:(?:it|that|this|(?:the )?same|(?:the |your )?\w+) )?(?:again|once more|a second time|one more time|twice)\b/i,
    example: "Paste it again",
    counterExample: "Enter the name of the repository",
  },
  {
    name: "again-alone",
    pattern:
      /^(?:(?:please|and|now|just)[, ]+)*(?:(?:once|try) again|again|once more|one more time|(?:the )?same again|(?:a |the )?second time)(?:,? please)?$/i,
    example: "Once more, please",
    counterExample: "Once more than a hundred files are open",
  },
  {
    name: "confirms-alone",
    pattern:
      /^(?:(?:please|and|now|just)[, ]+)*(?:to )?(?:verify|confirm|verification|confirmation)(?: (?:it|that|this))?(?:,? please)?$/i,
    example: "Please confirm",
    counterExample: "Confirm the name of the file",
  },
  {
    name: "asks-again-in-other-words",
    pattern:
      /(?<!\p{L})(?:wiederhol(?:en|e|ung)|erneut|noch ?(?:ein)?mal|nochmals|répét(?:er|ez)|de nouveau|encore une fois|confirme[zr]|repit[ae]|repetir|otra vez|de novo|novamente|ripet(?:i|ere)|di nuovo|повтор\p{L}*|ещ[её] раз|powtórz|ponownie|herhaal|opnieuw|upprepa|igen|gentag|gjenta|toista|uudelleen|znovu|újra)(?!\p{L})|再次|再输|もう一度|再入力|다시/iu,
    example: "Noch einmal",
    counterExample: "Wiederherstellung",
  },
];

/** Says so little that only what was asked before tells what it is. */
const VAGUE = new Set(["confirms-alone", "asks-again-in-other-words"]);

export const REPEAT_MARK = /[:：›‣>=]/u;
const ASKED_CHARS_MAX = 80;
const LEAD = /^\s*(?:[?◆▲■◇│┃>]+\s+)*/u;

export type RepeatAsk = {
  /** The line up to the mark behind which the answer stands. */
  asked: string;
  /** What stands behind it; never to be kept. */
  answer: string;
  rule: string;
  vague: boolean;
};

/** Splits a line that asks for something again at its first mark, if it has one; null where it does not ask so. */
export function repeatAsk(text: string): RepeatAsk | null {
  const lead = LEAD.exec(text)?.[0].length ?? 0;
  const marked = text.slice(lead).search(REPEAT_MARK);
  const end = marked === -1 ? text.length : lead + marked;
  const asked = text.slice(lead, end).trim();
  const rule = asked.length > ASKED_CHARS_MAX ? null : firstMatch(repeatRules, asked);
  if (rule === null) return null;
  const behind = marked === -1 ? end : end + 1;
  return {
    asked: text.slice(0, behind),
    answer: text.slice(behind).trim(),
    rule: rule.name,
    vague: VAGUE.has(rule.name),
  };
}
