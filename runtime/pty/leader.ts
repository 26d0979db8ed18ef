/** The process between us and the tool: leader of the terminal's session, so that stopping a tool with ^Z works as under a shell. */
import { dlopen, type Pointer, ptr } from "bun:ffi";
import { readSync, writeSync } from "node:fs";

// Imports nothing else, because it is started for every session and shares no work with the runtime.
// Why it is needed: a tool that led the session itself would be in an orphaned process group, where
// the kernel drops SIGTSTP: ^Z would do nothing, and a tool that stops itself would stay stopped.

/** First argument with which the compiled program becomes a leader. */
export const leaderArgument = "__leader";

/**
 * What the runtime sends first on descriptor 3, as one line of JSON. Later lines are `continue`.
 * The tool's environment does not become the leader's own: variables such as `BUN_OPTIONS` must
 * change the tool alone.
 */
export type LeaderOrder = { argv: readonly string[]; env: readonly string[]; cwd: string };

/** What the leader reports on descriptor 3, one line each. */
export type LeaderReport =
  | { event: "started"; pid: number; ttyPath: string | null }
  | { event: "no_cwd"; code: string }
  | { event: "failed"; errno: number }
  | { event: "stopped"; signal: number }
  | { event: "exited"; code: number }
  | { event: "signaled"; signal: number };

const controlFd = 3;
const wuntraced = 2;
const spawnFlags = 0x02 | 0x04 | 0x08; // SETPGROUP, SETSIGDEF, SETSIGMASK: the same on Linux and macOS
const sigHup = 1;
const sigKill = 9;
const sigStop = process.platform === "darwin" ? 17 : 19;
const sigTtou = 22;
const sigCont = process.platform === "darwin" ? 19 : 18;
const sigDefault = 0;
const sigIgnore = 1;
/** More than any libc's posix_spawnattr_t, posix_spawn_file_actions_t or sigset_t. */
const opaqueBytes = 1024;

