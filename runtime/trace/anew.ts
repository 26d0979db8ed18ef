/** Opens the trace, or the one that is begun in place of a broken one; and goes over from a broken one to the next. */
import { existsSync } from "node:fs";
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import type { ChainHead } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, agentId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { previousTrace, type PreviousTrace } from "../../contracts/trace.ts";
import { type AsideNote, keptAs, setAside, stampFor } from "./aside.ts";
import { TraceBroken, TraceGone } from "./broken.ts";
import { readNewest, signerOf } from "./checkpoints.ts";
import { type Connection, explained, settle } from "./sqlite-connection.ts";
import { type Opened, type SqliteOptions, tryOpen } from "./sqlite-open.ts";
import { readHead } from "./sqlite-rows.ts";

type Held = Pick<Opened, "connection" | "inode">;

/** Throws `AtlasError`: `not_found`, `home_unusable`, `trace_newer`, `trace_locked`, `trace_full`, `trace_unwritable`, `trace_corrupt`. */
export function openTrace(options: SqliteOptions): Opened {
  for (let left: number = limits.tracesSetAsideMax; ; left -= 1) {
    const opened = tryOpen(options);
    if (!("error" in opened)) return opened;
    try {
      const { error, connection } = opened;
      if (!options.create || left === 0) throw error;
      // It was set aside while we opened it, and whatever we met came of that.
      if (connection.moved) continue;
      if (!(error instanceof TraceBroken)) throw error;
      const told = keptLine(error, moveAside(opened, error, options));
      options.onSetAside?.(told);
    } finally {
      opened.connection.close();
    }
  }
}

/**
 * Where a trace that was in use is kept now, and the one that goes on in its place; null where `error` is no reason to
 * go over to another, as when a person moved the file. The old connection is closed with that.
 */
export function goOver(
  held: Held,
  error: unknown,
  options: SqliteOptions,
): { line: string; next: Opened } | null {
  if (!options.create) return null;
  const line =
    error instanceof TraceBroken
      ? keptLine(error, moveAside(held, error, options))
      : error instanceof TraceGone || held.connection.moved
        ? movedByOthers(held, options)
        : null;
  if (line === null) return null;
  const next = openTrace(options);
  held.connection.close();
  return { line, next };
}

/** Somebody else has set aside the very file that we hold. */
function movedByOthers({ inode }: Held, { file }: SqliteOptions): string | null {
  const kept = keptAs(file, inode);
  return kept === null || !existsSync(file) ? null : line("was found broken", kept);
}

function keptLine({ why, found }: TraceBroken, kept: string): string {
  return line(why === "damaged" ? `is damaged (${found})` : `was tampered with (${found})`, kept);
}

function line(what: string, kept: string): string {
  return `the trace ${what} and was set aside as ${kept}; a new one has begun, and "atlasbridge trace verify --file" tells how much of the old one is sound`;
}

/** Returns where it is kept: also when another process was quicker. */
function moveAside(held: Held, error: TraceBroken, options: SqliteOptions): string {
  const { file } = options;
  const { connection } = held;
  const isStill = (): boolean => !connection.moved;
  setAside(file, isStill, () => {
    holdStill(connection, file);
    return noteOf(connection, error, options);
  });
  return keptAs(file, held.inode) ?? file;
}

/** No other process adds to it while it is moved, unless it is too broken to be locked, and so to be added to. */
function holdStill(connection: Connection, file: string): void {
  try {
    settle(connection);
    connection.begin();
  } catch (cause) {
    const error = explained(cause, file);
    if (error instanceof AtlasError && error.code === "trace_locked") throw error;
  }
}

function noteOf(
  connection: Connection,
  { why }: TraceBroken,
  { file, clock, keys }: SqliteOptions,
): AsideNote {
  const newest = readNewest(file);
  const signer = newest === null || keys === undefined ? null : signerOf(newest, keys.known());
  const isBelieved = keys === undefined || signer !== null;
  const previous = {
    set_aside: stampFor(file, clock.now()),
    why,
    head: readable(() => previousTrace.shape.head.parse(lastOf(readHead(connection)))),
    signed: newest === null || !isBelieved ? null : signedIn(newest),
  };
  return { step: "moving", agent_id: signer ?? agentOf(connection), previous };
}

function lastOf(head: ChainHead): ChainHead | null {
  return head.seq === 0 ? null : head;
}

function signedIn(newest: string): PreviousTrace["signed"] {
  const checkpoint = parseSignedCheckpoint(newest)?.checkpoint;
  if (checkpoint === undefined || checkpoint.size < 1) return null;
  return { size: checkpoint.size, root: checkpoint.root.toHex() };
}

function agentOf(connection: Connection): AgentId | null {
  return readable(() => {
    const [row] = connection.rows<{ agent_id: string }>("SELECT agent_id FROM meta");
    return agentId.parse(row?.agent_id);
  });
}

/** Of a broken trace whatever can still be had. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
