/** Sets a broken trace aside: whole, under one name, and never deleted, whatever dies in between and whoever else does it. */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { constants as sqlite } from "bun:sqlite";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { AtlasError } from "../../contracts/errors.ts";
import { agentId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { previousTrace } from "../../contracts/trace.ts";
import { newestFile } from "./checkpoints.ts";
import { connect } from "./sqlite-connection.ts";
import { makeEmpty, traceFiles } from "./sqlite-file.ts";

/**
 * What is under way. While it is `moving`, nobody may begin a trace; once it is `moved`, whoever begins one tells of it
 * in the first entry. Gone when that entry is durable.
 */
const asideNote = z.strictObject({
  step: z.enum(["moving", "moved"]),
  /** Of the trace that is set aside, and so of the next one; null where it could not be learnt. */
  agent_id: agentId.nullable(),
  previous: previousTrace,
});
export type AsideNote = z.infer<typeof asideNote>;

/** Where the trace that was set aside at this moment lies. */
export function asideFile(file: string, stamp: string): string {
  return `${file}.broken-${stamp}`;
}

/** Every trace that was set aside here, the oldest first. */
export function asidesOf(file: string): string[] {
  const names = existsSync(dirname(file)) ? readdirSync(dirname(file)) : [];
  const form = /^\.broken-\d{8}T\d{9}Z$/;
  return names
    .filter(
      (name) => name.startsWith(basename(file)) && form.test(name.slice(basename(file).length)),
    )
    .toSorted()
    .map((name) => join(dirname(file), name));
}

/** The name under which the file of this inode was set aside; null where it was not. */
export function keptAs(file: string, inode: number): string | null {
  return (
    asidesOf(file).find((path) => statSync(path, { throwIfNoEntry: false })?.ino === inode) ?? null
  );
}

export function readNote(file: string): AsideNote | null {
  try {
    return asideNote.parse(JSON.parse(readFileSync(noteFile(file), "utf8")));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return null;
    const message = `${noteFile(file)} cannot be read: ${String(cause).split("\n")[0]}; move it away`;
    throw new AtlasError("trace_unwritable", message, { cause });
  }
}

/** Goes on with what somebody began and did not live to finish. Returns what the next first entry must tell of. */
export function finishMoving(file: string): AsideNote | null {
  if (!existsSync(noteFile(file))) return null;
  return underLock(file, () => move(file));
}

/**
 * Moves the trace's files away and leaves an empty one, unless `isStill` says that somebody else has done so. `learn`
 * is called with the lock held. Throws `trace_locked`, and `AtlasError` of what the disk said.
 */
export function setAside(file: string, isStill: () => boolean, learn: () => AsideNote): void {
  underLock(file, () => {
    move(file);
    if (!isStill()) return;
    writeNote(file, learn());
    move(file);
    makeEmpty(file);
  });
}

/** As `makeEmpty`; waits where the files of a trace that is being set aside have not all been moved. */
export function makeWhereNoneIs(file: string): void {
  if (existsSync(file)) return;
  const [, wal = ""] = traceFiles(file);
  // SQLite would delete the log of the old trace when it finds it beside a new, empty file.
  const isBusy = existsSync(noteFile(file)) || existsSync(wal);
  if (!isBusy) {
    makeEmpty(file);
    return;
  }
  underLock(file, () => {
    move(file);
    makeEmpty(file);
  });
}

/** The new trace has told of the old one. */
export function dropNote(file: string): void {
  if (!existsSync(noteFile(file))) return;
  underLock(file, () => {
    if (readNote(file)?.step === "moved") unlinkSync(noteFile(file));
  });
}

/** A moment's name that no trace set aside here bears yet. */
export function stampFor(file: string, nowMs: number): string {
  for (let at = nowMs; ; at += 1) {
    const stamp = momentToIso(at).replaceAll(/[-:.]/g, "");
    if (!existsSync(asideFile(file, stamp))) return stamp;
  }
}

function move(file: string): AsideNote | null {
  const note = readNote(file);
  if (note?.step !== "moving") return note;
  const to = asideFile(file, note.previous.set_aside);
  const pairs = traceFiles(file).map((path) => [path, to + path.slice(file.length)] as const);
  // The database first: a reader in between finds no trace rather than one without its last entries.
  for (const [from, target] of [...pairs, [newestFile(file), newestFile(to)] as const]) {
    if (existsSync(from) && !existsSync(target)) renameSync(from, target);
  }
  syncFolder(file);
  const moved = { ...note, step: "moved" } as const;
  writeNote(file, moved);
  return moved;
}

function writeNote(file: string, note: AsideNote): void {
  const draft = `${noteFile(file)}.new`;
  const fd = openSync(draft, "w", 0o600);
  try {
    writeSync(fd, JSON.stringify(note));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, noteFile(file));
  syncFolder(file);
}

function noteFile(file: string): string {
  return `${file}.aside`;
}

/** Of several processes one at a time; the lock goes with the process that holds it. */
function underLock<T>(file: string, work: () => T): T {
  const lockFile = `${file}.lock`;
  try {
    makeEmpty(lockFile);
    const lock = connect(lockFile, sqlite.SQLITE_OPEN_READWRITE, limits.traceBusyMs);
    try {
      // SQLite's lock on an empty database: nothing is ever written into it.
      lock.begin();
      return work();
    } finally {
      lock.close();
    }
  } catch (cause) {
    if (cause instanceof AtlasError) throw cause;
    const code = codeOf(cause).startsWith("SQLITE_BUSY") ? "trace_locked" : "trace_unwritable";
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `the trace ${file} is broken and could not be set aside: ${why}; move its files away by hand, and keep them`;
    throw new AtlasError(code, message, { cause });
  }
}

/** POSIX: a rename is durable when its folder is. */
function syncFolder(file: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(dirname(file), constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
