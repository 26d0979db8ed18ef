/** A tool in a pseudo-terminal of Bun's own, led by a small process that gives it job control. */
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import { commandOfItself } from "../itself.ts";
import { type LeaderOrder, type LeaderReport, leaderArgument } from "./leader.ts";
import { type LedTerminal, type LedTerminalListener, openLedTerminal } from "./led-terminal.ts";
import { OutputHold } from "./output-hold.ts";
import type { Pty, PtyCommand, PtyExit, PtyListener, PtySize, StartPty, Termios } from "./pty.ts";
import { termiosFromLocalFlags } from "./slave-side.ts";
import {
  assertPassable,
  errnoName,
  noWorkingDirectory,
  refusal,
  signalForeground,
  signalName,
} from "./tool.ts";
import { Unread } from "./unread.ts";

export function leaderCommand(): [string, ...string[]] {
  return commandOfItself(leaderArgument, join(import.meta.dir, "leader-main.ts"));
}

export type NativeOptions = { clock: Clock; leader: readonly [string, ...string[]] };
type Started = Extract<LeaderReport, { event: "started" }>;
type NativeParts = { led: LedTerminal; listener: PtyListener; clock: Clock };

/** Starts tools in native terminals. `leader` is a command that calls `runLeader`. */
export function createStartNative({ clock, leader }: NativeOptions): StartPty {
  return async (command, listener) => {
    assertPassable(command);
    const { size, env } = command;
    const led = await openLedTerminal({ argv: leader, path: env["PATH"], size });
    led.channel.say(JSON.stringify(orderFor(command)));
    const report = await led.firstReport;
    if (report?.event === "started") return new NativePty(report, { led, listener, clock });
    led.terminal.close();
    led.channel.close();
    throw startError(command, report);
  };
}

/**
 * Calls the listener only after the promise has resolved, so that the caller holds the `Pty` by
 * then. After `close` the tool's own end can no longer be seen: it is reported as SIGHUP.
 */
export const startNative: StartPty = (command, listener) =>
  createStartNative({ clock: systemClock, leader: leaderCommand() })(command, listener);

function orderFor({ argv, env, cwd }: PtyCommand): LeaderOrder {
  return { argv, cwd, env: Object.entries(env).map(([name, value]) => `${name}=${value}`) };
}

function startError(command: PtyCommand, report: LeaderReport | null): AtlasError {
  if (report?.event === "failed") return refusal(command, errnoName(report.errno));
  if (report?.event === "no_cwd") return noWorkingDirectory(command.cwd, report.code);
  return new AtlasError(
    "pty_unavailable",
    `${command.argv[0]}: its terminal could not be set up (the leader ended early); try again`,
  );
}

/** `draining`: the tool has ended, and what it wrote last may still be in the terminal. */
type Stage =
  | { name: "running" }
  | { name: "draining"; exit: PtyExit; deadline: Timer }
  | { name: "ended" };

class NativePty implements Pty {
  readonly kind = "native";
  readonly pid: number;
  readonly ttyPath: string | null;
  private readonly output: OutputHold | null;
  private readonly held: Unread | null;
  private readonly led: LedTerminal;
  private readonly listener: PtyListener;
  private readonly clock: Clock;
  private stage: Stage = { name: "running" };
  /** No more data can come. Known in its turn: earlier data may still be waiting to be told. */
  private outputEnded = false;

  constructor(started: Started, { led, listener, clock }: NativeParts) {
    this.pid = started.pid;
    this.ttyPath = started.ttyPath;
    const { ttyPath, pid } = started;
    this.output = ttyPath === null ? null : new OutputHold({ ttyPath, pid });
    this.held = ttyPath === null ? null : new Unread(ttyPath);
    this.led = led;
    this.listener = listener;
    this.clock = clock;
    // Not before the caller holds the `Pty`.
    clock.after(0, () => led.attach(this.events()));
  }

  write(bytes: Uint8Array): void {
    if (this.alive()) this.led.terminal.write(bytes);
  }

  resize(size: PtySize): void {
    if (this.alive()) this.led.terminal.resize(size.cols, size.rows);
  }

  pause(): void {
    if (this.alive()) this.output?.hold();
  }

  resume(): void {
    if (this.alive()) this.output?.release();
  }

  signal(name: NodeJS.Signals): void {
    if (!this.alive()) return;
    signalForeground(this.pid, name);
  }

  continueJob(): void {
    if (this.alive()) this.led.channel.say("continue");
  }

  termios(): Termios | null {
    if (!this.alive()) return null;
    return termiosFromLocalFlags(this.led.terminal.localFlags);
  }

  unread(): boolean {
    return this.alive() && !this.outputEnded && (this.held?.isThere() ?? false);
  }

  close(): void {
    this.outputEnded = true;
    this.led.terminal.close();
  }

  private alive(): boolean {
    return this.stage.name !== "ended" && !this.led.terminal.closed;
  }

  private events(): LedTerminalListener {
    return {
      data: (bytes) => {
        if (this.stage.name === "ended") return;
        this.output?.came(bytes.length);
        this.listener.data(bytes);
      },
      report: (report) => this.follow(report),
      lost: () => this.loseLeader(),
      outputEnded: () => {
        this.outputEnded = true;
        this.finishDrain();
      },
    };
  }

  private follow(report: LeaderReport): void {
    if (report.event === "stopped") this.listener.stopped();
    if (report.event === "exited") this.drain({ code: report.code, signal: null });
    if (report.event === "signaled") this.drain({ code: null, signal: signalName(report.signal) });
  }

  /** Without a report the tool's end is not known: the kernel hung up its terminal, as `close` does. */
  private loseLeader(): void {
    if (this.stage.name === "running") this.drain({ code: null, signal: "SIGHUP" });
  }

  private drain(exit: PtyExit): void {
    const deadline = this.clock.after(limits.drainMs, () => this.finishDrain());
    this.stage = { name: "draining", exit, deadline };
    if (this.outputEnded) this.finishDrain();
  }

  private finishDrain(): void {
    if (this.stage.name !== "draining") return;
    const { exit, deadline } = this.stage;
    this.stage = { name: "ended" };
    deadline.cancel();
    this.led.terminal.close();
    this.led.channel.close();
    this.listener.exit(exit);
  }
}
