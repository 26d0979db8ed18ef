/** The shapes of `detect explain --json`: one look at one screen, and how the verdict on it came about. */
import * as z from "zod";
import { sessionId } from "./ids.ts";
import { confidence, prompt } from "./prompt.ts";
import { outputFormat } from "./version.ts";

const ms = z.number().min(0);
const row = z.int().min(0);

export const explainedWait = z.strictObject({
  comm: z.string(),
  via: z.enum(["read", "poll"]),
  timed: z.boolean(),
  foreground: z.boolean(),
  /** What else the program has going on, and how that was found out; absent where it was not looked for. */
  beside: z.strictObject({ from: z.string(), errands: z.array(z.string()) }).optional(),
});

export const explanation = z.strictObject({
  /** What was known beside the screen. */
  evidence: z.strictObject({
    /** Null: the kernel cannot be asked. */
    kernel: z.strictObject({ waits: z.array(explainedWait), blind: z.boolean() }).nullable(),
    termios: z
      .strictObject({ canonical: z.boolean(), echo: z.boolean(), signals: z.boolean() })
      .nullable(),
    quiet_ms: ms,
  }),
  /** What that says of waiting. */
  waiting: z.strictObject({
    waits: z.string(),
    facts: z.array(z.string()),
    needs_quiet_ms: ms,
    /** How much the text has to prove by itself. */
    relies_on_text: z.string(),
  }),
  /** What the program says of itself out of band; a hint, since any output can say it. */
  announced: z.strictObject({ title: z.string(), osc7501: z.string().nullable() }),
  screen: z.strictObject({
    cols: z.int(),
    rows: z.int(),
    cursor: z.strictObject({ x: row, y: row, visible: z.boolean() }),
    alternate: z.boolean(),
    text: z.array(z.string()),
  }),
  /** The line that was taken as asking; null where it did not come to that. */
  scene: z
    .strictObject({
      line: z.string(),
      before_cursor: z.string(),
      after_cursor: z.string(),
      /** The cursor's own line is blank, and this one stands above it. */
      hanging: z.boolean(),
    })
    .nullable(),
  /** The rules that were asked, in order; none after the first that says yes. */
  rules: z.array(
    z.strictObject({
      rule: z.string(),
      /** What it read; null: not its kind of screen. */
      read: z
        .strictObject({
          name: z.string(),
          kind: z.string(),
          strength: z.string(),
          question: z.string(),
        })
        .nullable(),
    }),
  ),
  detection: z.strictObject({
    state: z.enum(["working", "idle", "waiting"]),
    /** Why nobody is asked; null where somebody is. */
    why: z.string().nullable(),
    prompt: prompt.nullable(),
    confidence: confidence.nullable(),
    place: z.strictObject({ row, top: row, bottom: row, dialog: z.boolean() }).nullable(),
    /** What the program announced contradicts what its screen shows. */
    disagrees: z.boolean(),
    /** Whether the screen tells that the tool asks before it acts. */
    asks: z.enum(["yes", "no"]).nullable(),
  }),
});
export type Explanation = z.infer<typeof explanation>;

/** `detect explain --json`: of a recording one look for each moment, of a session one. */
export const detectExplainView = z.strictObject({
  format: z.literal(outputFormat),
  file: z.string().nullable(),
  session_id: sessionId.nullable(),
  looks: z.array(z.strictObject({ at_ms: ms.nullable(), explanation })),
});
