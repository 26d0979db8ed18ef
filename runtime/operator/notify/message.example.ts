/** A message with content of every kind in it, and targets of every kind, for tests. */
import type { NotifyMessage, NotifyTarget } from "../../../contracts/notify.ts";
import { newPrompt, newSession } from "../../trace/drafts.example.ts";

/** Words of content: what is told by default may hold none of them. */
export const contentWords = ["nightly-plans", "Delete", "hunter2", "/home/me", "Yes, wipe"];

export function exampleMessage(changes: Partial<NotifyMessage> = {}): NotifyMessage {
  return {
    type: "prompt.waiting",
    urgency: "first",
    at: 1_700_000_000_000,
    session_id: newSession(),
    prompt_id: newPrompt(),
    tool: "claude",
    prompt_kind: "yes_no",
    waited_seconds: 10,
    label: "nightly-plans",
    question: "Delete /home/me with password: hunter2?",
    options: ["Yes, wipe <all> & more", "No"],
    ...changes,
  };
}

/** `origin` of a server on this machine. */
export function exampleTargets(origin: string): NotifyTarget[] {
  return [
    { name: "ops", type: "webhook", url: `${origin}/hook` },
    { name: "phone", type: "ntfy", url: `${origin}/sub/my-topic`, token: true },
    { name: "team", type: "slack" },
    { name: "me", type: "telegram", chat: "-100123", url: origin },
  ];
}

export const exampleSecrets = (origin: string): Record<string, string> => ({
  ops: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  phone: "tk_abcdefgh",
  team: `${origin}/services/T0/B0/slacksecret`,
  me: "123456:AAbbCCddEEffGGhhIIjj",
});
