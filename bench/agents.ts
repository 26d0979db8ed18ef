/** Drives the real AI tools through a rig that has them, behind the compiled program, and prints what came of it. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { dialogCopies } from "./agents/copies.ts";
import { judgeTrial, type Verdict } from "./agents/judge.ts";
import { agents, approvalTrials, spoofTrials, type Trial } from "./agents/plan.ts";
import { type Bench, runTrial } from "./agents/run.ts";
import { agentTable } from "./agents/table.ts";
import { beside, type Figure, judge } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const root = join(import.meta.dir, "..");
const usage = `usage: npm run bench -- agents --rig DIR [--only WORD…] [--jobs N] [--repeat N] [--binary FILE] [--keep DIR]

--rig     a folder with live.sh, which starts claude, codex and gemini in a network of its own with a scripted model
--only    trials of which agent, name or mode holds the word; all words must hold
--jobs    trials at the same time (default 2)
--repeat  how often each is run (default 1)
--keep    a folder for what each trial left; without it only those that failed are kept
`;

export type Result = { trial: Trial; verdict: Verdict; folder: string };

function options(words: string[]) {
  return parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      rig: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      jobs: { type: "string", default: "2" },
      repeat: { type: "string", default: "1" },
      binary: { type: "string", default: join(root, "dist", "atlasbridge") },
      keep: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
}

async function main(words: string[]): Promise<number> {
  const { values, positionals } = options(words);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const only = [...values.only, ...positionals];
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), "atlasbridge-agents-"));
  const bench = benchOf(values.rig, values.binary, folder);
  const trials = trialsOf(only, Number(values.repeat));
  const before = load();
  const results = await runAll(trials, bench, Number(values.jobs));
  console.log(`\n${agentTable(results)}`);
  const failed = results.filter(({ verdict }) => verdict.faults.length > 0);
  if (values.keep === undefined) clear(results);
  if (failed.length > 0) console.log(`\nwhat failed is kept in ${folder}`);
  if (only.length === 0) keep(results, before);
  return failed.length > 0 ? 1 : 0;
}

function benchOf(rig: string | undefined, binary: string, folder: string): Bench {
  if (rig === undefined || !existsSync(join(rig, "live.sh"))) {
    throw new Error(`--rig names no folder with a live.sh\n${usage}`);
  }
  if (!existsSync(binary)) throw new Error(`${binary} does not exist; run npm run build first`);
  mkdirSync(folder, { recursive: true });
  return { rig: resolve(rig), binary: resolve(binary), folder: resolve(folder) };
}

/** What went as it should needs no keeping. */
function clear(results: readonly Result[]): void {
  for (const { folder, verdict } of results) {
    if (verdict.faults.length === 0) rmSync(folder, { recursive: true, force: true });
  }
}

function trialsOf(only: readonly string[], repeat: number): Trial[] {
  const all = agents.flatMap((agent) => [
    ...approvalTrials(agent),
    ...spoofTrials(agent, dialogCopies(agent)),
  ]);
  const wanted = all.filter(({ agent, name, mode }) =>
    only.every((word) => [agent, name, mode].some((text) => text.includes(word))),
  );
  if (wanted.length === 0) throw new Error(`no trial holds ${only.join(" ")}`);
  return Array.from({ length: repeat }, () => wanted).flat();
}

async function runAll(trials: readonly Trial[], bench: Bench, jobs: number): Promise<Result[]> {
  const results: Result[] = [];
  const queue = trials.entries();
  const work = async (): Promise<void> => {
    for (const [at, trial] of queue) {
      const name = `${at}-${[trial.agent, trial.name, trial.mode].join("-").replace(/[^\w-]+/g, "_")}`;
      const verdict = await judged(trial, bench, name);
      results.push({ trial, verdict, folder: join(bench.folder, name) });
      const said = verdict.faults.length === 0 ? "ok" : verdict.faults.join("; ");
      console.log(
        `${results.length}/${trials.length} ${trial.agent}, ${trial.name}, ${trial.mode}: ${said}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  return results;
}

async function judged(trial: Trial, bench: Bench, name: string): Promise<Verdict> {
  try {
    return judgeTrial(trial, await runTrial(trial, bench, name));
  } catch (error) {
    return { faults: [error instanceof Error ? error.message : String(error)], latenciesMs: [] };
  }
}

function figuresOf(results: readonly Result[]): Figure[] {
  const failed = results.filter(({ verdict }) => verdict.faults.length > 0).length;
  const latencies = results.flatMap(({ verdict }) => verdict.latenciesMs);
  const common = { unit: "ms", target: null } as const;
  return [
    {
      ...{ what: "trials with AI tools that failed", unit: "", ours: failed, peer: null },
      ...{ target: { of: "value", atMost: 0 }, runs: results.length },
    },
    { what: "an AI tool's dialog, median", ...common, ...beside(latencies) },
    { what: "an AI tool's dialog, p95", ...common, ...beside(latencies, undefined, 0.95) },
  ];
}

function keep(results: readonly Result[], before: number): void {
  const rows = results.map(({ trial: { agent, name, mode }, verdict }) => ({
    agent,
    name,
    mode,
    ...verdict,
  }));
  keepResult("agents", { before, figures: figuresOf(results).map(judge) }, { rows });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench/agents: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
