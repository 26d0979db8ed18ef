/** The newest entries of the trace, one a row, the last one at the bottom. Pure. */
import type { StoredEntry } from "../../../contracts/trace.ts";
import { localTime } from "../layout.ts";
import { gist } from "../trace/gist.ts";
import { type Row, span } from "./row.ts";
import type { ConsoleState } from "./state.ts";

export function entryRows(
  { entries, scroll, panel }: ConsoleState,
  { height }: { columns: number; height: number },
): Row[] {
  const hidden = panel === "trace" ? Math.min(scroll, Math.max(0, entries.length - height)) : 0;
  const to = entries.length - hidden;
  const rows = entries.slice(Math.max(0, to - height), to).map(entryRow);
  if (rows.length === 0) rows.push([span("  nothing is recorded yet", "dim")]);
  while (rows.length < height) rows.push([]);
  return rows;
}

function entryRow(entry: StoredEntry): Row {
  const time = localTime(entry.at).slice("2026-11-24 ".length, -".000".length);
  const session = entry.session_id === null ? "-".padEnd(8) : entry.session_id.slice(-8);
  return [
    span(`  ${time} #${entry.seq} ${session} `, "dim"),
    span(`${entry.kind} `, "bold"),
    span(gist(entry)),
  ];
}
