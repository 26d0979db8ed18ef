/** `sessions replay`: shows a session again, on the terminal in its own time, elsewhere as text. */
import { exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { SessionReplayView } from "../../../contracts/views.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { openCast, withCast } from "../../../runtime/recording/read.ts";
import { type Still, stillsOf } from "../../../runtime/recording/stills.ts";
import type { Cli } from "../cli.ts";
import { type Redaction, redactionOf } from "../redaction.ts";
import { visibleJson } from "../visible.ts";
import { type FoundRecording, findRecording, warnOf } from "./found-recording.ts";
import { showLive } from "./replay/live.ts";
import { transcriptLines } from "./replay/transcript.ts";

export type ReplayCommand = {
  speed: number;
  /** Seconds. */
  idleLimit?: number;
  /** False with `--no-pause`. */
  pause: boolean;
  /** Secrets stay in what is printed as text. */
  unredacted?: boolean;
};

/** Exit code 4 when the recording is not the one that the trace names. */
export async function replaySession(
  cli: Cli,
  given: string,
  options: ReplayCommand,
): Promise<number> {
  const found = await findRecording(cli, given);
  warnOf(cli, found);
  const code = found.state === "changed" ? exitCodes.integrity : exitCodes.ok;
  if (cli.json || cli.isPlain || !process.stdout.isTTY) {
    print(cli, found, options.unredacted === true ? null : redactionOf(cli));
    return code;
  }
  const cast = openCast(found.path, found.name);
  try {
    const ended = await showLive({ cast, prompts: found.prompts, clock: systemClock }, options);
    return ended === "interrupted" ? 130 : code;
  } finally {
    cast.close();
  }
}

/** What is printed goes somewhere else: without secrets. */
function print(cli: Cli, found: FoundRecording, redaction: Redaction | null): void {
  withCast(found.path, found.name, ({ head, events }) => {
    const cast = { head, events: redaction?.events(events, head.size.cols) ?? events };
    if (!cli.json) {
      for (const line of transcriptLines(cast, found.prompts)) cli.out(`${line}\n`);
      return;
    }
    const view: SessionReplayView = {
      format: outputFormat,
      session_id: found.sessionId,
      file: found.path,
      state: found.state,
      stills: Array.from(stillsOf(cast), (still) => viewOf(still, found)),
    };
    cli.out(`${visibleJson(view)}\n`);
  });
}

function viewOf({ atMs, prompt, snapshot }: Still, { prompts }: FoundRecording) {
  const { cols, rows, screen } = snapshot;
  return {
    at_ms: atMs,
    cols,
    rows,
    screen: screen.map(({ text }) => text),
    prompt: prompts.find(({ prompt_id }) => prompt_id === prompt?.id) ?? null,
  };
}
