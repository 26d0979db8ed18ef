/**
 * The format of a case: a recording `NAME.cast` (asciicast v2) and what a detector must make of it, `NAME.json`
 * beside it. `runtime/lab/README.md` has an example of both.
 */
import * as z from "zod";
import { promptKind, subject } from "../../contracts/prompt.ts";

const ms = z.number().min(0);

/** Kinds of contracts, and `idle`: a tool's own empty input box, which nobody may answer. */
export const expectedKind = z.enum([...promptKind.options, "idle"]);
export type ExpectedKind = z.infer<typeof expectedKind>;

const expectedOption = z.strictObject({
  /** The option's words, without its key or number: `Yes, and don't ask again`. White space and case do not count. */
  label: z.string(),
  /** What is typed to choose it, without Enter; null where only the highlight reaches it. */
  key: z.string().nullable(),
});

export const expectedPrompt = z.strictObject({
  /** Unique in the case; the cast's `prompt` marker carries it. */
  id: z.string().min(1),
  /** Milliseconds from the cast's start: a moment at which it waits, all painted and silent. */
  at_ms: ms,
  /** From when it waits: its text was complete; absent: from the last output before `at_ms`. */
  from_ms: ms.optional(),
  /** The moment just before the answer went in. It waits all the time from `at_ms` to here. */
  until_ms: ms,
  kind: expectedKind,
  /** Kinds that are as right, where the program leaves it open: an echoed secret is `password` or `free_text`. */
  or_kinds: z.array(expectedKind).optional(),
  /** Must stand in the detected question (white space and case do not count); empty where there is no text. */
  question: z.string(),
  /** All that are offered, in their order; null where none are or it does not matter. */
  options: z.array(expectedOption).nullable(),
  /** What Enter alone would answer, as an option's label or key or the prefilled text; null: not checked. */
  default: z.string().nullable(),
  /** A key acts at once, without Enter; null: not checked. */
  single_key: z.boolean().nullable(),
  /** What is approved; only the fields that are given are checked. Null: not checked. */
  subject: subject.partial().nullable(),
  /** The bytes that the program took as its answer. Null at a password: what was typed there is never written. */
  answer: z.string().nullable(),
  /** It waits, but nothing may be typed by policy: an idle box, a pager, an editor. */
  must_not_answer: z.literal(true).optional(),
  note: z.string().optional(),
});
export type ExpectedPrompt = z.infer<typeof expectedPrompt>;

const stretch = z.strictObject({ from_ms: ms, to_ms: ms });

export const negative = z.strictObject({
  from_ms: ms,
  to_ms: ms,
  /** What the program does there and what could be mistaken for a question. */
  why: z.string().min(1),
});
export type Negative = z.infer<typeof negative>;

export const expectations = z
  .strictObject({
    /** The program that asks, as it is called: `apt-get`, `claude`, `@inquirer/prompts`. */
    program: z.string().min(1),
    version: z.string(),
    /** What a session would call the tool: the file name of what was started. */
    tool: z.string().min(1),
    /** Program and arguments as they were started. */
    command: z.array(z.string()).min(1),
    note: z.string().optional(),
    /** In the order of `at_ms`. */
    prompts: z.array(expectedPrompt),
    /** Stretches in which nobody asks: whatever is typed there is false. */
    negatives: z.array(negative),
    /** Stretches in which the program waits and nothing is said of what it asks: they count for nothing. */
    unscored: z.array(stretch).optional(),
  })
  .superRefine(({ prompts, negatives }, context) => {
    const fault = (message: string, path: (string | number)[]): void =>
      context.addIssue({ code: "custom", message, path });
    for (const [index, { at_ms: at, until_ms: until, id }] of prompts.entries()) {
      const path = ["prompts", index];
      if (until < at) fault("until_ms is before at_ms", path);
      if (prompts.findIndex((one) => one.id === id) < index) fault(`the id ${id} is taken`, path);
      if (at < (prompts[index - 1]?.until_ms ?? 0)) fault("begins before the last one ended", path);
      const within = negatives.some((one) => one.from_ms < until && at < one.to_ms);
      if (within) fault("a negative overlaps it", path);
    }
    for (const [index, { from_ms: from, to_ms: to }] of negatives.entries()) {
      if (to <= from) fault("to_ms is not after from_ms", ["negatives", index]);
    }
  });
export type Expectations = z.infer<typeof expectations>;
