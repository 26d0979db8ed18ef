/** The file of one archive: a trace of its own form, with the entries of a month and what is needed to check them. */
import { constants } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { emptyFrontier, type Frontier, isSame, rootOf } from "../../contracts/merkle.ts";
import { genesisHash } from "../../contracts/ids.ts";
import { type Archive, insertArchive, newestArchive, readArchives } from "./archives.ts";
import type { CheckpointRow } from "./checkpoints.ts";
import { parseText } from "./row-check.ts";
import { sha256Bytes } from "./sha256.ts";
import { type Connection, connect } from "./sqlite-connection.ts";
import { type ClaimRow, type EntryRow, insertRow, readRawRows } from "./sqlite-rows.ts";
import { applicationId, migrations } from "./sqlite-schema.ts";
import { withEntry, writeTree } from "./tree.ts";

export type Range = { fromSeq: number; toSeq: number };

/** What stands behind the entries that were copied so far. */
type End = { hash: string; tree: Frontier; publicKey: string | null };

/**
 * Writes the entries of the range, which must be the next ones, into a new file. Whole and durable on return. Throws
 * `trace_corrupt` when they are not what was chained and signed: what is damaged is not put away.
 */
export function writeArchive(live: Connection, path: string, range: Range): Omit<Archive, "file"> {
  closeSync(openSync(path, "wx", 0o600));
  const flags = constants.SQLITE_OPEN_READWRITE;
  const archive = connect(path, flags, 0);
  let end: End;
  try {
    // Nobody else sees it yet, and it is synced as a whole.
    archive.script("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
    // Or pages that were taken apart while it grew would keep what they held.
    archive.script("PRAGMA secure_delete = ON");
    archive.begin();
    for (const migration of migrations) archive.script(migration);
    archive.script(`PRAGMA application_id = ${applicationId}`);
    archive.script(`PRAGMA user_version = ${migrations.length}`);
    const [meta] = live.rows<{ agent_id: string }>("SELECT agent_id FROM meta");
    archive.run("INSERT INTO meta (one, agent_id) VALUES (1, ?)", meta?.agent_id ?? "");
    for (const before of readArchives(live)) insertArchive(archive, before);
    end = copyEntries(live, archive, range);
    copyClaims(live, archive, range);
    writeTree(archive, end.tree);
    archive.commit();
  } finally {
    archive.close();
  }
  sync(path);
  readBack(path, range, end.hash);
  return { ...range, ...end };
}

function copyEntries(live: Connection, archive: Connection, { fromSeq, toSeq }: Range): End {
  const before = newestArchive(live);
  const checkpoints = new Map(
    live
      .rows<CheckpointRow>("SELECT * FROM checkpoints WHERE size BETWEEN ? AND ?", fromSeq, toSeq)
      .map((row) => [row.size, row]),
  );
  let end: End = {
    hash: before?.hash ?? genesisHash,
    tree: before?.tree ?? emptyFrontier,
    publicKey: before?.publicKey ?? null,
  };
  while (end.tree.size < toSeq) {
    const from = end.tree.size + 1;
    const page = readRawRows(live, { from, to: toSeq, max: limits.archiveEntriesMax });
    if (page.length === 0) throw damaged(from);
    for (const row of page) {
      end = behind(end, row);
      insertRow(archive, row);
      const checkpoint = checkpoints.get(row.seq);
      if (checkpoint !== undefined) copyCheckpoint(archive, checkpoint, end.tree);
    }
  }
  return end;
}

function behind({ hash, tree, publicKey }: End, row: EntryRow): End {
  if (row.seq !== tree.size + 1 || row.prev !== hash) throw damaged(row.seq);
  const named = row.kind === "key.changed" ? keyIn(row.data) : publicKey;
  return { hash: row.hash, tree: withEntry(tree, row.hash), publicKey: named };
}

function keyIn(data: string): string | null {
  const parsed = parseText(data);
  if (!parsed.json || typeof parsed.value !== "object" || parsed.value === null) return null;
  return "public_key" in parsed.value ? String(parsed.value.public_key) : null;
}

function copyCheckpoint(archive: Connection, row: CheckpointRow, tree: Frontier): void {
  const root = parseSignedCheckpoint(row.note)?.checkpoint.root;
  if (root === undefined || !isSame(root, rootOf(tree, sha256Bytes))) throw damaged(row.size);
  const sql = "INSERT INTO checkpoints (size, at, note) VALUES (?, ?, ?)";
  archive.run(sql, row.size, row.at, row.note);
}

function copyClaims(live: Connection, archive: Connection, { fromSeq, toSeq }: Range): void {
  const sql = "SELECT prompt_id, seq FROM claims WHERE seq BETWEEN ? AND ?";
  for (const { prompt_id: id, seq } of live.rows<ClaimRow>(sql, fromSeq, toSeq)) {
    archive.run("INSERT INTO claims (prompt_id, seq) VALUES (?, ?)", id, seq);
  }
}

function damaged(seq: number): AtlasError {
  const message = `nothing was archived: entry ${seq} is not what was chained and signed; "atlasbridge trace verify" tells what is wrong`;
  return new AtlasError("trace_corrupt", message);
}

function sync(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** From the disk, by another connection: only then may the entries be taken out of the trace. */
function readBack(path: string, { fromSeq, toSeq }: Range, hash: string): void {
  const archive = connect(path, constants.SQLITE_OPEN_READONLY, 0);
  try {
    type Row = { count: number; first: number; last: number };
    const sql = "SELECT count(*) AS count, min(seq) AS first, max(seq) AS last FROM entries";
    const [found] = archive.rows<Row>(sql);
    const [last] = archive.rows<{ hash: string }>("SELECT hash FROM entries WHERE seq = ?", toSeq);
    const count = toSeq - fromSeq + 1;
    const isWhole = found?.count === count && found.first === fromSeq && found.last === toSeq;
    const [check] = archive.rows<{ quick_check: string }>("PRAGMA quick_check(1)");
    if (isWhole && last?.hash === hash && check?.quick_check === "ok") return;
  } finally {
    archive.close();
  }
  rmSync(path, { force: true });
  const message = `the archive ${path} could not be read back as it was written; check that disk`;
  throw new AtlasError("trace_unwritable", message);
}
