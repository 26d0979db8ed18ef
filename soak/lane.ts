/** One lane of the soak: a governed program that asks, and its own account of what it asked and was told. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredEntry } from "../contracts/trace.ts";

export type World = { binary: string; home: string; folder: string; policy: string };

export const promptsPerSession = 20;

/** What each lane does before it asks for the `i`-th time. */
const workloads = {
  hasty: "",
  talkative: 'for n in $(seq 200); do echo "line $n of step $i: Continue? [y/n] was asked"; done',
  slow: "sleep 0.$((i % 5))",
} as const;

export type LaneName = keyof typeof workloads;
export const laneNames: readonly LaneName[] = ["hasty", "talkative", "slow"];

/** The program writes to its own file, past the terminal: what it says there owes nothing to the runtime. */
const program = (work: string, account: string): string => `
for i in $(seq ${promptsPerSession}); do
  ${work}
  echo "asked $i" >> ${account}
  IFS= read -r -p "Continue? [y/n] " a
  echo "got $i <$a>" >> ${account}
done
# A second answer to the last question would be lying in the terminal now.
IFS= read -r -t 0.2 a && echo "surplus <$a>" >> ${account}
exit 0
`;

export type LaneResult = {
  lane: LaneName;
  exitCode: number;
  asked: number;
  got: number;
  /** Lines of the program's account that should not be there. */
  odd: string[];
  entries: StoredEntry[];
  /** What the runtime said on standard error. */
  complaints: string;
};

export type Running = { lane: LaneName; pid: number; result: Promise<LaneResult> };

/** Starts one session of this lane; a session that hangs is killed after `deadlineMs` and so found out. */
export function startLane(lane: LaneName, world: World, deadlineMs: number): Running {
  const file = (name: string): string => join(world.folder, `${lane}.${name}`);
  for (const name of ["account", "events"]) rmSync(file(name), { force: true });
  writeFileSync(file("account"), "");
  writeFileSync(file("sh"), program(workloads[lane], file("account")));
  const options = ["--home", world.home, "--policy", world.policy, "--events", file("events")];
  const argv = [world.binary, "run", ...options, "--label", lane, "--", "bash", file("sh")];
  const child = Bun.spawn(argv, {
    cwd: world.folder,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  const finish = async (): Promise<LaneResult> => {
    const complaints = await new Response(child.stderr).text();
    const exitCode = await child.exited;
    const lines = readFileSync(file("account"), "utf8").split("\n").filter(Boolean);
    const asked = lines.filter((line) => line.startsWith("asked ")).length;
    const right = lines.filter((line) => /^got \d+ <y>$/.test(line)).length;
    const odd = lines.filter((line) => !/^asked \d+$|^got \d+ <y>$/.test(line));
    return {
      lane,
      exitCode,
      asked,
      got: right,
      odd,
      entries: readEntries(file("events")),
      complaints,
    };
  };
  return { lane, pid: child.pid, result: finish() };
}

function readEntries(file: string): StoredEntry[] {
  if (!existsSync(file)) return [];
  // Written by this repository's own program, and checked by `trace verify` besides.
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): StoredEntry => JSON.parse(line));
}
