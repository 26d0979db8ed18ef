/** From a reply's meaning to the keys that say it to *this* prompt. Pure. */
import type { Option, OptionMeaning, Prompt } from "../../contracts/prompt.ts";
import { limits } from "../../contracts/limits.ts";
import { type MenuGoal, planMenu } from "./menu.ts";

/** The ways of the terminal that change which bytes a key is. */
export type KeyEncoding = {
  /** The tool asked for bracketed paste (`CSI ? 2004 h`). */
  bracketedPaste: boolean;
  /** The line discipline collects lines; null where that cannot be seen. */
  canonical: boolean | null;
  /** Arrow keys are `ESC O x` instead of `ESC [ x` (`CSI ? 1 h`). */
  applicationCursorKeys: boolean;
  /**
   * Whether an Enter behind a key is wanted; absent, the prompt's `single_key` says it. `once echoed`: that cannot be
   * known before the key, and its echo tells.
   */
  enter?: "with the key" | "once echoed" | "never";
  /** How a prompt's options stand: one below the other (as when absent), or side by side as buttons do. */
  layout?: "column" | "row";
  /** Numbers before the options may do nothing: the highlight, which is read, is moved instead. */
  counts?: true;
};

export type Keystrokes =
  /** `once echoed`: Enter follows when the key stands behind the question, for a program that acts on the key alone. */
  | { how: "type"; bytes: Uint8Array; enter?: "once echoed" }
  /** Only the highlight reaches it: move one step at a time, reading the screen, at most `bytesMax` bytes in all. */
  | { how: "steer"; goal: MenuGoal; bytesMax: number }
  /** This prompt has no key for that meaning: a person has to answer. */
  | { how: "impossible"; why: string };

// Enter is always CR, as on a keyboard: most raw-mode programs ignore LF.
const enter = "\r";
const escape = "\u001b";
const endOfLine = "\u0005";
const killLine = "\u0015";
const pasteStart = `${escape}[200~`;
const pasteEnd = `${escape}[201~`;

const yesWords = new Set(["y", "yes"]);
const noWords = new Set(["n", "no"]);
const enterWords = new Set(["", "\n", "\r", "\r\n", "enter"]);

/** The keys for a reply's value on this prompt, by the rules of `runtime.md` (Injection). */
export function replyKeystrokes(prompt: Prompt, value: string, encoding: KeyEncoding): Keystrokes {
  if (value.length > limits.replyCharsMax) return impossible("the reply is too long");
  switch (prompt.kind) {
    case "password":
      return impossible("a secret is never typed from policy text");
    case "editor":
      return impossible("an editor is open, which no single reply can answer");
    case "confirm_enter":
      return enterWords.has(value.toLowerCase())
        ? typed(enter)
        : impossible("the program waits for Enter alone, and the reply is more than that");
    case "yes_no":
    case "multiple_choice":
      return choose(prompt, value, encoding);
    case "pager":
      return pagerKey(value, prompt);
    case "free_text":
    case "unknown":
      return writeText(prompt, value, encoding);
  }
}

/**
 * The keys that refuse: the prompt's own refusing key, else its "no" or "cancel"; never Enter on a default that might
 * approve. A key alone: whatever came behind it would go to what stands on the screen next.
 */
export function denialKeystrokes(prompt: Prompt, encoding: KeyEncoding): Keystrokes {
  const key = prompt.refuse_key ?? null;
  if (key !== null && key !== "") return typed(key);
  const refusal = withMeaning(prompt, "no") ?? withMeaning(prompt, "cancel");
  if (refusal === undefined) {
    return impossible(`a ${prompt.kind} prompt offers no way to refuse`);
  }
  return pick(prompt, refusal, encoding);
}

function choose(prompt: Prompt, value: string, encoding: KeyEncoding): Keystrokes {
  if (prompt.options.some(({ checked }) => checked !== null)) return tick(prompt, value);
  const option = findOption(prompt, value);
  const refuses = option === undefined || option.meaning === "no" || option.meaning === "cancel";
  const saysNo = noWords.has(value.trim().toLowerCase());
  if (saysNo && refuses && (prompt.refuse_key ?? "") !== "") {
    return denialKeystrokes(prompt, encoding);
  }
  if (option === undefined) {
    // The reason is metadata and may leave the machine: neither the reply nor the options' words are in it.
    return impossible(`the reply is none of the ${prompt.options.length} options`);
  }
  return pick(prompt, option, encoding);
}

/** Boxes to tick: the value names each that is to be ticked, by label or key, separated by commas. */
function tick(prompt: Prompt, value: string): Keystrokes {
  const whole = findOption(prompt, value);
  const named =
    whole === undefined ? value.split(/[,\n]/).filter((part) => part.trim() !== "") : [];
  const found = whole === undefined ? named.map((part) => findOption(prompt, part)) : [whole];
  const boxes = found.flatMap((option) =>
    option === undefined || option.checked === null ? [] : [option.label],
  );
  if (boxes.length === 0 || boxes.length < found.length) {
    return impossible(`the reply names none, or not only, of the ${prompt.options.length} options`);
  }
  return steer(prompt, { ticked: boxes });
}

