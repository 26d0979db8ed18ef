/** `trace archive`: moves the log's old months into files of their own. */
import { AtlasError } from "../../../contracts/errors.ts";
import { isoToMoment } from "../../../contracts/moment.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceArchiveView } from "../../../contracts/views.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { archiveTrace } from "../../../runtime/trace/archive.ts";
import { archiveFolder } from "../../../runtime/trace/sqlite-reader.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { visible } from "../visible.ts";
import { recordAct } from "./append-own.ts";
import { openOwnStore } from "./own-store.ts";
import { noSessions, openTrace } from "./source.ts";

export function archive(cli: Cli, month: string): number {
  assertByPerson(cli);
  const before = beginOf(month);
  const known = openTrace(cli);
  if (known === null) throw new AtlasError("not_found", `nothing to archive: ${noSessions}`);
  known.close();
  const folder = archiveFolder(cli.paths.traceFile);
  recordAct(cli, { action: `trace archive --before ${month}` });
  const trace = openOwnStore(cli, ownRedactorOrDefault(cli));
  try {
    const done = archiveTrace(trace, { folder, before });
    const archives = done.archives.map(({ file, fromSeq, toSeq }) => {
      return { file, from_seq: fromSeq, to_seq: toSeq };
    });
    const view: TraceArchiveView = {
      format: outputFormat,
      folder,
      archives,
      held_by: done.heldBy,
      packed: done.packed,
    };
    return print(cli, view, () => `${said(view).join("\n")}\n`);
  } finally {
    trace.close();
  }
}

/** Midnight UTC of the month's first day. Throws `usage` also for one that has not begun. */
function beginOf(month: string): number {
  const at = /^\d{4}-\d{2}$/.test(month) ? isoToMoment(`${month}-01`) : null;
  if (at === null) {
    throw new AtlasError("usage", `"${visible(month)}" is no month; write it as 2026-08`);
  }
  if (at <= systemClock.now()) return at;
  throw new AtlasError("usage", `${month} has not begun: the current month stays where it is`);
}

function said({ folder, archives, held_by: heldBy, packed }: TraceArchiveView): string[] {
  const made = archives.map(({ file, from_seq: from, to_seq: to }) => {
    return `entries ${from} to ${to} are in ${folder}/${file}`;
  });
  return [
    ...(made.length === 0 ? ["there was nothing to archive"] : made),
    ...(heldBy === null ? [] : [`the rest stays: session ${heldBy} is still open`]),
    ...(packed ? [] : ["the space is given back the next time: sessions are using the trace"]),
  ];
}
