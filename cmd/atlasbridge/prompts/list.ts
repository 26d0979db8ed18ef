/** `prompts list`: one line for each question that waits for a person. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { PromptsListView, WaitingPrompt } from "../../../contracts/operator.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { Cli } from "../cli.ts";
import { duration, layoutFor, table } from "../layout.ts";
import { visible, visibleJson } from "../visible.ts";
import { waitingPrompts } from "./waiting.ts";

export async function listPrompts(cli: Cli): Promise<number> {
  const { prompts, unreachable } = await waitingPrompts(cli);
  if (cli.json) {
    const view: PromptsListView = { format: outputFormat, prompts, unreachable };
    cli.out(`${visibleJson(view)}\n`);
    return exitCodes.ok;
  }
  for (const line of unaskedLines(unreachable)) cli.note(line);
  if (prompts.length === 0) {
    const whom = unreachable.length === 0 ? "" : ", as far as could be asked";
    cli.note(`nothing waits for you${whom}`);
  } else {
    const layout = layoutFor(process.stdout, cli);
    cli.out(table(["ID", "TOOL", "WAITING", "KIND", "QUESTION"], prompts.map(cellsOf), layout));
  }
  return exitCodes.ok;
}

/** One for each reason: what keeps all of them from being asked is said once. */
function unaskedLines(unreachable: PromptsListView["unreachable"]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { session_id: id, why } of unreachable) {
    byReason.set(why, [...(byReason.get(why) ?? []), id]);
  }
  return [...byReason].map(([why, [first = "", ...others]]) => {
    const whom = others.length === 0 ? `session ${first}` : `${others.length + 1} sessions`;
    return `${whom} could not be asked: ${why}`;
  });
}

function cellsOf(prompt: WaitingPrompt): string[] {
  const { tool, label, since, kind, question, subject } = prompt;
  const about = subject?.command ?? subject?.path ?? subject?.host ?? null;
  const said = about === null ? question : `${question} ${about}`;
  return [
    shortId(prompt),
    visible(label === null ? tool : `${tool} (${label})`),
    duration(Math.max(0, systemClock.now() - since)),
    kind,
    visible(said.replaceAll(/\s+/g, " ").trim()),
  ];
}

/** The end of an id is random: two prompts of the same moment differ there. */
export function shortId({ prompt_id: id }: Pick<WaitingPrompt, "prompt_id">): string {
  return id.slice(-8);
}
