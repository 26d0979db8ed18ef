/** Asks the kernel whether a terminal holds output that this process has not read yet. */
import { ptr } from "bun:ffi";
import { readdirSync } from "node:fs";
import { openLibc } from "../libc.ts";

const signatures = {
  poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
  ptsname_r: { args: ["i32", "ptr", "u64"], returns: "i32" },
} as const;

/** Of `<poll.h>`, the same on every system. */
const readable = 0x1;
const nameBytes = 64;

/**
 * The terminal's master side, found among this process's descriptors by the name of its slave: neither Bun nor the
 * package tells it. `poll(2)` is the one call that also waits for what was written and is still on its way between
 * the two sides (`n_tty_poll` in `drivers/tty/n_tty.c`); without it an event loop may turn, on a busy machine, before
 * the kernel's worker has brought it over.
 */
export class Unread {
  readonly #ttyPath: string;
  /** Null before the first question; -1 where it cannot be told. */
  #fd: number | null = null;
  readonly #asked = new DataView(new ArrayBuffer(8));

  constructor(ttyPath: string) {
    this.#ttyPath = ttyPath;
  }

  /** False where it cannot be told. Not to be asked once the master side was closed: its number may be another's. */
  isThere(): boolean {
    this.#fd ??= masterOf(this.#ttyPath) ?? -1;
    if (this.#fd === -1) return false;
    this.#asked.setInt32(0, this.#fd, true);
    this.#asked.setInt16(4, readable, true);
    this.#asked.setInt16(6, 0, true);
    libc().poll(ptr(this.#asked), 1, 0);
    return (this.#asked.getInt16(6, true) & readable) !== 0;
  }
}

function masterOf(ttyPath: string): number | null {
  // Elsewhere neither the list of descriptors nor ptsname_r is certain.
  if (process.platform !== "linux") return null;
  const name = new Uint8Array(nameBytes);
  for (const entry of readdirSync("/proc/self/fd")) {
    const fd = Number(entry);
    if (libc().ptsname_r(fd, ptr(name), nameBytes) !== 0) continue;
    const text = Buffer.from(name).toString("latin1", 0, name.indexOf(0));
    if (text === ttyPath) return fd;
  }
  return null;
}

let opened: ReturnType<typeof openLibc<typeof signatures>>["symbols"] | null = null;

function libc() {
  opened ??= openLibc(signatures).symbols;
  return opened;
}