const signatures = {
  posix_spawnp: { args: ["ptr", "ptr", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  posix_spawnattr_init: { args: ["ptr"], returns: "i32" },
  posix_spawnattr_setflags: { args: ["ptr", "i16"], returns: "i32" },
  posix_spawnattr_setpgroup: { args: ["ptr", "i32"], returns: "i32" },
  posix_spawnattr_setsigdefault: { args: ["ptr", "ptr"], returns: "i32" },
  posix_spawnattr_setsigmask: { args: ["ptr", "ptr"], returns: "i32" },
  posix_spawn_file_actions_init: { args: ["ptr"], returns: "i32" },
  posix_spawn_file_actions_addclose: { args: ["ptr", "i32"], returns: "i32" },
  signal: { args: ["i32", "usize"], returns: "usize" },
  killpg: { args: ["i32", "i32"], returns: "i32" },
  tcsetpgrp: { args: ["i32", "i32"], returns: "i32" },
  ttyname: { args: ["i32"], returns: "cstring" },
  waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
  _exit: { args: ["i32"], returns: "void" },
} as const;

/** Only newer glibc has it; elsewhere the parent gives the terminal away just after the start. */
const foregroundSignature = {
  posix_spawn_file_actions_addtcsetpgrp_np: { args: ["ptr", "i32"], returns: "i32" },
} as const;

type Libc = ReturnType<typeof openLibc>;

/** Runs the leader's whole life and ends the process. Prints nothing: its terminal is the tool's. */
export function runLeader(): never {
  let libc: Libc;
  try {
    libc = openLibc();
  } catch {
    process.exit(1);
  }
  try {
    lead(libc);
  } catch {
    // The runtime has gone, or is told by the end of this process: there is nobody else to tell.
  }
  // Not process.exit: its clean-up sets the terminal's modes back, which are the tool's business.
  libc._exit(0);
  process.exit(0);
}

function lead(libc: Libc): void {
  const lines = new ControlLines();
  const order: LeaderOrder = JSON.parse(lines.next());
  libc.signal(sigHup, sigDefault);
  // From the background, tcsetpgrp stops the caller unless it ignores this signal.
  libc.signal(sigTtou, sigIgnore);
  try {
    process.chdir(order.cwd);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return report({ event: "no_cwd", code });
  }
  const spawned = spawnTool(libc, order);
  if ("errno" in spawned) return report({ event: "failed", errno: spawned.errno });
  const { pid } = spawned;
  try {
    report({ event: "started", pid, ttyPath: libc.ttyname(0)?.toString() || null });
    follow(libc, pid, lines);
  } catch {
    // The runtime has gone. The kernel hangs up the foreground when this process ends; a tool that has put itself
    // elsewhere, or a hang-up that is already under way, must not leave it running unseen.
    libc.killpg(pid, sigHup);
    libc.killpg(pid, sigCont);
  }
}

/** Waits until the tool has ended; each time it has stopped, waits to be told to continue it. */
function follow(libc: Libc, pid: number, lines: ControlLines): void {
  const status = new Int32Array(1);
  for (;;) {
    if (libc.waitpid(pid, ptr(status), wuntraced) !== pid) {
      process.kill(pid, 0); // throws when there is nothing left to wait for; else it was interrupted
      continue;
    }
    const word = status[0] ?? 0;
    const low = word & 0x7f;
    const high = (word >> 8) & 0xff;
    if (low === 0) return report({ event: "exited", code: high });
    if (low !== 0x7f) return report({ event: "signaled", signal: low });
    report({ event: "stopped", signal: high });
    lines.next();
    libc.tcsetpgrp(0, pid);
    libc.killpg(pid, sigCont);
  }
}

function spawnTool(libc: Libc, order: LeaderOrder): { pid: number } | { errno: number } {
  const attributes = new Uint8Array(opaqueBytes);
  const actions = new Uint8Array(opaqueBytes);
  const noSignals = new Uint8Array(opaqueBytes);
  const pid = new Int32Array(1);
  libc.posix_spawnattr_init(ptr(attributes));
  libc.posix_spawnattr_setflags(ptr(attributes), spawnFlags);
  libc.posix_spawnattr_setpgroup(ptr(attributes), 0);
  libc.posix_spawnattr_setsigmask(ptr(attributes), ptr(noSignals));
  libc.posix_spawnattr_setsigdefault(ptr(attributes), ptr(allSignals()));
  libc.posix_spawn_file_actions_init(ptr(actions));
  const inForeground = takeForegroundAtStart(ptr(actions));
  libc.posix_spawn_file_actions_addclose(ptr(actions), controlFd);
  const argv = new StringVector(order.argv);
  const env = new StringVector(order.env);
  const errno = libc.posix_spawnp(
    ptr(pid),
    ptr(argv.strings[0] ?? new Uint8Array(1)),
    ptr(actions),
    ptr(attributes),
    ptr(argv.pointers),
    ptr(env.pointers),
  );
  if (errno !== 0) return { errno };
  const tool = pid[0] ?? 0;
  if (!inForeground) {
    libc.tcsetpgrp(0, tool);
    // It may already have reached for the terminal and have been stopped for it.
    libc.killpg(tool, sigCont);
  }
  return { pid: tool };
}

/**
 * Not `sigfillset`: glibc leaves out the two signals it uses itself, and then starts the tool with
 * these ignored.
 */
function allSignals(): Uint8Array {
  const set = new Uint8Array(opaqueBytes).fill(0xff);
  for (const signal of [sigKill, sigStop]) {
    const byte = (signal - 1) >> 3;
    set[byte] = 0xff & ~(1 << ((signal - 1) & 7));
  }
  return set;
}

function takeForegroundAtStart(actions: Pointer): boolean {
  try {
    const { symbols } = dlopen("libc.so.6", foregroundSignature);
    return symbols.posix_spawn_file_actions_addtcsetpgrp_np(actions, 0) === 0;
  } catch {
    return false;
  }
}

function openLibc() {
  if (process.platform === "darwin") return dlopen("libSystem.B.dylib", signatures).symbols;
  try {
    return dlopen("libc.so.6", signatures).symbols;
  } catch {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    return dlopen(`libc.musl-${machine}.so.1`, signatures).symbols;
  }
}

/** A NULL-terminated `char *[]`; holds its strings, so that they live as long as it does. */
class StringVector {
  readonly strings: Uint8Array[];
  readonly pointers: BigUint64Array;

  constructor(values: readonly string[]) {
    this.strings = values.map((value) => new TextEncoder().encode(`${value}\0`));
    this.pointers = new BigUint64Array(values.length + 1);
    this.strings.forEach((bytes, index) => {
      this.pointers[index] = BigInt(ptr(bytes));
    });
  }
}

/** Lines from the runtime, read one at a time and blocking; throws when the runtime has closed its end. */
class ControlLines {
  private rest = Buffer.alloc(0);

  next(): string {
    const chunk = Buffer.alloc(65_536);
    for (;;) {
      const end = this.rest.indexOf(10);
      if (end >= 0) {
        const line = this.rest.subarray(0, end).toString("utf8");
        this.rest = this.rest.subarray(end + 1);
        return line;
      }
      const length = readSync(controlFd, chunk);
      if (length === 0) throw new Error("the runtime has gone");
      this.rest = Buffer.concat([this.rest, chunk.subarray(0, length)]);
    }
  }
}

function report(event: LeaderReport): void {
  writeSync(controlFd, `${JSON.stringify(event)}\n`);
}
