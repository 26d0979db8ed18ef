/** What detection hands on: the prompt, and where on the screen it stands. */
import type { Prompt } from "../../contracts/prompt.ts";

/** What the tool says of itself out of band. Any output can forge it: a corroboration of the screen, never a proof. */
export type Announcement = {
  state: "working" | "blocked" | "idle";
  by: "osc7501" | "title";
  /** The tool that speaks, such as `codex`; null where it does not say. */
  app: string | null;
  /** What it says it asks, decoded; null where it does not say. */
  message: string | null;
};

/** How the session stands as seen on the screen; `idle` is a tool's own empty input box, which is never answered. */
export type Detection = (
  | { state: "working"; why: string }
  | { state: "idle"; why: string }
  | {
      state: "waiting";
      prompt: Prompt;
      place: PromptPlace;
      /** That a key acts at once is concluded from the terminal's mode alone: a line editor looks the same. */
      keyPresumed?: true;
      /** The known tool whose dialog it is; absent for any other prompt. */
      tool?: string;
    }
) & {
  /** A tool's dialog stands open on the screen, and nobody waits for it at the moment. */
  stands?: true;
  /** Absent or null where the tool announces nothing. */
  announced?: Announcement | null;
  /** What is announced contradicts what the screen shows. A waiting prompt has low confidence then. */
  disagrees?: boolean;
  /** The screen tells whether the tool asks before it acts; absent where it does not tell. */
  asks?: "yes" | "no";
};

export type PromptPlace = {
  /** Screen row (0 = top) of the line the question stands on. */
  row: number;
  /** First and last row of the block that makes up the prompt. */
  top: number;
  bottom: number;
  /** Full-screen or redrawn in place: the same prompt may move over the screen. */
  dialog: boolean;
  /** A number before an option may only count it, as far as is known: its highlight is sure to be moved by arrows. */
  counts?: true;
  /** Rows `top` to `bottom` must have been the same for this long before anything is typed; absent: no need. */
  stillMs?: number;
};
