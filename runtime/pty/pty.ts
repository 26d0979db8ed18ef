/** The promises of a pseudo-terminal with a tool in it, kept by `native`, `bun-pty` and `recorded`. */

export type PtySize = { cols: number; rows: number };

/** How the tool ended: exactly one of the two is not null. */
export type PtyExit = { code: number; signal: null } | { code: null; signal: string };

export type PtyCommand = {
  /** Program and arguments; the program is looked up in the `PATH` of `env` when it has no slash. */
  argv: readonly [string, ...string[]];
  cwd: string;
  /** The whole environment of the tool. */
  env: Readonly<Record<string, string>>;
  size: PtySize;
};

/** Nothing is called before the caller of `start` holds the `Pty`; what happened until then follows in order. */
export type PtyListener = {
  /** Bytes as the tool wrote them, in order, never empty, yours to keep. Called on no other stack than the event loop's. */
  data(bytes: Uint8Array): void;
  /** The tool's job was stopped (SIGTSTP, SIGSTOP, …) and holds the terminal still; `continueJob` wakes it. */
  stopped(): void;
  /** Called once, after the last `data`. */
  exit(exit: PtyExit): void;
};

/** Settings of the line discipline that matter to us, read from the master side. */
export type Termios = { canonical: boolean; echo: boolean; signals: boolean };

/**
 * A running tool. `start` functions resolve once the tool has been executed, or throw `AtlasError`
 * (`command_not_found`, `command_not_executable`, `pty_unavailable`) having started nothing.
 */
export interface Pty {
  readonly kind: "native" | "bun-pty" | "recorded";
  /** Process id of the tool itself. */
  readonly pid: number;
  /** Queues all bytes for the tool's input, in order; does not block. Ignored after exit. */
  write(bytes: Uint8Array): void;
  /** Sets the window size; the kernel sends SIGWINCH to the foreground group. */
  resize(size: PtySize): void;
  /** Stops `data` within the kernel's buffer (at most 256 KiB more may come), so that the tool blocks as with any slow terminal. */
  pause(): void;
  resume(): void;
  /** Sends a signal to the terminal's foreground process group (to the tool where that is unknown). */
  signal(name: NodeJS.Signals): void;
  /** Wakes a stopped job and gives it the terminal again. A ^Z typed before it runs again is dropped by the kernel. */
  continueJob(): void;
  /** Null where the implementation cannot see it. */
  termios(): Termios | null;
  /** Whether the tool has written what was not given to `data` yet; false where the implementation cannot see it. */
  unread(): boolean;
  /** Path of the terminal's slave side, such as `/dev/pts/4`; null where unknown. */
  readonly ttyPath: string | null;
  /** Closes the terminal: the tool gets SIGHUP, as when a window is closed. Safe to call twice. */
  close(): void;
}

export type StartPty = (command: PtyCommand, listener: PtyListener) => Promise<Pty>;
