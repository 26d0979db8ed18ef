/** Finds the frames of a zstd file (RFC 8878) without decoding them, and stops at the first that is not whole. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";

const magic = 0xfd2fb528;
const headBytesMax = 18;

/** Whether the file begins as a zstd file does. */
export function isZstd(first: Uint8Array): boolean {
  return first.length >= 4 && Buffer.from(first).readUInt32LE(0) === magic;
}

/** Reads at a place of a file: fewer bytes than asked for at its end alone. */
export type ReadAt = (at: number, bytes: number) => Buffer;

export type Source = { size: number; readAt: ReadAt; close(): void };

/** Throws the system's error. */
export function openSource(path: string): Source {
  const fd = openSync(path, "r");
  const { size } = fstatSync(fd);
  return {
    size,
    readAt(at, bytes) {
      const room = Buffer.alloc(Math.max(0, Math.min(bytes, size - at)));
      let read = 0;
      while (read < room.length) {
        const got = readSync(fd, room, read, room.length - read, at + read);
        if (got === 0) break;
        read += got;
      }
      return room.subarray(0, read);
    },
    close: () => closeSync(fd),
  };
}

/** What each frame holds, decoded. `name` is what errors call the file. */
export function* readFrames({ size, readAt }: Source, name: string): Generator<Buffer> {
  let at = 0;
  while (at < size) {
    const frame = frameAt(readAt, at);
    if (frame === "torn") return;
    if (frame === "none") {
      throw wrong(name, "something else than a recording stands in it");
    }
    const most = limits.recordingFrameBytesMax;
    if (frame.holds === null || frame.holds > most || frame.bytes > most) {
      throw wrong(name, "it was not compressed by AtlasBridge; decompress it first (zstd -d)");
    }
    yield decoded(readAt(at, frame.bytes), name);
    at += frame.bytes;
  }
}

function decoded(frame: Buffer, name: string): Buffer {
  try {
    return Bun.zstdDecompressSync(frame);
  } catch (error) {
    throw wrong(name, `it is damaged (${error instanceof Error ? error.message : String(error)})`);
  }
}

type Frame = {
  bytes: number;
  /** Null where the frame does not say. */
  holds: number | null;
};

/** `torn`: it begins here and its end is missing, as after a crash. */
function frameAt(readAt: ReadAt, at: number): Frame | "torn" | "none" {
  const head = readAt(at, headBytesMax);
  if (head.length < 4) return "torn";
  if (head.readUInt32LE(0) !== magic) return "none";
  const descriptor = head[4];
  if (descriptor === undefined) return "torn";
  const single = (descriptor & 0x20) !== 0;
  const windowBytes = single ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const sizeAt = 5 + windowBytes + dictionaryBytes;
  if (head.length < sizeAt + sizeBytes) return "torn";
  const end = blocksEnd(readAt, at + sizeAt + sizeBytes);
  if (end === "torn") return "torn";
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
  const bytes = end + checksumBytes - at;
  if (readAt(at + bytes - 1, 1).length === 0) return "torn";
  return { bytes, holds: contentSize(head, sizeAt, sizeBytes) };
}

function contentSize(head: Buffer, at: number, bytes: number): number | null {
  if (bytes === 0) return null;
  if (bytes === 8) return Number(head.readBigUInt64LE(at));
  return head.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

/** Where the last block ends. */
function blocksEnd(readAt: ReadAt, from: number): number | "torn" {
  for (let at = from; ; ) {
    const head = readAt(at, 3);
    if (head.length < 3) return "torn";
    const word = head.readUIntLE(0, 3);
    const isRepeat = ((word >> 1) & 3) === 1;
    at += 3 + (isRepeat ? 1 : word >> 3);
    if ((word & 1) === 1) return at;
  }
}

function wrong(name: string, why: string): AtlasError {
  return new AtlasError("usage", `${name} cannot be read as a recording: ${why}`);
}
