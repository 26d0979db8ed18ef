/** A tool in a pseudo-terminal of the `bun-pty` package: the fallback where the native one cannot be used, as on Windows. */
import { accessSync, constants, readlinkSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type IPty, spawn } from "bun-pty";
import { AtlasError } from "../../contracts/errors.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Pty, PtyCommand, PtyExit, PtyListener, PtySize, StartPty, Termios } from "./pty.ts";
import { OutputHold } from "./output-hold.ts";
import { readTermios } from "./slave-side.ts";
import { assertPassable, noWorkingDirectory, refusal, signalForeground } from "./tool.ts";
import { Unread } from "./unread.ts";

/**
 * Keeps fewer promises than `native`; `bun-pty.test.ts` lists them with the reasons. Import this
 * module only when it is wanted: it loads a native library.
 */
export const startBunPty: StartPty = async (command, listener) => {
  assertPassable(command);
  assertExecutable(command);
  const { argv, size, cwd, env } = command;
  let pty: IPty;
  try {
    // The package quotes what it hands to its library, which splits a command line; see the suite.
    pty = spawn(argv[0], argv.slice(1), { name: env["TERM"] ?? "", ...size, cwd, env });
  } catch (cause) {
    throw new AtlasError(
      "command_not_executable",
      `${argv[0]}: could not be started in a terminal; check that it is a program for this machine`,
      { cause },
    );
  }
  return new BunPty(pty, listener, systemClock);
};

/** The library does not say why it could not start a tool, nor that a folder is missing: looked at before. */
function assertExecutable(command: PtyCommand): void {
  const { argv, cwd, env } = command;
  const folder = statSync(cwd, { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw noWorkingDirectory(cwd, folder ? "ENOTDIR" : "ENOENT");
  const [name] = argv;
  if (process.platform === "win32") return;
  if (!name.includes("/")) {
    const found = Bun.which(name, { PATH: env["PATH"] ?? "/usr/bin:/bin", cwd });
    if (found === null) throw refusal(command, "ENOENT");
    return;
  }
  const path = resolve(cwd, name);
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) throw refusal(command, "ENOENT");
  if (!file.isFile()) throw refusal(command, "EISDIR");
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw refusal(command, "EACCES");
  }
}

class BunPty implements Pty {
  readonly kind = "bun-pty";
  readonly pid: number;
  readonly ttyPath: string | null;
  private readonly output: OutputHold | null;
  private readonly held: Unread | null;
  private readonly pty: IPty;
  private readonly listener: PtyListener;
  private readonly encoder = new TextEncoder();
  /** The package takes strings: a character may be split over two writes. */
  private readonly decoder = new TextDecoder();
  /** What happened before the caller held the `Pty`; null from then on. */
  private kept: (() => void)[] | null = [];
  private ended = false;
  private closed = false;

  constructor(pty: IPty, listener: PtyListener, clock: Clock) {
    this.pid = pty.pid;
    this.ttyPath = ttyOf(pty.pid);
    const { ttyPath } = this;
    const { pid } = pty;
    this.output = ttyPath === null ? null : new OutputHold({ ttyPath, pid, readElsewhere: true });
    this.held = ttyPath === null ? null : new Unread(ttyPath);
    this.pty = pty;
    this.listener = listener;
    pty.onData((text) => {
      const bytes = this.encoder.encode(text);
      this.output?.came(bytes.length);
      this.happen(() => listener.data(bytes));
    });
    pty.onExit(({ exitCode }) => this.happen(() => this.end(exitCode)));
    clock.after(0, () => this.release());
  }

  write(bytes: Uint8Array): void {
    if (!this.ended) this.pty.write(this.decoder.decode(bytes, { stream: true }));
  }

  resize({ cols, rows }: PtySize): void {
    if (!this.ended) this.pty.resize(cols, rows);
  }

  pause(): void {
    if (!this.ended) this.output?.hold();
  }

  resume(): void {
    if (!this.ended) this.output?.release();
  }

  signal(name: NodeJS.Signals): void {
    if (!this.ended) signalForeground(this.pid, name);
  }

  continueJob(): void {
    this.signal("SIGCONT");
  }

  termios(): Termios | null {
    return this.ttyPath === null || this.ended ? null : readTermios(this.ttyPath);
  }

  /** What the package's own thread has read and not told yet is not seen. */
  unread(): boolean {
    return !this.ended && !this.closed && (this.held?.isThere() ?? false);
  }

  close(): void {
    if (this.closed || this.ended) return;
    this.closed = true;
    // Reports an exit of its own, before the tool has really ended.
    this.pty.kill();
  }

  private happen(event: () => void): void {
    if (this.kept) this.kept.push(event);
    else event();
  }

  private release(): void {
    const events = this.kept ?? [];
    this.kept = null;
    for (const event of events) event();
  }

  private end(code: number): void {
    if (this.ended) return;
    this.ended = true;
    const exit: PtyExit = this.closed ? { code: null, signal: "SIGHUP" } : { code, signal: null };
    this.listener.exit(exit);
  }
}

function ttyOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/0`);
  } catch {
    return null;
  }
}
