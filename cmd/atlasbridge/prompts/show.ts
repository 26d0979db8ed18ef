/** `prompts show`: one question whole, as the tool asks it, and how it can be answered. */
import { outputFormat } from "../../../contracts/version.ts";
import type { PromptShowView, WaitingPrompt } from "../../../contracts/operator.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { shortId } from "./list.ts";
import { findWaiting } from "./waiting.ts";

export async function showPrompt(cli: Cli, part: string): Promise<number> {
  const prompt = await findWaiting(cli, part);
  const view: PromptShowView = { format: outputFormat, prompt };
  return print(cli, view, () => textOf(prompt));
}

function textOf(prompt: WaitingPrompt): string {
  const { tool, label, session_id: session, since, reason, kind, question, subject } = prompt;
  const about = subject?.command ?? subject?.path ?? subject?.host ?? null;
  const lines = [
    `${visible(tool)}${label === null ? "" : ` (${visible(label)})`}, session ${session}`,
    `waits for you since ${momentToIso(since)}: ${visible(reason)}`,
    "",
    ...question.split("\n").map((line) => `  ${visible(line)}`),
    ...(about === null ? [] : ["", ...about.split("\n").map((line) => `  ${visible(line)}`)]),
    ...(prompt.cut ? ["", "  not all of it is on the tool's screen"] : []),
    ...optionLines(prompt),
    "",
    ...howTo(prompt, kind),
  ];
  return `${lines.join("\n")}\n`;
}

function optionLines({ options, default: given }: WaitingPrompt): string[] {
  if (options.length === 0) return [];
  return [
    "",
    ...options.map(({ label, key }) => {
      const isDefault = given !== null && (given === label || given === key);
      return `  ${key === null ? "-" : visible(key)}  ${visible(label)}${isDefault ? "  (default)" : ""}`;
    }),
  ];
}

function howTo(prompt: WaitingPrompt, kind: WaitingPrompt["kind"]): string[] {
  if (kind === "password") return ["it asks for a secret: type it at the tool's own terminal"];
  const id = shortId(prompt);
  return [`atlasbridge prompts reply ${id} VALUE`, `atlasbridge prompts deny ${id}`];
}
