/** Reads recordings of terminals, compressed or not, line by line: what a killed session left is read up to its end. */
import { AtlasError } from "../../contracts/errors.ts";
import { type Cast, parseRecording, readCast, type Recording } from "../pty/asciicast.ts";
import { isZstd, openSource, readFrames, type Source } from "./frames.ts";

const pieceBytes = 262_144;

/** A line of a recording is an event; a longer one is none of ours. */
const lineCharsMax = 16_777_216;

/** Calls `use` with the recording, whose events are read from the file as they are asked for. Throws `usage`. */
export function withCast<T>(path: string, name: string, use: (cast: Cast) => T): T {
  const source = open(path, name);
  try {
    return use(readCast(linesOf(source, name), name));
  } finally {
    source.close();
  }
}

/** All of it at once, for what goes through it again and again. Throws `usage`. */
export function readRecording(path: string, name: string): Recording {
  const source = open(path, name);
  try {
    return parseRecording([...linesOf(source, name)].join("\n"), name);
  } finally {
    source.close();
  }
}

/** As `withCast`, for those who read with pauses. The caller closes it. */
export function openCast(path: string, name: string): Cast & { close(): void } {
  const source = open(path, name);
  try {
    return { ...readCast(linesOf(source, name), name), close: () => source.close() };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** SHA-256 of the file as it lies there, and its size. Throws `usage`. */
export function sumOf(path: string, name: string): { bytes: number; sha256: string } {
  const source = open(path, name);
  const hash = new Bun.CryptoHasher("sha256");
  try {
    for (let at = 0; at < source.size; at += pieceBytes) {
      hash.update(source.readAt(at, pieceBytes));
    }
    return { bytes: source.size, sha256: hash.digest("hex") };
  } finally {
    source.close();
  }
}

function open(path: string, name: string): Source {
  try {
    return openSource(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AtlasError("usage", `${name} cannot be read: ${why}; name a readable file`);
  }
}

function* linesOf(source: Source, name: string): Generator<string> {
  const isCompressed = isZstd(source.readAt(0, 4));
  const pieces = isCompressed ? readFrames(source, name) : plainPieces(source);
  const decoder = new TextDecoder();
  let rest = "";
  for (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > lineCharsMax) {
      throw new AtlasError("usage", `${name} is no recording: it has a line without end`);
    }
  }
  if (rest !== "") yield rest;
}

function* plainPieces({ size, readAt }: Source): Generator<Buffer> {
  for (let at = 0; at < size; at += pieceBytes) yield readAt(at, pieceBytes);
}
