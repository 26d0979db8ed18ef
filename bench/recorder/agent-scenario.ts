/** What a scenario of an AI tool says: what its model answers, what it will ask, and what a person presses. */
import * as z from "zod";
import { expectedKind, expectedPrompt } from "../../runtime/lab/case.ts";

const ms = z.number().min(0);
const patterns = z.array(z.string());

/** As in a case, but for times and the answer; by hand, from the tool's screen, never from our detector. */
const asked = z.strictObject({
  id: z.string(),
  kind: expectedKind,
  or_kinds: z.array(expectedKind).optional(),
  question: z.string(),
  /** `numbered`: the rows that begin with a number, as they stand. */
  options: z.union([z.literal("numbered"), expectedPrompt.shape.options]).optional(),
  default: z.string().optional(),
  subject: expectedPrompt.shape.subject.optional(),
  must_not_answer: z.literal(true).optional(),
  note: z.string().optional(),
});
export type Asked = z.infer<typeof asked>;

/** Waits until every pattern is found on the screen or in `@title=…`, `@7501=…`, and none of `not`. */
const until = z.strictObject({
  until: patterns,
  not: patterns.optional(),
  prompt: asked.optional(),
  /** Without output for so long, or after `hold` in any case, it is taken to wait. */
  quiet: ms.optional(),
  hold: ms.optional(),
  /** How long before its first row a negative that is open ends. */
  gap_before: ms.optional(),
  timeout: ms.optional(),
  /** Typed once more where it has not come after `againMs`: some tools lose a key while they start. */
  again: z.string().optional(),
  answer: z.union([z.string(), z.array(z.string())]).optional(),
  /** Between the keys of an answer. */
  gap: ms.optional(),
  hold_after: ms.optional(),
});
export type Until = z.infer<typeof until>;

const step = z.union([
  until,
  /** From here on, once none of `not` is seen, nobody asks: up to the next prompt or negative, or for so long. */
  z.strictObject({
    negative: z.string(),
    start: z.literal(true).optional(),
    not: patterns.optional(),
    timeout: ms.optional(),
    for_ms: ms.optional(),
  }),
  z.strictObject({ end_negative: z.literal(true) }),
  z.strictObject({ sleep: ms }),
  z.strictObject({ type: z.string(), gap: ms.optional() }),
  z.strictObject({ keys: z.string() }),
  z.strictObject({ resize: z.string().regex(/^\d+x\d+$/) }),
  /** Prints the screen, for whoever writes a scenario. */
  z.strictObject({ show: z.literal(true) }),
]);
export type Step = z.infer<typeof step>;

export const agentScenario = z.strictObject({
  /** The folder and name of the case: `claude/plan`. */
  name: z.string().regex(/^[\w@.-]+\/[\w.-]+$/),
  program: z.string(),
  size: z.string().regex(/^\d+x\d+$/),
  agent: z.strictObject({
    /** What the rig knows of folder and key beforehand. */
    variant: z.enum(["seeded", "untrusted", "newkey", "first_run"]),
    args: z.array(z.string()),
    /** What the model answers, in the rig's words. */
    turns: z.array(z.record(z.string(), z.unknown())),
    /** Lines for Codex's settings. */
    toml: z.array(z.string()).optional(),
    /** Settings of Gemini CLI and files of the project; `$CWD` is the project. */
    settings: z.record(z.string(), z.unknown()).optional(),
    files: z.record(z.string(), z.string()).optional(),
    /** Files of the home folder. */
    home: z.record(z.string(), z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    /** A program that the rig knows nothing of, below the folder of tools; `$TOOLS` is that folder. */
    command: z.array(z.string()).optional(),
  }),
  steps: z.array(step),
});
export type AgentScenario = z.infer<typeof agentScenario>;
