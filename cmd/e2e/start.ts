/** Starts the binary: with pipes, as another program would, or in a terminal of its own, as a person would. */
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** A command that takes longer has gone wrong. */
const commandMsMax = 30_000;

export type Ended = { code: number; stdout: string; stderr: string };

export type PipedOptions = {
  /** Text on standard input, which then ends; null is `/dev/null`. */
  stdin?: string | null;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
};

/** Runs to the end with pipes. The exit code of a signal's end is 128+n. */
export async function piped(
  world: World,
  args: readonly string[],
  { stdin = null, env = {}, cwd = world.folder }: PipedOptions = {},
): Promise<Ended> {
  return await pipedProgram([world.binary, ...args], { stdin, env: world.env(env), cwd });
}

/** As `piped`, for any program. */
export async function pipedProgram(
  argv: readonly string[],
  options: { stdin: string | null; env: Record<string, string>; cwd: string },
): Promise<Ended> {
  const child = Bun.spawn([...argv], {
    ...options,
    stdin: options.stdin === null ? "ignore" : new TextEncoder().encode(options.stdin),
    stdout: "pipe",
    stderr: "pipe",
    timeout: commandMsMax,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (child.signalCode === "SIGKILL") {
    throw new Error(
      `still running after ${commandMsMax} ms: ${argv.join(" ")}\n${stdout}${stderr}`,
    );
  }
  return { code, stdout, stderr };
}

export type Seat = {
  readonly pid: number;
  /** Everything that was written to the terminal so far. */
  shown(): string;
  /** Presses keys. */
  type(keys: string): void;
  resize(cols: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Waits until the terminal has shown this text. */
  sees(text: string | RegExp): Promise<void>;
  /** Exit code of the program, 128+n on a signal. */
  readonly ended: Promise<number>;
};

/** Starts a program in a terminal of its own, 100×30 at first; killed with the world. */
export function seated(
  world: World,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Seat {
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn([...argv], {
    cwd: world.folder,
    env: world.env(env),
    timeout: commandMsMax,
    killSignal: "SIGKILL",
    terminal: {
      cols: 100,
      rows: 30,
      data: (_terminal, bytes) => {
        shown += decoder.decode(bytes, { stream: true });
      },
    },
  });
  const keyboard = child.terminal;
  if (!keyboard) throw new Error("the program was started without a terminal");
  world.atEnd(async () => {
    child.kill("SIGKILL");
    await child.exited;
    keyboard.close();
  });
  const holds = (text: string | RegExp): boolean =>
    typeof text === "string" ? shown.includes(text) : text.test(shown);
  return {
    pid: child.pid,
    shown: () => shown,
    type: (keys) => {
      keyboard.write(keys);
    },
    resize: (cols, rows) => keyboard.resize(cols, rows),
    kill: (signal) => child.kill(signal),
    sees: async (text) => {
      await until(`the terminal shows ${text}`, () => holds(text), {
        seen: () => `${JSON.stringify(shown.slice(-2_000))}\n${world.story()}`,
      });
    },
    ended: child.exited,
  };
}

/** The binary in a terminal of its own. */
export function seatedRun(
  world: World,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Seat {
  return seated(world, [world.binary, ...args], env);
}
