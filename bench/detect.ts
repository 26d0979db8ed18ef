/** Runs detection over folders of recordings with known questions, our own first, and holds it to the gate. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { plainLayout } from "../cmd/atlasbridge/layout.ts";
import { reportText } from "../cmd/atlasbridge/lab/report-text.ts";
import { defaultLabGate, type LabGate, type LabReport } from "../contracts/lab.ts";
import { type KernelSight, kernelSights } from "../runtime/lab/evidence.ts";
import { replayFast } from "../runtime/lab/fast.ts";
import { readFolder } from "../runtime/lab/folder.ts";
import { reportOf, unmetOf } from "../runtime/lab/score.ts";
import { type Figure, judge } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const own = join(import.meta.dir, "../runtime/prompt/recordings");

/** Without the kernel fewer prompts are sure enough to be answered: then only what is typed wrongly counts. */
export const gates: Readonly<Record<KernelSight, LabGate>> = {
  on: defaultLabGate,
  off: { false: 0 },
  blind: { false: 0 },
};

export function measureDetection(folder: string, sight: KernelSight): LabReport {
  const cases = readFolder(folder);
  const results = cases.map((one) => replayFast(one, sight));
  return reportOf({
    pace: "fast",
    sight,
    cases,
    prompts: results.flatMap(({ prompts }) => prompts),
    alarms: results.flatMap(({ alarms }) => alarms),
    looks: results.reduce((sum, { looks }) => sum + looks, 0),
  });
}

/** The figures without what was missed, which changes with every rule. */
function kept(folder: string, report: LabReport) {
  const { misses, called, by_program: programs, ...figures } = report;
  const summary = { misses: misses.length, called: called.length, programs: programs.length };
  return { folder: basename(folder), ...figures, ...summary };
}

/** Without the kernel's evidence less is answered, by intention: there only wrong answers have a target. */
function figuresOf(folder: string, report: LabReport): Figure[] {
  const { recall, kernel_evidence: sight } = report;
  const where = `${folder}, kernel evidence ${sight}`;
  const ours = (100 * recall.right) / recall.of;
  const target = sight === "on" ? ({ of: "value", atLeast: 99 } as const) : null;
  return [
    { what: `prompts detected: ${where}`, unit: "%", ours, peer: null, target, runs: recall.of },
    {
      ...{ what: `answered wrongly or when nothing waited: ${where}`, unit: "", peer: null },
      ...{ ours: report.false.length, target: { of: "value", atMost: 0 }, runs: report.looks },
    },
  ];
}

function main(words: readonly string[]): number {
  const misses = words.includes("--misses");
  const given = words.filter((word) => !word.startsWith("--"));
  const folders = [...(existsSync(own) ? [own] : []), ...given];
  if (folders.length === 0) {
    console.error("bench/detect: no recordings; run `npm run bench -- detect FOLDER [--misses]`");
    return 2;
  }
  const before = load();
  const results = [];
  const figures: Figure[] = [];
  let isMet = true;
  for (const folder of folders) {
    for (const sight of kernelSights) {
      const report = measureDetection(folder, sight);
      const unmet = unmetOf(report, gates[sight]);
      isMet &&= unmet.length === 0;
      results.push(kept(folder, report));
      figures.push(...figuresOf(basename(folder), report));
      console.log(`\n== ${basename(folder)}`);
      const style = { unmet, misses: misses && sight === "on", layout: plainLayout };
      console.log(reportText(report, style));
    }
  }
  if (words.includes("--keep"))
    keepResult("detect", { before, figures: figures.map(judge) }, { results });
  return isMet ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
