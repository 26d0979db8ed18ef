/** `trace export` and `sessions export`: entries for other programs, a report for people, a terminal for players. */
import { resolve } from "node:path";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import type { Archive } from "../../../runtime/trace/archives.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { writeOut } from "../output.ts";
import { visibleJson } from "../visible.ts";
import { recordActIfPossible } from "./append-own.ts";
import { exportCast } from "./export-cast.ts";
import { findSession, withTrace } from "./source.ts";

export const exportFormats = ["jsonl", "csv", "html", "asciicast"] as const;

export type ExportOptions = {
  format: (typeof exportFormats)[number];
  session?: string;
  /** A file in place of standard output. */
  output?: string;
  /** False with `--no-content`. */
  content: boolean;
  /** Secrets stay in what html and asciicast show. */
  unredacted?: boolean;
  /** html of one session: with the replay of its terminal. */
  player?: boolean;
};

export async function exportTrace(cli: Cli, options: ExportOptions): Promise<number> {
  return await withTrace(cli, async (trace) => {
    if (trace === null) {
      const message = `there is no trace at ${cli.paths.traceFile} yet; check --home, or record one with: atlasbridge run -- CMD`;
      throw new AtlasError("not_found", message);
    }
    // First, so that the export tells of itself.
    recordActIfPossible(cli, actOf(trace, options));
    switch (options.format) {
      case "html": {
        // With its styles and the player it is large, and no other command needs it.
        const { exportReport } = await import("../report/export.ts");
        return await exportReport(cli, trace, options);
      }
      case "asciicast":
        return await exportCast(cli, trace, options);
      case "csv":
        await writeOut(cli, csvLines(trace, options), options.output);
        return exitCodes.ok;
      case "jsonl":
        await writeOut(cli, jsonLines(trace, options), options.output);
        return exitCodes.ok;
    }
  });
}

function actOf(trace: TraceReader, options: ExportOptions) {
  const { format, session, output, content, unredacted = false } = options;
  const what = session === undefined ? "trace" : `session ${findSession(trace, session)}`;
  const withheld = content ? "" : ", without content";
  const action = `export of ${what} as ${format}${withheld}${unredacted ? ", unredacted" : ""}`;
  return { action, ...(output === undefined ? {} : { content: { file: resolve(output) } }) };
}

function* chosen(trace: TraceReader, { session, content }: ExportOptions): Generator<StoredEntry> {
  const query = session === undefined ? {} : { sessionId: findSession(trace, session) };
  for (const entry of trace.entries(query)) {
    yield content ? entry : { ...entry, content: null, salt: null };
  }
}

/** Entries first, then what was signed of them: `contracts/verify_export.py` checks such a file without us. */
function* jsonLines(trace: TraceReader, options: ExportOptions): Generator<string> {
  // Read first: what is signed while we read would be of entries that are not in it.
  const notes = options.session === undefined ? trace.checkpoints() : [];
  const missing = options.session === undefined ? trace.missing() : [];
  for (const entry of chosen(trace, options)) {
    while ((missing[0]?.toSeq ?? entry.seq) < entry.seq) yield partLine(missing.shift());
    yield `${visibleJson(entry, null)}\n`;
  }
  for (const { note } of notes) yield `${visibleJson({ checkpoint: note }, null)}\n`;
  if (options.session === undefined && !options.content) {
    yield `${visibleJson({ without_content: true }, null)}\n`;
  }
}

/** In place of entries whose archive is not there: what is needed to go on behind them. */
function partLine(archive: Archive | undefined): string {
  if (archive === undefined) return "";
  const { fromSeq, toSeq, file, hash, tree, publicKey } = archive;
  const roots = tree.roots.map((root) => root.toHex());
  const archived = { from_seq: fromSeq, to_seq: toSeq, file, hash, roots, public_key: publicKey };
  return `${visibleJson({ archived }, null)}\n`;
}

const columns = ["seq", "at", "session_id", "kind", "data", "content", "hash"] as const;

/** RFC 4180, with line feeds; `data` and `content` as JSON, `at` as ISO 8601. */
function* csvLines(trace: TraceReader, options: ExportOptions): Generator<string> {
  yield `${columns.join(",")}\n`;
  for (const entry of chosen(trace, options)) {
    const { seq, at, session_id: session, kind, data, content, hash } = entry;
    const texts = [visibleJson(data, null), content === null ? "" : visibleJson(content, null)];
    const row = [String(seq), momentToIso(at), session ?? "", kind, ...texts, hash];
    yield `${row.map(field).join(",")}\n`;
  }
}

/** A spreadsheet takes a field that begins so for a formula and would run it. */
const formula = /^[=+\-@\t]/;

function field(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
