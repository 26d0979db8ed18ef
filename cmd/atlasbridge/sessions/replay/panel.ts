/** What the last rows of the terminal say while a recording plays on it. Pure. */
import type { PromptTimeline } from "../../../../contracts/views.ts";
import type { Playing } from "../../../../runtime/recording/player.ts";
import { cut, duration } from "../../layout.ts";
import { visible } from "../../visible.ts";

export type PanelFacts = {
  state: Playing;
  playedMs: number;
  /** The prompts of the session, in the order in which they were asked. */
  prompts: readonly PromptTimeline[];
  /** Null where the recording fits. */
  sizes: { recorded: string; terminal: string } | null;
  columns: number;
  /** There is a row for it that the recording does not need. */
  hasRoom: boolean;
};

/** Nothing while it plays and every row is the recording's. */
export function panelOf(facts: PanelFacts): string[] {
  const { state, columns, hasRoom } = facts;
  const lines = linesOf(facts);
  const shown = state.doing === "playing" && !hasRoom ? [] : lines;
  return shown.map((line) => {
    const text = cut(visible(line), columns);
    return `\u001b[7m${text}${" ".repeat(Math.max(0, columns - Bun.stringWidth(text)))}`;
  });
}

function linesOf(facts: PanelFacts): string[] {
  const { state, playedMs, prompts, sizes } = facts;
  const at = duration(playedMs);
  const part =
    sizes === null
      ? []
      : [` recorded at ${sizes.recorded}, your terminal is ${sizes.terminal}: a part is shown`];
  switch (state.doing) {
    case "playing":
      return [` ▶ ${at} · space stands still, n next prompt, q ends`, ...part];
    case "over": {
      const why = state.cut === null ? "" : `: the recording was cut off (${state.cut})`;
      return [` ■ ${at} · the end${why} · q leaves`, ...part];
    }
    case "standing": {
      const keys = ` ⏸ ${at} · Enter goes on, . steps, n next prompt, q ends`;
      const about = state.prompt === null ? [] : promptLines(state.prompt.id, prompts);
      return [...about, keys, ...part];
    }
  }
}

function promptLines(id: string, prompts: readonly PromptTimeline[]): string[] {
  const index = prompts.findIndex(({ prompt_id }) => prompt_id === id);
  const prompt = prompts[index];
  if (prompt === undefined) return [` a prompt (${id}), of which the trace here says nothing`];
  return [
    ` prompt ${index + 1} of ${prompts.length} · ${prompt.prompt_kind}, ${prompt.confidence} · ${prompt.prompt_id}`,
    ` ${decided(prompt)}`,
    ` ${typed(prompt)}`,
  ];
}

/** `auto_reply by rule stage: …`. */
export function decided({ decision }: PromptTimeline): string {
  if (decision === null) return "not decided";
  const { action, rule_id, reason } = decision;
  return `${action} ${rule_id === null ? "by default" : `by rule ${rule_id}`}: ${reason}`;
}

/** Who typed what, and how it ended. */
export function typed({ reply, closed, escalated_at }: PromptTimeline): string {
  const outcome = closed === null ? "still open" : endText(closed);
  if (reply === null) return `${escalated_at === null ? "" : "a person was asked · "}${outcome}`;
  const { by, bytes, secret, latency_ms } = reply;
  const what = secret === true ? "a secret" : `${bytes} bytes`;
  const was = closed?.typed === false ? "recorded but not typed" : `typed by ${by}`;
  return `${what} ${was}, ${latency_ms.toFixed(1)} ms after the last output · ${outcome}`;
}

function endText({ outcome, reason }: NonNullable<PromptTimeline["closed"]>): string {
  const ended = outcome === "person" ? "answered at the keyboard" : outcome;
  return reason === null ? ended : `${ended} (${reason})`;
}
