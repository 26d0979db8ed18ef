/** The C library is found on this system, whichever it is. */
import { expect, test } from "bun:test";
import { openLibc } from "./libc.ts";

// Skipped on Windows, which has neither such modes nor such files.
test.skipIf(process.platform === "win32")("is the one of this process", () => {
  const { symbols, close } = openLibc({ getpid: { args: [], returns: "i32" } });
  expect(symbols.getpid()).toBe(process.pid);
  close();
});
