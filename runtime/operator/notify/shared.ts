/** How much of a message is told outside of this machine: what the operator's settings say, redacted. Pure. */
import { limits } from "../../../contracts/limits.ts";
import type { NotifyContent, NotifyMessage } from "../../../contracts/notify.ts";

/** `redact` is applied to all that is left. Metadata stays: the tool's name among it. */
export function sharedPart(
  message: NotifyMessage,
  { content, redact }: { content: NotifyContent; redact: (text: string) => string },
): NotifyMessage {
  const { label, question, options } = message;
  return {
    ...message,
    tool: redact(message.tool),
    label: label === null || content === "none" ? null : redact(label),
    question: question === null || content !== "redacted" ? null : shortened(redact(question)),
    options: content === "redacted" ? options.map((one) => shortened(redact(one))) : [],
  };
}

/** The end of it: what is asked stands there. After redaction, so that no part of a secret is left. */
function shortened(text: string): string {
  const { notifyQuestionCharsMax: most } = limits;
  return text.length <= most ? text : `…${text.slice(-most)}`;
}
