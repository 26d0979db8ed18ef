/** Reads the files of Linux `/proc`, where a file may be absent, forbidden or gone at any moment; see proc(5). */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";

export type ProcRead = { outcome: "read"; text: string } | { outcome: "denied" | "gone" };

/** Reads `length` bytes of a process's memory; null where there is nothing to be read, or it ends before. */
export type ReadMemory = (address: bigint, length: number) => Uint8Array | null;

const scratch = Buffer.alloc(65_536);

/** One mounted `/proc`. Nothing throws. */
export class Proc {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** A text of one record, such as one process's state; at most 64 KiB. Much faster than `readFileSync`, which asks for the size of a file that has none. */
  read(path: string): ProcRead {
    const fd = open(`${this.root}/${path}`);
    if (typeof fd === "string") return { outcome: fd };
    try {
      const length = readSync(fd, scratch, 0, scratch.length, null);
      return { outcome: "read", text: scratch.toString("latin1", 0, length) };
    } catch (error) {
      return { outcome: failureOf(error) };
    } finally {
      closeSync(fd);
    }
  }

  /** A list of many records, of which the kernel hands out a page (4 KiB) at a time; cut at `bytesMax`. */
  readList(path: string, bytesMax: number): ProcRead {
    const fd = open(`${this.root}/${path}`);
    if (typeof fd === "string") return { outcome: fd };
    try {
      let text = "";
      for (let length = 1; length > 0 && text.length < bytesMax; ) {
        length = readSync(fd, scratch, 0, scratch.length, null);
        text += scratch.toString("latin1", 0, length);
      }
      return { outcome: "read", text };
    } catch (error) {
      return { outcome: failureOf(error) };
    } finally {
      closeSync(fd);
    }
  }

  /** Opens a process's memory for the time of the call. */
  withMemory<T>(pid: number, use: (read: ReadMemory) => T): T | "denied" | "gone" {
    const fd = open(`${this.root}/${pid}/mem`);
    if (typeof fd === "string") return fd;
    try {
      return use((address, length) => memoryAt(fd, address, length));
    } finally {
      closeSync(fd);
    }
  }

  link(path: string): string | null {
    try {
      return readlinkSync(`${this.root}/${path}`);
    } catch {
      return null;
    }
  }

  /** The entries of a folder that are numbers: processes, threads, descriptors. */
  numbers(path: string): number[] {
    try {
      return readdirSync(`${this.root}/${path}`).map(Number).filter(Number.isInteger);
    } catch {
      return [];
    }
  }
}

/** A process that exists may still be hidden from `/proc` (`hidepid`). */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function memoryAt(fd: number, address: bigint, length: number): Uint8Array | null {
  // Addresses of user space alone; others are not even offsets.
  if (address <= 0n || address >= 1n << 56n || length <= 0) return null;
  const bytes = new Uint8Array(length);
  try {
    return readSync(fd, bytes, 0, length, address) === length ? bytes : null;
  } catch {
    return null;
  }
}

function open(path: string): number | "denied" | "gone" {
  try {
    return openSync(path, "r");
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): "denied" | "gone" {
  const code = codeOf(error);
  return code === "EACCES" || code === "EPERM" ? "denied" : "gone";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
