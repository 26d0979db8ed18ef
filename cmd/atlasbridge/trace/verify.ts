/** `trace verify`: is the log whole, and if not, what is wrong and from which entry on. */
import { existsSync, readFileSync } from "node:fs";
import { parseSignedCheckpoint } from "../../../contracts/checkpoint.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { TraceReport, TraceVerifyView } from "../../../contracts/views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { asideFile } from "../../../runtime/trace/aside.ts";
import { readWitnesses } from "../../../runtime/trace/cosignatures.ts";
import { publicKeysAt } from "../../../runtime/trace/key-file.ts";
import { newestFile, readNewest } from "../../../runtime/trace/checkpoints.ts";
import { verifyTrace } from "../../../runtime/trace/verify.ts";
import type { Beside } from "../../../runtime/trace/verify-signed.ts";
import type { Cli } from "../cli.ts";
import { duration } from "../layout.ts";
import { visible, visibleJson } from "../visible.ts";
import { withTraceAt } from "./source.ts";

/** Shorter traces are done before a bar could be read. */
const progressFromEntries = 50_000;
const barColumns = 30;

export type VerifyOptions = {
  /** Another trace than this machine's own, such as one that was set aside. */
  file?: string;
  /** The agent's verifier key, as its owner told it. */
  key?: string;
  /** A file with a checkpoint that a witness has signed, as it gives it out. */
  witnessed?: string;
  withoutArchives?: boolean;
};

export async function verify(cli: Cli, options: VerifyOptions = {}): Promise<number> {
  const { file = cli.paths.traceFile } = options;
  return await withTraceAt(cli, file, (trace) => {
    // Not "nothing is wrong": a deleted trace or a mistyped --home must not pass for a whole one.
    if (trace === null) throw nothingThere(file);
    const from = systemClock.monotonicMs();
    const asked = askedOf(cli, file, options);
    const report = withProgress(trace, asked);
    if (report.ok && report.checkpoints > 0 && asked.beside.newest === null) {
      cli.note(`warning: ${nothingBeside(file)}`);
    }
    const view: TraceVerifyView = { format: outputFormat, trace: true, report };
    const took = systemClock.monotonicMs() - from;
    cli.out(cli.json ? `${visibleJson(view)}\n` : describe(report, took, cli.paths.traceFile));
    return report.ok ? exitCodes.ok : exitCodes.integrity;
  });
}

/** Whoever can cut the trace's end off can remove its checkpoints with it, but for the one that lies apart. */
function nothingBeside(file: string): string {
  return `${newestFile(file)} is not there: that entries were cut off, and what was signed of them with them, is only seen by a witness`;
}

function nothingThere(file: string): AtlasError {
  const size = signedSize(file);
  if (size !== null) {
    const message = `there is no trace at ${file}, and a checkpoint beside it was signed over ${size} entries: all of them were deleted or moved away`;
    return new AtlasError("integrity_broken", message);
  }
  if (existsSync(file)) return new AtlasError("not_found", `${file} is empty: no entry is left`);
  const message = `there is no trace at ${file}, so nothing was verified; check --home, or record one with: atlasbridge run -- CMD`;
  return new AtlasError("not_found", message);
}

function askedOf(cli: Cli, file: string, options: VerifyOptions) {
  const { key = null, witnessed, withoutArchives = false } = options;
  const notes = witnessed === undefined ? [] : [noteIn(witnessed)];
  const known = readWitnesses(cli.paths.witnessesFile);
  if (notes.length > 0 && known.length === 0) {
    const message = `no witness is trusted yet, so ${witnessed ?? "it"} says nothing; add its key: atlasbridge trace witness add KEY`;
    throw new AtlasError("usage", message);
  }
  const beside = { ...besideOf(cli, file), trusted: key };
  return { beside, witnessed: { known, notes }, withoutArchives };
}

function noteIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AtlasError("usage", `${visible(file)} cannot be read; name a checkpoint's file`, {
      cause,
    });
  }
}

function signedSize(file: string): number | null {
  const newest = readNewest(file);
  return newest === null ? null : (parseSignedCheckpoint(newest)?.checkpoint.size ?? null);
}

/** Who can change the database alone cannot change these. */
export function besideOf({ paths }: Cli, file: string): Beside {
  return {
    newest: readNewest(file),
    publicKeys: publicKeysAt(paths.keyFile),
    publicKeysNow: () => publicKeysAt(paths.keyFile),
    trusted: null,
  };
}

function describe(report: TraceReport, tookMs: number, own: string): string {
  return `${verdict(report, tookMs)}${before(report, own)}`;
}

/** What a reader has to know though nothing is wrong, a sentence each. `own`: the file of this machine's trace. */
export function remarksOn(report: TraceReport, own: string): string[] {
  return [...remarks(report), ...before(report, own).trim().split("\n").filter(Boolean)];
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
    return `${[whole, signatures(report), ...remarks(report)].join("\n")}\n`;
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

function signatures({ checkpoints, signed_to: to, key, head }: TraceReport): string {
  if (key === null || checkpoints === 0) {
    return "no checkpoint was signed: that its end was cut off would not be seen";
  }
  const rest = to === head.seq ? "" : `, ${head.seq - to} after it are chained only`;
  return `signed to entry ${to} in ${checkpoints} checkpoints by ${key}${rest}`;
}

function remarks({ keys, witnesses, archives }: TraceReport): string[] {
  const lost = keys.filter(({ vouched }) => vouched === "lost");
  const away = archives.filter(({ state }) => state === "missing");
  return [
    ...lost.map(
      ({ from_seq: seq }) =>
        `the key was replaced in entry ${seq} because the one before it was lost: nobody vouches that it was the owner who did`,
    ),
    ...witnesses.map(({ name, to_seq: to }) => `the witness ${name} vouches up to entry ${to}`),
    ...away.map(
      ({ file, from_seq: from, to_seq: to }) =>
        `entries ${from} to ${to} are in ${file}, which is not there: they were not checked`,
    ),
  ];
}

type Asked = Omit<NonNullable<Parameters<typeof verifyTrace>[1]>, "onProgress">;

function withProgress(trace: TraceReader, asked: Asked): TraceReport {
  const total = trace.head().seq;
  if (process.stderr.isTTY !== true || total < progressFromEntries)
    return verifyTrace(trace, asked);
  try {
    return verifyTrace(trace, {
      ...asked,
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
