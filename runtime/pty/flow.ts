/** Stops and starts a terminal's output in the kernel, because Bun cannot pause reading from it. */
import { dlopen } from "bun:ffi";
import { closeSync, constants, openSync } from "node:fs";

type Flow = "hold" | "release";

const actions: Readonly<Record<Flow, number>> =
  process.platform === "darwin" ? { hold: 1, release: 2 } : { hold: 0, release: 1 };

const signature = { tcflow: { args: ["i32", "i32"], returns: "i32" } } as const;
let opened: ReturnType<typeof openLibc> | null = null;

/**
 * As if the terminal were slow: programs that write to it block. False when it could not be done,
 * as when the terminal is already gone.
 */
export function setFlow(ttyPath: string, flow: Flow): boolean {
  opened ??= openLibc();
  let fd: number;
  try {
    // Open for this call only: a slave side held open would hide the end of the tool's output.
    fd = openSync(ttyPath, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    return opened.tcflow(fd, actions[flow]) === 0;
  } finally {
    closeSync(fd);
  }
}

function openLibc() {
  if (process.platform === "darwin") return dlopen("libSystem.B.dylib", signature).symbols;
  try {
    return dlopen("libc.so.6", signature).symbols;
  } catch {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    return dlopen(`libc.musl-${machine}.so.1`, signature).symbols;
  }
}
