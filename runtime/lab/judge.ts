/** Compares what was detected with what a case expects; pure. */
import type { Option, Prompt, Subject } from "../../contracts/prompt.ts";
import type { Detection } from "../prompt/detected.ts";
import { meaningOf } from "../prompt/languages.ts";
import type { ExpectedKind, ExpectedPrompt } from "./case.ts";

/** Null: the case does not say what is right, or nothing was detected to compare with. */
export type Verdict = {
  /** Seen to wait, so that a rule or a person can act; null of an idle box. */
  recall: boolean | null;
  /** Recognised and sure enough for a policy to answer; null where nothing is to be recognised. */
  answerable: boolean | null;
  kind: boolean | null;
  question: boolean | null;
  options: boolean | null;
  default: boolean | null;
  keys: boolean | null;
  subject: boolean | null;
  /** Of an idle box: not taken for a question that could be answered. */
  idle: boolean | null;
};
export const aspects = [
  "recall",
  "answerable",
  "kind",
  "question",
  "options",
  "default",
  "keys",
  "subject",
  "idle",
] as const;

/** What an "answer everything" policy would type into. */
export function isActedOn(detection: Detection): boolean {
  if (detection.state !== "waiting") return false;
  return detection.prompt.kind !== "unknown" && detection.prompt.confidence !== "low";
}

/** The kind, or in brackets the state where nothing is asked. */
export function detectedKind(detection: Detection): string {
  return detection.state === "waiting" ? detection.prompt.kind : `(${detection.state})`;
}

export function judge(expected: ExpectedPrompt, detection: Detection): Verdict {
  if (expected.kind === "idle") {
    return { ...unsaid, idle: isIdle(expected, detection) };
  }
  if (detection.state !== "waiting") return { ...unsaid, recall: false, answerable: false };
  const { prompt } = detection;
  const kinds: readonly ExpectedKind[] = [expected.kind, ...(expected.or_kinds ?? [])];
  const isRight = kinds.includes(prompt.kind);
  return {
    ...unsaid,
    recall: true,
    answerable: expected.kind === "unknown" ? null : isActedOn(detection),
    kind: isRight,
    question: fold(prompt.question).includes(fold(expected.question)),
    options: rightOptions(expected, prompt.options),
    default: rightDefault(expected, prompt),
    keys:
      expected.single_key === null || !isRight ? null : expected.single_key === prompt.single_key,
    subject: rightSubject(expected, prompt.subject),
  };
}

const unsaid = {
  recall: null,
  answerable: null,
  kind: null,
  question: null,
  options: null,
  default: null,
  keys: null,
  subject: null,
  idle: null,
} as const;

/** An idle box seen as such, or as work, or as something unknown for a person: all keep their hands off. */
function isIdle(expected: ExpectedPrompt, detection: Detection): boolean {
  const kinds: readonly string[] = ["(idle)", "(working)", "unknown", ...(expected.or_kinds ?? [])];
  return kinds.includes(detectedKind(detection));
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\d?^]/gu, "");
}

/** Each expected option is among the detected ones; more may be detected, such as `?` for help. */
function rightOptions(expected: ExpectedPrompt, options: readonly Option[]): boolean | null {
  if (expected.options === null) return null;
  return expected.options.every((wanted) => options.some((one) => isOption(wanted, one)));
}

function isOption(wanted: { label: string; key: string | null }, one: Option): boolean {
  const label = fold(wanted.label.replace(/ \(disabled\)$/, ""));
  const mine = [one.label, shownKey(one), `${one.key ?? ""} ${one.label}`].map(fold);
  const isNamed = mine.includes(label) || (label !== "" && fold(one.label).startsWith(label));
  if (wanted.key === null) return isNamed || one.label.trim() === wanted.label.trim();
  const keys = [one.key ?? "", one.label].map((text) => text.toLowerCase());
  return isNamed && keys.includes(wanted.key.toLowerCase());
}

/** A control character as programs name it: `^C`. */
function shownKey({ key }: Option): string {
  const code = key?.length === 1 ? key.charCodeAt(0) : 32;
  return code < 32 ? `^${String.fromCharCode(code + 64)}` : (key ?? "");
}

function rightDefault(
  expected: ExpectedPrompt,
  { default: detected, options }: Pick<Prompt, "default" | "options">,
): boolean | null {
  if (expected.default === null) return null;
  const names = namesOf(expected.default, expected.options ?? []);
  const mine = detected ?? "";
  if (
    isDefaultOption(
      expected,
      options.find(({ label }) => label === mine),
    )
  )
    return true;
  if (names.some((name) => fold(name) === fold(mine))) return true;
  const meaning = meaningOf(mine);
  return expected.kind === "yes_no" && meaning !== null && meaning === meaningOf(expected.default);
}

/** It may be told by its key or by its label. */
function namesOf(value: string, options: NonNullable<ExpectedPrompt["options"]>): string[] {
  const names = [value];
  for (const one of options) {
    if (fold(one.label) === fold(value)) names.push(one.key ?? one.label);
    if (one.key?.toLowerCase() === value.toLowerCase()) names.push(one.label);
  }
  return names;
}

/** What counts as an option counts as the default, too. */
function isDefaultOption(expected: ExpectedPrompt, chosen: Option | undefined): boolean {
  const wanted = expected.options?.find(({ label }) => label === expected.default);
  return wanted !== undefined && chosen !== undefined && isOption(wanted, chosen);
}

function rightSubject(expected: ExpectedPrompt, subject: Subject | null): boolean | null {
  if (expected.subject === null) return null;
  if (subject === null) return false;
  const wanted = expected.subject;
  const isSame = (name: "command" | "path" | "host" | "detail"): boolean =>
    wanted[name] === undefined || joined(wanted[name] ?? "") === joined(subject[name] ?? "");
  const isType = wanted.type === undefined || wanted.type === subject.type;
  return isType && isSame("command") && isSame("path") && isSame("host") && isSame("detail");
}

/** Where a dialog wraps, a blank and a line end look alike. */
function joined(text: string): string {
  return text.replace(/\s+/g, "");
}
