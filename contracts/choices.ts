/** How a prompt that waits can be answered from a page or a console: its choices, their keys, and what each says. */
import type { WaitingPrompt } from "./operator.ts";

export type Choice = {
  /** What is sent: a meaning, as in a policy; null denies. */
  value: string | null;
  text: string;
  /** The single key while the prompt has the focus; null where there is none left. */
  key: string | null;
  tone: "primary" | "plain" | "danger";
};

const enter: Choice = { value: "", text: "Press Enter", key: "Enter", tone: "primary" };
const refuse: Choice = { value: null, text: "Deny", key: "d", tone: "danger" };

/** Of a password nothing: it is typed at the tool's own terminal alone. */
export function choicesFor(prompt: WaitingPrompt): Choice[] {
  if (prompt.kind === "password") return [];
  const isPlain =
    prompt.kind === "yes_no" && prompt.options.every(({ label }) => plainAnswer.test(label));
  if (prompt.options.length > 0 && !isPlain) return [...optionChoices(prompt), refuse];
  switch (prompt.kind) {
    case "yes_no":
      return [
        { value: "y", text: "Yes", key: "y", tone: toneOf("y", prompt) },
        { value: "n", text: "No", key: "n", tone: toneOf("n", prompt) },
      ];
    case "confirm_enter":
    case "pager":
      return [enter, refuse];
    default:
      return [refuse];
  }
}

/** Where these are all the options, they are told by their words. */
const plainAnswer = /^(?:y|n|yes|no)$/i;

/** What Enter alone would answer stands out; where nothing would, nothing does. */
function toneOf(letter: string, { default: given }: WaitingPrompt): Choice["tone"] {
  return given?.toLowerCase().startsWith(letter) === true ? "primary" : "plain";
}

/** More than nine have no key of their own; nobody presses two. */
function optionChoices({ options, default: given }: WaitingPrompt): Choice[] {
  return options.map(({ label, key }, at) => ({
    value: meaningOf({ label, key }, options),
    text: label,
    key: at < 9 ? String(at + 1) : null,
    tone: given !== null && (given === label || given === key) ? "primary" : "plain",
  }));
}

type Option = WaitingPrompt["options"][0];

/** The label says what is chosen; where two are called the same, the key tells them apart. */
function meaningOf({ label, key }: Option, options: readonly Option[]): string {
  const isAlone = options.filter((one) => one.label === label).length === 1;
  return isAlone || key === null ? label : key;
}

/** Whether words can be sent. */
export function takesText({ kind }: WaitingPrompt): boolean {
  return kind === "free_text" || kind === "unknown";
}

export const kindText: Readonly<Record<WaitingPrompt["kind"], string>> = {
  yes_no: "yes or no",
  confirm_enter: "Enter",
  multiple_choice: "a choice",
  free_text: "text",
  password: "a secret",
  pager: "a page is shown",
  editor: "an editor is open",
  unknown: "it waits",
};
