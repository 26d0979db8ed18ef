/** The one way on which a person's answer reaches a session from outside its terminal, and what comes of it there. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { PromptFate, WaitingPrompt } from "../../../contracts/operator.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { assertByPerson } from "../by-person.ts";
import type { Cli } from "../cli.ts";
import { withTrace } from "../trace/source.ts";
import { ask } from "../running.ts";

export type Answer = {
  /** Null denies; "" is Enter alone. */
  value: string | null;
  by: "cli" | "console" | "dashboard";
  told?(step: "accepted" | "typed", prompt: WaitingPrompt): void;
};

/**
 * Gives it to the session, and follows it until its effect is seen or none is. Throws `not_found`, `refused_by_policy`,
 * or `usage` where it cannot be given.
 */
export async function giveAnswer(
  cli: Cli,
  find: () => Promise<WaitingPrompt>,
  { value, by, told }: Answer,
): Promise<{ prompt: WaitingPrompt; fate: PromptFate }> {
  assertByPerson(cli);
  const prompt = await find();
  const { prompt_id, session_id, fingerprint } = prompt;
  // What a session of an older version does not know is left out where it can be.
  const about = { prompt_id, fingerprint, ...(by === "cli" ? {} : { by }) };
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
  told?.("accepted", prompt);
  const fate = await followed(cli, prompt, () => told?.("typed", prompt));
  return { prompt, fate };
}

/** The effect is looked for within `limits.effectMs`; a moment more for what has to be recorded. */
const followMs = limits.effectMs + 2_000;
const everyMs = 25;

async function followed(cli: Cli, prompt: WaitingPrompt, typed: () => void): Promise<PromptFate> {
  const until = systemClock.monotonicMs() + followMs;
  let told: PromptFate["state"] = "accepted";
  for (;;) {
    const fate = await fateOf(cli, prompt);
    // What has had an effect was typed, also where that moment was missed.
    const isTyped = fate.state === "typed" || fate.outcome === "person";
    if (isTyped && told === "accepted") typed();
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
