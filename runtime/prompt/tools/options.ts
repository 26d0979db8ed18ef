/** What a dialog's options come to: its approval once, its lasting grants, its refusal. Pure. */
import type { Option, OptionMeaning } from "../../../contracts/prompt.ts";
import { meaningOf } from "../languages.ts";
import type { BlockOption } from "./block-options.ts";

/** Words of an effect that outlives the prompt or goes beyond it, by what they say: all of it, unasked, for how long. */
const GRANTS: readonly RegExp[] = [
  /^(?:yes|ok(?:ay)?|allow|approve|accept|run|trust|confirm|ja|oui)[,:]?(?: to| for)? (?:all|any|every)(?:thing|where|one)?\b/i,
  /\b(?:everywhere|anything|global(?:ly)?|rest of|all (?:tools|edits|commands|future)|whitelist|allow-?list|full access|allow access|(?:parent|any) (?:folder|directory)|trust (?:this (?:command|tool|server|domain)))\b/i,
  /\b(?:don[’']?t|do not|stop|without|skip|no more|no further|never|fewer) (?:\w+ )?(?:ask|prompt|confirm|question)\w*/i,
  /\b(?:accept edits|auto[- ]?(?:mode|accept|approve|edit|run|pilot)|automatic(?:ally)?|bypass|yolo|switch to)\b/i,
  /\b(?:always|never again|session|from now on|next time|every ?time|permanent(?:ly)?|forever|remember)\b/i,
  /\b(?:for|during|within|until|throughout) (?:me|this|these|the|my|all|every|future|\d+|an?|one|next|restart|i|you|exit)\b(?! (?:once|(?:one |first )?time)\b)/i,
  /\bin (?:this|the|all|every) (?:whole |entire )?(?:project|conversation|chat|workspace|repo|folder|directory)\b/i,
  /(?:^|[^\p{L}])(?:immer|stets|dauerhaft|alle[ns]?|nicht mehr|toujours|tous|toutes|ne plus|siempre|todos?|todas?|sempre|tutt[ioe]|altijd|alltid|zawsze|всегда|все|больше не)(?!\p{L})/iu,
  /常に|すべて|今後|总是|始终|總是|始終|全部|所有|不再|항상|모두|다시 묻지/u,
];
const REFUSAL =
  /^(?:no\b|nope\b|don[’']?t\b|do not\b|reject|deny|denied|cancel|declin|refus|abort|exit|quit|back\b|disallow|block|dismiss|keep planning|skip|not now|stop)/i;
const APPROVAL =
  /^(?:yes\b|yep\b|ok(?:ay)?\b|allow|approv|proceed|accept|trust|run\b|continu|confirm|apply|execut|once\b|just once|grant)/i;
/** An approval that says nothing but that. */
const PLAIN =
  /^(?:yes|yep|ok(?:ay)?|allow|approve|accept|proceed|run|continue|confirm|apply|execute|grant)(?:[,.:]? (?:just |only )?(?:once|this time|proceed|continue|approve|allow|run|do|it|this|now|and proceed|the command))*(?: \(\w+\))?$/i;
const LETTER = /\(([A-Za-z])\)\s*$/;

/** A grant that outlives the prompt is never a plain yes, whatever it begins with. */
function meaningOfChoice(label: string): OptionMeaning | null {
  const isLastingNo = /^never\b|always (?:deny|reject)/i.test(label);
  if (isLastingNo) return "never";
  const word = /^\p{L}{2,}/u.exec(label)?.[0] ?? "";
  const inWords = meaningOf(word);
  if (REFUSAL.test(label) || inWords === "no") return "no";
  if (GRANTS.some((grant) => grant.test(label))) return "always";
  return APPROVAL.test(label) || inWords === "yes" ? "yes" : null;
}

/** A letter in parentheses acts at once, as a number does; an option without either is reached by the highlight. */
export function choicesOf(options: readonly BlockOption[]): Option[] {
  const keys = options.map(({ label, number }) => LETTER.exec(label)?.[1] ?? number);
  const choices = options.map(({ label, note, number, selected, checked }, at) => ({
    label,
    // A label may be anybody's words: a letter that two of them show is neither's key.
    key:
      keys.indexOf(keys[at] ?? null) === keys.lastIndexOf(keys[at] ?? null)
        ? (keys[at] ?? null)
        : number,
    meaning: meaningOfChoice(note === "" ? label : `${label} ${note}`),
    selected,
    checked,
  }));
  return withOneYes(choices);
}

/** Of several approvals the one that says nothing else is the plain one: whatever the others add goes beyond it. */
function withOneYes(choices: Option[]): Option[] {
  const yes = choices.filter(({ meaning }) => meaning === "yes");
  const plain = yes.filter(({ label }) => PLAIN.test(label));
  if (yes.length < 2 || plain.length !== 1) return choices;
  return choices.map((one) =>
    one.meaning === "yes" && one !== plain[0] ? { ...one, meaning: "always" } : one,
  );
}

/** Approves or refuses: exactly one plain yes, and a no. Anything else is a choice. */
export function isApproval(options: readonly Option[]): boolean {
  const plain = options.filter((option) => option.meaning === "yes").length;
  return plain === 1 && options.some((option) => option.meaning === "no");
}
