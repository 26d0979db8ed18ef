/** The C library of this system, for the few calls that the runtime has no name for. */
import { dlopen, type FFIFunction, type Library } from "bun:ffi";

/** glibc, musl or macOS. Throws where there is none, as on Windows. */
export function openLibc<const F extends Record<string, FFIFunction>>(signatures: F): Library<F> {
  if (process.platform === "darwin") return dlopen("libSystem.B.dylib", signatures);
  try {
    return dlopen("libc.so.6", signatures);
  } catch {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    return dlopen(`libc.musl-${machine}.so.1`, signatures);
  }
}
