/** `--format asciicast`: a session's terminal, for asciinema and other players. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { writeOut } from "../output.ts";
import { notRedacted, redactionOf } from "../redaction.ts";
import { exportedCast } from "../sessions/exported-cast.ts";
import { sessionRecording, warnOf } from "../sessions/found-recording.ts";

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
  if (!content) {
    throw new AtlasError("usage", "a terminal's output is content: leave out --no-content");
  }
  const found = sessionRecording(cli, trace, session);
  warnOf(cli, found);
  const redaction = unredacted === true ? null : redactionOf(cli);
  if (redaction === null) cli.note(`the export is ${notRedacted}`);
  await writeOut(cli, exportedCast(found, redaction), output);
  return found.state === "changed" ? exitCodes.integrity : exitCodes.ok;
}
