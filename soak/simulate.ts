/** `npm run soak -- --simulate 7d`: many seeds, each a world of its own; what fails is made small and kept. */
import { appendFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import type { CheckerName } from "./facts.ts";
import { type Kept, partOf, planOf, runPlan, seedsFile, writeKept } from "./run-plan.ts";
import { writeResult } from "./result.ts";
import { shrink } from "./shrink.ts";
import type { WorldResult } from "./world.ts";

export type Simulation = {
  days: number;
  seed: number;
  seeds: number;
  /** Worlds at a time, each in a process of its own. */
  jobs: number;
  /** Its figures are kept, and a failure is made small and written to `seeds.txt`. */
  keeps: boolean;
};

/** `7d`, or a number of days. */
export function readDays(text: string): number {
  const days = Number(/^(\d+(?:\.\d+)?)d?$/.exec(text)?.[1]);
  if (!(days > 0)) throw new Error(`--simulate takes a number of days such as 7d, not ${text}`);
  return days;
}

/** Fewer seeds show too little to take the place of what more have left. */
const keptSeedsMin = 100;

type Line = { seed: number } & WorldResult;

export async function simulate({ days, seed, seeds, jobs, keeps }: Simulation): Promise<number> {
  const from = performance.now();
  const failed: Line[] = [];
  const sum = { asked: 0, entries: 0, kills: 0, events: 0 };
  let done = 0;
  const onLine = (line: Line): void => {
    done += 1;
    for (const name of ["asked", "entries", "kills", "events"] as const) sum[name] += line[name];
    if (line.violations.length > 0) failed.push(line);
    for (const { checker, lines } of line.violations) {
      console.log(`seed ${line.seed}: ${checker}: ${lines.slice(0, 3).join("; ")}`);
    }
    if (seeds === 1) console.log(`seed ${line.seed}: history ${line.history}`);
    if (done % 50 === 0) console.log(`${done} of ${seeds} seeds (${rate(done, from)})`);
  };
  const starts = Array.from({ length: Math.min(jobs, seeds) }, (_none, job) => seed + job);
  const busy = await Promise.all(
    starts.map((first) => work({ first, end: seed + seeds, jobs, days }, onLine)),
  );
  const busySeconds = busy.reduce((all, one) => all + one, 0);
  const seconds = (performance.now() - from) / 1_000;
  const report =
    `simulated ${seeds} seeds of ${days} days: ${sum.asked} questions, ${sum.entries} entries, ` +
    `${sum.kills} kills, ${sum.events} events, ${failed.length} seeds with violations; ` +
    `${seconds.toFixed(0)} s, of the processor ${busySeconds.toFixed(0)} s, ${rate(seeds, from)}, ${jobs} at a time, load ${loadavg()[0]?.toFixed(1)}`;
  console.log(report);
  if (keeps && seeds >= keptSeedsMin)
    writeResult("simulate", {
      ...{ days, seed, seeds, failed: failed.length, seconds, busySeconds, jobs, ...sum },
    });
  if (keeps)
    for (const { seed: one, violations } of failed) keep(one, days, violations[0]?.checker);
  return failed.length === 0 ? 0 : 1;
}

function rate(done: number, fromMs: number): string {
  const hours = (performance.now() - fromMs) / 3_600_000;
  return `${Math.round(done / hours)} seeds an hour`;
}

type Share = { first: number; end: number; jobs: number; days: number };

/**
 * One process for a share of the seeds: a world that goes wrong beyond its checkers takes no other with it. Resolves to
 * the seconds of the processor that it took, which other work on the machine does not lengthen.
 */
async function work(
  { first, end, jobs, days }: Share,
  onLine: (line: Line) => void,
): Promise<number> {
  const argv = [
    process.execPath,
    import.meta.path,
    "--share",
    ...[first, end, jobs, days].map(String),
  ];
  const child = Bun.spawn(argv, { stdio: ["ignore", "pipe", "inherit"] });
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    // Written by the other end of this very file.
    for (const line of lines) onLine(JSON.parse(line) as Line);
  }
  if ((await child.exited) !== 0) throw new Error("a world broke; its error stands above");
  return Number(child.resourceUsage()?.cpuTime.total ?? 0n) / 1_000_000;
}

function share([first = 0, end = 0, jobs = 1, days = 1]: number[]): void {
  for (let seed = first; seed < end; seed += jobs) {
    const result = runPlan(planOf(seed, days));
    console.log(JSON.stringify({ seed, ...result }));
  }
}

function keep(seed: number, days: number, checker: CheckerName | undefined): void {
  if (checker === undefined) return;
  const plan = planOf(seed, days);
  const fails = (left: Pick<Kept, "sessions" | "faults">): boolean =>
    runPlan(partOf(plan, left)).violations.some((one) => one.checker === checker);
  const whole = { sessions: plan.sessions.length, faults: plan.faults.length };
  const { sessions, faults, tries } = shrink(whole, fails);
  const line = writeKept({ seed, days, sessions, faults }, checker);
  appendFileSync(seedsFile, line);
  console.log(`after ${tries} smaller worlds, kept in soak/seeds.txt: ${line.trim()}`);
}

export const jobsDefault = Math.max(1, Math.min(2, availableParallelism()));

if (import.meta.main && process.argv[2] === "--share") share(process.argv.slice(3).map(Number));
