/** `trace erase`: takes content out of the log, of one session, some entries, or all that is older than a day. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { isoToMoment, momentToIso } from "../../../contracts/moment.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceEraseView } from "../../../contracts/views.ts";
import { asidesOf } from "../../../runtime/trace/aside.ts";
import { type Erasure, eraseSome } from "../../../runtime/trace/erase.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import { packTrace } from "../../../runtime/trace/pack.ts";
import { archiveFolder, type TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { terminalLines } from "../policy/init-questions.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { visible } from "../visible.ts";
import { recordAct } from "./append-own.ts";
import { openOwnStore } from "./own-store.ts";
import { findSession, noSessions, openTrace } from "./source.ts";

export type EraseOptions = {
  before?: string;
  session?: string;
  seq?: string;
  yes?: boolean;
};

export async function erase(cli: Cli, options: EraseOptions): Promise<number> {
  assertByPerson(cli);
  const { what, said, count } = looked(cli, options);
  if (count === 0) return tell(cli, { erased: 0, isGone: true });
  if (!(await isMeant(cli, `${count} entries ${said}`, options.yes === true))) {
    cli.note("nothing was erased");
    return exitCodes.failed;
  }
  const trace = openOwnStore(cli, ownRedactorOrDefault(cli));
  try {
    recordAct(cli, { action: `trace erase ${said}` });
    const erased = eraseAll(trace, what, archiveFolder(cli.paths.traceFile));
    return tell(cli, { erased, isGone: packTrace(trace, "anyway") });
  } finally {
    trace.close();
  }
}

function looked(cli: Cli, options: EraseOptions) {
  const trace = openTrace(cli);
  if (trace === null) throw new AtlasError("not_found", `nothing to erase: ${noSessions}`);
  try {
    const { what, said } = erasureOf(trace, options);
    return { what, said, count: countOf(trace, what) };
  } finally {
    trace.close();
  }
}

function erasureOf(trace: TraceReader, { before, session, seq }: EraseOptions) {
  const all = { fromSeq: 1, toSeq: trace.head().seq, reason: "asked" } as const;
  if ([before, session, seq].filter((one) => one !== undefined).length !== 1) {
    const message = "say of what: --before DATE, --session ID, or --seq A..B";
    throw new AtlasError("usage", message);
  }
  if (session !== undefined) {
    const id = findSession(trace, session);
    return { what: { ...all, session: id }, said: `of session ${id}` };
  }
  if (before !== undefined) {
    const moment = dayOf(before);
    return { what: { ...all, before: moment }, said: `from before ${momentToIso(moment)}` };
  }
  const [from, to] = rangeOf(seq ?? "");
  const what = { ...all, fromSeq: from, toSeq: Math.min(to, all.toSeq) };
  return { what, said: `from ${from} to ${to}` };
}

/** Midnight UTC of a day, or a moment; as ISO 8601 writes them. */
function dayOf(text: string): number {
  const at = isoToMoment(text);
  if (at !== null) return at;
  const message = `"${visible(text)}" is no day; write it as 2026-08-31 (it begins at midnight UTC)`;
  throw new AtlasError("usage", message);
}

function rangeOf(text: string): [from: number, to: number] {
  const [, first = "", last = first] = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (from >= 1 && to >= from) return [from, to];
  throw new AtlasError(
    "usage",
    `"${visible(text)}" is no range of entries; write it as 12 or 12..40`,
  );
}

function countOf(trace: TraceReader, { fromSeq, toSeq, session, before }: Erasure): number {
  let count = 0;
  const of = session === undefined ? {} : { sessionId: session };
  for (const { seq, at, salt } of trace.rows({ ...of, afterSeq: fromSeq - 1 })) {
    if (seq > toSeq) break;
    if (salt !== null && (before === undefined || at < before)) count += 1;
  }
  return count;
}

async function isMeant(cli: Cli, what: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true || cli.json) {
    throw new AtlasError("usage", `this erases content of ${what} for good; add --yes`);
  }
  const lines = terminalLines();
  try {
    const question = `Erase the content of ${what} for good? Their hashes stay. [y/N] `;
    return /^y(?:es)?$/i.test(((await lines.ask(question)) ?? "").trim());
  } finally {
    lines.close();
  }
}

function eraseAll(trace: OwnTrace, what: Erasure, archives: string): number {
  let erased = 0;
  for (let from: number | null = what.fromSeq; from !== null; ) {
    const step = eraseSome(trace, { ...what, fromSeq: from }, archives);
    erased += step.erased;
    from = step.next;
  }
  return erased;
}

function tell(cli: Cli, { erased, isGone }: { erased: number; isGone: boolean }): number {
  if (!isGone) {
    cli.note(
      "warning: the trace is in use, so the file beside it (-wal) may hold what was erased for a while; erase once more when it is not",
    );
  }
  for (const file of asidesOf(cli.paths.traceFile)) {
    cli.note(
      `warning: ${file}, which was set aside, keeps its content; delete it when you can do without`,
    );
  }
  const view: TraceEraseView = { format: outputFormat, erased, gone: isGone };
  return print(cli, view, () =>
    erased === 0
      ? "there is no such content\n"
      : `erased the content of ${erased} entries; the trace says so, and it verifies as before\n`,
  );
}
