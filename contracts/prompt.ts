/** A prompt: a question on the screen for which the tool waits, as every part of the program sees it. */
import * as z from "zod";
import { sha256Hex } from "./ids.ts";
import { limits } from "./limits.ts";

export const promptKind = z.enum([
  "yes_no",
  "confirm_enter",
  "multiple_choice",
  "free_text",
  "password",
  "pager",
  "editor",
  "unknown",
]);
export type PromptKind = z.infer<typeof promptKind>;

export const confidence = z.enum(["low", "medium", "high"]);
export type Confidence = z.infer<typeof confidence>;

/** Whether `a` is at least as sure as `b`. */
export function atLeast(a: Confidence, b: Confidence): boolean {
  return confidence.options.indexOf(a) >= confidence.options.indexOf(b);
}

/** What choosing an option comes to; `always` and `never` are grants that outlive this prompt. */
export const optionMeaning = z.enum(["yes", "no", "always", "never", "cancel"]);
export type OptionMeaning = z.infer<typeof optionMeaning>;

export const option = z.strictObject({
  label: z.string().max(limits.optionLabelCharsMax),
  /** What to type to choose it, without Enter: `y`, `yes`, `3`. Null where only moving the highlight reaches it. */
  key: z.string().max(limits.optionLabelCharsMax).nullable(),
  meaning: optionMeaning.nullable(),
  /** The highlight stands on it, so Enter alone would take it. */
  selected: z.boolean(),
  /** A box that can be ticked: its state; null where there is no box. */
  checked: z.boolean().nullable(),
});
export type Option = z.infer<typeof option>;

/** What is being approved. Each text is verbatim and whole, or the prompt is marked `cut`. */
export const subject = z.strictObject({
  type: z.enum([
    "shell",
    "file_write",
    "file_edit",
    "file_delete",
    "fetch",
    "mcp",
    "trust_folder",
    "other",
  ]),
  command: z.string().nullable(),
  path: z.string().nullable(),
  host: z.string().nullable(),
  /** What else the dialog shows of it, as shown and perhaps in part: a diff, a preview, arguments, a stated reason. */
  detail: z.string().nullable().optional(),
});
export type Subject = z.infer<typeof subject>;

/** The text above a question is kept up to this: its last part. */
export const contextCharsMax = 2_048;

export const prompt = z.strictObject({
  kind: promptKind,
  question: z.string().max(limits.questionCharsMax),
  options: z.array(option).max(limits.optionsMax),
  /** What Enter alone would answer, as an option's key or label, or the prefilled text; null if unknown. */
  default: z.string().nullable(),
  /** The key acts at once; an Enter after it would answer the next question. */
  single_key: z.boolean(),
  /** The key that refuses at once, whatever is highlighted, such as a lone ESC; absent or null where none is known. */
  refuse_key: z.string().max(8).nullable().optional(),
  /** Text already standing in the edit line. */
  prefilled: z.string().nullable(),
  subject: subject.nullable(),
  /**
   * The paragraph directly above the question; empty or absent when there is none. Rules that hold back search
   * it. It is no part of the fingerprint and is never recorded: it can hold what a person typed.
   */
  context: z.string().max(contextCharsMax).optional(),
  /** Not all of the question or subject is on the screen. */
  cut: z.boolean(),
  confidence,
  /** Names of the facts that speak for it, strongest first, such as `kernel:read` or `pattern:bracket-yn`. */
  evidence: z.array(z.string()).max(limits.evidenceItemsMax),
  /** SHA-256 over kind, question, options' labels and subject: the same for a redraw of the same prompt. */
  fingerprint: sha256Hex,
});
export type Prompt = z.infer<typeof prompt>;
