/** What a dialog's options come to: its approval once, its lasting grants, its refusal. Pure. */
import type { Option, OptionMeaning } from "../../../contracts/prompt.ts";
import type { BlockOption } from "./block-options.ts";

const GRANT =
  /\b(?:always|never again|don[’']?t ask|do not ask|(?:for|in|during) (?:this|the|all|every|future) (?:whole |entire )?(?:session|project|conversation|chat|workspace|repo|folder|directory|commands?|files?|edits?|tools?)|accept edits|auto[- ]?(?:mode|accept|approve|edit|run)|bypass|yolo|parent (?:folder|directory)|remember|every ?time|from now on|permanent(?:ly)?|forever|whitelist|allow-?list|trust (?:all|this (?:command|tool|server|domain))|all (?:tools|edits|commands|future)|switch to)\b/i;
const REFUSAL =
  /^(?:no\b|nope\b|don[’']?t\b|do not\b|reject|deny|denied|cancel|declin|refus|abort|exit|quit|back\b|disallow|block|dismiss|keep planning|skip|not now|stop|nein\b|non\b|いいえ|否|нет)/i;
const APPROVAL =
  /^(?:yes\b|yep\b|ok(?:ay)?\b|allow|approv|proceed|accept|trust|run\b|continu|confirm|apply|execut|once\b|just once|grant|ja\b|oui\b|はい|是|да\b)/i;
const LETTER = /\((\w)\)\s*$/;

/** A grant that outlives the prompt is never a plain yes, whatever it begins with. */
function meaningOfChoice(label: string): OptionMeaning | null {
  if (REFUSAL.test(label)) return /^never\b|always (?:deny|reject)/i.test(label) ? "never" : "no";
  if (/^never\b|always (?:deny|reject)/i.test(label)) return "never";
  if (GRANT.test(label)) return "always";
  return APPROVAL.test(label) ? "yes" : null;
}

/** A letter in parentheses acts at once, as a number does; an option without either is reached by the highlight. */
export function choicesOf(options: readonly BlockOption[]): Option[] {
  return options.map(({ label, number, selected, checked }) => ({
    label,
    key: LETTER.exec(label)?.[1] ?? number,
    meaning: meaningOfChoice(label),
    selected,
    checked,
  }));
}

/** Approves or refuses: exactly one plain yes, and a no. Anything else is a choice. */
export function isApproval(options: readonly Option[]): boolean {
  const plain = options.filter((option) => option.meaning === "yes").length;
  return plain === 1 && options.some((option) => option.meaning === "no");
}
