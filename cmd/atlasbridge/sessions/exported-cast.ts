/** A session's recording as it leaves this machine: for players, with words at each prompt, without secrets. */
import type { PromptTimeline } from "../../../contracts/views.ts";
import { exportedLines } from "../../../runtime/recording/exported.ts";
import { openCast } from "../../../runtime/recording/read.ts";
import { notRedacted, type Redaction } from "../redaction.ts";
import { visible } from "../visible.ts";
import type { FoundRecording } from "./found-recording.ts";

/** Its lines, each with its line feed. Throws `usage` where the file cannot be read. */
export function* exportedCast(
  { path, name, sessionId, prompts }: FoundRecording,
  redaction: Redaction | null,
): Generator<string> {
  const { head, events, close } = openCast(path, name);
  const marked = redaction === null ? ` (${notRedacted})` : "";
  try {
    const clean = redaction?.events(events, head.size.cols) ?? events;
    yield* exportedLines(
      { head, events: clean },
      {
        title: `AtlasBridge session ${sessionId ?? ""}${marked}`,
        label: (id) => labelOf(id, prompts),
        redact: (text) => redaction?.whole.redact(text) ?? text,
      },
    );
  } finally {
    close();
  }
}

/** `prompt 2: yes_no, auto_reply by rule stage, answered`. */
function labelOf(id: string, prompts: readonly PromptTimeline[]): string | null {
  const index = prompts.findIndex(({ prompt_id }) => prompt_id === id);
  const prompt = prompts[index];
  if (prompt === undefined) return null;
  const { decision, closed, prompt_kind: kind } = prompt;
  const rule = decision?.rule_id ?? null;
  const by = rule === null ? "by default" : `by rule ${rule}`;
  const decided = decision === null ? "not decided" : `${decision.action} ${by}`;
  return visible(`prompt ${index + 1}: ${kind}, ${decided}, ${closed?.outcome ?? "still open"}`);
}
