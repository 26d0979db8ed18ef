/** What a person's keys answered, by its meaning: kept only where it is one of what the prompt offers. Pure. */
import type { Option, Prompt } from "../../contracts/prompt.ts";

/** An answer is short; what is longer is none of those that are offered. */
const keysCharsMax = 64;

/** Keys of which nobody can tell any more what they mean, as those that moved a highlight that we had moved. */
export const unreadableKeys = "\u0000";

/** Bytes as they came, one character each: only ASCII is understood, and nothing else has to be. */
export function typedSoFar(before: string | undefined, keys: Uint8Array | undefined): string {
  if (keys === undefined) return before ?? unreadableKeys;
  return ((before ?? "") + String.fromCharCode(...keys.subarray(0, keysCharsMax))).slice(
    0,
    keysCharsMax,
  );
}

/**
 * `y` and `n` for yes and no, `\n` for going on, else the option's label. Null where it cannot be told, and of
 * whatever asks for text: what a person writes is theirs.
 */
export function replyMeant(prompt: Prompt, keys: string): string | null {
  if (prompt.kind === "confirm_enter") return /^[\r\n]/.test(keys) ? "\n" : null;
  if (prompt.kind !== "yes_no" && prompt.kind !== "multiple_choice") return null;
  // Boxes are ticked one by one: no key says all of it.
  if (prompt.options.some(({ checked }) => checked !== null)) return null;
  if (keys === (prompt.refuse_key ?? unreadableKeys)) return "n";
  const [line = ""] = keys.split(/[\r\n]/, 1);
  const text = withoutErased(line);
  if (/[^\x20-\x7e]/.test(text)) return null;
  const option = text === "" ? takenByEnter(prompt, keys) : chosenBy(prompt, text);
  return option === undefined ? null : nameOf(option, prompt);
}

/** Backspaces take away what stands before them; Ctrl-U takes all. */
function withoutErased(line: string): string {
  let text = "";
  for (const key of line) {
    if (key === "\u007f" || key === "\b") text = text.slice(0, -1);
    else text = key === "\u0015" ? "" : text + key;
  }
  return text;
}

function takenByEnter({ options, default: given }: Prompt, keys: string): Option | undefined {
  if (!/[\r\n]/.test(keys)) return undefined;
  const selected = options.filter((one) => one.selected);
  if (selected.length === 1) return selected[0];
  const named = options.filter(
    ({ key, label }) => given !== null && (key === given || label === given),
  );
  return named.length === 1 ? named[0] : undefined;
}

function chosenBy({ options }: Prompt, text: string): Option | undefined {
  const exact = options.filter(({ key, label }) => key === text || label === text);
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  const lower = text.trim().toLowerCase();
  const folded = options.filter(
    ({ key, label }) => key?.toLowerCase() === lower || label.toLowerCase() === lower,
  );
  if (folded.length > 0) return folded.length === 1 ? folded[0] : undefined;
  const meaning = /^(?:y|yes)$/.test(lower) ? "yes" : /^(?:n|no)$/.test(lower) ? "no" : null;
  const meant = options.filter((one) => meaning !== null && one.meaning === meaning);
  return meant.length === 1 ? meant[0] : undefined;
}

function nameOf(option: Option, { options }: Prompt): string {
  const { meaning, label } = option;
  const alike = options.filter((one) => one.meaning === meaning).length;
  if (meaning === "yes" && alike === 1) return "y";
  if (meaning === "no" && alike === 1) return "n";
  return label;
}
