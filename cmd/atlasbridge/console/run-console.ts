/** Runs the console: what is learnt and pressed goes through `step`, what that wants is done, its rows are shown. */
import { constants as osConstants } from "node:os";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { Moment } from "../../../contracts/moment.ts";
import { systemClock, type Timer } from "../../../runtime/clock.ts";
import { saysUtf8 } from "../ascii.ts";
import { assertByPerson } from "../by-person.ts";
import type { Cli } from "../cli.ts";
import { guardTerminal } from "../guard.ts";
import { Doing } from "./doing.ts";
import { frame } from "./frame.ts";
import type { Row } from "./row.ts";
import { openConsoleScreen } from "./screen.ts";
import { Sources } from "./sources.ts";
import { type ConsoleEvent, type ConsoleState, type Effect, initialState } from "./state.ts";
import { step } from "./step.ts";

/** Throws `usage` where there is no terminal to draw on. */
export async function runConsole(cli: Cli): Promise<number> {
  assertByPerson(cli);
  assertTerminal(cli);
  const running = new RunningConsole(cli);
  return await running.run();
}

function assertTerminal({ environment: { variables }, json, isPlain }: Cli): void {
  const instead = 'use "atlasbridge prompts list" and "atlasbridge sessions list"';
  if (json) throw new AtlasError("usage", `the console has no JSON; ${instead} with --json`);
  if (isPlain)
    throw new AtlasError(
      "usage",
      `the console draws a screen, which --plain is without; ${instead}`,
    );
  if (!(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new AtlasError("usage", `the console needs a terminal at both ends; ${instead}`);
  }
  if (variables["TERM"] !== "dumb") return;
  const message = `this terminal (TERM is dumb) cannot be drawn on; ${instead}`;
  throw new AtlasError("usage", message);
}

/** Off the other screen, with a cursor, lines that wrap, plain letters, and no mark around what is pasted. */
const asItWas = "\x1b[?1049l\x1b[?2004l\x1b[?2026l\x1b[?7h\x1b[0m\x1b[?25h";

const secondMs = 1_000;
const minuteMs = 60_000;
/** How late a minute may be told. */
const stillTickMs = 5_000;
const stillMs = 60;

class RunningConsole {
  readonly #cli: Cli;
  readonly #sources: Sources;
  readonly #doing: Doing;
  readonly #over = Promise.withResolvers<number>();
  readonly #listeners = new Set<() => void>();
  readonly #isAscii: boolean;
  #state: ConsoleState = initialState;
  #version = 0;
  #timer: Timer | null = null;
  #winding: Timer | null = null;
  #drawn = "";
  #size = { columns: 80, rows: 24 };
  #screen: ReturnType<typeof openConsoleScreen> | null = null;
  /** What has the terminal meanwhile. */
  #lent: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(cli: Cli) {
    this.#cli = cli;
    this.#isAscii = saysUtf8(cli.environment.variables) !== true;
    const tell = (event: ConsoleEvent): void => this.#happened(event);
    this.#sources = new Sources(cli, tell);
    this.#doing = new Doing(cli, {
      tell,
      sources: this.#sources,
      aside: async (use) => await this.#without("given", use),
    });
  }

  async run(): Promise<number> {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
      process.on(name, () => this.#over.resolve(128 + (osConstants.signals[name] ?? 0)));
    }
    // Told once the terminal is as it was, where it can be read.
    const crashed = (error: unknown): void => this.#over.reject(error);
    process.on("uncaughtException", crashed).on("unhandledRejection", crashed);
    process.on("SIGWINCH", () => this.#resized());
    const guard = guardTerminal(asItWas);
    this.#open();
    this.#sources.start();
    this.#tick();
    try {
      return await this.#over.promise;
    } finally {
      this.#isOver = true;
      this.#timer?.cancel();
      this.#winding?.cancel();
      this.#sources.stop();
      await this.#lent;
      await this.#screen?.close("given");
      guard.release();
    }
  }

  #open(): void {
    const { variables } = this.#cli.environment;
    this.#screen = openConsoleScreen({
      rows: (size) => this.#rows(size),
      onChange: (call) => {
        this.#listeners.add(call);
        return () => this.#listeners.delete(call);
      },
      version: () => this.#version,
      pressed: (key) => this.#happened({ on: "key", key }),
      isPlain: (variables["NO_COLOR"] ?? "") !== "",
    });
  }

  #rows(size: { columns: number; rows: number }): readonly Row[] {
    this.#size = size;
    return frame(this.#state, { ...size, isAscii: this.#isAscii });
  }

  /** Times on the screen grow older: what happened a moment ago is told in seconds, all else in minutes. */
  #tick(): void {
    const isYoung = systemClock.now() - newestMoment(this.#state) < minuteMs + secondMs;
    this.#timer?.cancel();
    this.#timer = systemClock.after(isYoung ? secondMs : stillTickMs, () => {
      this.#happened({ on: "time" });
      this.#tick();
    });
  }

  #happened(event: ConsoleEvent): void {
    const at = { now: systemClock.now(), monotonicMs: systemClock.monotonicMs() };
    const { state, effects } = step(this.#state, event, at);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    if (event.on === "live") this.#tick();
    // Drawing costs more than finding out that nothing is to be drawn.
    const drawn = JSON.stringify(this.#rows(this.#size));
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#version += 1;
    for (const call of this.#listeners) call();
  }

  #do(effect: Effect): void {
    if (effect.do === "quit") this.#over.resolve(exitCodes.ok);
    else this.#doing.start(effect);
  }

  /**
   * A terminal that changes its size moves, cuts or drops what stands there, each in its own way, also where it comes
   * back to the size it had. Once it stands still everything is drawn anew on an empty screen.
   */
  #resized(): void {
    this.#winding?.cancel();
    this.#winding = systemClock.after(stillMs, () => {
      if (this.#screen === null || this.#isOver) return;
      void this.#without("kept", async () => await Promise.resolve());
    });
  }

  /** Gives the terminal to something else, and takes it back. */
  async #without<T>(keys: "given" | "kept", use: () => Promise<T>): Promise<T> {
    const given = Promise.withResolvers<void>();
    this.#lent = given.promise;
    const screen = this.#screen;
    // Nobody else is to close it, and open one that would stand in the way.
    this.#screen = null;
    await screen?.close(keys);
    try {
      return await use();
    } finally {
      if (!this.#isOver) this.#open();
      given.resolve();
    }
  }
}

function newestMoment({ live, ended }: ConsoleState): Moment {
  return Math.max(
    ...(live?.waiting ?? []).map(({ since }) => since),
    ...(live?.sessions ?? []).map(({ activity }) => activity?.since ?? 0),
    ...ended.map(({ ended_at: at }) => at ?? 0),
  );
}
