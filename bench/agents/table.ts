/** The table of the trials with AI tools: a row a case, a column a decision. Pure. */
import { percentile } from "../figure.ts";
import type { Verdict } from "./judge.ts";
import type { Trial } from "./plan.ts";

type Row = { trial: Trial; verdict: Verdict };

export function agentTable(results: readonly Row[]): string {
  const approvals = results.filter(({ trial }) => trial.mode !== "answer");
  const spoofs = results.filter(({ trial }) => trial.mode === "answer");
  const latencies = results.flatMap(({ verdict }) => verdict.latenciesMs);
  const failed = results.filter(({ verdict }) => verdict.faults.length > 0).length;
  return [
    ...grid(approvals, ["approve", "deny", "escalate"], ({ trial }) => trial.mode),
    "",
    ...grid(spoofs, ["answers all"], () => "answers all"),
    "",
    `${results.length} trials, ${failed} failed`,
    ...(latencies.length === 0 ? [] : [latencyText(latencies)]),
  ].join("\n");
}

function latencyText(latencies: readonly number[]): string {
  const shown = [0.5, 0.95, 1].map((share) => Math.round(percentile(latencies, share)));
  return `from the last byte of a dialog to the key, ms: median ${shown[0]}, p95 ${shown[1]}, worst ${shown[2]}`;
}

function grid(
  results: readonly Row[],
  columns: readonly string[],
  columnOf: (row: Row) => string,
): string[] {
  const names = [...new Set(results.map(({ trial }) => `${trial.agent}, ${trial.name}`))];
  if (names.length === 0) return [];
  const rows = names.map((name) => [
    name,
    ...columns.map((column) =>
      cell(
        results.filter(
          (one) => `${one.trial.agent}, ${one.trial.name}` === name && columnOf(one) === column,
        ),
      ),
    ),
  ]);
  return aligned([["", ...columns], ...rows]);
}

/** How many of the runs were right, and the slowest key. */
function cell(results: readonly Row[]): string {
  if (results.length === 0) return "–";
  const wrong = results.filter(({ verdict }) => verdict.faults.length > 0);
  const worst = Math.max(...results.flatMap(({ verdict }) => verdict.latenciesMs));
  const time = Number.isFinite(worst) ? ` ${Math.round(worst)} ms` : "";
  if (wrong.length === 0) return `${results.length} of ${results.length}${time}`;
  const why = [...new Set(wrong.flatMap(({ verdict }) => verdict.faults))].join("; ");
  return `${results.length - wrong.length} of ${results.length}${time}: ${why.slice(0, 80)}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
