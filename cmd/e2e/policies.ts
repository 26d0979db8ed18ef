/** Policies that the end-to-end tests decide by. */
import type { World } from "./world.ts";

/** Answers `Continue?` with y and leaves everything else to the person. */
export const answersContinue = `policy_version: "1"
name: e2e
autonomy_mode: full
rules:
  - id: continue
    match: {prompt_type: [yes_no], contains: "Continue"}
    action: {type: auto_reply, value: "y"}
`;

/** Answers whatever it is allowed to. */
export const answersEverything = `policy_version: "1"
name: catch-all
autonomy_mode: full
rules:
  - id: everything
    match: {prompt_type: ["*"]}
    action: {type: auto_reply, value: "y"}
`;

/** The options by which nearly every test runs a command: policy and events, then the command itself. */
export function governed(world: World, policy: string, argv: readonly string[]): string[] {
  const file = world.write("policy.yaml", policy);
  return ["run", "--policy", file, "--events", world.events, "--", ...argv];
}
