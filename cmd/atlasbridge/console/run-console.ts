/** Runs the console: what is learnt and pressed goes through `step`, what that wants is done, its rows are shown. */
import { constants as osConstants } from "node:os";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { systemClock, type Timer } from "../../../runtime/clock.ts";
import { assertByPerson } from "../by-person.ts";
import type { Cli } from "../cli.ts";
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

function assertTerminal({ environment: { variables }, json }: Cli): void {
  const instead = 'use "atlasbridge prompts list" and "atlasbridge sessions list"';
  if (json) throw new AtlasError("usage", `the console has no JSON; ${instead} with --json`);
  if (!(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new AtlasError("usage", `the console needs a terminal at both ends; ${instead}`);
  }
  if (variables["TERM"] !== "dumb") return;
  const message = `this terminal (TERM is dumb) cannot be drawn on; ${instead}`;
  throw new AtlasError("usage", message);
}

const secondMs = 1_000;

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
  #drawn = "";
  #size = { columns: 80, rows: 24 };
  #screen: ReturnType<typeof openConsoleScreen> | null = null;

  constructor(cli: Cli) {
    this.#cli = cli;
    this.#isAscii = !isUtf8(cli.environment.variables);
    const tell = (event: ConsoleEvent): void => this.#happened(event);
    this.#sources = new Sources(cli, tell);
    this.#doing = new Doing(cli, {
      tell,
      sources: this.#sources,
      aside: async (use) => await this.#aside(use),
    });
  }

  async run(): Promise<number> {
    const ends = (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const).map((name) => {
      const end = (): void => this.#over.resolve(128 + (osConstants.signals[name] ?? 0));
      process.on(name, end);
      return () => process.off(name, end);
    });
    this.#open();
    this.#sources.start();
    this.#tick();
    try {
      return await this.#over.promise;
    } finally {
      this.#timer?.cancel();
      this.#sources.stop();
      await this.#screen?.close();
      this.#screen = null;
      for (const end of ends) end();
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

  /** Times on the screen grow older. */
  #tick(): void {
    this.#timer = systemClock.after(secondMs, () => {
      this.#happened({ on: "time" });
      this.#tick();
    });
  }

  #happened(event: ConsoleEvent): void {
    const at = { now: systemClock.now(), monotonicMs: systemClock.monotonicMs() };
    const { state, effects } = step(this.#state, event, at);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
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

  /** Gives the terminal to something else, and takes it back. */
  async #aside<T>(use: () => Promise<T>): Promise<T> {
    await this.#screen?.close();
    this.#screen = null;
    try {
      return await use();
    } finally {
      this.#open();
    }
  }
}

function isUtf8(variables: Readonly<Record<string, string | undefined>>): boolean {
  const locale = variables["LC_ALL"] || variables["LC_CTYPE"] || variables["LANG"] || "C";
  return /utf-?8/i.test(locale);
}
