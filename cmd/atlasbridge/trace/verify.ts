/** `trace verify`: is the log whole, and if not, what is wrong and from which entry on. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { TraceReport, TraceVerifyView } from "../../../contracts/views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { asideFile } from "../../../runtime/trace/aside.ts";
import { readAgentKey } from "../../../runtime/trace/agent-key.ts";
import { readNewest } from "../../../runtime/trace/checkpoints.ts";
import { verifyTrace } from "../../../runtime/trace/verify.ts";
import type { Beside } from "../../../runtime/trace/verify-signed.ts";
import type { Cli } from "../cli.ts";
import { duration } from "../layout.ts";
import { visible, visibleJson } from "../visible.ts";
import { withTraceAt } from "./source.ts";

/** Shorter traces are done before a bar could be read. */
const progressFromEntries = 50_000;
const barColumns = 30;

/** `file`: another trace than this machine's own, such as one that was set aside. */
export async function verify(cli: Cli, file = cli.paths.traceFile): Promise<number> {
  return await withTraceAt(cli, file, (trace) => {
    // Not "nothing is wrong": a deleted trace or a mistyped --home must not pass for a whole one.
    if (trace === null) throw nothingThere(file);
    const from = systemClock.monotonicMs();
    const report = withProgress(trace, besideOf(cli, file));
    const view: TraceVerifyView = { format: outputFormat, trace: true, report };
    const took = systemClock.monotonicMs() - from;
    cli.out(cli.json ? `${visibleJson(view)}\n` : describe(report, took, cli.paths.traceFile));
    return report.ok ? exitCodes.ok : exitCodes.integrity;
  });
}

function nothingThere(file: string): AtlasError {
  const message = `there is no trace at ${file}, so nothing was verified; check --home, or record one with: atlasbridge run -- CMD`;
  return new AtlasError("not_found", message);
}

/** Who can change the database alone cannot change these. */
export function besideOf({ paths }: Cli, file: string): Beside {
  return {
    newest: readNewest(file),
    publicKey: readAgentKey(paths.keyFile)?.publicKey ?? null,
  };
}

function describe(report: TraceReport, tookMs: number, own: string): string {
  return `${verdict(report, tookMs)}${before(report, own)}`;
}

function before({ previous }: TraceReport, own: string): string {
  if (previous === null) return "";
  const { why, set_aside: stamp, head, signed } = previous;
  const end = head === null ? "whose end could not be read" : `which ended at entry ${head.seq}`;
  const to = signed === null ? "" : ` and was signed to entry ${signed.size}`;
  return `it was begun in place of a ${why} one, ${end}${to}; check that with: atlasbridge trace verify --file ${asideFile(own, stamp)}\n`;
}

function verdict(report: TraceReport, tookMs: number): string {
  if (report.ok) {
    const counts = `${report.sessions} sessions, ${report.prompts} prompts, ${report.replies} replies`;
    const erased =
      report.content_erased === 0 ? "" : `, content of ${report.content_erased} erased`;
    const whole = `trace is whole: ${report.entries} entries, ${counts}${erased}; head ${report.head.hash.slice(0, 16)} (${duration(tookMs)})`;
    return `${whole}\n${signatures(report)}\n`;
  }
  const sound =
    report.sound_to < 1 ? "no entry before it" : `entries 1 to ${report.sound_to} are sound`;
  const more = report.faults_count - report.faults.length;
  const lines = [
    `trace is broken from entry ${report.sound_to + 1} on: ${report.faults_count} faults in ${report.entries} entries; ${sound}`,
    ...report.faults.map(({ fault, message }) => `  ${fault}: ${visible(message)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function signatures({ checkpoints, signed_to: to, key, entries }: TraceReport): string {
  if (key === null || checkpoints === 0) {
    return "no checkpoint was signed: that its end was cut off would not be seen";
  }
  const rest = to === entries ? "" : `, ${entries - to} after it are chained only`;
  return `signed to entry ${to} in ${checkpoints} checkpoints by ${key}${rest}`;
}

function withProgress(trace: TraceReader, beside: Beside): TraceReport {
  const total = trace.head().seq;
  if (process.stderr.isTTY !== true || total < progressFromEntries)
    return verifyTrace(trace, { beside });
  try {
    return verifyTrace(trace, {
      beside,
      onProgress: (checked) => process.stderr.write(bar(checked, total)),
    });
  } finally {
    process.stderr.write(eraseLine);
  }
}

/** ECMA-48 EL: what was drawn is gone before the result is printed. */
const eraseLine = "\r\x1b[K";

function bar(done: number, total: number): string {
  const share = Math.min(1, done / total);
  const filled = Math.round(share * barColumns);
  const drawn = "█".repeat(filled) + "░".repeat(barColumns - filled);
  return `\r${drawn} ${Math.floor(share * 100)} % of ${total} entries`;
}
