/** `atlasbridge lab run`: replays, counts, holds the counts against the gate, and prints them. */
import { defaultLabGate, labGate, type LabGate, type LabReport } from "../../../contracts/lab.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { type Case, parseJson, readText } from "../../../runtime/lab/case-files.ts";
import type { KernelSight } from "../../../runtime/lab/evidence.ts";
import { type FastResult, replayFast } from "../../../runtime/lab/fast.ts";
import { readFolder } from "../../../runtime/lab/folder.ts";
import { replayLive } from "../../../runtime/lab/live.ts";
import { reportOf, unmetOf } from "../../../runtime/lab/score.ts";
import { type Cli, print } from "../cli.ts";
import { layoutFor, progressOutput } from "../layout.ts";
import { progressOf, type Progress } from "./progress.ts";
import { labSplits } from "./splits.ts";
import { reportText } from "./report-text.ts";

export type LabRunOptions = {
  pace: "fast" | "recorded";
  tool?: string;
  kernelEvidence: KernelSight;
  misses?: boolean;
  gate?: string;
  jobs: number;
  splits?: "some" | "all";
};

/** Prints the report; returns exit code 1 when the gate is not met. Throws `usage` when nothing can be read. */
export async function labRun(cli: Cli, dir: string, options: LabRunOptions): Promise<number> {
  const gate = gateOf(options);
  const cases = chosen(readFolder(dir), dir, options.tool);
  if (options.splits !== undefined) return labSplits(cli, dir, { cases, which: options.splits });
  const report = await measure(cli, cases, options);
  const unmet = unmetOf(report, gate);
  const view = { format: outputFormat, folder: dir, report, gate, unmet };
  print(cli, view, () =>
    reportText(report, {
      unmet,
      misses: options.misses === true,
      layout: layoutFor(process.stdout, cli),
    }),
  );
  return unmet.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Without the kernel fewer prompts are sure enough to be answered: then only what is typed wrongly counts. */
function gateOf({ gate, kernelEvidence }: LabRunOptions): LabGate {
  if (gate !== undefined) return parseJson(readText(gate), gate, labGate);
  return kernelEvidence === "on" ? defaultLabGate : { false: 0 };
}

function chosen(cases: readonly Case[], dir: string, tool: string | undefined): readonly Case[] {
  if (tool === undefined) return cases;
  const own = cases.filter(({ expected }) => expected.tool === tool || expected.program === tool);
  if (own.length > 0) return own;
  const names = [...new Set(cases.map(({ expected }) => expected.tool))].toSorted();
  const known = names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
  throw new AtlasError("not_found", `no recording in ${dir} is of ${tool}; there are ${known}`);
}

async function measure(
  cli: Cli,
  cases: readonly Case[],
  options: LabRunOptions,
): Promise<LabReport> {
  const progress = progressOf(progressOutput(cli), cases.length);
  try {
    const results =
      options.pace === "fast"
        ? replayAll(cases, options, progress)
        : await playAll(cases, options, progress);
    return reportOf({
      pace: options.pace,
      sight: options.kernelEvidence,
      cases,
      prompts: results.flatMap(({ prompts }) => prompts),
      alarms: results.flatMap(({ alarms }) => alarms),
      looks: results.reduce((sum, { looks }) => sum + looks, 0),
    });
  } finally {
    progress.done();
  }
}

function replayAll(
  cases: readonly Case[],
  { kernelEvidence: sight }: LabRunOptions,
  progress: Progress,
): FastResult[] {
  return cases.map((one) => {
    progress.at(one.name);
    return replayFast(one, sight);
  });
}

/** Several at a time, each for as long as its recording. */
async function playAll(
  cases: readonly Case[],
  { kernelEvidence: sight, jobs }: LabRunOptions,
  progress: Progress,
): Promise<FastResult[]> {
  const results: FastResult[] = [];
  const waiting = cases.toReversed();
  const work = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      progress.at(one.name);
      results.push(await replayLive(one, { sight, clock: systemClock }));
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}
