/** `--format asciicast`: a session's terminal, for asciinema and other players. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { PromptTimeline } from "../../../contracts/views.ts";
import { exportedLines } from "../../../runtime/recording/exported.ts";
import { openCast } from "../../../runtime/recording/read.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { writeOut } from "../output.ts";
import { notRedacted, redactionOf } from "../redaction.ts";
import { sessionRecording, warnOf } from "../sessions/found-recording.ts";
import { visible } from "../visible.ts";

export type CastExport = {
  session?: string;
  output?: string;
  content: boolean;
  unredacted?: boolean;
};

/** Exit code 4 when the recording is not the one that the trace names. */
export async function exportCast(
  cli: Cli,
  trace: TraceReader,
  { session, output, content, unredacted }: CastExport,
): Promise<number> {
  if (session === undefined) {
    throw new AtlasError("usage", "--format asciicast is of one session; name it with --session");
  }
  if (!content)
    throw new AtlasError("usage", "a terminal's output is content: leave out --no-content");
  const found = sessionRecording(cli, trace, session);
  warnOf(cli, found);
  const redaction = unredacted === true ? null : redactionOf(cli);
  if (redaction === null) cli.note(`the export is ${notRedacted}`);
  const cast = openCast(found.path, found.name);
  const title = `AtlasBridge session ${found.sessionId ?? ""}${redaction === null ? ` (${notRedacted})` : ""}`;
  try {
    const events = redaction?.events(cast.events, cast.head.size.cols) ?? cast.events;
    const lines = exportedLines(
      { head: cast.head, events },
      {
        title,
        label: (id) => labelOf(id, found.prompts),
        redact: (text) => redaction?.whole.redact(text) ?? text,
      },
    );
    await writeOut(cli, lines, output);
  } finally {
    cast.close();
  }
  return found.state === "changed" ? exitCodes.integrity : exitCodes.ok;
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
