/** What a recogniser makes of the screen, before anything is known about who waits. */
import type { Option, OptionMeaning, PromptKind } from "../../contracts/prompt.ts";
import type { Termios } from "../pty/pty.ts";
import type { Region } from "./region.ts";
import type { DialogFacts } from "./tools/rules.ts";
import type { WaitJudgement } from "./waiting.ts";

/** `strong`: hardly anything but a prompt looks so. `plain`: looks like one. `weak`: only the shape of its end. */
export type Strength = "strong" | "plain" | "weak";

/** How a choice is given: a line with Enter, one key at once, or whatever the line discipline suggests. */
export type KeyStyle = "line" | "key" | "as_termios";

export type Reading = {
  kind: PromptKind;
  question: string;
  options: readonly Option[];
  default: string | null;
  keys: KeyStyle;
  prefilled: string | null;
  strength: Strength;
  /** The rule's name, for the list of evidence. */
  rule: string;
  dialog: boolean;
  /** First and last index in `snapshot.lines`. */
  firstLine: number;
  lastLine: number;
  /** Where the question stands within a dialog that begins above it; absent: at `firstLine`. */
  askedLine?: number;
  /** All that a dialog shows above its question; absent where only the paragraph above is known to belong to it. */
  body?: string;
  /** What is known of a full-screen tool's dialog; absent for any other reading. */
  facts?: DialogFacts;
};

export type Scene = {
  region: Region;
  termios: Termios | null;
  /** The program waits in poll rather than read, as line editors do. */
  polls: boolean;
  /** In the foreground somebody waits for this terminal and for nothing else. */
  alone: boolean;
  /** The whole line that asks, without trailing blanks. */
  line: string;
  /** The last part of the text up to the cursor, bounded so that every pattern stays cheap. */
  tail: string;
  /** The prompt before this one asked for a secret. */
  afterSecret: boolean;
  /** Told of each rule that is tried; absent unless somebody wants the detection explained. */
  told?: Told;
};

/** A step of detection, for those who want to know how it came about. */
export type Step =
  | { step: "judged"; judgement: WaitJudgement }
  | { step: "seen"; scene: Scene }
  | { step: "tried"; rule: string; reading: Reading | null };
export type Told = (step: Step) => void;

export type Recogniser = (scene: Scene) => Reading | null;

/** Patterns see this much before the cursor; a longer line is a log, not a question. */
export const TAIL_CHARS_MAX = 600;

/** An option that is typed; `key` null where only the highlight reaches it. */
export function typedOption(
  label: string,
  key: string | null,
  meaning: OptionMeaning | null,
): Option {
  return { label: label.slice(0, 512), key, meaning, selected: false, checked: null };
}

/** A reading of the line at the cursor alone, to be overridden where a recogniser knows more. */
export function readingOf(
  scene: Scene,
  kind: PromptKind,
  parts: Partial<Reading> & { rule: string },
): Reading {
  return {
    kind,
    question: scene.line.trim(),
    options: [],
    default: null,
    keys: "line",
    prefilled: null,
    strength: "strong",
    dialog: false,
    firstLine: scene.region.index,
    lastLine: scene.region.index,
    ...parts,
  };
}
