/** What detection hands on: the prompt, and where on the screen it stands. */
import type { Prompt } from "../../contracts/prompt.ts";

/** How the session stands as seen on the screen; `idle` is a tool's own empty input box, which is never answered. */
export type Detection =
  | { state: "working"; why: string }
  | { state: "idle"; why: string }
  | { state: "waiting"; prompt: Prompt; place: PromptPlace };

export type PromptPlace = {
  /** Screen row (0 = top) of the line the question stands on. */
  row: number;
  /** First and last row of the block that makes up the prompt. */
  top: number;
  bottom: number;
  /** Full-screen or redrawn in place: the same prompt may move over the screen. */
  dialog: boolean;
};
