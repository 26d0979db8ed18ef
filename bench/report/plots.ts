/** Draws results: how far each figure is from its bound, and how we stand beside the peers of the same run. */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Judged, Spread } from "../figure.ts";
import type { BenchResult } from "../results.ts";

export type Plot = { name: string; title: string; svg: string };

const colours = { met: "#15803d", missed: "#c2410c", peer: "#64748b", ours: "#1b6ca8" };
const rowPx = 18;

export async function plotsOf(results: readonly BenchResult[]): Promise<Plot[]> {
  const all = results.flatMap(({ figures }) => figures);
  const plots = [
    { name: "bounds", title: "Each figure against its bound", spec: boundsSpec(all) },
    { name: "peers", title: "Beside peers of the same run", spec: peersSpec(all) },
  ];
  return await Promise.all(
    plots.map(async ({ spec, ...plot }) => ({ ...plot, svg: await drawn(spec) })),
  );
}

async function drawn(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

type Bounded = { what: string; share: number; low: number; high: number; verdict: string };

/** What was measured ÷ the bound, or the other way round where more is better: below one it is met, whatever the unit. */
export function boundedOf(figure: Judged): Bounded | null {
  const { target, met, ours, peer } = figure;
  if (target === null || met === null) return null;
  const bound = "atMost" in target ? target.atMost : target.atLeast;
  if (bound === 0) return null;
  // A bound on a ratio is one on our own figure, of so many of the peer's.
  const most = target.of === "ratio" ? bound * (peer?.value ?? 1) : bound;
  const shareOf = (value: number): number => ("atMost" in target ? value / most : most / value);
  const { low, high } = figure.spread ?? { low: ours, high: ours };
  const [from = 0, to = 0] = [low, high].map(shareOf).toSorted((a, b) => a - b);
  const verdict = met ? "met" : "missed";
  return { what: figure.what, share: shareOf(ours), low: from, high: to, verdict };
}

function boundsSpec(figures: readonly Judged[]): TopLevelSpec {
  const values = figures.map(boundedOf).filter((one) => one !== null && one.low > 0);
  const log = { type: "log" } as const;
  return {
    ...frame(values.length),
    data: { values },
    layer: [
      {
        mark: { type: "rule", color: "#0f172a", strokeDash: [4, 3] },
        encoding: { x: { datum: 1 } },
      },
      {
        mark: { type: "rule", strokeWidth: 3, opacity: 0.4 },
        encoding: {
          y: rows("what"),
          x: { field: "low", type: "quantitative", scale: log, title: "share of the bound" },
          x2: { field: "high" },
          color: verdictColour,
        },
      },
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1 },
        encoding: {
          y: rows("what"),
          x: { field: "share", type: "quantitative" },
          color: verdictColour,
        },
      },
    ],
  };
}

const verdictColour = {
  field: "verdict",
  type: "nominal",
  title: null,
  scale: { domain: ["met", "missed"], range: [colours.met, colours.missed] },
} as const;

type Ratio = { what: string; ratio: number; low: number; high: number };

/** Our speed ÷ the peer's: above one we are the quicker, or the smaller. */
export function ratioOf({ what, ratio, peer, ours, spread, target, unit }: Judged): Ratio | null {
  if (ratio === null || ratio === 0 || peer === null) return null;
  const isMoreBetter = target === null ? unit.endsWith("/s") : "atLeast" in target;
  const own = spread ?? { low: ours, high: ours };
  const theirs: Spread = peer.spread ?? { low: peer.value, high: peer.value };
  const turned = (value: number): number => (isMoreBetter ? value : 1 / value);
  const ends = [own.low / theirs.high, own.high / theirs.low].map(turned);
  const [low = 0, high = 0] = ends.toSorted((a, b) => a - b);
  return { what: `${what} : ${peer.name}`, ratio: turned(ratio), low, high };
}

function peersSpec(figures: readonly Judged[]): TopLevelSpec {
  const values = figures
    .map(ratioOf)
    .filter((one) => one !== null)
    .filter(({ low, high }) => low > 0 && Number.isFinite(high));
  const log = { type: "log" } as const;
  const title = "times as good as the peer";
  return {
    ...frame(values.length),
    data: { values },
    layer: [
      {
        mark: { type: "rule", color: colours.peer, strokeDash: [4, 3] },
        encoding: { x: { datum: 1 } },
      },
      {
        mark: { type: "rule", strokeWidth: 3, opacity: 0.4, color: colours.ours },
        encoding: {
          y: rows("what"),
          x: { field: "low", type: "quantitative", scale: log, title },
          x2: { field: "high" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1, color: colours.ours },
        encoding: { y: rows("what"), x: { field: "ratio", type: "quantitative" } },
      },
    ],
  };
}

const rows = (field: string) =>
  ({
    field,
    type: "nominal",
    sort: null,
    title: null,
    axis: { labelLimit: 0, labelFontSize: 11, domain: false, ticks: false, grid: true },
  }) as const;

function frame(count: number) {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    width: 320,
    height: Math.max(1, count) * rowPx,
    config: { view: { stroke: null }, axisX: { gridColor: "#e2e8f0", tickCount: 6 } },
  } as const;
}
