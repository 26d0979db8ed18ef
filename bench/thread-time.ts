/** Time of the processor that this thread has used, to the nanosecond: what other work on the machine does not lengthen. */
import { dlopen, FFIType, ptr } from "bun:ffi";

/** CLOCK_THREAD_CPUTIME_ID of Linux and of macOS. */
const clockId = process.platform === "darwin" ? 16 : 3;
const library = process.platform === "darwin" ? "libSystem.dylib" : "libc.so.6";

const { symbols } = dlopen(library, {
  clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
});
/** struct timespec: seconds and nanoseconds. */
const timespec = new BigInt64Array(2);
const address = ptr(timespec);

export function threadNs(): number {
  symbols.clock_gettime(clockId, address);
  return Number(timespec[0] ?? 0n) * 1e9 + Number(timespec[1] ?? 0n);
}
