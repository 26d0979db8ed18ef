/** `--format html`: the report of one session or of the whole trace. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import { verifyTrace } from "../../../runtime/trace/verify.ts";
import type { Cli } from "../cli.ts";
import { writeOut } from "../output.ts";
import { notRedacted, redactionOf } from "../redaction.ts";
import { findSession } from "../trace/source.ts";
import { besideOf } from "../trace/verify.ts";
import { redactedFacts } from "./redacted.ts";
import { type SessionFacts, sessionFacts } from "./facts.ts";
import { pageOf } from "./page.ts";

export type ReportExport = {
  session?: string;
  output?: string;
  content: boolean;
  unredacted?: boolean;
};

/** Exit code 4 when the trace is broken or a recording is another: the report is made all the same, and says so. */
export async function exportReport(
  cli: Cli,
  trace: TraceReader,
  { session, output, content, unredacted }: ReportExport,
): Promise<number> {
  const one = session === undefined ? null : findSession(trace, session);
  const redaction = unredacted === true ? null : redactionOf(cli);
  if (redaction === null && content) cli.note(`the report is ${notRedacted}`);
  const report = verifyTrace(trace, { beside: besideOf(cli, cli.paths.traceFile) });
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
  const page = pageOf({
    ...{ report, content },
    madeAt: systemClock.now(),
    scope:
      one === null
        ? `the whole trace, ${ids.length} ${ids.length === 1 ? "session" : "sessions"}`
        : `session ${one}`,
    sessions: sessions(),
    names: one === null ? namesOf(trace, ids) : [],
    redacted: redaction !== null,
  });
  await writeOut(cli, page, output);
  return isSound ? exitCodes.ok : exitCodes.integrity;
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
