/** Where a long output goes: standard output at its reader's pace, or a file that is there whole or not at all. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import type { Cli } from "./cli.ts";
import { visible } from "./visible.ts";

const chunkChars = 65_536;

/** Writes all the pieces. `file`: for its owner alone, in place of what was there before. Throws `usage`. */
export async function writeOut(
  cli: Cli,
  pieces: Iterable<string>,
  file: string | undefined,
): Promise<void> {
  if (file !== undefined) {
    writeFile(file, pieces);
    return;
  }
  for (const text of inChunks(pieces)) {
    cli.raw(text);
    // A reader that is slower than we are: without a pause all of it would wait in memory.
    if (process.stdout.writableNeedDrain) await drained();
  }
}

const drained = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.once("drain", resolve);
  });

function writeFile(file: string, pieces: Iterable<string>): void {
  const part = `${file}.${process.pid}.part`;
  try {
    const fd = openSync(part, "wx", 0o600);
    try {
      for (const text of inChunks(pieces)) writeAll(fd, Buffer.from(text));
    } finally {
      closeSync(fd);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof AtlasError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const message = `${visible(file)} cannot be written: ${visible(why)}; name a file that can`;
    throw new AtlasError("usage", message, { cause: error });
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkChars) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
