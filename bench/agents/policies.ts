/** The policies that the trials with AI tools are decided by. */
import type { Mode } from "./plan.ts";

const policy = (name: string, rules: string): string => `policy_version: "2"
name: ${name}
autonomy_mode: full
rules: ${rules}
defaults: { no_match: require_human }
`;

const answer = (kind: string, value: string): string => `
  - id: ${kind}
    match: { prompt_type: [${kind}], risk: [low, medium, high, critical] }
    action: { type: auto_reply, value: ${JSON.stringify(value)} }`;

const approvals = answer("yes_no", "y") + answer("multiple_choice", "1");

export const policies: Readonly<Record<Mode, string>> = {
  approve: policy("approve", approvals),
  deny: policy(
    "deny",
    `
  - id: never
    match: { prompt_type: ["*"] }
    action: { type: deny, reason: "the bench denies" }`,
  ),
  escalate: policy("escalate", "[]"),
  answer: policy(
    "answer",
    approvals + answer("confirm_enter", "\n") + answer("free_text", "hello"),
  ),
};
