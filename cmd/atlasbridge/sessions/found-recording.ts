/** The recording that a command is to work with: a session's of this machine, or a file. */
import { existsSync } from "node:fs";
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { RecordingState } from "../../../contracts/recording.ts";
import type { PromptTimeline } from "../../../contracts/views.ts";
import { attested } from "../../../runtime/recording/attested.ts";
import { recordingFile } from "../../../runtime/recording/files.ts";
import { timelines } from "../../../runtime/trace/summary.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { findSession, withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import { recordingText } from "./recording-text.ts";

export type FoundRecording = {
  path: string;
  /** What it is called in messages. */
  name: string;
  /** Null for a file that is no session's. */
  sessionId: SessionId | null;
  state: RecordingState | null;
  prompts: PromptTimeline[];
};

const idLike = /^[0-9a-f-]{1,36}$/i;

/**
 * What looks like no id, or is there, is a file, for which no trace is needed. Throws `not_found` for a session
 * without a recording.
 */
export async function findRecording(cli: Cli, given: string): Promise<FoundRecording> {
  if (!idLike.test(given) || existsSync(given)) {
    return { path: given, name: visible(given), sessionId: null, state: null, prompts: [] };
  }
  return await withTrace(cli, (trace) => sessionRecording(cli, trace, given));
}

/** `given` is the beginning of a session's id. Throws `not_found`. */
export function sessionRecording(
  cli: Cli,
  trace: TraceReader | null,
  given: string,
): FoundRecording {
  const id = findSession(trace, given);
  const folder = cli.paths.recordingsFolder;
  const view = trace === null ? null : attested(trace, id, folder);
  if (trace === null || view === null || view.state === "none" || view.state === "removed") {
    const had = view === null ? "" : `: ${recordingText(view)}`;
    const message = `session ${id} has no recording${had}; see recording.enabled in: atlasbridge config list`;
    throw new AtlasError("not_found", message);
  }
  const name = `the recording of session ${id}`;
  const prompts = timelines(trace.entries({ sessionId: id }));
  return { path: recordingFile(folder, id), name, sessionId: id, state: view.state, prompts };
}

/** Said before anything of it is shown. */
export function warnOf(cli: Cli, { state, name }: FoundRecording): void {
  if (state === "changed") cli.note(`${name} is not the one that the trace names: it was changed`);
  if (state === "unattested") {
    cli.note(`${name} ends where the session was killed; the trace could not name it`);
  }
}
