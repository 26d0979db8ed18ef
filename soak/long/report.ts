/** The report of a long soak as one page that loads nothing: figures, faults, and what grew or did not, drawn. Pure. */
import { rises, slopeOf } from "../slope.ts";
import type { Sample } from "./sampler.ts";

export type ReportData = {
  title: string;
  facts: readonly (readonly [name: string, value: string])[];
  samples: readonly Sample[];
  latencies: readonly { atMs: number; ms: number }[];
  faults: readonly { atMs: number; kind: string }[];
  wrong: readonly string[];
};

const [width, height, margin] = [860, 160, 34];
const hourMs = 3_600_000;
/** What a process takes up at first is no leak. */
const warmUpMs = 600_000;

/** `hours`: of lives beyond their warm-up, in all. What is less than half an hour of them is not judged. */
export type Growth = {
  name: string;
  mbPerHour: number;
  error: number | null;
  hours: number;
  grows: boolean | null;
};

/** In less time than this nobody can tell a process that warms up from one that leaks. */
const judgedHours = 0.5;

/** A process of this name grows when its memory rises more than noise explains, and by more than this in all. */
const negligibleMB = 8;

/** Each life about its own middle: that one process of this name began lower than another is no growth. */
export function growthOf(name: string, samples: readonly Sample[]): Growth {
  const own = samples.filter((one) => one.name === name);
  const lives = [...Map.groupBy(own, ({ pid }) => pid).values()].map(settledPart);
  const line = slopeOf(lives.flatMap(aboutItsMiddle));
  const ms = lives.reduce((sum, life) => sum + (life.at(-1)?.atMs ?? 0) - (life[0]?.atMs ?? 0), 0);
  const hours = ms / hourMs;
  const grows = hours >= judgedHours ? rises(line, negligibleMB / hours) : null;
  const error = Number.isFinite(line.standardError) ? line.standardError : null;
  return { name, mbPerHour: line.slope, error, hours, grows };
}

function settledPart(life: readonly Sample[]): readonly Sample[] {
  const fromMs = (life[0]?.atMs ?? 0) + warmUpMs;
  return life.filter(({ atMs }) => atMs >= fromMs);
}

function aboutItsMiddle(life: readonly Sample[]): [hours: number, mb: number][] {
  const mean = (of: (one: Sample) => number): number =>
    life.reduce((sum, one) => sum + of(one), 0) / life.length;
  const [atMs, rssMB] = [mean((one) => one.atMs), mean((one) => one.rssMB)];
  return life.map((one) => [(one.atMs - atMs) / hourMs, one.rssMB - rssMB]);
}

export function reportPage({
  title,
  facts,
  samples,
  latencies,
  faults,
  wrong,
}: ReportData): string {
  const names = [...new Set(samples.map(({ name }) => name))];
  const of = (value: (sample: Sample) => number) =>
    names.map((name) => ({
      name,
      points: samples
        .filter((one) => one.name === name)
        .map((one) => [one.atMs, value(one)] as const),
    }));
  const delays = [{ name: "p95", points: percentiles(latencies) }];
  const rows = facts.map(([name, value]) => `<tr><th>${text(name)}<td>${text(value)}`).join("\n");
  const verdict = wrong.length === 0 ? "no mismatch" : `${wrong.length} mismatches`;
  return `<!doctype html><meta charset="utf-8"><title>${text(title)}</title>
<style>body{font:15px system-ui;max-width:900px;margin:2em auto;padding:0 1em}th{text-align:left;padding-right:1em}
svg{width:100%;border:1px solid #ccc}h2{font-size:1.1em;margin:1.5em 0 .3em}</style>
<h1>${text(title)}</h1><p><b>${verdict}</b></p>
<table>${rows}</table>
${wrong.length === 0 ? "" : `<ul>${wrong.map((line) => `<li>${text(line)}`).join("")}</ul>`}
<h2>Memory, MB resident</h2>${plot(
    of(({ rssMB }) => rssMB),
    faults,
  )}
<h2>Open descriptors</h2>${plot(
    of(({ descriptors }) => descriptors),
    faults,
  )}
<h2>SQLite’s log, MB</h2>${plot([{ name: "log", points: samples.map((one) => [one.atMs, one.walMB] as const) }], faults)}
<h2>Last output to reply typed, ms, 95 of 100 within</h2>${plot(delays, faults)}
<p>Grey lines: faults.</p>
`;
}

type Curve = { name: string; points: readonly (readonly [x: number, y: number])[] };

const colours = ["#1b6ca8", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#0f766e"];

function plot(curves: readonly Curve[], faults: ReportData["faults"]): string {
  const all = curves.flatMap(({ points }) => points);
  const mostX = Math.max(1, ...all.map(([x]) => x));
  const mostY = Math.max(1, ...all.map(([, y]) => y)) * 1.1;
  const x = (value: number): string => (margin + (value / mostX) * (width - margin)).toFixed(1);
  const y = (value: number): string => (height - (value / mostY) * (height - 14)).toFixed(1);
  const struck = faults.map(({ atMs, kind }) => {
    const at = x(atMs);
    return `<line x1="${at}" x2="${at}" y1="0" y2="${height}" stroke="#ddd"><title>${text(kind)}</title></line>`;
  });
  const drawn = curves.map(({ name, points }, at) => {
    const colour = colours[at % colours.length];
    const path = points.map(([px, py]) => `${x(px)},${y(py)}`).join(" ");
    const label = `<text x="${width - 140}" y="${14 + 14 * at}" fill="${colour}" font-size="12">${text(name)}</text>`;
    return `<polyline fill="none" stroke="${colour}" points="${path}"/>${label}`;
  });
  const scale = `<text x="2" y="12" font-size="11">${mostY.toFixed(0)}</text><text x="2" y="${height - 3}" font-size="11">0</text>`;
  return `<svg viewBox="0 0 ${width} ${height}" role="img">${struck.join("")}${scale}${drawn.join("")}</svg>`;
}

/** Of every fortieth part of the time. */
function percentiles(latencies: ReportData["latencies"]): (readonly [number, number])[] {
  const last = latencies.at(-1)?.atMs ?? 0;
  const parts = Map.groupBy(latencies, ({ atMs }) =>
    Math.min(39, Math.floor((atMs / (last + 1)) * 40)),
  );
  return [...parts].map(([part, own]) => {
    const times = own.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return [((part + 0.5) / 40) * last, times[Math.floor(times.length * 0.95)] ?? 0] as const;
  });
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
