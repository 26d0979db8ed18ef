/** `--format html`: the report of one session or of the whole trace. */
import { basename } from "node:path";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { recordingOf } from "../../../runtime/recording/files.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import { readWitnesses } from "../../../runtime/trace/cosignatures.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import { verifyTrace } from "../../../runtime/trace/verify.ts";
import type { Cli } from "../cli.ts";
import { writeOut } from "../output.ts";
import { notRedacted, type Redaction, redactionOf } from "../redaction.ts";
import { exportedCast } from "../sessions/exported-cast.ts";
import { sessionRecording } from "../sessions/found-recording.ts";
import { findSession } from "../trace/source.ts";
import { besideOf, remarksOn } from "../trace/verify.ts";
import { redactedFacts } from "./redacted.ts";
import { type SessionFacts, sessionFacts } from "./facts.ts";
import { pageOf } from "./page.ts";

export type ReportExport = {
  session?: string;
  output?: string;
  content: boolean;
  unredacted?: boolean;
  /** The replay of one session's terminal, for which the page needs a script. */
  player?: boolean;
};

/** Exit code 4 when the trace is broken or a recording is another: the report is made all the same, and says so. */
export async function exportReport(
  cli: Cli,
  trace: TraceReader,
  options: ReportExport,
): Promise<number> {
  const { session, output, content, unredacted } = options;
  const one = session === undefined ? null : findSession(trace, session);
  const redaction = unredacted === true ? null : redactionOf(cli);
  if (redaction === null && content) cli.note(`the report is ${notRedacted}`);
  const { traceFile, witnessesFile } = cli.paths;
  const report = verifyTrace(trace, {
    beside: besideOf(cli, traceFile),
    witnessed: { known: readWitnesses(witnessesFile), notes: [] },
  });
  const ids = one === null ? trace.sessionIds().toReversed() : [one];
  const folder = cli.paths.recordingsFolder;
  let isSound = report.ok;
  const sessions = function* (): Generator<SessionFacts> {
    for (const id of ids) {
      const facts = sessionFacts(trace, id, { folder, content });
      if (facts?.recording.state === "changed") isSound = false;
      if (facts !== null) yield redaction === null ? facts : redactedFacts(facts, redaction.whole);
    }
  };
  const hasReplay = content && options.player === true;
  const of =
    one === null
      ? { scope: wholeScope(ids), names: namesOf(trace, ids), cast: null }
      : {
          scope: `session ${one}`,
          names: [],
          cast: hasReplay ? castOf(cli, trace, { id: one, redaction }) : null,
        };
  const page = pageOf({
    ...{ ...of, report, content, remarks: remarksOn(report, basename(traceFile)) },
    madeAt: systemClock.now(),
    sessions: sessions(),
    redacted: redaction !== null,
  });
  await writeOut(cli, page, output);
  return isSound ? exitCodes.ok : exitCodes.integrity;
}

function wholeScope({ length }: readonly SessionId[]): string {
  return `the whole trace, ${length} ${length === 1 ? "session" : "sessions"}`;
}

/** Null without a recording, and for one that would make a page too large to open. */
function castOf(
  cli: Cli,
  trace: TraceReader,
  { id, redaction }: { id: SessionId; redaction: Redaction | null },
): string | null {
  if (recordingOf(cli.paths.recordingsFolder, id) === null) return null;
  const found = sessionRecording(cli, trace, id);
  const leftOut = (why: string): null => {
    cli.note(`the report has no replay: ${why}`);
    return null;
  };
  let cast = "";
  try {
    for (const line of exportedCast(found, redaction)) {
      cast += line;
      if (cast.length <= limits.reportReplayCharsMax) continue;
      return leftOut(`the recording is too long; see: sessions replay ${id}`);
    }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    return leftOut(error.message);
  }
  return cast;
}

function namesOf(trace: TraceReader, ids: readonly SessionId[]) {
  return ids.flatMap((id) => {
    const summary = summarise(trace, id, isGone);
    if (summary === null) return [];
    const { tool, started_at: at, prompts } = summary;
    const when = momentToIso(at).slice(0, 16).replace("T", " ");
    return [{ id, text: `${tool}, ${when}, ${prompts} ${prompts === 1 ? "prompt" : "prompts"}` }];
  });
}
