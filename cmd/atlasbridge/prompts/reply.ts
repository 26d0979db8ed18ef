/** `prompts reply` and `prompts deny`: gives an answer to the session it is for, and tells what comes of it. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { PromptFate, PromptReplyView } from "../../../contracts/operator.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { giveAnswer } from "./answer.ts";
import { findWaiting } from "./waiting.ts";

/** `value`: null denies. Throws `not_found`, `refused_by_policy`, or `usage` where it cannot be given. */
export async function answerPrompt(
  cli: Cli,
  { id, value }: { id: string; value: string | null },
): Promise<number> {
  const from = systemClock.monotonicMs();
  const steps: PromptReplyView["steps"] = [];
  const seen = (step: PromptReplyView["steps"][0]["step"]): void => {
    steps.push({ step, after_ms: Math.round(systemClock.monotonicMs() - from) });
  };
  const find = async () => await findWaiting(cli, id);
  const { prompt, fate } = await giveAnswer(cli, find, {
    value,
    by: "cli",
    told: (step, { tool }) => {
      seen(step);
      if (cli.json) return;
      cli.note(step === "typed" ? "typed" : `accepted, for ${visible(tool)}`);
    },
  });
  const hasEffect = fate.state === "ended" && fate.outcome === "person";
  if (hasEffect) seen("effect_seen");
  const { prompt_id, session_id } = prompt;
  const view: PromptReplyView = { format: outputFormat, prompt_id, session_id, ...fate, steps };
  print(cli, view, () => `${said(fate)}\n`);
  return hasEffect ? exitCodes.ok : exitCodes.failed;
}

function said({ state, outcome, reason }: PromptFate): string {
  const because = reason === null ? "" : `: ${visible(reason)}`;
  if (state !== "ended") return `no effect was seen yet (${state})${because}`;
  if (outcome === "person") return "effect seen: the tool has gone on";
  return `${outcome ?? "ended"}${because}`;
}
