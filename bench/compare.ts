/** `npm run bench -- compare A B`: two folders of results, or two commits, figure by figure; what got worse by more than noise. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Judged, plainTable, type Spread } from "./figure.ts";
import { type BenchResult, resultsAt, resultsFolder, resultsIn } from "./results.ts";

const usage = `usage: npm run bench -- compare A [B] [--gate] [--all]

A, B    a folder of results (such as bench/results), or a commit; without B: bench/results as it lies there
--gate  exit code 1 where anything is worse, or was measured in A and no longer in B
--all   what stayed the same is listed too

Beside a peer of the same run the ratio to it is compared, which other work on the machine strikes alike; elsewhere our
own figure, if both were made on one kind of machine. A change counts when it is more than the spreads of all that it is
made of, and more than ${percent(0.05)} in any case.
`;

/** Runs a day apart differ by as much, whatever their own spread says. */
const leastShare = 0.05;

export type Verdict = "better" | "same" | "worse" | "gone" | "new" | "not comparable";

export type Change = {
  name: string;
  /** What was held against each other: the ratio to this peer, or our own figure in this unit. */
  of: string;
  before: number | null;
  after: number | null;
  /** After ÷ before. */
  ratio: number | null;
  /** The least share by which it must change to count. */
  noise: number | null;
  verdict: Verdict;
};

type Named = { name: string; machine: string; figure: Judged };

/** Every figure of either side, in A's order and then B's. Pure. */
export function compare(a: readonly BenchResult[], b: readonly BenchResult[]): Change[] {
  const [before, after] = [named(a), named(b)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.map((name) => changeOf(name, before.get(name), after.get(name)));
}

/** A bench has several figures of one name where it has several peers. */
function named(results: readonly BenchResult[]): Map<string, Named> {
  const all = results.flatMap(({ bench, machine, figures }) =>
    figures.map((figure): [string, Named] => {
      const against = figure.peer === null ? "" : ` against ${figure.peer.name}`;
      const name = `${bench}: ${figure.what}${against}`;
      return [name, { name, machine: `${machine.cores} × ${machine.cpu}`, figure }];
    }),
  );
  return new Map(all);
}

function changeOf(name: string, a: Named | undefined, b: Named | undefined): Change {
  const none = { name, of: "", before: null, after: null, ratio: null, noise: null };
  if (a === undefined) return { ...none, verdict: "new" };
  if (b === undefined) return { ...none, verdict: "gone" };
  const isBesidePeer = a.figure.ratio !== null && b.figure.ratio !== null;
  const valueOf = ({ ratio, ours }: Judged): number => (isBesidePeer ? (ratio ?? 0) : ours);
  const [before, after] = [valueOf(a.figure), valueOf(b.figure)];
  const of = isBesidePeer ? `× ${a.figure.peer?.name ?? ""}` : a.figure.unit;
  const values = { name, of, before, after };
  if (!isBesidePeer && a.machine !== b.machine) {
    return { ...values, ratio: null, noise: null, verdict: "not comparable" };
  }
  const noise = Math.max(
    leastShare,
    Math.hypot(noiseOf(a, isBesidePeer), noiseOf(b, isBesidePeer)),
  );
  const ratio = before === 0 ? null : after / before;
  return { ...values, ratio, noise, verdict: verdictOf({ before, after, noise }, b.figure) };
}

/** Half the width of the spread, as a share of the value; of a ratio, that of both its sides together. */
function noiseOf({ figure }: Named, isBesidePeer: boolean): number {
  const own = halfWidth(figure.ours, figure.spread);
  if (!isBesidePeer || figure.peer === null) return own;
  return Math.hypot(own, halfWidth(figure.peer.value, figure.peer.spread));
}

function halfWidth(value: number, spread: Spread | undefined): number {
  return spread === undefined || value === 0 ? 0 : (spread.high - spread.low) / 2 / Math.abs(value);
}

type Pair = { before: number; after: number; noise: number };

function verdictOf({ before, after, noise }: Pair, figure: Judged): Verdict {
  if (after === before) return "same";
  const isRise = after > before;
  const [less, more] = isRise ? [before, after] : [after, before];
  // From nothing to something is a change of every share.
  const isNoise = less > 0 && more / less <= 1 + noise;
  if (isNoise) return "same";
  return isRise === moreIsBetter(figure) ? "better" : "worse";
}

function moreIsBetter({ target, unit }: Judged): boolean {
  if (target !== null) return "atLeast" in target;
  return unit.endsWith("/s");
}

const isAlarming = ({ verdict }: Change): boolean => verdict === "worse" || verdict === "gone";

function changesTable(changes: readonly Change[]): string {
  const rows = changes.map(({ name, of, before, after, ratio, noise, verdict }) => [
    ...[verdict, name, quantity(before, of), quantity(after, of)],
    ...[ratio === null ? "" : `× ${ratio.toFixed(2)}`, noise === null ? "" : percent(noise)],
  ]);
  return plainTable([["", "figure", "A", "B", "B ÷ A", "noise"], ...rows]);
}

function quantity(value: number | null, unit: string): string {
  if (value === null) return "–";
  return `${Number(value.toPrecision(3))} ${unit}`.trim();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function read(name: string): BenchResult[] {
  const folder = resolve(name);
  if (existsSync(folder) && statSync(folder).isDirectory()) {
    const within = join(folder, "bench", "results");
    return resultsIn(existsSync(within) ? within : folder);
  }
  return resultsAt(name);
}

/** Exit code 2 where it cannot be told what is to be compared. */
export function main(words: readonly string[], say: (line: string) => void): number {
  const flag = { type: "boolean", default: false } as const;
  const options = { gate: flag, all: flag, help: flag };
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
  const [a, b = resultsFolder, ...more] = positionals;
  if (values.help || a === undefined || more.length > 0) {
    say(usage);
    return values.help ? 0 : 2;
  }
  const changes = compare(read(a), read(b));
  const shown = changes.filter(({ verdict }) => values.all || verdict !== "same");
  if (shown.length > 0) say(changesTable(shown));
  const counts = Object.entries(Object.groupBy(changes, ({ verdict }) => verdict));
  say(counts.map(([verdict, own]) => `${own.length} ${verdict}`).join(", "));
  return values.gate && changes.some(isAlarming) ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = main(process.argv.slice(2), (line) => console.log(line));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}
