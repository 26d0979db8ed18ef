/** Raw mode of the person's terminal as terminal programs know it: no byte is changed in either direction. */
import { ptr } from "bun:ffi";
import { openLibc } from "../libc.ts";

const signatures = {
  tcgetattr: { args: ["i32", "ptr"], returns: "i32" },
  tcsetattr: { args: ["i32", "i32", "ptr"], returns: "i32" },
  cfmakeraw: { args: ["ptr"], returns: "void" },
} as const;

/** More than any libc's struct termios. */
const termiosBytes = 256;
const keyboard = 0;
const afterOutput = 1; // TCSADRAIN: the same on Linux and macOS

/**
 * Turns raw mode of standard input on or off. The runtime's own raw mode remembers how the terminal was
 * and gives it back even when this program crashes, but leaves output processing on: a line feed that the
 * tool meant as "one row down" would go to the first column as well. So that is taken away on top.
 */
export function setRawMode(raw: boolean): void {
  process.stdin.setRawMode(raw);
  if (!raw || process.platform === "win32") return;
  const { symbols, close } = openLibc(signatures);
  const termios = new Uint8Array(termiosBytes);
  if (symbols.tcgetattr(keyboard, ptr(termios)) === 0) {
    symbols.cfmakeraw(ptr(termios));
    symbols.tcsetattr(keyboard, afterOutput, ptr(termios));
  }
  close();
}
