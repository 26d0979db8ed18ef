/** `atlasbridge lab run --splits`: cuts every recording's output into other reads, and looks for a difference. */
import { exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { Case } from "../../../runtime/lab/case-files.ts";
import { cutSets, efforts, outputBytes, splitFault } from "../../../runtime/lab/splits.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { progressOutput } from "../layout.ts";
import { progressOf } from "./progress.ts";

/** The same cuts each time, so that a fault can be found again. */
const seed = 20_261_124;
const cutsShownMax = 16;

/** Returns exit code 1 when a cut makes a difference. */
export function labSplits(
  cli: Cli,
  dir: string,
  { cases, which }: { cases: readonly Case[]; which: keyof typeof efforts },
): number {
  const progress = progressOf(progressOutput(cli), cases.length);
  const faults: { case: string; at_ms: number; cuts: number[]; cuts_count: number }[] = [];
  let tried = 0;
  for (const one of cases) {
    progress.at(one.name);
    for (const cuts of cutSets(outputBytes(one.recording), efforts[which], seed)) {
      tried += 1;
      const fault = splitFault(one, cuts);
      if (fault === null) continue;
      const shown = cuts.slice(0, cutsShownMax);
      faults.push({ case: one.name, at_ms: fault.atMs, cuts: shown, cuts_count: cuts.length });
    }
  }
  progress.done();
  const view = { format: outputFormat, folder: dir, cases: cases.length, tried, faults };
  print(cli, view, () => {
    const head = `${cases.length} recordings, output cut in ${tried} ways`;
    if (faults.length === 0) return `${head}: the same is detected\n`;
    const lines = faults.map(({ case: name, at_ms: at, cuts, cuts_count: count }) => {
      const more = count > cuts.length ? ", …" : "";
      return `- ${visible(name)} at ${Math.round(at)} ms, cut before byte ${cuts.join(", ")}${more}`;
    });
    return `${head}: ${faults.length} make a DIFFERENCE\n${lines.join("\n")}\n`;
  });
  return faults.length === 0 ? exitCodes.ok : exitCodes.failed;
}
