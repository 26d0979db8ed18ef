/** `trace show`: one entry with everything in it, and whether it is as it was written. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { contentFault, rowHash } from "../../../runtime/trace/row-check.ts";
import type { EntryRow } from "../../../runtime/trace/sqlite-rows.ts";
import type { Cli } from "../cli.ts";
import { localTime } from "../layout.ts";
import { visible, visibleJson } from "../visible.ts";
import { noSessions, noSuchEntry, withTrace } from "./source.ts";

export async function showEntry(cli: Cli, seq: number): Promise<number> {
  return await withTrace(cli, (trace) => {
    const entry = trace === null ? undefined : nextFrom(trace, seq);
    if (trace === null) {
      throw new AtlasError("not_found", `there is no entry ${seq}: ${noSessions}`);
    }
    if (entry?.seq !== seq) throw noSuchEntry(trace, seq);
    const [row] = trace.rows({ afterSeq: seq - 1 });
    if (cli.json || row === undefined) cli.raw(`${visibleJson({ format: outputFormat, entry })}\n`);
    else cli.out(describe(entry, row));
    return exitCodes.ok;
  });
}

function nextFrom(trace: TraceReader, seq: number): StoredEntry | undefined {
  for (const entry of trace.entries({ afterSeq: seq - 1 })) return entry;
  return undefined;
}

/** `row` is the entry as it lies in the file: what its hashes are of. */
function describe(entry: StoredEntry, row: EntryRow): string {
  const lines = [
    `entry ${entry.seq}  ${entry.kind}`,
    field("time", `${localTime(entry.at)} (${momentToIso(entry.at)})`),
    field("session", entry.session_id ?? "-"),
    field("agent", entry.agent_id),
    "",
    "data",
    ...fields(entry.data),
    "",
    `content (${commitment(row)})`,
    ...fields(entry.content),
    "",
    field("prev", entry.prev),
    field("hash", `${entry.hash} (${hashState(row)})`),
  ];
  return `${lines.join("\n")}\n`;
}

function fields(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).map(([name, held]) =>
    field(name, typeof held === "string" ? visible(held) : visible(JSON.stringify(held))),
  );
}

function field(name: string, text: string): string {
  return `  ${name.padEnd(14)} ${text}`;
}

function hashState(row: EntryRow): string {
  return rowHash(row) === row.hash ? "matches the fields" : "DOES NOT MATCH THE FIELDS";
}

function commitment(row: EntryRow): string {
  if (row.content_hash === null) return "none";
  if (row.content === null && row.salt === null) return "erased";
  return contentFault(row) === null ? "matches its commitment" : "DOES NOT MATCH ITS COMMITMENT";
}
