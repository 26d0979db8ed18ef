/** Gives back what a trace that cannot be sent has grown to: the oldest content goes first, and an entry says so. */
import { limits } from "../../contracts/limits.ts";
import { readArchives } from "./archives.ts";
import { eraseSome } from "./erase.ts";
import { erasedSalt } from "./erased.ts";
import type { OwnTrace } from "./own-trace.ts";
import { packTrace } from "./pack.ts";
import type { Connection } from "./sqlite-connection.ts";

export type Room = {
  /** As large as the trace's own file may be. */
  budgetBytes: number;
  /** Content behind this entry was never sent, and is missed there: `upload.dropped` says so. Null: none is to be sent. */
  sentTo: number | null;
  /** The folder of archives, which are not counted, and nothing of which is erased. */
  archives: string;
};

/** `isEnough`: it is within its budget now. */
export type RoomMade = { erased: number; isEnough: boolean };

/** So much more than necessary is given back, as a share of the budget: not a little of it every time. */
const slack = 10;

/** What is not content stays, however large it is. Throws what the store throws. */
export function makeRoom(trace: OwnTrace, room: Room): RoomMade {
  const { budgetBytes } = room;
  const over = usedBytes(trace) - budgetBytes;
  if (over <= 0) return { erased: 0, isEnough: true };
  let left = over + budgetBytes / slack;
  let erased = 0;
  while (left > 0) {
    const run = oldestContent(trace, left);
    if (run === null) break;
    erased += eraseRun(trace, run, room);
    left -= run.bytes;
  }
  if (erased > 0) packTrace(trace, "anyway");
  return { erased, isEnough: usedBytes(trace) <= budgetBytes };
}

/** Of its pages, those that hold something. */
export function usedBytes(trace: OwnTrace): number {
  return trace.upkeep(({ connection }) => {
    const number = (name: string): number => {
      const value = connection.rows(`PRAGMA ${name}`)[0]?.[name];
      return typeof value === "number" ? value : 0;
    };
    return (number("page_count") - number("freelist_count")) * number("page_size");
  });
}

type Run = { fromSeq: number; toSeq: number; bytes: number };

/** The oldest content that makes up so many bytes, or as much as may be erased at once; null when there is none. */
function oldestContent(trace: OwnTrace, bytesMax: number): Run | null {
  const rows = trace.upkeep(({ connection }) => rowsOf(connection));
  const [first] = rows;
  if (first === undefined) return null;
  let bytes = 0;
  let toSeq = first.seq;
  for (const row of rows) {
    bytes += row.bytes;
    toSeq = row.seq;
    if (bytes >= bytesMax) break;
  }
  return { fromSeq: first.seq, toSeq, bytes };
}

function rowsOf(connection: Connection): { seq: number; bytes: number }[] {
  const from = readArchives(connection).at(-1)?.toSeq ?? 0;
  const sql = `SELECT seq, octet_length(content) AS bytes FROM entries WHERE seq > ? AND salt IS NOT NULL AND salt <> '${erasedSalt}' ORDER BY seq LIMIT ?`;
  return connection.rows(sql, from, limits.eraseEntriesMax);
}

function eraseRun(trace: OwnTrace, { fromSeq, toSeq }: Run, { sentTo, archives }: Room): number {
  if (sentTo !== null && toSeq > sentTo) {
    // Told before it is done: what is missing then is known to be.
    const data = { from_seq: Math.max(fromSeq, sentTo + 1), to_seq: toSeq };
    trace.append([{ kind: "upload.dropped", data }], { sessionId: null });
  }
  let erased = 0;
  for (let next: number | null = fromSeq; next !== null; ) {
    const what = { fromSeq: next, toSeq, reason: "room" } as const;
    const step = eraseSome(trace, what, archives);
    erased += step.erased;
    next = step.next;
  }
  trace.upkeep(({ connection }) => {
    // It was overwritten in its place before: what is moved by this is no longer content.
    const sql = `UPDATE entries SET content = '-' WHERE seq BETWEEN ? AND ? AND salt = '${erasedSalt}'`;
    connection.run(sql, fromSeq, toSeq);
  });
  return erased;
}
