/** Writes results as a page for people: what was measured, beside whom, whether it is within its bound, and on what machine. Pure. */
import { amount, type Judged, peerText, short, targetText } from "../figure.ts";
import type { BenchResult } from "../results.ts";
import { markdownTable } from "./markdown-table.ts";
import type { Plot } from "./plots.ts";

const opening = `# Benches

<!-- Made by \`npm run bench -- report\` from bench/results; change it there. -->

Each figure stands beside its peer of the same run; what others published of their own machines stands in a column of its own.
[bench](../bench/README.md) says what each of them means. Ratios are what to quote: other work on the machine strikes both sides
alike. In brackets lies where a figure would lie in 95 of 100 repetitions of its run.
\`npm run bench -- compare COMMIT\` tells these from those of another commit.
`;

export function pageOf(results: readonly BenchResult[], plots: readonly Plot[]): string {
  const judged = results.flatMap(({ figures }) => figures).filter(({ met }) => met !== null);
  const missed = judged.filter(({ met }) => met === false);
  const sum = `${judged.length - missed.length} of ${judged.length} figures with a bound are within it.`;
  const drawn = plots.map(({ name, title }) => `## ${title}\n\n![${title}](bench/${name}.svg)\n`);
  return [opening, `${sum}\n`, ...drawn, ...results.map(section)].join("\n");
}

function section({ bench, machine, date, load, commit = null, figures }: BenchResult): string {
  const { cpu, cores, memoryGiB, system, kernel, bun } = machine;
  const at = commit === null ? "" : ` at ${commit}`;
  const where = `${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, ${kernel}, Bun ${bun}`;
  const head = ["what", "ours", "peer", "ratio", "bound", "", "published", "runs"];
  return [
    `## ${bench}\n`,
    `${date.slice(0, 10)}${at}; ${where}; load ${load.before} before, ${load.after} after.\n`,
    ...markdownTable([head, ...figures.map(cellsOf)]),
    "",
  ].join("\n");
}

function cellsOf(figure: Judged): string[] {
  const { what, ours, unit, spread, ratio, met, published = "", runs } = figure;
  const verdict = met === null ? "" : met ? "met" : "**missed**";
  const between = spread === undefined ? "" : ` (${short(spread.low)} to ${short(spread.high)})`;
  const against = ratio === null ? "" : `${short(ratio)}×`;
  const own = `${amount(ours, unit)}${between}`;
  return [
    what,
    own,
    peerText(figure),
    against,
    targetText(figure),
    verdict,
    published,
    String(runs),
  ];
}
