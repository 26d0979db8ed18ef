/** Keeps Pact's native core from telling its makers that it was run; imported before it is. */
import { dlopen } from "bun:ffi";

/** What is written into `process.env` here does not reach a native library. */
function setNative(name: string, value: string): void {
  const library = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
  const { symbols, close } = dlopen(library, {
    setenv: { args: ["cstring", "cstring", "int"], returns: "int" },
  });
  const text = (words: string): Buffer => Buffer.from(`${words}\0`);
  const failed = symbols.setenv(text(name), text(value), 1);
  close();
  if (failed !== 0) throw new Error(`${name} cannot be set`);
}

setNative("PACT_DO_NOT_TRACK", "true");
