/** What a notification says in words, for whoever shows text: the desktop and chat services. Pure. */
import type { NotifyMessage } from "../../../contracts/notify.ts";
import type { PromptKind } from "../../../contracts/prompt.ts";

export type Words = { title: string; body: string };

export function wordsOf(message: NotifyMessage): Words {
  const { tool, label, prompt_kind: kind, question, options } = message;
  if (message.type === "test") {
    const body = "A test: notifications reach you here. Nothing that you answer here comes back.";
    return { title: "AtlasBridge can call you", body };
  }
  const who = label === null ? tool : `${tool} (${label})`;
  const asked = question === null ? "" : `\n${[question, ...options].join("\n")}`;
  return {
    title: `${who} ${waits(message)}`,
    body: `${kinds[kind ?? "unknown"]}; atlasbridge prompts list${asked}`,
  };
}

function waits({ urgency, waited_seconds: seconds }: NotifyMessage): string {
  switch (urgency) {
    case "first":
      return "waits for you";
    case "again":
      return "still waits for you";
    case "long":
      return `has waited for you for ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`;
  }
}

const kinds: Readonly<Record<PromptKind, string>> = {
  yes_no: "it asks yes or no",
  confirm_enter: "it waits for Enter",
  multiple_choice: "it asks you to choose",
  free_text: "it asks for text",
  password: "it asks for a secret",
  pager: "it shows a page",
  editor: "it has opened an editor",
  unknown: "it waits",
};
