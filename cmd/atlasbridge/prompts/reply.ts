/** `prompts reply` and `prompts deny`: gives an answer to the session it is for, and follows what comes of it. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { PromptFate, PromptReplyView, WaitingPrompt } from "../../../contracts/operator.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import { ask } from "../running.ts";
import { findWaiting } from "./waiting.ts";

/** `value`: null denies. Throws `not_found`, `refused_by_policy`, or `usage` where it cannot be given. */
export async function answerPrompt(
  cli: Cli,
  { id, value }: { id: string; value: string | null },
): Promise<number> {
  assertByPerson(cli);
  const prompt = await findWaiting(cli, id);
  const { prompt_id, session_id, fingerprint } = prompt;
  const about = { prompt_id, fingerprint };
  const reply = await ask(
    cli,
    session_id,
    value === null
      ? { ask: "deny", ...about }
      : // "" stands for the Enter alone.
        { ask: "reply", ...about, value: value === "" ? "\n" : value },
  );
  if (reply.reply === "refused") {
    throw new AtlasError("not_found", `nothing was typed: ${reply.why}`);
  }
  if (!cli.json) cli.note(`accepted, for ${visible(prompt.tool)}`);
  const fate = await followed(cli, prompt);
  const view: PromptReplyView = { format: outputFormat, prompt_id, session_id, ...fate };
  print(cli, view, () => `${said(fate)}\n`);
  return fate.state === "ended" && fate.outcome === "person" ? exitCodes.ok : exitCodes.failed;
}

/** The effect is looked for within `limits.effectMs`; a moment more for what has to be recorded. */
const followMs = limits.effectMs + 2_000;
const everyMs = 25;

async function followed(cli: Cli, prompt: WaitingPrompt): Promise<PromptFate> {
  const until = systemClock.monotonicMs() + followMs;
  let told: PromptFate["state"] = "accepted";
  for (;;) {
    const fate = await fateOf(cli, prompt);
    if (fate.state === "typed" && told === "accepted" && !cli.json) cli.note("typed");
    told = fate.state;
    if (fate.state === "ended" || systemClock.monotonicMs() > until) return fate;
    await new Promise<void>((resolve) => systemClock.after(everyMs, resolve));
  }
}

async function fateOf(cli: Cli, { prompt_id, session_id }: WaitingPrompt): Promise<PromptFate> {
  try {
    const { reply, ...fate } = await ask(cli, session_id, { ask: "outcome", prompt_id });
    if (reply === "outcome" && "state" in fate) return fate;
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
  }
  return await recordedFate(cli, { prompt_id, session_id });
}

/** A session that has ended, as by this very answer, cannot be asked any more: what it has recorded tells. */
async function recordedFate(
  cli: Cli,
  { prompt_id, session_id }: Pick<WaitingPrompt, "prompt_id" | "session_id">,
): Promise<PromptFate> {
  const query = { sessionId: session_id, kinds: ["prompt.closed", "session.ended"] } as const;
  return await withTrace(cli, (trace) => {
    for (const { kind, data } of trace?.entries(query) ?? []) {
      if (kind === "session.ended") return sessionEnded;
      if (kind === "prompt.closed" && data.prompt_id === prompt_id) {
        return { state: "ended", outcome: data.outcome, reason: data.reason ?? null };
      }
    }
    return { state: "unknown", outcome: null, reason: "the session does not answer" };
  });
}

const sessionEnded: PromptFate = {
  state: "ended",
  outcome: "session_ended",
  reason: "the session has ended",
};

function said({ state, outcome, reason }: PromptFate): string {
  const because = reason === null ? "" : `: ${visible(reason)}`;
  if (state !== "ended") return `no effect was seen yet (${state})${because}`;
  if (outcome === "person") return "the tool has gone on";
  return `${outcome ?? "ended"}${because}`;
}