function steer(prompt: Prompt, goal: MenuGoal): Keystrokes {
  const plan = planMenu(prompt.options, goal);
  return "why" in plan ? impossible(plan.why) : { how: "steer", goal, bytesMax: plan.bytes };
}

/**
 * Which option a value means: its key, its label, or yes/no by meaning. Grants only by their own key or label, and
 * nothing where two options answer to it.
 */
function findOption(prompt: Prompt, value: string): Option | undefined {
  const wanted = value.trim();
  const lower = wanted.toLowerCase();
  if (yesWords.has(lower)) return answering(prompt, "yes", lower);
  if (noWords.has(lower)) return answering(prompt, "no", lower);
  const exact = prompt.options.filter((o) => o.key === wanted || o.label === wanted);
  if (exact.length > 1) return undefined;
  const [only] = exact;
  if (only !== undefined) return only;
  // Letter case tells options apart in menus such as git's (a, A): fold it only where one option is left.
  const folded = prompt.options.filter(
    (o) => o.key?.toLowerCase() === lower || o.label.toLowerCase() === lower,
  );
  return folded.length === 1 ? folded[0] : undefined;
}

/**
 * The one option that means yes, or no. None where several do, which nobody can tell apart; nor where the very key or
 * word is another option's, as in `y to abort, n to continue`.
 */
function answering({ options }: Prompt, meaning: "yes" | "no", lower: string): Option | undefined {
  const meant = options.filter((option) => option.meaning === meaning);
  const named = options.filter(
    (option) =>
      !isLasting(option) &&
      (option.key?.toLowerCase() === lower || option.label.toLowerCase() === lower),
  );
  const [only] = named;
  if (only === undefined) return isAlone(meant[0], options) ? oneOf(meant) : undefined;
  if (named.length > 1) return oneOf(named.filter((option) => meant.includes(option)));
  const isPlainKey = only.meaning === null && meant.length === 0;
  return isPlainKey || meant.includes(only) ? only : undefined;
}

/** `y` means once: a grant is not what it names, whatever its key. */
function isLasting({ meaning }: Option): boolean {
  return meaning === "always" || meaning === "never";
}

function oneOf(options: readonly Option[]): Option | undefined {
  return options.length === 1 ? options[0] : undefined;
}

/** `No thanks` beside `No problem`: by its first word the one is as good as the other. */
function isAlone(meant: Option | undefined, options: readonly Option[]): boolean {
  const word = firstWord(meant);
  return !options.some((o) => o !== meant && o.meaning === null && firstWord(o) === word);
}

function firstWord(option: Option | undefined): string {
  return /^\p{L}+/u.exec(option?.label.toLowerCase() ?? "")?.[0] ?? "";
}

function withMeaning(prompt: Prompt, meaning: OptionMeaning): Option | undefined {
  return prompt.options.find((o) => o.meaning === meaning);
}

function pick(prompt: Prompt, option: Option, encoding: KeyEncoding): Keystrokes {
  // Where one key acts, the first digit of 12 would choose 1, and the second go to what stands on the screen next.
  const { key } = option;
  const mayCount = encoding.counts === true && /^\d+$/.test(key ?? "");
  if (key === null || mayCount || (prompt.single_key && key.length > 1)) {
    return steer(prompt, { take: option.label });
  }
  const isLone = key.length === 1 && (prompt.prefilled ?? "") === "";
  if (isLone && encoding.enter === "once echoed") return { ...typed(key), enter: "once echoed" };
  if (prompt.single_key) return typed(key);
  return typed(`${clearing(prompt, encoding)}${key}${enter}`);
}

function pagerKey(value: string, { single_key: single }: Prompt): Keystrokes {
  if (value === "q") return typed(single ? value : `${value}${enter}`);
  if (value === " " && single) return typed(value);
  if (enterWords.has(value) || value === " ") return typed(enter);
  return impossible("a pager takes q, space or Enter");
}

function writeText(prompt: Prompt, value: string, encoding: KeyEncoding): Keystrokes {
  if (enterWords.has(value)) return typed(enter);
  if (hasControl(value.replaceAll("\n", ""))) {
    return impossible("the reply holds control characters");
  }
  const clear = clearing(prompt, encoding);
  // A game may take a letter at once, where the same line elsewhere is edited.
  const isLone = value.length === 1 && clear === "" && !prompt.single_key;
  if (isLone && encoding.enter === "once echoed") return { ...typed(value), enter: "once echoed" };
  if (!value.includes("\n")) return typed(clear + value + (prompt.single_key ? "" : enter));
  // Without paste brackets each line break would submit a line of its own.
  if (!encoding.bracketedPaste) return impossible("the program takes one line, the reply has more");
  return typed(clear + pasteStart + value + pasteEnd + enter);
}

/** Keys that empty an edit line with text in it; end-of-line first, where an editor is listening. */
function clearing(prompt: Prompt, encoding: KeyEncoding): string {
  if (prompt.prefilled === null || prompt.prefilled === "") return "";
  return encoding.canonical === true ? killLine : endOfLine + killLine;
}

function hasControl(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

function typed(text: string): Extract<Keystrokes, { how: "type" }> {
  return { how: "type", bytes: new TextEncoder().encode(text) };
}

function impossible(why: string): Keystrokes {
  return { how: "impossible", why };
}
