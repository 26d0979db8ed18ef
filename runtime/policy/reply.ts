/** What a rule answers to one prompt: a reply's meaning as the value that injection understands. Pure. */
import type { PolicyAction, PolicyReply } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { foldLabel } from "./pattern.ts";

/** `objection`: why this prompt cannot be answered so, as the end of a sentence without content. */
export type ReplyTo =
  | { value: string }
  /** The entry whose secret is the reply: whether it may be is no question of how to say it. */
  | { value: null; secret: string }
  | { objection: string };

export function replyTo(
  { value, reply, secret }: Extract<PolicyAction, { type: "auto_reply" }>,
  prompt: Prompt,
): ReplyTo {
  if (secret !== undefined) return { value: null, secret };
  if (reply !== undefined) return express(reply, prompt);
  return value === undefined ? { objection: "it does not say what" } : { value };
}

function express(reply: PolicyReply, prompt: Prompt): ReplyTo {
  if (reply === "deny") return { objection: "denying is no answer" };
  if (reply === "approve_once") {
    // Elsewhere "y" would be taken for text, or for an option that happens to be called so.
    const asks =
      prompt.kind === "yes_no" || prompt.options.some(({ meaning }) => meaning === "yes");
    return asks ? { value: "y" } : { objection: "there is nothing to approve" };
  }
  if ("text" in reply) {
    return prompt.kind === "free_text"
      ? { value: reply.text }
      : { objection: "this prompt does not ask for text" };
  }
  const wanted = foldLabel(reply.option);
  const [found, second] = prompt.options.filter(({ label }) => foldLabel(label) === wanted);
  if (found === undefined) return { objection: "the option that it names is not offered" };
  return second === undefined
    ? { value: found.label }
    : { objection: "the option that it names is offered twice" };
}
