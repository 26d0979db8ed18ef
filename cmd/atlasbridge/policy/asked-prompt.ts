/** The prompt that a policy is asked about, with all that was known when it was asked; and the options that name it. */
import type { AskedSource } from "../../../contracts/policy-views.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import type { LayeredFacts } from "../../../runtime/policy/layers.ts";
import type { GivenOptions } from "./given.ts";

export type AskedOptions = GivenOptions & {
  tool?: string;
  cwd?: string;
  /** The session's, as `session_tag` compares it. */
  label?: string;
  environment?: string;
  session?: string;
  /** An id, or its number among the session's or the recording's. */
  prompt?: string;
  recording?: string;
};

export type Asked = {
  source: AskedSource;
  prompt: Prompt;
  tool: string;
  cwd: string;
  tag: string | null;
  environment: string | null;
  counts: Pick<LayeredFacts, "autoReplies" | "recent">;
  /** What is not known of it, whatever the policy asks. */
  gaps: readonly string[];
};

export const noReplies: Asked["counts"] = {
  autoReplies: () => new Map(),
  recent: { session: 0, lastMinute: 0, samePrompt: 0 },
};
