/** Erases content that was kept for as long as its owner wants, a bounded part of it each time. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Moment } from "../../contracts/moment.ts";
import { type Archive, readArchives } from "./archives.ts";
import { type EraseStep, type Erasure, eraseSome, oldestContent } from "./erase.ts";
import type { OwnTrace } from "./own-trace.ts";
import type { Connection } from "./sqlite-connection.ts";
import { readHead } from "./sqlite-rows.ts";

/** `before`: content of entries from before this moment has to go. `archives`: the folder in which they lie. */
export type Retention = { before: Moment; archives: string };

/** Whether there is something to erase. Reads a row or two. */
export function isRetentionDue(trace: OwnTrace, { before, archives }: Retention): boolean {
  const oldest = oldestFrom(trace, readPlace(trace).from, archives);
  return oldest !== null && oldest.at < before;
}

/**
 * Erases up to `limits.retentionStepsMax` times as much as one transaction may. Archives that were moved away or cannot
 * be read are out of its reach. Returns of how many entries.
 */
export function erasePastRetention(trace: OwnTrace, { before, archives }: Retention): number {
  const { from, to } = readPlace(trace);
  let erased = 0;
  let broken: Archive | null = null;
  let next: number | null = from;
  for (let left: number = limits.retentionStepsMax; next !== null && left > 0; left -= 1) {
    const start = behindMissing(trace, next, archives);
    const what = { fromSeq: start, toSeq: to, before, reason: "retention" } as const;
    const step = stepOrBroken(trace, what, archives);
    if ("broken" in step) {
      broken ??= step.broken;
      next = step.broken.toSeq + 1;
      continue;
    }
    erased += step.erased;
    next = step.erased === 0 && step.kept > 0 ? null : step.next;
  }
  const oldest = oldestFrom(trace, from, archives)?.seq ?? to + 1;
  // What is mended later is looked at again.
  const left = Math.min(oldest, Math.max(from, broken?.fromSeq ?? oldest));
  trace.upkeep(({ connection }) => {
    const sql = "INSERT OR REPLACE INTO retention (one, to_seq) VALUES (1, ?)";
    connection.run(sql, left - 1);
  });
  return erased;
}

/** The archive that cannot be read, where that is what keeps its content from being erased. */
function stepOrBroken(
  trace: OwnTrace,
  what: Erasure,
  archives: string,
): EraseStep | { broken: Archive } {
  try {
    return eraseSome(trace, what, archives);
  } catch (error) {
    const archive = archivesOf(trace).find(({ toSeq }) => what.fromSeq <= toSeq);
    if (!(error instanceof AtlasError) || archive === undefined) throw error;
    return { broken: archive };
  }
}

function readPlace(trace: OwnTrace): { from: number; to: number } {
  return trace.upkeep(({ connection }) => {
    const sql = "SELECT to_seq FROM retention";
    const done = connection.rows<{ to_seq: number }>(sql)[0]?.to_seq ?? 0;
    return { from: done + 1, to: readHead(connection).seq };
  });
}

function behindMissing(trace: OwnTrace, seq: number, archives: string): number {
  let from = seq;
  for (const archive of archivesOf(trace)) {
    const { fromSeq, toSeq } = archive;
    if (fromSeq <= from && from <= toSeq && !isThere(archive, archives)) from = toSeq + 1;
  }
  return from;
}

/** The first entry from there on that has its content, in whichever file it is. */
function oldestFrom(trace: OwnTrace, from: number, archives: string) {
  const there = archivesOf(trace).filter((archive) => {
    return archive.toSeq >= from && isThere(archive, archives);
  });
  for (const archive of there) {
    try {
      const found = oldestContent(archive, archives, from);
      if (found !== null) return found;
    } catch (error) {
      // No session is kept from starting by what is damaged there.
      if (!(error instanceof AtlasError)) throw error;
    }
  }
  return trace.upkeep(({ connection }) => oldestContent(connection, archives, from));
}

const isThere = ({ file }: Archive, archives: string): boolean => existsSync(join(archives, file));

const archivesOf = (trace: OwnTrace) =>
  trace.upkeep(({ connection }: { connection: Connection }) => readArchives(connection));
