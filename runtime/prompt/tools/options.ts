/** What a dialog's options come to: its approval once, its lasting grants, its refusal. Pure. */
import type { Option, OptionMeaning } from "../../../contracts/prompt.ts";
import { endsAsking, omitsSomething, outlivesPrompt } from "../grants.ts";
import { meaningOf } from "../languages.ts";
import type { BlockOption } from "./block-options.ts";

const REFUSAL =
  /^(?:no\b|nope\b|don[’']?t\b|do not\b|reject|deny|denied|cancel|declin|refus|abort|exit|quit|back\b|disallow|block|dismiss|keep planning|skip|not now|stop)/i;
const APPROVAL =
  /^(?:yes\b|yep\b|ok(?:ay)?\b|allow|approv|proceed|accept|trust|run\b|continu|confirm|apply|execut|once\b|just once|grant)/i;
/** An approval that says nothing but that. */
const PLAIN =
  /^(?:yes|yep|ok(?:ay)?|allow|approve|accept|proceed|run|continue|confirm|apply|execute|grant)(?:[,.:]? (?:just |only )?(?:once|this time|proceed|continue|approve|allow|run|do|it|this|now|and proceed|the command))*(?: \(\w+\))?$/i;
const LETTER = /\(([A-Za-z])\)\s*$/;

function meaningOfOption(label: string, note: string): OptionMeaning | null {
  const meaning = meaningOfChoice(label);
  // What is no label may make more of it, and does not take a refusal back.
  return note === "" || meaning === "no" ? meaning : meaningOfChoice(`${label}, ${note}`);
}

/** A grant that outlives the prompt is never a plain yes, whatever it begins with. */
function meaningOfChoice(label: string): OptionMeaning | null {
  const isLastingNo = /^never\b|always (?:deny|reject)/i.test(label);
  if (isLastingNo) return "never";
  const word = /^\p{L}{2,}/u.exec(label)?.[0] ?? "";
  const inWords = meaningOf(word);
  if (endsAsking(label)) return "always";
  if (omitsSomething(label)) return null;
  if (REFUSAL.test(label) || inWords === "no") return "no";
  if (outlivesPrompt(label)) return "always";
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
    meaning: meaningOfOption(label, note),
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

/**
 * Approves or refuses: exactly one plain yes, and a no. Anything else is a choice. The no may stand among options that
 * are not shown, where a key refuses besides.
 */
export function isApproval(options: readonly Option[], noIsElsewhere = false): boolean {
  const plain = options.filter((option) => option.meaning === "yes").length;
  return plain === 1 && (noIsElsewhere || options.some((option) => option.meaning === "no"));
}
