/** `trace show`: one entry with everything in it, and whether it is as it was written. */
import { contentHash, entryHash } from "../../../contracts/chain.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { sha256 } from "../../../runtime/trace/sha256.ts";
import type { Cli } from "../cli.ts";
import { localTime } from "../layout.ts";
import { visible, visibleJson } from "../visible.ts";
import { noSessions, withTrace } from "./source.ts";

export async function showEntry(cli: Cli, seq: number): Promise<number> {
  return await withTrace(cli, (trace) => {
    const entry = trace === null ? undefined : nextFrom(trace, seq);
    if (entry?.seq !== seq) {
      const last = trace?.head().seq ?? 0;
      const what = last === 0 ? noSessions : `the trace ends at entry ${last}`;
      throw new AtlasError("not_found", `there is no entry ${seq}: ${what}`);
    }
    const text = cli.json ? `${visibleJson({ format: outputFormat, entry })}\n` : describe(entry);
    cli.out(text);
    return 0;
  });
}

function nextFrom(trace: TraceReader, seq: number): StoredEntry | undefined {
  for (const entry of trace.entries({ afterSeq: seq - 1 })) return entry;
  return undefined;
}

function describe(entry: StoredEntry): string {
  const lines = [
    `entry ${entry.seq}  ${entry.kind}`,
    field("time", `${localTime(entry.at)} (${momentToIso(entry.at)})`),
    field("session", entry.session_id ?? "-"),
    field("agent", entry.agent_id),
    "",
    "data",
    ...fields(entry.data),
    "",
    `content (${commitment(entry)})`,
    ...fields(entry.content),
    "",
    field("prev", entry.prev),
    field("hash", `${entry.hash} (${hashState(entry)})`),
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

function hashState({ content: _content, salt: _salt, ...entry }: StoredEntry): string {
  const { hash, ...unhashed } = entry;
  return entryHash(unhashed, sha256) === hash ? "matches the fields" : "DOES NOT MATCH THE FIELDS";
}

function commitment({ content, content_hash, salt }: StoredEntry): string {
  if (content_hash === null) return "none";
  if (content === null || salt === null) return "erased";
  const same = contentHash(content, Uint8Array.fromHex(salt), sha256) === content_hash;
  return same ? "matches its commitment" : "DOES NOT MATCH ITS COMMITMENT";
}
