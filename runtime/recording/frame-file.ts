/** A file of compressed frames, each whole by itself: what was appended can be read whatever comes later. */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { limits } from "../../contracts/limits.ts";

/** What is left of the disk is the trace's, without which nothing may be typed. */
export class DiskNearlyFull extends Error {
  constructor() {
    const left = Math.round(limits.recordingReserveBytes / 1_000_000);
    super(`less than ${left} MB of the disk are left, and those are for the trace`);
    this.name = "DiskNearlyFull";
  }
}

/** What stands in the file. */
export type FrameFileSum = { bytes: number; sha256: string };

const level = 1;

export class FrameFile {
  readonly #path: string;
  readonly #hash = new Bun.CryptoHasher("sha256");
  #fd: number | null = null;
  #bytes = 0;
  /** With so many bytes in the file the disk is looked at again. */
  #lookAt = 0;

  /** The file is made with the first frame. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * In one piece or not at all: throws `DiskNearlyFull` or the system's error, the file as it was before. Not synced.
   */
  append(text: Uint8Array<ArrayBuffer>): void {
    this.#fd ??= openNew(this.#path);
    this.#keepReserve();
    const frame = Bun.zstdCompressSync(text, { level });
    try {
      // By place, not where the file stands: after a write that failed halfway those are two.
      for (let at = 0; at < frame.length; ) {
        at += writeSync(this.#fd, frame, at, frame.length - at, this.#bytes + at);
      }
    } catch (error) {
      ftruncateSync(this.#fd, this.#bytes);
      throw error;
    }
    this.#bytes += frame.length;
    this.#hash.update(frame);
  }

  #keepReserve(): void {
    if (this.#bytes < this.#lookAt) return;
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    if (bavail * bsize < limits.recordingReserveBytes) throw new DiskNearlyFull();
    this.#lookAt = this.#bytes + limits.recordingLookBytes;
  }

  /** Null when nothing was ever appended. */
  close(): FrameFileSum | null {
    if (this.#fd === null) return null;
    if (this.#bytes === 0) {
      this.discard();
      return null;
    }
    closeSync(this.#fd);
    this.#fd = null;
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Closes it and takes the file away. */
  discard(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
    unlinkSync(this.#path);
  }
}

/** For its owner alone, whatever the umask says. */
function openNew(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, "wx", 0o600);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${path} is no file`);
}
