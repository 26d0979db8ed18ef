/** What decides in one session: the policy, its hash, and the mode that the stricter of file and flag allows. */
import { existsSync } from "node:fs";
import type { Decision } from "../../../contracts/decision.ts";
import { autonomyMode, type AutonomyMode } from "../../../contracts/policy.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import type { EntryData } from "../../../contracts/trace.ts";
import type { Cli } from "../cli.ts";
import type { RunOptions } from "../run.ts";

export type Governance = {
  mode: AutonomyMode;
  loaded: EntryData["policy.loaded"];
  /** Pure but for its own count of automatic replies, which `max_auto_replies` needs. */
  decide(prompt: Prompt, where: { tool: string; cwd: string }): Decision;
};

export function loadGovernance(_cli: Cli, _options: RunOptions): Governance {
  throw new Error("waits for policy");
}
