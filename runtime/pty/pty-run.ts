/** A tool run in a test: collects what it does and lets a test await it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { systemClock } from "../clock.ts";
import { readEnvironment } from "../config.ts";
import type { Pty, PtyCommand, PtyExit, StartPty } from "./pty.ts";

const path = readEnvironment().variables["PATH"] ?? "/usr/bin:/bin";
export const plainEnv = { PATH: path, TERM: "xterm" };

type Watch = { met: () => boolean; resolve: () => void };

export class PtyRun {
  readonly exited: Promise<PtyExit>;
  stops = 0;
  exits = 0;
  bytesSeen = 0;
  /** Called with each chunk, besides collecting it. */
  tap: (bytes: Uint8Array) => void = () => {};
  /** Off for floods. */
  collect = true;
  private readonly chunks: Uint8Array[] = [];
  private readonly resolveExit: (exit: PtyExit) => void;
  private watches: Watch[] = [];
  private started: Pty | null = null;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<PtyExit>();
    this.exited = promise;
    this.resolveExit = resolve;
  }

  get pty(): Pty {
    if (!this.started) throw new Error("heard of a tool that the caller does not hold yet");
    return this.started;
  }

  async start(start: StartPty, command: PtyCommand): Promise<this> {
    this.started = await start(command, {
      data: (bytes) => {
        if (this.exits > 0) throw new Error("data after exit");
        if (bytes.length === 0) throw new Error("empty data");
        this.bytesSeen += bytes.length;
        if (this.collect) this.chunks.push(bytes);
        this.tap(bytes);
        this.check();
      },
      stopped: () => {
        this.stops += 1;
        this.check();
      },
      exit: (exit) => {
        this.exits += 1;
        this.resolveExit(exit);
      },
    });
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** What was written, with the terminal's `\r\n` undone. */
  text(): string {
    return this.bytes().toString("utf8").replaceAll("\r\n", "\n");
  }

  type(text: string): void {
    this.pty.write(new TextEncoder().encode(text));
  }

  /** Resolves as soon as the condition holds; it is looked at whenever something was heard. */
  until(what: string | (() => boolean)): Promise<void> {
    const met = typeof what === "string" ? () => this.text().includes(what) : what;
    return new Promise((resolve, reject) => {
      const late = systemClock.after(3_000, () => reject(new Error(this.lateness(String(what)))));
      this.watches.push({
        met,
        resolve: () => {
          late.cancel();
          resolve();
        },
      });
      this.check();
    });
  }

  private check(): void {
    const [done, open] = [
      this.watches.filter((watch) => watch.met()),
      this.watches.filter((watch) => !watch.met()),
    ];
    this.watches = open;
    for (const watch of done) watch.resolve();
  }

  private lateness(what: string): string {
    return `waited in vain for ${what}; heard ${JSON.stringify(this.text().slice(-300))}`;
  }
}

/** Starts a tool with plain settings where none are given. */
export function run(
  start: StartPty,
  argv: readonly [string, ...string[]],
  settings: Partial<PtyCommand> = {},
): Promise<PtyRun> {
  const size = { cols: 80, rows: 24 };
  return new PtyRun().start(start, { argv, cwd: "/tmp", env: plainEnv, size, ...settings });
}

/** The whole output and the end of a tool that ends by itself. */
export async function runToEnd(
  start: StartPty,
  argv: readonly [string, ...string[]],
  settings: Partial<PtyCommand> = {},
): Promise<{ text: string; bytes: Buffer; exit: PtyExit; run: PtyRun }> {
  const running = await run(start, argv, settings);
  const exit = await running.exited;
  return { text: running.text(), bytes: running.bytes(), exit, run: running };
}

/** The error with which a tool does not start; a tool that starts is the failure. */
export function refusal(
  start: StartPty,
  argv: readonly [string, ...string[]],
  settings: Partial<PtyCommand> = {},
): Promise<unknown> {
  return run(start, argv, settings).then(
    () => Promise.reject(new Error(`${argv[0]} started`)),
    (error: unknown) => error,
  );
}

/** For what announces itself by no event, such as the end of a process that is nobody's child. */
export async function eventually(what: string, met: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (met()) return;
    await new Promise<void>((resolve) => systemClock.after(10, resolve));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** A zombie counts as dead: whoever inherited it may take its time to bury it. */
export function isAlive(pid: number): boolean {
  const state = stateOf(pid);
  return state !== "" && state !== "Z";
}

/** `R`, `S`, `T` (stopped), `Z` and so on, as ps(1) says; empty when there is no such process. */
export function stateOf(pid: number): string {
  return Bun.spawnSync(["ps", "-o", "stat=", "-p", `${pid}`])
    .stdout.toString()
    .trim()
    .slice(0, 1);
}

/** Process ids. */
export function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.flatMap((tid) => childrenOfThread(pid, tid).split(" ").filter(Boolean).map(Number));
}

/** A thread that ended since it was listed (the runtime has many of its own) has no children. */
function childrenOfThread(pid: number, tid: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${tid}/children`, "utf8");
  } catch (error) {
    if (!existsSync(`/proc/${pid}/task/${tid}`)) return "";
    throw error;
  }
}

/** Of the process, by the kernel's count. One that is gone has written all it had to. */
export function bytesWritten(pid: number): number {
  const file = `/proc/${pid}/io`;
  if (!existsSync(file)) return Number.POSITIVE_INFINITY;
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1]);
}
