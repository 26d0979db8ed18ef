/** What can only be asked of a terminal's slave side: to hold its output, and its settings. */
import { ptr } from "bun:ffi";
import { closeSync, constants, openSync } from "node:fs";
import { openLibc } from "../libc.ts";
import type { Termios } from "./pty.ts";

const macos = process.platform === "darwin";

/** Bits of `c_lflag`; see termios(3) of each system. */
const bits = macos
  ? { canonical: 0x100, echo: 0x8, signals: 0x80 }
  : { canonical: 0x2, echo: 0x8, signals: 0x1 };

export function termiosFromLocalFlags(flags: number): Termios {
  return {
    canonical: (flags & bits.canonical) !== 0,
    echo: (flags & bits.echo) !== 0,
    signals: (flags & bits.signals) !== 0,
  };
}

const flowActions = macos ? { hold: 1, release: 2 } : { hold: 0, release: 1 };

/**
 * `hold`: as if the terminal were slow, so that programs that write to it block, because Bun cannot
 * pause reading. False when it could not be done, as when the terminal is already gone.
 */
export function setFlow(ttyPath: string, flow: "hold" | "release"): boolean {
  return withSlave(ttyPath, (fd) => libc().tcflow(fd, flowActions[flow]) === 0) ?? false;
}

/** Null when the terminal is gone. */
export function readTermios(ttyPath: string): Termios | null {
  const bytes = new Uint8Array(256);
  const done = withSlave(ttyPath, (fd) => libc().tcgetattr(fd, ptr(bytes)) === 0);
  if (done !== true) return null;
  // After c_iflag, c_oflag and c_cflag, which are longs on macOS.
  return termiosFromLocalFlags(new DataView(bytes.buffer).getUint32(macos ? 24 : 12, true));
}

function withSlave<T>(ttyPath: string, call: (fd: number) => T): T | null {
  let fd: number;
  try {
    // Open for this call only: a slave side held open would hide the end of the tool's output.
    fd = openSync(ttyPath, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return call(fd);
  } finally {
    closeSync(fd);
  }
}

const signatures = {
  tcflow: { args: ["i32", "i32"], returns: "i32" },
  tcgetattr: { args: ["i32", "ptr"], returns: "i32" },
} as const;

let opened: ReturnType<typeof openLibc<typeof signatures>>["symbols"] | null = null;

function libc() {
  opened ??= openLibc(signatures).symbols;
  return opened;
}
