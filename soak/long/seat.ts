/** One governed program of a long soak, started as a person would: with a terminal of its own where its window changes. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startNative } from "../../runtime/pty/native.ts";
import { type ProgramName, programText, readAccount, type Told } from "./programs.ts";

export type SeatWorld = { binary: string; home: string; folder: string; policy: string };

export type Seat = {
  label: string;
  program: ProgramName;
  pid: number;
  /** At once, as when its machine has no memory left. */
  kill(): void;
  wasKilled: boolean;
  told(): Told;
  ended: Promise<number | null>;
};

const resizeEveryMs = 150;

export async function takeSeat(
  world: SeatWorld,
  { program, label, prompts }: { program: ProgramName; label: string; prompts: number },
): Promise<Seat> {
  const file = (ending: string): string => join(world.folder, `${label}.${ending}`);
  writeFileSync(file("account"), "");
  const paths = { account: file("account"), stop: file("stop"), prompts };
  writeFileSync(file("sh"), programText(program, paths));
  const options = ["--home", world.home, "--policy", world.policy, "--no-recording"];
  const argv = [world.binary, "run", ...options, "--label", label, "--", "bash", file("sh")];
  const started = program === "resized dialog" ? await inWindow(argv) : piped(argv);
  const seat: Seat = {
    ...{ label, program, pid: started.pid, ended: started.ended, wasKilled: false },
    kill() {
      seat.wasKilled = true;
      process.kill(started.pid, "SIGKILL");
    },
    told: () => readAccount(program, readFileSync(file("account"), "utf8")),
  };
  return seat;
}

export function tellToStop(world: SeatWorld, { label }: Seat): void {
  writeFileSync(join(world.folder, `${label}.stop`), "");
}

export function forget(world: SeatWorld, { label }: Seat): void {
  for (const ending of ["account", "sh", "stop"]) {
    rmSync(join(world.folder, `${label}.${ending}`), { force: true });
  }
}

type Started = { pid: number; ended: Promise<number | null> };

function piped(argv: string[]): Started {
  const child = Bun.spawn(argv, { cwd: "/", stdio: ["ignore", "ignore", "ignore"] });
  return { pid: child.pid, ended: child.exited };
}

async function inWindow(argv: string[]): Promise<Started> {
  const ended = Promise.withResolvers<number | null>();
  const [first = "", ...rest] = argv;
  const env = { ...process.env, TERM: "xterm-256color" } as Record<string, string>;
  const pty = await startNative(
    { argv: [first, ...rest], cwd: "/", env, size: { cols: 90, rows: 30 } },
    {
      data: () => undefined,
      stopped: () => undefined,
      exit: ({ code }) => ended.resolve(code),
    },
  );
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    pty.resize({ cols: 90 + (turn % 7), rows: 30 - (turn % 4) });
  }, resizeEveryMs);
  void ended.promise.then(() => clearInterval(timer));
  return { pid: pty.pid, ended: ended.promise };
}
