/** `trace tail`: the last entries, one a line, and those that follow. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { type EntryKind, entryKinds, type StoredEntry } from "../../../contracts/trace.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { EntryQuery } from "../../../runtime/trace/store.ts";
import type { Cli } from "../cli.ts";
import { cut, type Layout, layoutFor, localTime, shortIds } from "../layout.ts";
import { visibleJson } from "../visible.ts";
import { gist } from "./gist.ts";
import { findSession, noSessions, openTrace, withTrace } from "./source.ts";

export type TailOptions = { lines: number; follow?: boolean; session?: string; kind?: string };

/** How often a followed trace is looked at: short for a reader, idle for the machine. */
const followMs = 200;

export async function tailTrace(cli: Cli, options: TailOptions): Promise<number> {
  const kinds = kindsOf(options.kind);
  const layout = layoutFor(process.stdout, cli);
  const shown = await withTrace(cli, (trace) => {
    const query = { ...queryOf(trace, options), ...kinds };
    const entries = [...(trace?.entries({ ...query, last: options.lines }) ?? [])];
    print(cli, entries, { trace, layout, follow: options.follow === true });
    return { query, last: trace?.head().seq ?? 0 };
  });
  if (options.follow !== true) return exitCodes.ok;
  return await follow(cli, { ...shown, layout, clock: systemClock });
}

function kindsOf(kind: string | undefined): { kinds?: EntryKind[] } {
  if (kind === undefined) return {};
  const kinds = entryKinds.filter((known) => known === kind || known.startsWith(`${kind}.`));
  if (kinds.length > 0) return { kinds };
  const message = `there is no kind of entry "${kind}"; the kinds are ${entryKinds.join(", ")}`;
  throw new AtlasError("usage", message);
}

function queryOf(trace: TraceReader | null, { session }: TailOptions): EntryQuery {
  return session === undefined ? {} : { sessionId: findSession(trace, session) };
}

type Printing = { trace: TraceReader | null; layout: Layout; follow: boolean };

function print(cli: Cli, entries: readonly StoredEntry[], how: Printing): void {
  if (cli.json && !how.follow) {
    cli.out(`${visibleJson({ format: outputFormat, entries })}\n`);
  } else if (cli.json) {
    for (const entry of entries) cli.out(`${visibleJson(entry, null)}\n`);
  } else if (how.trace === null) {
    cli.note(how.follow ? `${noSessions} (waiting)` : noSessions);
  } else if (entries.length === 0 && !how.follow) {
    cli.note("no such entries in the trace");
  } else {
    const short = shortIds(how.trace.sessionIds());
    for (const entry of entries) cli.out(`${entryLine(entry, short, how.layout)}\n`);
  }
}

/** Time, number, session, kind and gist, within the terminal's width. */
export function entryLine(
  entry: StoredEntry,
  short: (id: string) => string,
  layout: Layout,
): string {
  const time = localTime(entry.at);
  const seq = `#${entry.seq}`.padStart(6);
  const session = (entry.session_id === null ? "-" : short(entry.session_id)).padEnd(
    short("0".repeat(36)).length,
  );
  const kind = entry.kind.padEnd(kindColumns);
  const before = [time, seq, session, kind].join("  ").length + 2;
  const room = layout.columns === null ? null : Math.max(0, layout.columns - before);
  const said = room === null ? gist(entry) : cut(gist(entry), room);
  const { paint } = layout;
  return `${paint("dim", time)}  ${paint("dim", seq)}  ${session}  ${paint(colourOf(entry), kind)}  ${said}`.trimEnd();
}

const kindColumns = Math.max(...entryKinds.map((kind) => kind.length));

function colourOf(entry: StoredEntry): "green" | "red" | "yellow" | "cyan" | "reset" {
  if (entry.kind === "decision.made") {
    const { action } = entry.data;
    return action === "auto_reply" ? "green" : action === "deny" ? "red" : "yellow";
  }
  if (entry.kind === "reply.injected") return "green";
  if (entry.kind === "prompt.escalated" || entry.kind === "detector.disagreed") return "yellow";
  if (entry.kind === "runtime.recovered") return "red";
  return entry.kind.startsWith("session.") ? "cyan" : "reset";
}

type Following = { query: EntryQuery; last: number; layout: Layout; clock: Clock };

/** Until the program ends: by ^C, as tail(1), or because nobody reads what it prints. */
async function follow(cli: Cli, { query, last, layout, clock }: Following): Promise<never> {
  let trace = openTrace(cli);
  let seen = last;
  for (;;) {
    trace ??= openTrace(cli);
    const newest = trace?.head().seq ?? seen;
    if (trace !== null && newest > seen) {
      print(cli, [...trace.entries({ ...query, afterSeq: seen })], { trace, layout, follow: true });
      seen = newest;
    }
    await new Promise<void>((resolve) => clock.after(followMs, resolve));
  }
}

export const tailLinesDefault = limits.tailEntriesDefault;
